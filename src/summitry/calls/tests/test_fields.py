"""Each kind of field: what it takes, what it refuses and in which words, how it types, shows and
publishes."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from summitry.calls import fields
from summitry.calls.fields import Context, Link, Shown
from summitry.calls.fields.budget import BudgetLine
from summitry.calls.fields.parties import OrganisationNamed, PersonNamed
from summitry.calls.fields.venues import PlaceNamed
from summitry.calls.fields.words import count_words
from summitry.calls.rules import Choice, Field
from summitry.text.value import Text

from .factories import T

UP = SimpleNamespace(uid="u1", field="x", name="a.pdf", size=3, digest="d")
CONTEXT = Context("en", ("en", "fr", "zh-hans"), {"u1": UP, "u2": SimpleNamespace(uid="u2", field="other")})
CHOICES = (Choice("ai", T("AI")), Choice("data", T("Data")), Choice("law", T("Law")))


def field(kind, translatable=False, choices=(), unit=None, **options):
    return Field(
        "x", kind, T("X"), translatable=translatable, choices=choices, unit=unit or Text(), options=options
    )


def clean(of, raw, context=CONTEXT):
    return fields.kind(of.kind).clean(of, raw, context)


def refused(of, raw):
    with pytest.raises(ValidationError) as caught:
        clean(of, raw)
    return " ".join(caught.value.messages)


LINE = field("line")
TEXT6 = field("text", True, max_chars=12)
CHOICE = field("choice", choices=CHOICES)
SOME = field("choices", choices=CHOICES, min=1, max=2)

BUDGET = field("budget", currency="USD", total=5000)

GOOD = [
    (LINE, "  two\n words ", "two words"),
    (LINE, "", None),
    (LINE, None, None),
    (LINE, "x\x00y", "xy"),
    (LINE, Text.of("mot", "fr"), "mot"),
    (field("text"), "one\r\ntwo", "one\ntwo"),
    (CHOICE, "ai", "ai"),
    (CHOICE, "", None),
    (SOME, ["data", "ai", "ai"], ["ai", "data"]),
    (SOME, [], None),
    (field("yesno"), "yes", True),
    (field("yesno"), "no", False),
    (field("yesno"), False, False),
    (field("yesno"), "", None),
    (field("country"), " cn ", "CN"),
    (field("countries"), ["fr", "CN", "fr"], ["CN", "FR"]),
    (field("number"), "1 200", 1200),
    (field("number"), "١٢", 12),
    (field("number"), 0, 0),
    (field("number", decimals=2), "3.5", "3.50"),
    (field("number", decimals=1), Decimal("2"), "2.0"),
    (field("year"), "2027", 2027),
    (field("year"), 2027, 2027),
    (field("year"), "٢٠٢٧", 2027),
    (field("date"), "2027-09-19", "2027-09-19"),
    (field("date"), date(2027, 9, 19), "2027-09-19"),
    (field("url"), "example.org/a", "https://example.org/a"),
    (field("url"), "http://example.org", "http://example.org"),
    (field("files"), ["u1"], ["u1"]),
    (field("files"), [], None),
    (field("persons"), ["Ada"], [{"name": "Ada"}]),
    (
        field("persons"),
        [{"name": " Ada ", "email": "", "role": "chair"}, {"name": ""}],
        [{"name": "Ada", "role": "chair"}],
    ),
    (field("persons"), [PersonNamed("Ada", country="fr")], [{"name": "Ada", "country": "FR"}]),
    (field("persons"), [{}], None),
    (BUDGET, [{"name": "Hall", "amount": "1 200,5"}], [{"name": "Hall", "amount": "1200.50"}]),
    (BUDGET, [{"name": "Hall", "amount": "1,200.50"}], [{"name": "Hall", "amount": "1200.50"}]),
    (BUDGET, [BudgetLine("Hall", Decimal("3"))], [{"name": "Hall", "amount": "3.00"}]),
    (BUDGET, [{"name": "", "amount": ""}], None),
    (field("place"), [{"name": "Dock", "country": "ke"}], [{"name": "Dock", "country": "KE"}]),
    (field("place"), PlaceNamed("Dock", "KE"), [{"name": "Dock", "country": "KE"}]),
    (
        field("organisations"),
        [{"name": "Trust", "website": "t.example"}],
        [{"name": "Trust", "website": "https://t.example"}],
    ),
]


@pytest.mark.parametrize(("of", "raw", "kept"), GOOD, ids=range(len(GOOD)))
def test_good_answers(of, raw, kept):
    assert clean(of, raw) == kept
    assert clean(of, clean(of, raw)) == kept  # cleaning twice is cleaning once


BAD = [
    (LINE, "x" * 501, "At most 500 characters; this has 501."),
    (LINE, 5, "cannot be read"),
    (LINE, Text.of("a", fr="b"), "one language only"),
    (field("line", max_chars=1), "ab", "At most 1 character; this has 2."),
    (field("text", max_words=2), "a b c", "At most 2 words; this has 3."),
    (field("text", min_words=2), "a", "At least 2 words; this has 1."),
    (TEXT6, {"en": "x" * 13}, "English: At most 12 characters; this has 13."),
    (TEXT6, {"ar": "كلمة"}, "is not a language of this call"),
    (TEXT6, {"texts": 3}, "cannot be read"),
    (TEXT6, {"texts": {"en": {"value": 3}}}, "cannot be read"),
    (CHOICE, "moon", "Choose one of the answers"),
    (CHOICE, ["ai"], "Choose one of the answers"),
    (SOME, ["moon"], "Choose from the answers"),
    (SOME, "ai", "Choose from the answers"),
    (SOME, ["ai", "data", "law"], "at most 2"),
    (field("yesno"), "perhaps", "yes or no"),
    (field("yesno", must=True), False, "if you agree"),
    (field("country"), "ZZ", "Choose a country"),
    (field("country"), 7, "Choose a country"),
    (field("countries"), "CN", "cannot be read"),
    (field("countries", max=1), ["CN", "FR"], "at most 1"),
    (field("number"), "twelve", "Write a number"),
    (field("number"), "NaN", "Write a number"),
    (field("number"), "1e999", "Write a number"),
    (field("number"), True, "cannot be read"),
    (field("number"), "1.5", "whole number"),
    (field("number", decimals=1), "1.55", "At most 1 decimal"),
    (field("number", min=2), "1", "at least 2"),
    (field("number", max=2), "3", "at most 2"),
    (field("year"), "27", "four digits"),
    (field("year"), True, "four digits"),
    (field("year", min=2000), "1999", "at least 2000"),
    (field("date"), "19.9.2027", "year-month-day"),
    (field("date"), 5, "year-month-day"),
    (field("date", after="2027-01-01"), "2026-12-31", "before 1 January 2027"),
    (field("date", before="2027-01-01"), "2027-01-02", "after 1 January 2027"),
    (field("url"), "javascript:alert(1)", "web address"),
    (field("url"), "ftp://example.org", "web address"),
    (field("url"), "https://example.org/" + "a" * 500, "too long"),
    (field("files"), ["u2"], "missing"),
    (field("files"), ["nothing"], "missing"),
    (field("files"), "u1", "cannot be read"),
    (field("files", min=2), ["u1"], "At least 2 files"),
    (field("persons", ask=["email"]), [{"name": "Ada"}], "Number 1: E-mail is missing."),
    (BUDGET, [{"name": "Hall"}], "Number 1: Amount is missing."),
    (BUDGET, [{"amount": "3"}], "Number 1: What for is missing."),
    (BUDGET, [{"name": "Hall", "amount": "much"}], "Number 1: Write the amount as a number"),
    (BUDGET, [{"name": "Hall", "amount": "-1"}], "Number 1: Write the amount as a number"),
    (BUDGET, [{"name": "Hall", "amount": "0.005"}], "Number 1: At most two decimals."),
    (BUDGET, [{"name": "Hall", "amount": "5001"}], "The sum is at most USD 5,000.00."),
    (field("place"), [{"name": "Dock"}], "Number 1: Country or area is missing."),
    (field("place"), [{"name": "A", "country": "KE"}] * 2, "At most 1 can be named."),
    (field("persons"), [{"role": "chair"}], "Number 1: Name is missing."),
    (field("persons"), [{"name": "Ada", "email": "ada"}], "Number 1:"),
    (field("persons"), [{"name": "Ada", "country": "ZZ"}], "Number 1: Choose a country"),
    (field("persons"), [{"name": "A" * 301}], "Number 1 is too long"),
    (field("persons"), [{"name": "Ada", "age": "9"}], "cannot be read"),
    (field("persons"), [{"name": 3}], "cannot be read"),
    (field("persons"), [3], "cannot be read"),
    (field("persons"), "Ada", "cannot be read"),
    (field("persons", max=1), ["Ada", "Bob"], "at most 1"),
    (field("persons", min=2), ["Ada"], "at least 2"),
    (field("persons"), ["Ada"] * 51, "At most 50"),
    (field("organisations"), [{"name": "T", "website": "no address"}], "Number 1: Write a web address"),
]


@pytest.mark.parametrize(("of", "raw", "said"), BAD, ids=range(len(BAD)))
def test_bad_answers_are_refused_in_words(of, raw, said):
    assert said.lower() in refused(of, raw).lower()


def test_a_file_too_many():
    two = Context(uploads={"u1": UP, "u3": SimpleNamespace(uid="u3", field="x")})
    with pytest.raises(ValidationError, match="At most 1 file"):
        clean(field("files"), ["u1", "u3"], two)


def test_each_language_of_a_translatable_text_has_its_own_bounds_and_every_fault_is_told():
    said = refused(TEXT6, {"en": "x" * 13, "fr": "y" * 14, "zh-hans": "短"})
    assert "English: At most 12 characters; this has 13." in said
    assert "Français: At most 12 characters; this has 14." in said


def test_a_translatable_text_keeps_its_states():
    text = Text.of("One", fr="Un").edited({"en": "Two", "fr": "Un"})
    kept = clean(field("line", True), text)
    assert Text.from_json(kept) == text
    assert Text.from_json(kept).state("fr") == "outdated"


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("It doesn’t matter", 3),
        ("开幕式 2027", 4),
        ("", 0),
        ("حالات الممارسة", 2),
        ("co-operation, now", 2),
        ("— …", 0),
    ],
)
def test_words_are_counted_as_their_script_counts_them(words, count):
    assert count_words(words) == count


def test_typed_values():
    def value(of, stored):
        return fields.kind(of.kind).value(of, stored, CONTEXT)

    assert value(LINE, "a") == Text.of("a", "en")
    assert value(field("line", True), Text.of("a", fr="b").to_json()) == Text.of("a", fr="b")
    assert value(CHOICE, "ai") == CHOICES[0]
    assert value(SOME, ["law", "ai"]) == [CHOICES[0], CHOICES[2]]
    assert value(field("number"), 3) == 3
    assert value(field("number", decimals=1), "3.5") == Decimal("3.5")
    assert value(field("date"), "2027-09-19") == date(2027, 9, 19)
    assert value(field("files"), ["u1", "gone"]) == [UP]
    assert value(field("persons"), [{"name": "Ada", "role": "chair"}]) == [PersonNamed("Ada", role="chair")]
    assert value(field("organisations"), [{"name": "T"}]) == [OrganisationNamed("T")]
    assert value(field("country"), "CN") == "CN"
    assert value(field("yesno"), False) is False


def test_shown_and_public():
    def shown(of, stored):
        return fields.kind(of.kind).show(of, stored, CONTEXT)

    def public(of, stored):
        return fields.kind(of.kind).public(of, stored, CONTEXT)

    assert shown(LINE, "a") == Shown("words", (Text.of("a"),))
    assert shown(field("text"), "a") == Shown("prose", (Text.of("a"),))
    assert shown(CHOICE, "ai") == Shown("words", (T("AI"),))
    assert not shown(CHOICE, "a choice that was amended away")
    assert shown(SOME, ["ai"]) == Shown("items", (T("AI"),))
    assert shown(field("yesno"), False) == Shown("words", ("No",))
    assert shown(field("number", unit=T("boats")), 1200) == Shown("words", ("1200 boats",))
    assert shown(field("year"), 2027) == Shown("words", ("2027",))
    assert shown(field("url"), "https://e.org/") == Shown("links", (Link("https://e.org/", "e.org"),))
    assert shown(field("files"), ["u1"]) == Shown("files", (UP,))
    with translation.override("fr"):
        assert shown(field("country"), "CN") == Shown("words", ("Chine",))
        assert shown(field("countries"), ["CN", "FR"]) == Shown("items", ("Chine", "France"))
    person = [{"name": "Ada", "affiliation": "Trust", "email": "ada@example.org"}]
    assert shown(field("persons"), person) == Shown("items", ("Ada · Trust",))
    assert public(field("persons"), person) == [{"name": "Ada", "affiliation": "Trust"}]
    assert public(field("files"), ["u1"]) == [{"name": "a.pdf", "bytes": 3, "sha256": "d"}]
    assert public(LINE, "a") == {"en": "a"}
    assert public(field("year"), 2027) == 2027


def test_a_draft_keeps_what_is_wrong_and_refuses_what_cannot_be_stored():
    kind = fields.kind("line")
    assert kind.keep(LINE, "x" * 600) == "x" * 600
    assert kind.keep(LINE, Text.of("a")) == Text.of("a").to_json()
    assert fields.kind("date").keep(field("date"), date(2027, 1, 2)) == "2027-01-02"
    for raw in ("x" * 100_001, "a\x00b", "\ud800", float("nan"), object()):
        with pytest.raises(ValidationError):
            kind.keep(LINE, raw)


def test_two_kinds_of_one_name_are_refused():
    from summitry.calls.fields import base

    class Impostor(base.FieldKind):
        key = "line"

    with pytest.raises(ValueError, match="line"):
        base.register(Impostor)


def test_a_new_kind_is_a_new_file_and_nothing_else():
    """Every module of the package is found by itself, and nothing names a kind but its own file."""
    assert {kind.key for kind in fields.every()} == {
        "line",
        "text",
        "choice",
        "choices",
        "yesno",
        "country",
        "countries",
        "number",
        "year",
        "date",
        "url",
        "files",
        "persons",
        "organisations",
        "budget",
        "place",
    }
    assert all(str(kind.label) for kind in fields.every())
    assert not fields.known("moon")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9999, 9999) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "email", "en", "fr", "texts", "source"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from([of for of, _raw, _kept in GOOD] + [TEXT6]), JSON)
def test_any_input_is_kept_or_refused_and_keeping_is_stable(of, raw):
    kind = fields.kind(of.kind)
    try:
        kept = clean(of, raw)
    except ValidationError as error:
        said = error.messages
    else:
        said = None
    if said is not None:
        assert said != []
        assert all(said)
        return
    assert clean(of, kept) == kept
    if kept is not None:
        assert isinstance(kind.show(of, kept, CONTEXT), Shown)
        kind.value(of, kept, CONTEXT)
        kind.public(of, kept, CONTEXT)


def test_a_budget_is_shown_with_its_sum_and_typed():
    kept = clean(
        BUDGET, [{"name": "Hall", "amount": "1200"}, {"name": "Food", "amount": "0.5", "source": "us"}]
    )
    kind = fields.kind("budget")
    assert kind.value(BUDGET, kept, CONTEXT) == [
        BudgetLine("Hall", Decimal("1200.00")),
        BudgetLine("Food", Decimal("0.50"), "us"),
    ]
    assert kind.show(BUDGET, kept, CONTEXT).parts == (
        "Hall · USD 1,200.00",
        "Food · USD 0.50 · us",
        "Sum: USD 1,200.50",
    )


def test_a_budget_names_its_currency():
    assert [one.path for one in fields.kind("budget").problems(field("budget"), "f")] == [
        "f.options.currency"
    ]
    assert list(fields.kind("budget").problems(BUDGET, "f")) == []


def test_a_place_is_shown_with_its_country():
    kept = clean(field("place"), [{"name": "Dock", "street": "1 Quay", "city": "Kisumu", "country": "KE"}])
    assert fields.kind("place").show(field("place"), kept, CONTEXT).parts == (
        "Dock · 1 Quay · Kisumu · Kenya",
    )
