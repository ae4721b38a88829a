"""What is taken out of one call can be put into another and is the same, for every kind of question."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summitry.calls import acts, fields
from summitry.calls.bulk import cells
from summitry.calls.fields import Context
from summitry.calls.models import Submission
from summitry.calls.queries import tables
from summitry.calls.rules import Choice, Field
from summitry.people.tests.factories import make_institution, make_user
from summitry.text.tables import read
from summitry.text.value import Text

from .factories import open_world, rules
from .tabling import book, written

T = Text.of
CHOICES = (Choice("a", T("Apples; pears")), Choice("b-2", T("b")), Choice("c", T("=C")))
LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=15)
TRAPS = st.sampled_from(
    ["=1+1", "json:{}", "'=x", "a;b | c\nd", "_x0041_", "-5", "yes", "007", '{"texts":{}}', "#TOO-LONG"]
)
WORDS = LINE | TRAPS
LANGUAGES = ("en", "fr", "ar", "zh-hans")
COUNTRIES = st.sampled_from(["CN", "FR", "EG"])


def _party(*parts: str) -> st.SearchStrategy[Any]:
    more = {part: WORDS for part in parts if part not in {"country", "email", "website", "amount"}}
    fixed = {
        "country": COUNTRIES,
        "email": st.just("a@example.org"),
        "website": st.just("https://example.org/a|b"),
        "amount": st.sampled_from(["1200.50", "0"]),
    }
    chosen = {part: fixed[part] for part in parts if part in fixed}
    return st.fixed_dictionaries({"name": WORDS.filter(lambda one: one.strip())}, optional=more | chosen)


# For each kind of question what somebody may give to it: what is no answer is left out by the test.
GIVEN: dict[str, tuple[dict[str, Any], st.SearchStrategy[Any]]] = {
    "line": ({"translatable": True}, st.dictionaries(st.sampled_from(LANGUAGES), WORDS, max_size=3)),
    "text": ({}, WORDS),
    "choice": ({"choices": CHOICES}, st.sampled_from([one.key for one in CHOICES])),
    "choices": ({"choices": CHOICES}, st.lists(st.sampled_from([one.key for one in CHOICES]))),
    "yesno": ({}, st.booleans()),
    "number": ({"options": {"decimals": 2}}, st.decimals(-999, 999, places=2)),
    "year": ({}, st.integers(1000, 9999)),
    "date": ({}, st.dates()),
    "country": ({}, COUNTRIES),
    "countries": ({}, st.lists(COUNTRIES)),
    "url": ({}, st.sampled_from(["https://example.org/a;b|c", "http://x.org/?=1"])),
    "place": ({}, _party("street", "city", "country").map(lambda one: [one])),
    "persons": ({}, st.lists(_party("affiliation", "role", "contribution", "email", "country"), max_size=3)),
    "organisations": ({}, st.lists(_party("country", "website", "role"), max_size=3)),
    "budget": ({"options": {"currency": "USD"}}, st.lists(_party("amount", "source"), max_size=3)),
}
FIELDS = tuple(Field(f"f_{key}", key, T(f"The {key}"), **more) for key, (more, _given) in GIVEN.items())


def _kept(field: Field, raw: Any, context: Context) -> Any:
    try:
        return fields.kind(field.kind).clean(field, raw, context)
    except ValidationError:
        return None


def test_every_kind_of_question_is_tried() -> None:
    assert {one.key for one in fields.every() if not one.holds_files} == set(GIVEN)


@pytest.mark.parametrize("field", FIELDS, ids=lambda one: one.kind)
@given(data=st.data(), language=st.sampled_from(LANGUAGES))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_answer_comes_back_from_its_cells(field: Field, data: st.DataObject, language: str) -> None:
    context = Context(language, LANGUAGES)
    stored = _kept(field, data.draw(GIVEN[field.kind][1]), context)
    columns = [one.key for one in cells.columns(field, LANGUAGES)]
    given = cells.write(field, stored, context)
    assert set(given) <= set(columns)
    for form in (written, book):
        rows = [["id", *columns], ["1", *(given.get(key, "") for key in columns)]]
        (line,) = read(form(rows)).lines
        found = cells.read(field, {key: line.cells.get(key, "") for key in columns}, language)
        assert fields.kind(field.kind).clean(field, found, context) == stored


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_table_of_one_call_makes_the_same_entries_in_another(data: st.DataObject) -> None:
    make_institution()
    title = Field("title", "line", T("Title"), required=True, role="title")
    found = rules(fields=(title, *FIELDS), languages=LANGUAGES, sections=(), categories=())
    with transaction.atomic():
        first, second = open_world(found, jurors=0), open_world(replace(found, blind=True), jurors=0)
        for at in range(2):
            context = Context("en", LANGUAGES)
            answers = {one.key: _kept(one, data.draw(GIVEN[one.kind][1]), context) for one in FIELDS}
            kept = {key: one for key, one in answers.items() if one is not None}
            _send(first, at, kept)
        table = written(tables.submission_rows(first.fresh(), first.manager))
        renamed = table.replace(f'"{first.call.slug}-'.encode(), b'"x-')
        acts.import_submissions(second.manager, second.fresh(), read(renamed))
        assert [one.answers for one in second.submissions] == [one.answers for one in first.submissions]
        again = written(tables.submission_rows(second.fresh(), second.manager))
        taken = acts.import_submissions(second.manager, second.fresh(), read(again))
        assert taken.unchanged == ("x-1", "x-2")
        own = acts.import_submissions(first.manager, first.fresh(), read(table))
        assert len(own.unchanged) == 2
        transaction.set_rollback(True)


def _send(world: Any, at: int, kept: dict[str, Any]) -> Submission:
    user = make_user()
    draft = acts.start_draft(user, world.fresh(), language="en")
    draft = acts.save_draft(user, draft, {"title": f"Entry {at}", **kept}, draft.version)
    return acts.submit(user, draft, draft.version)
