"""One value in several languages, side by side."""

import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.utils import translation
from lxml import html

from summitry.text.forms import TranslatedFormField
from summitry.text.value import Text

STORED = Text.of("Opening", zh_hans="开幕式", sw="Ufunguzi")


class OneForm(forms.Form):
    title = TranslatedFormField(max_length=10, help_text="Short.")
    note = TranslatedFormField(multiline=True, required=False)


def drawn(form: forms.Form) -> html.HtmlElement:
    return html.fromstring(f"<form>{form}</form>")


def test_each_language_gets_an_input_with_its_label_language_and_direction():
    page = drawn(OneForm())
    field = page.xpath("//fieldset[legend='Title']")[0]
    inputs = field.xpath(".//input")
    assert {(one.get("name"), one.get("lang"), one.get("dir")) for one in inputs} == {
        ("title_ar", "ar", "rtl"),
        ("title_zh-hans", "zh-Hans", "ltr"),
        ("title_en", "en", "ltr"),
        ("title_fr", "fr", "ltr"),
        ("title_ru", "ru", "ltr"),
        ("title_es", "es", "ltr"),
    }
    for one in inputs:
        (label,) = field.xpath(f".//label[@for='{one.get('id')}']")
        assert label.get("lang") == one.get("lang")
        assert (
            one.get("aria-describedby") == "id_title_helptext"
            or field.get("aria-describedby") == "id_title_helptext"
        )
    assert len(page.xpath("//fieldset[starts-with(legend, 'Note')]//textarea")) == 6
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_a_reader_sees_her_own_language_first_and_the_others_in_a_fold():
    with translation.override("ar"):
        page = drawn(OneForm())
    shown = page.xpath("(//fieldset)[1]/div[@class='langset']//input/@name")
    folded = page.xpath("(//fieldset)[1]/details//input/@name")
    assert shown == ["title_ar"]
    assert len(folded) == 5


def test_what_is_written_is_shown_also_in_a_language_that_the_institution_does_not_use():
    page = drawn(OneForm(initial={"title": STORED}))
    shown = page.xpath("(//fieldset)[1]/div[@class='langset']//input")
    assert {one.get("name"): one.get("value") for one in shown} == {
        "title_en": "Opening",
        "title_zh-hans": "开幕式",
        "title_sw": "Ufunguzi",
    }


def test_cleans_to_a_text_whose_source_is_the_language_of_the_writer():
    with translation.override("fr"):
        form = OneForm({"title_en": " Opening ", "title_fr": "Ouverture", "title_ru": ""})
        assert form.is_valid()
    assert form.cleaned_data["title"] == Text.from_values({"en": "Opening", "fr": "Ouverture"}, "fr")
    assert form.cleaned_data["note"] == Text()


def test_the_states_of_untouched_translations_are_kept():
    form = OneForm(
        {"title_en": "Start", "title_zh-hans": "开幕式", "title_sw": "Ufunguzi"}, initial={"title": STORED}
    )
    assert form.is_valid(), form.errors
    title = form.cleaned_data["title"]
    assert {code: title.state(code) for code in title.texts} == {
        "en": "source",
        "zh-hans": "outdated",
        "sw": "outdated",
    }
    assert form.changed_data == ["title"]


def test_nothing_has_changed_when_the_same_words_come_back():
    form = OneForm(
        {"title_en": "Opening", "title_zh-hans": "开幕式\r\n", "title_sw": "Ufunguzi"},
        initial={"title": STORED},
    )
    assert form.is_valid()
    assert form.cleaned_data["title"] == STORED
    assert form.changed_data == []


@pytest.mark.parametrize(
    ("data", "messages"),
    [
        ({}, ["This field is required."]),
        ({"title_en": "  "}, ["This field is required."]),
        (
            {"title_fr": "f" * 11, "title_ar": "ا" * 12, "title_en": "e" * 10},
            ["العربية: at most 10 characters, this has 12.", "Français: at most 10 characters, this has 11."],
        ),
        ({"title_xx": "hm"}, ["Unknown language “xx”."]),
        ({"title_en": "a\x00b"}, ["English: null characters are not allowed."]),
    ],
)
def test_faults_name_the_language(data, messages):
    form = OneForm(data)
    assert not form.is_valid()
    assert sorted(form.errors["title"]) == sorted(messages)


def test_a_fault_is_marked_on_its_own_input_shown_and_described():
    form = OneForm({"title_en": "fine", "title_fr": "f" * 11})
    page = drawn(form)
    field = page.xpath("//fieldset[@id='id_title_group']")[0]
    assert field.xpath("./div[@class='langset']//*[@aria-invalid='true']/@name") == ["title_fr"]
    assert field.xpath("./div[@class='langset']//input[@name='title_fr']/@value") == ["f" * 11]
    described = field.get("aria-describedby").split()
    assert described == ["id_title_helptext", "id_title_error"]
    assert all(len(page.xpath(f"//*[@id='{one}']")) == 1 for one in described)
    assert page.xpath("//div[@role='alert']//a/@href") == ["#id_title_group"]


def test_one_persons_fault_is_not_shown_to_the_next():
    OneForm({"title_fr": "f" * 11}).is_valid()
    assert drawn(OneForm()).xpath("//*[@aria-invalid]") == []


def test_hostile_words_are_escaped():
    page = drawn(OneForm({"title_en": '"><script>', "note_en": "</textarea><script>"}))
    assert page.xpath("//script") == []
    assert page.xpath("//input[@name='title_en']/@value") == ['"><script>']
    assert page.xpath("string(//textarea[@name='note_en'])").strip() == "</textarea><script>"


def test_a_disabled_field_keeps_what_is_stored():
    class Closed(forms.Form):
        title = TranslatedFormField(disabled=True)

    form = Closed({"title_en": "other"}, initial={"title": STORED})
    assert form.is_valid()
    assert form.cleaned_data["title"] == STORED
    assert form.changed_data == []


def test_an_original_can_be_locked_beside_its_translations():
    form = OneForm(initial={"title": STORED})
    form.fields["title"].widget.locked = {"en"}
    page = drawn(form)
    assert page.xpath("//*[@readonly]/@name") == ["title_en"]
    assert drawn(OneForm(initial={"title": STORED})).xpath("//*[@readonly]") == []


def test_a_form_that_leaves_the_field_out_is_seen():
    widget = OneForm().fields["title"].widget
    assert widget.value_omitted_from_data({}, {}, "title")
    assert not widget.value_omitted_from_data({"title_en": ""}, {}, "title")


@pytest.mark.django_db
def test_no_choice_is_written_alike_in_every_language():
    class Chosen(forms.Form):
        user = forms.ModelChoiceField(get_user_model()._default_manager.none())

    with translation.override("ar"):
        assert [one.text_content() for one in drawn(Chosen()).xpath("//option")] == ["–"]
