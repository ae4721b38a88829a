"""The small parts that every page uses."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation
from lxml import html


def draw(source: str, path: str = "/en/", **context: object) -> str:
    request = RequestFactory().get(path)
    return Template(source).render(Context({"request": request, **context}))


def test_data_goes_into_one_block_and_no_style_attribute():
    page = draw(
        '{% styled %}{% for n in rows %}<i {% vars v=n c="d1" %}></i>{% endfor %}{% endstyled %}',
        rows=[5, 39.5, 5],
    )
    assert page == (
        '<style>[data-style="v:5;c:d1"]{--v:5;--c:d1}'
        '[data-style="v:39.5;c:d1"]{--v:39.5;--c:d1}</style>'
        '<i data-style="v:5;c:d1"></i><i data-style="v:39.5;c:d1"></i><i data-style="v:5;c:d1"></i>'
    )


def test_nothing_styled_makes_no_block():
    assert draw("{% styled %}<p></p>{% endstyled %}") == "<p></p>"


def test_values_that_look_alike_do_not_share_a_rule():
    page = draw('{% styled %}<i {% vars v="1.5" %}></i><i {% vars v="1_5" %}></i>{% endstyled %}')
    keys = re.findall(r'<i data-style="([^"]+)"', page)
    assert len(set(keys)) == 2
    assert "--v:1.5" in page
    assert "--v:1_5" in page


@pytest.mark.parametrize("value", ["red;}", "url(x)/*", "</style>", "1 2", "", "x" * 41, "a\n", '"'])
def test_a_value_that_is_more_than_a_value_is_refused(value):
    with pytest.raises(ValueError, match="not a plain CSS value"):
        draw("{% styled %}<i {% vars v=x %}></i>{% endstyled %}", x=value)


def test_vars_outside_a_styled_block_is_a_fault():
    with pytest.raises(ValueError, match="outside"):
        draw("<i {% vars v=1 %}></i>")


def test_icons_are_hidden_from_those_who_listen_and_flip_when_asked():
    assert draw('{% icon "clock" %}') == (
        '<svg class="i" aria-hidden="true"><use href="/static/summitry/icons.svg#i-clock"/></svg>'
    )
    assert 'class="i flip"' in draw('{% icon "arrow" flip=True %}')
    assert "<script" not in draw("{% icon x %}", x='"><script>')


def test_the_query_string_changes_one_name_and_keeps_the_rest():
    path = "/en/?q=a&q=b&page=2"
    assert draw("{% query page=3 %}", path) == "?q=a&amp;q=b&amp;page=3"
    assert draw("{% query page=None %}", path) == "?q=a&amp;q=b"
    assert draw("{% query q=x %}", path, x=["c", "d"]) == "?q=c&amp;q=d&amp;page=2"
    assert Template("{% query page=1 %}").render(Context()) == "?page=1"


def test_this_page_in_another_language_keeps_its_query():
    assert draw('{% in_language "ar" %}', "/en/display/?next=%2Fen%2F") == "/ar/display/?next=%2Fen%2F"
    assert draw('{% in_language "ar" %}', "/en/no/such/page") == "/ar/no/such/page"
    assert draw('{% in_language "ar" %}', "/no/language?x=1") == "/ar/"
    assert Template('{% in_language "ar" %}').render(Context()) == "/ar/"


def test_numbers_hashes_and_times():
    assert draw("{{ x|thousands }}", x=48212) == "48,212"
    assert draw("{{ x|thousands }}", x=None) == ""
    assert draw("{{ x|short_hash }}", x=b"\x0b\x17" * 16) == "0b170b17…170b17"
    assert draw("{{ x|short_hash:4 }}", x="abcdefghijklmnop") == "abcd…klmnop"
    assert draw("{{ x|short_hash }}", x="abc") == "abc"
    assert draw("{{ x|days_left }}", x=timezone.now() + timedelta(days=3, hours=1)) == "3"
    assert draw("{{ x|days_left }}", x=datetime(2014, 11, 1, tzinfo=UTC)) == "0"
    with translation.override("en"):
        assert draw("{{ x|until }}", x=timezone.now() + timedelta(days=3, hours=1)) == "3\xa0days"


class Everything(forms.Form):
    name = forms.CharField(help_text="As in your passport.")
    agree = forms.BooleanField()
    pick = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    note = forms.CharField(required=False, widget=forms.Textarea)
    version = forms.IntegerField(widget=forms.HiddenInput)


def test_every_field_has_its_label_its_hint_and_its_fault():
    form = Everything({"name": ""})
    page = html.fromstring(f"<form>{form}</form>")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for control in page.xpath("//input[not(@type='hidden')]|//textarea"):
        assert page.xpath(f"//label[@for='{control.get('id')}']"), control.get("name")
    for described in page.xpath("//@aria-describedby"):
        assert all(page.xpath(f"//*[@id='{one}']") for one in described.split())
    assert page.xpath("//*[@role='alert']/h2")[0].text == "4 things keep this from being sent"
    form.add_error("name", ["A second one.", "A third one."])
    again = html.fromstring(f"<form>{form}</form>")
    assert again.xpath("//*[@role='alert']/h2")[0].text == "6 things keep this from being sent"
    targets = page.xpath("//*[@role='alert']//a/@href")
    assert targets == ["#id_name", "#id_agree", "#id_pick_group"]
    assert "Version: This field is required." in page.text_content()
    assert page.xpath("//label[@for='id_note']/span[@class='opt']")


def test_a_moment_is_written_in_utc_whatever_zone_it_came_in():
    moment = datetime(2027, 11, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    with translation.override("en"):
        assert (
            draw("{% at x %}", x=moment)
            == '<time datetime="2027-11-02T01:00:00Z">2 Nov 2027, 01:00 UTC</time>'
        )
    with translation.override("zh-hans"):
        assert "2027年11月2日 01:00 UTC" in draw("{% at x %}", x=moment)


def test_pages_of_a_list():
    page = draw('{% include "ui/pages.html" %}', "/en/?q=x", page=Paginator(range(100), 10).page(2))
    drawn = html.fromstring(page)
    assert drawn.xpath("//a[@rel='prev']/@href") == ["?q=x&page=1"]
    assert drawn.xpath("//b[@aria-current='page']")[0].text == "2"
    assert draw('{% include "ui/pages.html" %}', page=Paginator(range(5), 10).page(1)).strip() == ""
