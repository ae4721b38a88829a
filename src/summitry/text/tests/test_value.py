"""What an edit does to the states of a text, and that nothing is lost on its way to JSON and back."""

import json

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from summitry.text import languages
from summitry.text.value import Reading, Text, Translation

CODES = st.sampled_from(["en", "zh-hans", "ar", "fr", "ru", "es"])
WORDS = st.text(min_size=1).filter(str.strip)
VALUES = st.dictionaries(CODES, WORDS, max_size=6)


@st.composite
def texts(draw) -> Text:
    """Any text that some history of edits and reviews can make."""
    text = Text.from_values(draw(VALUES), draw(CODES))
    for _ in range(draw(st.integers(0, 3))):
        text = text.edited(draw(VALUES))
        for code in draw(st.lists(CODES, max_size=2)):
            if code in text.texts:
                text = text.reviewed(code)
    return text


def test_an_empty_text_is_false_and_reads_as_nothing():
    assert not Text()
    assert str(Text()) == ""
    assert Text().best("ar") == Reading("", "ar")
    assert Text.of("") == Text.of("", zh_hans="") == Text.from_values({"en": "  "}) == Text()
    assert Text().state("en") is None
    assert Text().get("en") == ""


def test_of_takes_its_translations_as_reviewed_and_needs_no_english():
    text = Text.of("Opening", zh_hans="开幕式")
    assert [text.state(code) for code in ("en", "zh-hans", "ar")] == ["source", "reviewed", None]
    assert Text.of(zh_hans="开幕式").source == "zh-hans"


def test_from_values_takes_the_named_source_else_the_first_and_leaves_the_rest_as_drafts():
    assert Text.from_values({"fr": "a", "en": "b"}, "en").source == "en"
    text = Text.from_values({"fr": "a", "en": "b", "ru": " "}, "ar")
    assert (text.source, text.values) == ("fr", {"en": "b", "fr": "a"})
    assert {code: text.state(code) for code in text.texts} == {"fr": "source", "en": "draft"}


def test_languages_come_in_the_order_of_the_interface_then_by_code():
    text = Text.from_values({"es": "1", "sw": "2", "ar": "3", "de": "4", "en": "5"})
    assert text.languages == ["ar", "en", "es", "de", "sw"]


def test_a_changed_source_makes_untouched_translations_outdated():
    before = Text.of("Opening", fr="Ouverture", zh_hans="开幕式")
    after = before.edited({"en": "Grand opening", "fr": "Grande ouverture", "zh-hans": "开幕式"})
    assert {code: after.state(code) for code in after.texts} == {
        "en": "source",
        "fr": "draft",
        "zh-hans": "outdated",
    }
    assert after.revision == 2
    assert before.state("zh-hans") == "reviewed"  # the old value is as it was


def test_an_outdated_translation_is_current_again_once_it_is_edited_or_confirmed():
    outdated = Text.of("Opening", fr="Ouverture").edited({"en": "Grand opening", "fr": "Ouverture"})
    assert outdated.edited({"en": "Grand opening", "fr": "Grande ouverture"}).state("fr") == "draft"
    assert outdated.reviewed("fr").state("fr") == "reviewed"


def test_a_changed_translation_loses_its_review_and_leaves_the_others_theirs():
    after = Text.of("Opening", fr="Ouverture", es="Apertura").edited(
        {"en": "Opening", "fr": "L’ouverture", "es": "Apertura"}
    )
    assert {code: after.state(code) for code in after.texts} == {
        "en": "source",
        "fr": "draft",
        "es": "reviewed",
    }
    assert after.revision == 1


def test_empty_words_remove_a_language_and_a_removed_source_hands_over():
    after = Text.of("Opening", fr="Ouverture").edited({"en": "", "fr": "Ouverture"})
    assert (after.source, after.values) == ("fr", {"fr": "Ouverture"})
    assert Text.of("Opening").edited({"en": " "}) == Text()


def test_only_a_text_that_has_the_language_can_be_reviewed_in_it():
    with pytest.raises(KeyError):
        Text.of("Opening").reviewed("fr")


def test_a_reader_gets_her_language_then_its_cousin_then_the_institutions_order(settings):
    settings.CONTENT_FALLBACKS = ["en", "zh-hans"]
    assert Text.of("Opening", ar="الافتتاح").best("ar") == Reading("الافتتاح", "ar")
    assert Text.of("Opening", zh_hant="開幕").best("zh-hans") == Reading("開幕", "zh-hant")
    assert Text.of("Opening", zh_hans="开幕").best("ru") == Reading("Opening", "en")
    assert Text.of("Abertura", "pt").best("ru") == Reading("Abertura", "pt")
    with translation.override("ar"):
        assert str(Text.of("Opening", ar="الافتتاح")) == "الافتتاح"


@given(texts())
def test_json_and_back_gives_the_same_text(text):
    stored = json.loads(json.dumps(text.to_json()))
    assert Text.from_json(stored) == text
    assert hash(Text.from_json(stored)) == hash(text)


@given(texts(), VALUES)
def test_after_any_edit_the_text_says_what_was_written_and_the_states_hold(text, values):
    after = text.edited(values)
    assert after.values == {code: values[code] for code in after.languages}
    assert set(after.texts) == set(values)
    assert (after.source in after.texts) if after else after.source == ""
    same_source = bool(text) and after.source == text.source
    for code in after.texts:
        state = after.state(code)
        if code == after.source:
            assert state == "source"
        elif not same_source or text.get(code) != values[code]:
            assert state == "draft"
        elif text.get(text.source) != values[text.source]:
            assert state == "outdated"
        else:
            assert state == text.state(code)


@given(texts())
def test_an_edit_that_changes_nothing_changes_nothing(text):
    assert text.edited(text.values) == text


@given(texts(), CODES)
def test_a_review_touches_one_language_only(text, code):
    if code not in text.texts:
        return
    after = text.reviewed(code)
    assert after.values == text.values
    assert after.state(code) == ("source" if code == text.source else "reviewed")
    assert {one: after.state(one) for one in text.texts if one != code} == {
        one: text.state(one) for one in text.texts if one != code
    }


@given(texts(), CODES)
def test_whoever_reads_gets_something_if_there_is_anything(text, code):
    reading = text.best(code)
    assert (reading.value == "") is (not text)
    if code in text.texts:
        assert reading == Reading(text.get(code), code)


def test_codes_as_html_wants_them_and_names_as_their_speakers_write_them():
    assert [languages.bcp47(code) for code in ("en", "zh-hans", "pt-br")] == ["en", "zh-Hans", "pt-BR"]
    assert [languages.direction(code) for code in ("ar", "fa", "zh-hans", "ckb")] == [
        "rtl",
        "rtl",
        "ltr",
        "rtl",
    ]
    assert [languages.local_name(code) for code in ("ar", "pt", "xx")] == ["العربية", "Português", "xx"]


def test_choose_gives_nothing_for_nothing():
    assert languages.choose([], "en") is None


def test_a_translation_is_a_draft_of_the_first_source_unless_it_says_more():
    assert Translation("x") == Translation("x", reviewed=False, revision=1)
