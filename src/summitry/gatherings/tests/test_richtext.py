"""Texts of imported files are shown as they were meant, and do no harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitry.gatherings.richtext import to_html, to_plain


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>One &amp; <b>two</b></p>", "<p>One &amp; <b>two</b></p>"),
        ("<h1>Big</h1><p>x</p>", "<h3>Big</h3><p>x</p>"),
        ("<p>x<script>alert(1)</script></p>", "<p>x</p>"),
        ('<p onclick="x()">x</p>', "<p>x</p>"),
        ('<p><img src="x" onerror="y">x</p>', "<p>x</p>"),
        ('<a href="javascript:x">x</a>', '<a rel="nofollow noopener">x</a>'),
        ('<a href="https://a.example/">x</a>', '<a href="https://a.example/" rel="nofollow noopener">x</a>'),
        ("Plain *Markdown*", "<p>Plain <em>Markdown</em></p>\n"),
        ("1 < 2 and <p>", "<p>1 &lt; 2 and &lt;p&gt;</p>\n"),
    ],
)
def test_html_is_cleaned_and_markdown_rendered(source, expected):
    assert to_html(source) == expected


@given(st.text("<>/ abp=\"'script", max_size=60))
def test_no_text_brings_a_script(text):
    assert "<script" not in to_html(f"<p>{text}").lower()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>One</p><ul><li>two</li><li>three &lt; 4</li></ul>", "One\ntwo\nthree < 4"),
        ("A line<br/>and", "A line<br/>and"),  # Markdown, which it is, has no tags
        ("<p>a<br>b</p>", "a\nb"),
        ("  words ", "words"),
    ],
)
def test_calendars_get_plain_lines(source, expected):
    assert to_plain(source) == expected
