"""Amending and closing a call; running its stages."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from summitry.calls import acts, tasks
from summitry.calls.models import StageRun
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_mandate, make_user
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.text.value import Text

from .factories import FIELDS, STAGES, T, close, make_draft, make_sent, make_world, open_world, rules

pytestmark = pytest.mark.django_db


def entries(kind):
    return list(Entry.objects.filter(kind=kind).order_by("index"))


# -- amend ----------------------------------------------------------------------------------------


def test_an_amendment_is_a_new_public_version_and_every_applicant_is_told(monkeypatch):
    letters = []
    monkeypatch.setattr(acts.setup, "letter", lambda name, to, *rest: letters.append((name, to)))
    world = open_world()
    one, two = make_user(), make_user()
    make_draft(world, one)
    make_sent(world, two)
    make_sent(world, two)
    old = world.fresh().rules
    fresh = replace(old, closes_at=old.closes_at + timedelta(days=2), title=T("Small call, longer"))
    call = acts.amend(world.manager, world.call, fresh, "The network was down.", world.call.version)
    assert [(one.version, str(one.reason)) for one in call.versions.order_by("version")] == [
        (1, ""),
        (2, "The network was down."),
    ]
    assert (call.closes_at, call.title) == (fresh.closes_at, fresh.title)
    assert call.versions.get(version=1).parsed == old
    [entry] = entries("calls.amended")
    assert (entry.facts["version"], entry.facts["before"], entry.facts["rules"]) == (
        2,
        old.digest,
        fresh.digest,
    )
    assert sorted((name, to.pk) for name, to in letters) == sorted([("amended", one.pk), ("amended", two.pk)])


def test_an_amendment_moves_the_calendar_of_stages():
    world = open_world()
    day = world.call.closes_at + timedelta(days=3)
    stages = (replace(STAGES[0], opens_at=day), *STAGES[1:])
    acts.amend(world.manager, world.call, replace(world.call.rules, stages=stages), "More time.")
    assert world.run("screening").opens_at == day


@pytest.mark.parametrize(
    "change",
    [
        {"fields": FIELDS[:-1]},
        {"blind": True},
        {"appeal_days": 1},
        {"stages": (STAGES[0], *STAGES[2:])},
        {"co_applicants": 9},
        {"outcome_options": {"gathering": "x"}},
    ],
)
def test_no_rule_changes_after_opening(change):
    world = open_world()
    with pytest.raises(ValidationError, match="Only words and dates"):
        acts.amend(world.manager, world.call, replace(world.call.rules, **change), "Because.")
    assert world.fresh().versions.count() == 1


def test_an_amendment_needs_a_reason_a_manager_and_the_newest_version():
    world = open_world()
    fresh = replace(world.call.rules, title=T("Other"))
    with pytest.raises(ValidationError) as caught:
        acts.amend(world.manager, world.call, fresh, " ")
    assert set(caught.value.message_dict) == {"reason"}
    with pytest.raises(PermissionDenied):
        acts.amend(world.chair, world.call, fresh, "Because.")
    with pytest.raises(Stale):
        acts.amend(world.manager, world.call, fresh, "Because.", world.call.version - 1)
    with pytest.raises(ValidationError):
        acts.amend(world.manager, world.call, fresh, "x" * 2001)
    assert world.fresh().versions.count() == 1
    acts.amend(world.manager, world.call, world.call.rules, "Nothing changes.")
    assert world.fresh().versions.count() == 1


def test_dates_that_have_passed_stay_and_new_ones_are_ahead():
    world = open_world()
    now = timezone.now()
    for change in (
        {"opens_at": now + timedelta(hours=1)},
        {"closes_at": now - timedelta(hours=1)},
        {"closes_at": None},
    ):
        with pytest.raises(ValidationError):
            acts.amend(world.manager, world.call, replace(world.call.rules, **change), "Because.")
    later = world.call.closes_at + timedelta(days=1)
    with pytest.raises(ValidationError):
        acts.amend(
            world.manager,
            world.call,
            replace(world.call.rules, closes_at=later + timedelta(9)),
            "Late.",
            now=later,
        )


def test_a_draft_is_not_amended():
    world = make_world()
    with pytest.raises(ValidationError, match="Only a call that is open"):
        acts.amend(world.manager, world.call, rules(title=T("x")), "Because.")


# -- close ----------------------------------------------------------------------------------------


def test_nobody_closes_a_call_before_its_deadline_has_passed_by_the_grace():
    world = open_world()
    deadline = world.call.closes_at
    for moment in (timezone.now(), deadline, deadline + acts.GRACE):
        with pytest.raises(ValidationError, match="takes submissions until"):
            acts.close_call(world.manager, world.call, now=moment)
        assert acts.close_due_calls(now=moment) == []
    make_sent(world)
    make_draft(world)
    call = acts.close_call(world.manager, world.call, now=deadline + acts.GRACE + timedelta(seconds=1))
    assert call.state == "closed"
    assert acts.close_call(world.manager, call).state == "closed"
    [entry] = entries("calls.closed")
    assert entry.facts["submissions"] == 1


def test_due_calls_close_by_themselves_once():
    world, other = open_world(), open_world()
    make_world()
    late = world.call.closes_at + timedelta(minutes=1)
    acts.amend(
        other.manager,
        other.call,
        replace(other.call.rules, closes_at=other.call.closes_at + timedelta(1)),
        "More time.",
    )
    assert [call.pk for call in acts.close_due_calls(now=late)] == [world.call.pk]
    assert acts.close_due_calls(now=late) == []
    assert world.fresh().state == "closed"
    assert other.fresh().state == "open"
    [entry] = entries("calls.closed")
    assert entry.said["by"] == "clock"


def test_the_task_closes_due_calls(monkeypatch):
    world = open_world()
    late = world.call.closes_at + timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert tasks.close_due_calls.call() == 1
    assert tasks.close_due_calls.call() == 0


def test_closing_needs_a_manager_and_an_open_call():
    world = make_world()
    with pytest.raises(PermissionDenied):
        acts.close_call(world.chair, world.call)
    with pytest.raises(ValidationError, match="not been opened"):
        acts.close_call(world.manager, world.call)


# -- stages ---------------------------------------------------------------------------------------


def test_stages_open_one_after_another_once_the_call_is_closed():
    world = open_world()
    make_sent(world)
    with pytest.raises(ValidationError, match="must be closed for submissions"):
        acts.open_stage(world.manager, world.run("screening"))
    close(world)
    with pytest.raises(ValidationError, match="“Screening” must be closed first"):
        acts.open_stage(world.manager, world.run("jury"))
    with pytest.raises(PermissionDenied):
        acts.open_stage(world.chair, world.run("screening"))
    run = acts.open_stage(world.manager, world.run("screening"))
    assert run.state == "open"
    assert acts.open_stage(world.manager, run).opened_at == run.opened_at
    with pytest.raises(ValidationError, match="1 entry has not been screened yet"):
        acts.close_stage(world.manager, run)
    acts.screen(world.screener, world.submissions[0], True)
    with pytest.raises(PermissionDenied):
        acts.close_stage(world.screener, run)
    closed = acts.close_stage(world.manager, run)
    assert closed.state == "closed"
    assert acts.close_stage(world.manager, closed).closed_at == closed.closed_at
    with pytest.raises(ValidationError, match="has been closed"):
        acts.open_stage(world.manager, run)
    with pytest.raises(ValidationError, match="not been opened"):
        acts.close_stage(world.manager, world.run("jury"))
    assert [entry.facts["key"] for entry in entries("calls.stage_opened")] == ["screening"]
    [entry] = entries("calls.stage_closed")
    assert entry.facts["counts"] == {"passed": 1, "failed": 0}


def test_opening_a_stage_tells_those_who_act_in_it(monkeypatch):
    letters = []
    monkeypatch.setattr(acts.running, "letter", lambda name, to, *rest: letters.append((name, to)))
    world = open_world()
    make_mandate(world.chair.person, Role.SCREENER, scope_of(world.call))
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    assert {to for _name, to in letters} == {world.screener, world.chair}


def test_publication_does_not_open_before_the_verdict():
    world = open_world(stages=(STAGES[2], STAGES[3]))
    close(world)
    acts.open_stage(world.manager, world.run("deliberation"))
    with pytest.raises(ValidationError, match="not sealed the verdict"):
        acts.close_stage(world.manager, world.run("deliberation"))
    StageRun.objects.filter(call=world.call, key="deliberation").update(
        state="closed", closed_at=timezone.now()
    )
    with pytest.raises(ValidationError, match="sealed before"):
        acts.open_stage(world.manager, world.run("publication"))


def test_a_text_reason_may_be_in_several_languages():
    world = open_world()
    fresh = replace(world.call.rules, title=T("Other"))
    why = Text.of("More time", fr="Plus de temps")
    assert acts.amend(world.manager, world.call, fresh, why).versions.get(version=2).reason == why
