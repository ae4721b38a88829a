"""How translated text meets the reader; and that no writer can harm her."""

import re

import pytest
from django import forms
from django.core.validators import RegexValidator
from django.template import engines
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from summitry.text.templatetags.text import render_markdown
from summitry.text.value import Text


def draw(source: str, value: object, language: str = "en") -> str:
    with translation.override(language):
        return engines["django"].from_string(source).render({"x": value})


def test_words_of_another_language_carry_it():
    text = Text.of("Opening <1>", ar="الافتتاح")
    assert draw("{{ x|words }}", text) == "Opening &lt;1&gt;"
    assert draw("{{ x|words }}", text, "ar") == "الافتتاح"
    assert draw("{{ x|words }}", text, "fr") == '<span lang="en" dir="ltr">Opening &lt;1&gt;</span>'
    assert draw("{{ x|words }}", Text.of("الافتتاح", "ar")) == '<span lang="ar" dir="rtl">الافتتاح</span>'
    assert draw("{{ x|words }}", None) == ""
    assert draw("{{ x|words }}", "<b>") == "&lt;b&gt;"


def test_plain_words_are_bare_and_escaped_in_attributes():
    assert draw('<i title="{{ x|plain }}">', Text.of('a"b')) == '<i title="a&quot;b">'


def test_attributes_of_an_element_that_carries_the_language_itself():
    assert draw("<h1 {{ x|lang_attrs }}>", Text.of("Opening")) == "<h1 >"
    assert draw("<h1 {{ x|lang_attrs }}>", Text.of("开幕", "zh-hans")) == '<h1 lang="zh-Hans" dir="ltr">'
    assert draw("<h1 {{ x|lang_attrs }}>", "bare") == "<h1 >"


def test_the_mark_says_which_language_and_in_what_state():
    own = Text.of("Opening", fr="Ouverture")
    assert draw("{{ x|mark }}", own) == ""
    assert draw("{{ x|mark }}", own, "fr") == ""
    assert draw("{{ x|mark }}", Text()) == ""
    assert "Français" in draw("{{ x|mark }}", Text.of("Ouverture", "fr"))
    outdated = own.edited({"en": "Start", "fr": "Ouverture"})
    with translation.override("fr"):
        page = html.fragment_fromstring(draw("{{ x|mark }}", outdated, "fr"), create_parent=True)
    assert len(page.xpath("//span[@class='chip']")) == 1
    draft = own.edited({"en": "Opening", "fr": "L’ouverture"})
    assert draw("{{ x|mark }}", draft, "fr") != draw("{{ x|mark }}", outdated, "fr")


def test_prose_stands_in_a_block_of_its_language():
    assert draw("{{ x|prose }}", Text.of("*a*")) == "<div><p><em>a</em></p>\n</div>"
    assert draw("{{ x|prose }}", Text.of("ا", "ar")) == '<div lang="ar" dir="rtl"><p>ا</p>\n</div>'
    assert draw("{{ x|prose }}", None) == "<div></div>"


def test_headings_begin_below_the_pages_own():
    page = html.fromstring(render_markdown("# a\n\n## b\n\n### c\n\n###### d\n").join(("<div>", "</div>")))
    assert [one.tag for one in page] == ["h2", "h2", "h3", "h4"]


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.org/track.png)",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        '[x](https://example.org "a\\" onmouseover=alert(1)")',
        "<iframe src=//example.org></iframe>",
        "<a href='https://example.org' style='position:fixed'>x</a>",
        "<svg/onload=alert(1)>",
    ],
)
def test_markdown_is_safe(source):
    page = html.fragment_fromstring(render_markdown(source), create_parent=True)
    assert page.xpath("//script|//img|//iframe|//svg|//style|//@style|//@*[starts-with(name(), 'on')]") == []
    assert [href for href in page.xpath("//@href") if not href.startswith("https://example.org")] == []


@given(st.text())
def test_no_source_makes_anything_but_the_allowed_tags(source):
    page = html.fragment_fromstring(render_markdown(source), create_parent="div")
    allowed = {
        "div",
        "p",
        "br",
        "em",
        "strong",
        "a",
        "ul",
        "ol",
        "li",
        "blockquote",
        "code",
        "pre",
        "h2",
        "h3",
        "h4",
        "hr",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert {one.tag for one in page.iter()} <= allowed
    assert (
        set(
            page.xpath(
                "//@*/parent::*/@*[name()!='href' and name()!='title' and name()!='rel' and name()!='start']"
            )
        )
        == set()
    )


def test_links_of_writers_are_marked():
    page = html.fragment_fromstring(
        render_markdown("[x](https://example.org) <mail@example.org>"), create_parent=True
    )
    assert page.xpath("//a/@rel") == ["nofollow noopener"] * 2
    assert page.xpath("//a/@href") == ["https://example.org", "mailto:mail@example.org"]


@pytest.mark.parametrize(
    ("code", "read"), [("en", "one, two: a, b"), ("ar", "one، two: a، b"), ("zh-hans", "one，two: a、b")]
)
def test_parts_and_members_are_set_apart_as_the_reader_is_used_to(code, read):
    members = "{% for one in x %}{{ one }}{% if not forloop.last %}{% list_comma %}{% endif %}{% endfor %}"
    assert draw(f"one{{% comma %}}two: {members}", "ab", code) == read


def test_get_reads_a_key_of_a_mapping():
    assert draw("{{ x|get:'a' }}", {"a": 1}) == "1"
    assert draw("{{ x|get:'a' }}", None) == "None"


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("ar", "مثل 2027-09-19.", "مثل \u20662027-09-19\u2069."),
        ("ar", "أو 2027-11-03 14:00-18:00، 3", "أو \u20662027-11-03 14:00-18:00\u2069، 3"),
        ("ar", "2027-09-19T23:59:00Z <b>", "\u20662027-09-19T23:59:00Z\u2069 &lt;b&gt;"),
        ("ar", None, ""),
        ("en", "like 2027-09-19 <b>", "like 2027-09-19 &lt;b&gt;"),
    ],
)
def test_figures_keep_their_order_where_one_writes_from_the_right(language, value, shown):
    assert draw("{{ x|figures|default_if_none:'' }}", value, language) == shown


def test_a_hint_and_what_is_wrong_show_figures_in_their_order():
    class Dated(forms.Form):
        day = forms.CharField(
            help_text="على نحو 2027-09-19", validators=[RegexValidator("x", "اكتب 2027-09-20")]
        )

    page = draw("{{ x.as_div }}{% include 'ui/errors.html' with form=x %}", Dated({"day": "1"}), "ar")
    assert re.findall("\u2066(.*?)\u2069", page) == ["2027-09-19", "2027-09-20", "2027-09-20"]
