"""The forms: one field for each kind of question, files by their content, lists within the rules."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from summitry.calls import eligibility, fields, rulesets, stages
from summitry.calls.fields import Context
from summitry.calls.forms import tree
from summitry.calls.forms.answers import AnswerForm, name_of, unknown
from summitry.calls.labels import option_label
from summitry.calls.rules import Choice, Field
from summitry.people import files
from summitry.text.sheets import guard
from summitry.text.value import Text

from .factories import RULES, rules

T = Text.of
CONTEXT = Context("en", ("en", "fr", "ar"))


def posted(**values: str | list[str]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    data["version"] = "1"
    return data


def asked(field: Field, data: QueryDict | None = None, **draft: object) -> AnswerForm:
    return AnswerForm(rules(fields=(field,), sections=()), draft, CONTEXT, data, initial={"version": 1})


def answer(field: Field, data: QueryDict) -> object:
    form = asked(field, data)
    assert form.is_valid(), form.errors
    return form.answers[field.key]


def test_every_kind_of_field_has_its_question() -> None:
    assert unknown() == []


@pytest.mark.parametrize("name", rulesets.names())
def test_every_question_of_the_templates_is_drawn(name: str) -> None:
    found = rulesets.load(name)
    html = str(AnswerForm(found, {}, CONTEXT))
    for field in found.fields:
        assert str(field.label) in html


CASES = [
    (Field("a", "line", T("A")), {"a__": "Words"}, "Words"),
    (Field("a", "text", T("A")), {"a__": "Two\r\nlines"}, "Two\r\nlines"),
    (Field("a", "number", T("A")), {"a__": "twelve"}, "twelve"),
    (Field("a", "year", T("A")), {"a__": "٢٠٢٧"}, "٢٠٢٧"),
    (Field("a", "date", T("A")), {"a__": "2027-09-19"}, "2027-09-19"),
    (Field("a", "url", T("A")), {"a__": "example.org"}, "example.org"),
    (Field("a", "country", T("A")), {"a__": "CN"}, "CN"),
    (Field("a", "countries", T("A")), {"a__": ["CN", "", "EG"]}, ["CN", "EG"]),
    (Field("a", "choice", T("A"), choices=(Choice("x", T("X")),)), {"a__": "x"}, "x"),
    (Field("a", "choices", T("A"), choices=(Choice("yes", T("X")),)), {"a__": ["yes"]}, ["yes"]),
    (Field("a", "yesno", T("A")), {"a__": "no"}, "no"),
    (Field("a", "yesno", T("A"), options={"must": True}), {"a__": "yes"}, "yes"),
    (Field("a", "yesno", T("A"), options={"must": True}), {}, None),
]


@pytest.mark.parametrize(("field", "data", "expected"), CASES)
def test_what_is_typed_is_handed_on_unjudged(field: Field, data: dict, expected: object) -> None:
    assert answer(field, posted(**data)) == expected


def test_languages_side_by_side_make_one_text_with_its_source() -> None:
    field = Field("a", "line", T("A"), translatable=True)
    data = posted()
    data["a-_fr"], data["a-_en"], data["a-_de"] = (
        "Titre",
        "Title",
        "Titel",
    )  # de is not a language of the call
    found = answer(field, data)
    assert isinstance(found, Text)
    assert (found.source, found.values) == ("en", {"en": "Title", "fr": "Titre"})


def test_an_edit_keeps_what_is_known_of_translations() -> None:
    field = Field("a", "line", T("A"), translatable=True)
    before = T("Title", fr="Titre")
    data = posted()
    data["a-_en"], data["a-_fr"] = "Another title", "Titre"
    form = AnswerForm(
        rules(fields=(field,), sections=()), {"a": before.to_json()}, CONTEXT, data, initial={"version": 1}
    )
    assert form.is_valid()
    assert form.answers["a"].state("fr") == "outdated"


def test_persons_are_read_row_by_row_without_the_empty_ones() -> None:
    field = Field("a", "persons", T("A"))
    data = posted()
    data["a--0-name"], data["a--0-role"], data["a--1-name"], data["a--2-name"] = "One", "chair", " ", "Two"
    assert answer(field, data) == [{"name": "One", "role": "chair"}, {"name": "Two"}]


@pytest.mark.parametrize("kept", ["Words", 12, ["x"], {"en": "Title"}, {"texts": 3}, {"name": 1}, None, True])
@pytest.mark.parametrize("kind", [one.key for one in fields.every()])
def test_whatever_a_draft_keeps_the_form_can_show(kind: str, kept: object) -> None:
    choices = (Choice("x", T("X")),) if fields.kind(kind).needs_choices else ()
    html = str(asked(Field("a", kind, T("Question"), choices=choices), a=kept))
    assert "Question" in html


def test_hints_say_the_bounds() -> None:
    html = str(
        asked(Field("a", "text", T("A"), T("What was done."), options={"max_chars": 600, "max_words": 90}))
    )
    for words in ("What was done.", "At most 600 characters.", "At most 90 words.", 'data-most="600"'):
        assert words in html


def test_words_of_the_rules_are_text_and_not_markup() -> None:
    html = str(
        asked(Field("a", "choice", T("<b>A</b>"), T("<i>h</i>"), choices=(Choice("x", T("<u>X</u>")),)))
    )
    for tag in ("<b>", "<i>", "<u>"):
        assert tag not in html


def test_an_act_blames_the_question() -> None:
    form = asked(Field("a", "line", T("A")), posted(a__="x"))
    assert form.is_valid()
    form.blame(ValidationError({"a": ["Too short."], "elsewhere": ["Also this."]}))
    assert form.errors == {name_of("a"): ["Too short."], "__all__": ["Also this."]}


# -- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.4 x"),
        ("a.PNG", b"\x89PNG\r\n\x1a\n"),
        ("a.jpeg", b"\xff\xd8\xff\xe0"),
        ("a.docx", b"PK\x03\x04..."),
        ("a.csv", "name,\u540d\u5b57\n".encode()),
        ("a.txt", "\ufeffBOM".encode()),
    ],
)
def test_files_that_are_what_they_say(name: str, content: bytes) -> None:
    file = SimpleUploadedFile(name, content)
    files.check(file, list(files.KINDS))
    assert file.read() == content  # at its start again


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"x" * 101, "size"),
        ("a.svg", b"<svg onload=alert(1)>", "kind"),
        ("pdf", b"%PDF-1.4", "kind"),
        ("a.pdf.exe", b"%PDF-1.4", "kind"),
        ("a.png", b"%PDF-1.4", "content"),
        ("a.txt", b"\xff\xfe\x00", "content"),
        ("a.csv", b"a\x00b", "content"),
    ],
)
def test_files_that_are_not(name: str, content: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        files.check(SimpleUploadedFile(name, content), list(files.KINDS), 100)
    assert refused.value.code == code
    assert name in str(refused.value.messages[0])


def test_a_character_cut_at_the_end_of_the_look_is_no_fault() -> None:
    files.check(SimpleUploadedFile("a.txt", ("a" + "\u540d" * 5000).encode()), ["txt"])


@given(st.text(max_size=300))
def test_a_clean_name_has_no_path_and_no_control(name: str) -> None:
    found = files.clean_name(name)
    assert found
    assert len(found) <= 162
    assert not set(found) & {"/", "\\", "\x00", "\n", "\r", "\u202e"}
    assert found not in {".", ".."}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "+1"),
        ("+1+1", "'+1+1"),
        ("-2.5", "-2.5"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("a;=1", "a;'=1"),
        ("a\n@x", "a\n'@x"),
        ("＝1", "'＝1"),
        ("plain", "plain"),
    ],
)
def test_cells_are_harmless_in_a_spreadsheet(cell: str, expected: str) -> None:
    assert guard(cell) == expected


# -- the rules ------------------------------------------------------------------------------------


def test_every_option_of_every_kind_has_its_words() -> None:
    components = [*fields.every(), *stages.every(), *eligibility.every()]
    known = [(one.key, name) for one in components for name in [*one.options, "keep"]]
    assert [pair for pair in known if option_label(*pair) == pair[1]] == []


def test_lists_are_found_changed_and_put_back() -> None:
    where = "stages.jury.criteria"
    first, second = tree.items(RULES, where)
    moved = tree.moved(RULES, where, "evidence", -1)
    assert tree.items(moved, where) == (second, first)
    assert tree.moved(moved, where, "evidence", 1) == RULES
    assert tree.moved(RULES, where, "effect", -1) == RULES  # at the end of its list already
    assert tree.items(tree.removed(RULES, where, "effect"), where) == (second,)
    assert tree.removed(RULES, where, "nobody") == RULES
    assert tree.changed(RULES, where, "effect", second).stage("deliberation") == RULES.stage("deliberation")
    with pytest.raises(tree.Nowhere):
        tree.items(RULES, "title")
    with pytest.raises(tree.Nowhere):
        tree.moved(RULES, where, "nobody", 1)


@given(st.lists(st.sampled_from([("title", 1), ("summary", -1), ("note", 2), ("theme", -3)]), max_size=8))
def test_moving_loses_and_doubles_nothing(moves: list[tuple[str, int]]) -> None:
    found = RULES
    for key, by in moves:
        found = tree.moved(found, "fields", key, by)
    assert sorted(one.key for one in found.fields) == sorted(one.key for one in RULES.fields)


def test_keys_never_meet() -> None:
    assert tree.free_key(["theme", "theme_2"], "theme") == "theme_3"
    assert tree.free_key([], "theme") == "theme"


@given(st.lists(st.sampled_from([one.key for one in RULES.fields]), max_size=5))
def test_copies_have_keys_and_uses_of_their_own(keys: list[str]) -> None:
    found = RULES
    for key in keys:
        found = tree.doubled(found, "fields", key)
    assert len({one.key for one in found.fields}) == len(found.fields) == len(RULES.fields) + len(keys)
    roles = [one.role for one in found.fields if one.role]
    assert sorted(roles) == sorted({one.role for one in RULES.fields if one.role})
    first = tree.doubled(RULES, "stages.jury.criteria", "effect").stage("jury")
    assert first is not None
    assert [one.key for one in first.criteria] == ["effect", "effect_2", "evidence"]


def test_a_long_key_still_has_another_beside_it() -> None:
    assert tree.free_key(["x" * 40], "x" * 40) == "x" * 38 + "_2"
