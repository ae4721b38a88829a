"""Making a call, its people, opening it; its rules are frozen then."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from summitry.calls import acts, faces, rulesets
from summitry.calls.models import Call, RuleSet, StageRun
from summitry.calls.rules import RulesError
from summitry.people.models import Mandate, Role, scope_of
from summitry.people.tests.factories import make_user
from summitry.record.act import Stale
from summitry.record.models import Entry

from .factories import RULES, T, make_world, open_world

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
    assert faces.call_faces(["cases-2027"]).get("cases-2027") is None


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
    [
        (Role.SCREENER, Role.JUROR),
        (Role.JUROR, Role.SCREENER),
        (Role.CALL_MANAGER, Role.JUROR),
        (Role.CALL_MANAGER, Role.JURY_CHAIR),
    ],
)
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
    assert faces.call_faces([call.slug]).get(call.slug)["seed"] is None


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
