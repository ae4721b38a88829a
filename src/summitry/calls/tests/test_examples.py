"""A sound answer to any question that a call can ask."""

from types import SimpleNamespace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from summitry.calls import fields
from summitry.calls.fields import Context
from summitry.calls.fields.parties import OrganisationNamed, PersonNamed
from summitry.calls.fields.words import count_words
from summitry.calls.rules import Choice, Field
from summitry.text.value import Text

from .factories import T

UPLOADS = {f"u{at}": SimpleNamespace(field="x", name="a.pdf") for at in range(8)}
FEW = st.integers(0, 8)
DAYS = st.dates().map(str)
# What an option may hold, by its name, or by kind and name.
OPTIONS = {
    "min": FEW,
    "max": st.integers(1, 8),
    "year min": st.integers(1000, 9999),
    "year max": st.integers(1000, 9999),
    "number min": st.integers(-(10**14), 10**14),
    "number max": st.integers(-(10**14), 10**14),
    "decimals": st.integers(0, 6),
    "min_words": st.integers(0, 60),
    "max_words": st.integers(1, 80),
    "max_chars": st.integers(1, 400),
    "must": st.booleans(),
    "after": DAYS,
    "before": DAYS,
    "ask": st.lists(st.sampled_from(["country", "website", "role", "email"]), unique=True),
    "currency": st.just("USD"),
    "total": st.integers(0, 10_000),
    "max_bytes": st.integers(1, 10**7),
    "extensions": st.just(["pdf"]),
}


@st.composite
def questions(draw):
    """A field of any kind with any options that do not contradict themselves."""
    kind = draw(st.sampled_from(sorted(fields.every(), key=lambda one: one.key)))
    options = {}
    for name in kind.options:
        if draw(st.booleans()) or name == "currency":
            options[name] = draw(OPTIONS.get(f"{kind.key} {name}", OPTIONS[name]))
    if "ask" in options:
        options["ask"] = [one for one in options["ask"] if one in kind.parts]
    count = draw(st.integers(1, 9)) if kind.needs_choices else 0
    choices = tuple(Choice(f"c{at}", T("C")) for at in range(count))
    many = kind.may_translate and draw(st.booleans())
    field = Field("x", kind.key, T("X"), translatable=many, choices=choices, options=options)
    assume(not list(kind.problems(field, "x")))
    return kind, field


contexts = st.sampled_from([Context(uploads=UPLOADS), Context("fr", ("fr", "zh-hans"), UPLOADS)])
suggestions = st.lists(
    st.sampled_from(
        [
            *(None, "", [], "c1", ["c2", "c1"], ["FR", "CN"], "CN", 1999, True, "https://example.org/", "—"),
            Text.of("Words of a summary.", "en", fr="Un résumé."),
            Text.of("long " * 300, "en", **{"zh-hans": "数字经济" * 200}),
            [PersonNamed("Ada", country="GB"), PersonNamed("Bo")],
            [OrganisationNamed("A body")],
        ]
    ),
    max_size=4,
)


@given(questions(), contexts, suggestions)
def test_an_example_is_a_sound_answer_whatever_is_suggested(asked, context, suggested):
    kind, field = asked
    made = kind.example(field, context, *suggested)
    assert made is not None
    assert kind.clean(field, made, context) == made
    assert kind.show(field, made, context)


def example(kind, *suggested, translatable=False, choices=(), context=None, **options):
    field = Field("x", kind, T("X"), translatable=translatable, choices=choices, options=options)
    return fields.kind(kind).example(field, context or Context(), *suggested)


@pytest.mark.parametrize("kind", sorted(one.key for one in fields.every() if not one.holds_files))
def test_without_options_and_suggestions_there_is_one_too(kind):
    given = {"choices": (Choice("a", T("A")),)} if fields.kind(kind).needs_choices else {}
    assert example(kind, **given) is not None


def test_no_file_is_made_up():
    assert example("files") is None


def test_the_first_suggestion_that_fits_is_taken():
    body, people = [OrganisationNamed("A body")], [PersonNamed("Ada", "A body"), PersonNamed("Bo")]
    assert example("organisations", "x", people, body) == [{"name": "A body"}]
    assert example("persons", body, people, ask=["affiliation"]) == [{"name": "Ada", "affiliation": "A body"}]
    assert example("persons", people, min=2) == [{"name": "Ada"}, {"name": "Bo"}]
    assert example("country", "nowhere", ["FR", "CN"]) == "FR"
    assert example("countries", "FR") == ["FR"]
    assert example("year", 1999, 2021, min=2000) == 2021
    assert example("year", 1999, min=2030) == 2030
    assert example("url", "no address", "https://a.example/") == "https://a.example/"
    assert example("choice", "c", "b", choices=(Choice("a", T("A")), Choice("b", T("B")))) == "b"


def test_words_are_cut_and_filled_from_what_follows():
    summary, body = Text.of("One two.", "en", fr="Un deux."), Text.of("Three four five.", "en")
    assert example("text", summary, body, min_words=4) == "One two.\n\nThree four five."
    assert example("line", summary, body, min_words=4) == "One two. Three four five."
    assert example("text", Text.of("One two.\n\nThree.", "en"), max_words=2) == "One two."
    assert example("text", body, max_words=2) == "Three four"
    both = Text.from_json(example("text", summary, body, translatable=True, min_words=4))
    assert count_words(both.get("fr")) == 4
    french = example("text", summary, translatable=True, context=Context("fr", ("fr",)))
    assert Text.from_json(french).values == {"fr": "Un deux."}


@pytest.mark.parametrize(
    ("kind", "options"), [("files", {"min": 2}), ("line", {"min_words": 9, "max_chars": 8})]
)
def test_options_that_leave_no_answer_contradict_themselves(kind, options):
    field = Field("x", kind, T("X"), options=options)
    [problem] = fields.kind(kind).problems(field, "f")
    assert problem.path.startswith("f.options.min")
