"""What goes out in a format comes back: made texts, and real ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from .. import formats
from ..formats import Sheet, base
from ..formats.akn.schema import check
from ..structure import Draft, Kind, Passage
from .texts import FACTS, LANGUAGES, declaration, drafts

BOTH = [one.key for one in formats.every() if one.read and one.write]


def through(key: str, draft: Draft, *languages: str) -> Draft:
    one = formats.known(key)
    return one.read(one.write(Sheet(draft, list(languages), FACTS)), languages[0])


def test_a_key_is_registered_once():
    with pytest.raises(ValueError, match="docx"):
        base.register(formats.known("docx"))


@pytest.mark.parametrize("key", BOTH)
@settings(max_examples=25)
@given(draft=drafts(LANGUAGES, partly=True), language=st.sampled_from(LANGUAGES))
def test_one_language_comes_back(key, draft, language):
    assert through(key, draft, language) == draft.narrowed(language)


@settings(max_examples=20)
@given(draft=drafts(LANGUAGES, partly=True), order=st.permutations(LANGUAGES))
def test_several_languages_side_by_side_come_back(draft, order):
    assert through("docx", draft, *order) == draft


@settings(max_examples=20)
@given(draft=drafts(LANGUAGES, partly=True), language=st.sampled_from(LANGUAGES))
def test_akoma_ntoso_of_ours_is_valid_by_the_official_schema(draft, language):
    check(etree.fromstring(formats.known("akn").write(Sheet(draft, [language], FACTS))))


@pytest.mark.parametrize("key", [one.key for one in formats.writers()])
def test_the_same_text_makes_the_same_bytes(key):
    draft = Draft({"en": "T"}, [Passage(Kind.PARAGRAPH, {"en": "w"}, "1.", anchor="p1")])
    write = formats.known(key).write
    assert write(Sheet(draft, ["en"], FACTS)) == write(Sheet(draft, ["en"], FACTS))


@pytest.mark.parametrize("key", BOTH)
def test_a_file_of_ours_is_recognised(key):
    draft = Draft({"en": "T"}, [Passage(Kind.PARAGRAPH, {"en": "w"})])
    data = formats.known(key).write(Sheet(draft, ["en"], FACTS))
    assert formats.recognise(data).key == key
    assert formats.read(data, "en") == draft


@pytest.mark.parametrize("key", BOTH)
def test_the_universal_declaration_goes_through(shared_data, key):
    folder = shared_data / "declarations" / "udhr" / "json"
    codes = sorted(path.stem.lower() for path in folder.glob("*.json"))
    assert len(codes) == 22
    draft = declaration(folder, *codes)
    for code in codes:
        assert through(key, draft, code) == draft.narrowed(code)


def test_the_universal_declaration_side_by_side_in_a_word_file(shared_data):
    six = ("ar", "en", "es", "fr", "ru", "zh-hans")
    draft = declaration(shared_data / "declarations" / "udhr" / "json", *six)
    assert through("docx", draft, *six) == draft
    rows = [one for one in draft.passages if one.kind == Kind.HEADING]
    assert [len(one.words) for one in rows] == [6] * 30


@pytest.mark.parametrize(("language", "before"), [("en", 13), ("fr", 14)])
def test_the_paris_call_is_read_and_comes_back(shared_data, language, before):
    path = shared_data / "declarations/paris_call/texts" / language / "call/paris-call.md"
    draft = formats.read(path.read_bytes(), language)
    kinds = [one.kind for one in draft.passages]
    assert kinds == [Kind.PARAGRAPH] * before + [Kind.ITEM] * 9 + [Kind.PARAGRAPH] * 2
    assert draft.remarks == ["1 picture was left out."]
    assert [key for key in BOTH if through(key, draft, language) != Draft({}, draft.passages)] == []
