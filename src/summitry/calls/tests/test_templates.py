"""The templates of the house, each from opening to publication with an answer to every question."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from summitry.calls import acts, checks, fields, queries, rulesets
from summitry.calls.models import Call
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_user
from summitry.text.value import Text

from .factories import World, close, screen_all

pytestmark = pytest.mark.django_db


def something(field):
    """A good answer to a question of any kind."""
    answers = {
        "line": Text.of("A line", fr="Une ligne") if field.translatable else "A line",
        "text": Text.of("word " * 40, ar="كلمة " * 40) if field.translatable else "Some words.",
        "choice": field.choices[0].key if field.choices else None,
        "choices": [one.key for one in field.choices[:2]],
        "yesno": True,
        "country": "CN",
        "countries": ["CN", "KE"],
        "number": 3,
        "year": 2024,
        "date": "2027-01-01",
        "url": "example.org",
        "persons": [
            {"name": name, "affiliation": "A body", "country": "KE", "email": "a@example.org"}
            for name in ("A", "B")
        ],
        "organisations": [{"name": "A body"}],
    }
    found = answers[field.kind]
    return found[: field.option("max", 9)] if isinstance(found, list) else found


def world_of(name):
    secretariat = make_user(Role.SECRETARIAT)
    now = timezone.now()
    rules = replace(
        rulesets.load(name), outcome="list", opens_at=now - timedelta(1), closes_at=now + timedelta(9)
    )
    call = acts.create_call(secretariat, slug="a-call", rules=rules)
    scope = scope_of(call)
    world = World(
        call,
        make_user(Role.CALL_MANAGER, scope),
        make_user(Role.SCREENER, scope),
        make_user(Role.JURY_CHAIR, scope),
        [make_user(Role.JUROR, scope) for _ in range(3)],
    )
    world.call = acts.open_call(world.manager, call)
    return world


@pytest.mark.parametrize("name", ["practice_cases", "session_proposals"])
def test_a_template_from_opening_to_publication(name):
    world = world_of(name)
    rules = world.call.rules
    user = make_user()
    draft = acts.start_draft(user, world.call)
    assert set(checks.unfinished(draft)) == {one.key for one in rules.fields if one.required} | {"category"}
    given = {one.key: something(one) for one in rules.fields if not fields.kind(one.kind).holds_files}
    draft = acts.save_draft(user, draft, given, category=rules.categories[0].key)
    for field in rules.fields:
        if fields.kind(field.kind).holds_files:
            acts.upload(user, draft, field.key, SimpleUploadedFile("figures.csv", b"a,b\n1,2\n"))
    sent = acts.submit(user, draft)
    assert set(sent.answers) == {one.key for one in rules.fields}
    close(world)
    screen_all(world)
    assert acts.assign_all(world.manager, world.fresh()) == acts.Dealt(3, {})
    acts.open_stage(world.manager, next(run for run in world.fresh().stages.all() if run.kind == "score"))
    for juror in world.jurors:
        row = queries.jury_list(juror, world.fresh()).next
        acts.declare_no_conflict(juror, row.submission)
        marks = {one.key: 4 for one in row.assignment.stage.rule.criteria}
        acts.send_assessment(juror, row.submission, marks, comment="Clear.")
        page = queries.entry_page(juror, sent.ref)
        assert page.applicant is None
        shown = {answer.field.key for _section, rows in page.groups for answer in rows}
        hidden = {one.key for one in rules.fields if one.identifies or one.visibility == "hidden_from_jurors"}
        assert shown == {one.key for one in rules.fields} - hidden
    acts.close_stage(world.manager, next(run for run in world.fresh().stages.all() if run.kind == "score"))
    acts.open_stage(
        world.manager, next(run for run in world.fresh().stages.all() if run.kind == "deliberate")
    )
    tier = rules.decision.tiers[0].key if rules.decision.tiers else ""
    call = acts.decide(world.chair, world.fresh(), {sent.pk: acts.Choice("accepted", tier)})
    acts.seal_verdict(world.chair, call)
    acts.publish(world.manager, world.fresh())
    page = queries.submission_page(user, sent.uid)
    assert page.decision.is_accepted
    assert [(bool(sheet.marks), sheet.comment) for sheet in page.sheets] == [
        (rules.publish_scores, "Clear.")
    ] * 3
    assert Call.objects.get().appeals_until is not None


@pytest.mark.parametrize("name", ["practice_cases", "session_proposals"])
@pytest.mark.parametrize("language", ["ar", "zh-hans", "fr", "ru", "es"])
def test_a_template_speaks_to_each_reader(name, language):
    rules = rulesets.load(name)
    with translation.override(language):
        words = [rules.title, *(one.label for one in rules.fields), *(one.name for one in rules.stages)]
        assert {text.best().language for text in words} == {language}
