"""Making, opening, amending and closing a call; who may."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from summitry.calls import acts, faces, rulesets, tasks
from summitry.calls.models import Call, RuleSet, StageRun
from summitry.calls.rules import RulesError
from summitry.people.models import Mandate, Role, scope_of
from summitry.people.tests.factories import make_mandate, make_user
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.text.value import Text

from .factories import FIELDS, RULES, STAGES, T, close, make_draft, make_sent, make_world, open_world, rules

pytestmark = pytest.mark.django_db


def entries(kind):
    return list(Entry.objects.filter(kind=kind).order_by("index"))


# -- create and edit ------------------------------------------------------------------------------


def test_a_call_from_a_template():
    secretariat = make_user(Role.SECRETARIAT)
    now = timezone.now()
    call = acts.create_call(
        secretariat, slug="cases-2027", template="practice_cases", title=T("Cases 2027"), closes_at=now
    )
    assert (call.state, call.outcome, call.title) == ("draft", "atlas.case", T("Cases 2027"))
    assert call.closes_at == now
    assert call.rules == replace(rulesets.load("practice_cases"), title=T("Cases 2027"), closes_at=now)
    assert not Entry.objects.filter(kind__startswith="calls.").exists()
    assert faces.call_face("cases-2027") is None


def test_the_manager_of_all_calls_becomes_manager_of_her_own():
    manager = make_user(Role.CALL_MANAGER)
    call = acts.create_call(manager, slug="mine", rules=RULES)
    found = Mandate.objects.get(person=manager.person, scope=scope_of(call))
    assert found.role == Role.CALL_MANAGER


@pytest.mark.parametrize("role", [None, Role.JUROR, Role.SCREENER, Role.JURY_CHAIR, Role.AUDITOR])
def test_nobody_else_creates_a_call(role):
    with pytest.raises(PermissionDenied):
        acts.create_call(make_user(role), slug="mine", rules=RULES)
    assert Call.objects.count() == 0


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"slug": "No slug", "rules": RULES}, "slug"),
        ({"slug": "", "rules": RULES}, "slug"),
        ({"slug": "x"}, "title"),
        ({"slug": "x", "template": "moon"}, "template"),
        ({"slug": "x", "rules": RULES, "parent_scope": "gatherings.gathering:nowhere"}, "parent_scope"),
    ],
)
def test_what_a_call_cannot_be_made_of(options, field):
    with pytest.raises(ValidationError) as caught:
        acts.create_call(make_user(Role.SECRETARIAT), **options)
    assert set(caught.value.message_dict) == {field}
    assert Call.objects.count() == 0


def test_rules_that_cannot_be_read():
    with pytest.raises(RulesError) as caught:
        acts.create_call(make_user(Role.SECRETARIAT), slug="x", rules={"fields": 3, "moon": 1})
    assert {one.path for one in caught.value.problems} == {"fields", "moon"}


def test_a_slug_is_taken_once():
    secretariat = make_user(Role.SECRETARIAT)
    acts.create_call(secretariat, slug="x", rules=RULES)
    with pytest.raises(ValidationError) as caught:
        acts.create_call(secretariat, slug="x", rules=RULES)
    assert set(caught.value.message_dict) == {"slug"}


def test_rules_of_a_draft_are_edited():
    world = make_world()
    fresh = replace(world.call.rules, title=T("New"), blind=True)
    call = acts.edit_rules(world.manager, world.call, fresh, world.call.version)
    assert (call.title, call.rules, call.version) == (T("New"), fresh, world.call.version + 1)
    assert Call.objects.get(pk=call.pk).rules == fresh


def test_two_editors_of_one_draft():
    world = make_world()
    seen = world.call.version
    acts.edit_rules(world.manager, world.call, replace(world.call.rules, blind=True), seen)
    with pytest.raises(Stale):
        acts.edit_rules(world.manager, world.call, replace(world.call.rules, appeal_days=3), seen)
    assert world.fresh().rules.blind is True
    assert world.call.rules.appeal_days == 14


def test_only_managers_edit_and_only_drafts():
    world = make_world()
    for user in (world.screener, world.chair, world.jurors[0], make_user()):
        with pytest.raises(PermissionDenied):
            acts.edit_rules(user, world.call, RULES)
    acts.open_call(world.manager, world.call)
    with pytest.raises(ValidationError, match="frozen"):
        acts.edit_rules(world.manager, world.call, RULES)


def test_a_call_that_would_close_before_it_opens():
    world = make_world()
    fresh = replace(world.call.rules, closes_at=world.call.opens_at - timedelta(1))
    with pytest.raises(ValidationError, match="closes before it opens"):
        acts.edit_rules(world.manager, world.call, fresh)


def test_a_draft_is_discarded_with_its_mandates_and_an_open_call_is_not():
    world = make_world()
    acts.discard_call(world.manager, world.call)
    acts.discard_call(world.manager, world.call)
    assert Call.objects.count() == 0
    assert not Mandate.objects.in_force().filter(scope=scope_of(world.call)).exists()
    world = open_world()
    with pytest.raises(ValidationError, match="stays"):
        acts.discard_call(world.manager, world.call)


# -- people ---------------------------------------------------------------------------------------


def test_a_manager_appoints_a_juror_and_only_the_secretariat_a_manager():
    world = make_world()
    person = make_user().person
    mandate = acts.appoint(world.manager, world.call, person, Role.JUROR, label=T("Juror 9"))
    assert (mandate.role, mandate.scope, mandate.label) == ("juror", scope_of(world.call), T("Juror 9"))
    assert acts.appoint(world.manager, world.call, person, Role.JUROR) == mandate
    with pytest.raises(PermissionDenied):
        acts.appoint(world.manager, world.call, make_user().person, Role.CALL_MANAGER)
    acts.appoint(make_user(Role.SECRETARIAT), world.call, make_user().person, Role.CALL_MANAGER)


@pytest.mark.parametrize(
    ("held", "asked"),
    [(Role.SCREENER, Role.JUROR), (Role.JUROR, Role.SCREENER), (Role.CALL_MANAGER, Role.JUROR), (Role.CALL_MANAGER, Role.JURY_CHAIR)],
)  # fmt: skip
def test_duties_that_exclude_each_other(held, asked):
    world = make_world()
    user = make_user(held, scope_of(world.call))
    with pytest.raises(ValidationError):
        acts.appoint(make_user(Role.SECRETARIAT), world.call, user.person, asked)


def test_duties_that_are_none_and_strangers():
    world = make_world()
    with pytest.raises(ValidationError):
        acts.appoint(world.manager, world.call, make_user().person, "translator")
    with pytest.raises(PermissionDenied):
        acts.appoint(world.chair, world.call, make_user().person, Role.JUROR)
    with pytest.raises(PermissionDenied):
        acts.invite(world.chair, world.call, "x@example.org", Role.JUROR)


def test_a_juror_is_invited(mailoutbox, django_capture_on_commit_callbacks):
    world = make_world()
    found = acts.invite(world.manager, world.call, "New@Example.org", Role.JUROR, label=T("Juror 9"))
    assert (found.email, found.role, found.scope) == ("new@example.org", "juror", scope_of(world.call))


# -- open -----------------------------------------------------------------------------------------


def test_opening_freezes_version_one_and_enters_the_record():
    world = make_world()
    call = acts.open_call(world.manager, world.call)
    frozen = call.versions.get()
    assert (call.state, frozen.version, frozen.digest) == ("open", 1, call.rules.digest)
    assert frozen.parsed == call.rules
    assert [(run.key, run.kind, run.state) for run in call.stages.all()] == [
        ("screening", "screen", "pending"),
        ("jury", "score", "pending"),
        ("deliberation", "deliberate", "pending"),
        ("publication", "publish", "pending"),
    ]
    [entry] = entries("calls.opened")
    assert entry.subject == scope_of(call)
    assert entry.facts["rules"] == frozen.digest
    assert entry.facts["seed_digest"] == hashlib.sha256(call.seed.encode()).hexdigest()
    assert call.seed not in str(entry.body)
    assert faces.call_face(call.slug)["seed"] is None


def test_opening_tells_every_problem_and_changes_nothing():
    world = make_world()
    broken = replace(
        world.call.rules, fields=(), tie_break=("charm",), closes_at=timezone.now() - timedelta(hours=1)
    )
    call = acts.edit_rules(world.manager, world.call, broken)
    with pytest.raises(RulesError) as caught:
        acts.open_call(world.manager, call)
    assert {one.path for one in caught.value.problems} == {"fields", "tie_break", "closes_at"}
    assert world.fresh().state == "draft"
    assert not RuleSet.objects.exists()
    assert entries("calls.opened") == []


def test_a_call_opens_once_and_managers_alone_open_it():
    world = make_world()
    with pytest.raises(PermissionDenied):
        acts.open_call(world.chair, world.call)
    acts.open_call(world.manager, world.call)
    with pytest.raises(ValidationError, match="open already"):
        acts.open_call(world.manager, world.call)
    assert world.call.versions.count() == 1


def test_a_superuser_opens_nothing():
    world = make_world()
    root = make_user(is_superuser=True)
    with pytest.raises(PermissionDenied):
        acts.open_call(root, world.call)


# -- frozen ---------------------------------------------------------------------------------------


def test_frozen_rules_cannot_be_changed():
    frozen = open_world().call.versions.get()
    frozen.rules = {}
    with pytest.raises(ValidationError):
        frozen.save()
    with pytest.raises(ValidationError):
        frozen.delete()
    with pytest.raises(ValidationError):
        RuleSet.objects.filter(pk=frozen.pk).update(digest="x")
    with pytest.raises(ValidationError):
        RuleSet.objects.all().delete()
    with pytest.raises(ValidationError):
        RuleSet.objects.bulk_update([frozen], ["digest"])
    assert RuleSet.objects.get(pk=frozen.pk).parsed == world_rules(frozen)


def world_rules(frozen):
    return frozen.call.rules


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "draft"},
        {"state": "moon"},
        {"state": "closed"},
        {"state": "decided"},
        {"state": "published"},
        {"published_at": timezone.now()},
        {"closes_at": None},
        {"opened_at": None},
    ],
)
def test_the_database_refuses_states_that_cannot_be(broken):
    world = open_world()
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=world.call.pk).update(**broken)


def test_the_database_refuses_impossible_stages():
    run = open_world().run("jury")
    for broken in ({"state": "open"}, {"state": "closed"}, {"opened_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StageRun.objects.filter(pk=run.pk).update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        StageRun.objects.create(call=run.call, key="jury", position=9, kind="score")


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
