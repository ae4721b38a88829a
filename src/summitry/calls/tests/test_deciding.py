"""The chair's decisions against the computed order."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from summitry.calls import acts
from summitry.calls.acts import Choice
from summitry.calls.models import Decision
from summitry.calls.orders import order_of
from summitry.calls.rules import Category, DecisionRule, Tier
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_mandate, make_user
from summitry.record.act import Stale
from summitry.text.value import Text

from .factories import (
    GOLD,
    NO,
    SILVER,
    STAGES,
    WHY,
    T,
    close,
    decide,
    judged,
    make_sent,
    open_world,
    screen_all,
)

pytestmark = pytest.mark.django_db

# -- deciding -------------------------------------------------------------------------------------


def test_decisions_along_the_order_need_no_explanation():
    world = open_world()
    judged(world, [[(5, 5)], [(4, 4)], [(1, 1)]])
    decide(world, GOLD, SILVER, NO)
    found = Decision.objects.order_by("submission__number")
    assert [(one.result, one.tier, one.computed_rank, one.departs) for one in found] == [
        ("accepted", "gold", 1, False),
        ("accepted", "silver", 2, False),
        ("rejected", "", 3, False),
    ]
    assert {one.decided_by for one in found} == {world.chair.person}


def test_a_departure_needs_a_written_reason_and_nothing_is_half_saved():
    world = open_world()
    entries = judged(world, [[(5, 5)], [(4, 4)], [(1, 1)]])
    with pytest.raises(ValidationError) as caught:
        decide(world, NO, GOLD, SILVER)
    assert set(caught.value.message_dict) == {f"departure_{entry.pk}" for entry in entries}
    assert not Decision.objects.exists()
    why = {"departure_reason": WHY}
    decide(world, replace(NO, **why), replace(GOLD, **why), replace(SILVER, **why))
    assert all(one.departs and one.departure_reason for one in Decision.objects.all())


def test_a_reason_for_what_does_not_depart_is_not_kept():
    world = open_world()
    judged(world, [[(5, 5)]])
    decide(world, replace(GOLD, departure_reason="Just so."))
    assert Decision.objects.get().departure_reason == Text()


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice("rejected"), "reason"),
        (Choice("rejected", reason=" "), "reason"),
        (Choice("rejected", standard="moon"), "reason"),
        (Choice("rejected", "gold", reason="No."), "tier"),
        (Choice("accepted"), "tier"),
        (Choice("accepted", "bronze"), "tier"),
        (Choice("moon"), "result"),
        (Choice("rejected", reason="x" * 5001), "reason"),
    ],
)
def test_what_is_no_decision(choice, field):
    world = open_world()
    [one] = judged(world, [[(5, 5)]])
    with pytest.raises(ValidationError) as caught:
        decide(world, choice)
    assert set(caught.value.message_dict) == {f"{field}_{one.pk}"}
    assert not Decision.objects.exists()


def test_quotas_of_tiers_categories_and_places():
    world = open_world()
    judged(world, [[(5, 5)], [(4, 4)]])
    with pytest.raises(ValidationError, match="Gold: There is 1 place and 2 are accepted"):
        decide(world, GOLD, GOLD)
    world = open_world(categories=(Category("north", T("North"), quota=1), Category("south", T("South"))))
    judged(world, [[(5, 5)], [(4, 4)]])
    with pytest.raises(ValidationError, match="North: There is 1 place"):
        decide(world, GOLD, SILVER)
    world = open_world(decision=DecisionRule(places=1))
    judged(world, [[(5, 5)], [(4, 4)]])
    with pytest.raises(ValidationError, match="There is 1 place and 2"):
        decide(world, Choice("accepted"), Choice("accepted"))


def test_only_chairs_decide_and_no_manager_in_her_own_call():
    world = open_world()
    [one] = judged(world, [[(5, 5)]])
    both = make_user(Role.JURY_CHAIR, scope_of(world.call))
    make_mandate(both.person, Role.CALL_MANAGER, scope_of(world.call))
    strangers = (
        world.manager,
        world.screener,
        world.jurors[0],
        make_user(Role.SECRETARIAT),
        make_user(Role.AUDITOR),
    )
    for user in (both, *strangers):
        with pytest.raises(PermissionDenied):
            acts.decide(user, world.call, {one.pk: GOLD})
        with pytest.raises(PermissionDenied):
            acts.seal_verdict(user, world.call)
    assert not Decision.objects.exists()


def test_decisions_are_for_deliberation_only():
    world = open_world()
    make_sent(world)
    close(world)
    with pytest.raises(ValidationError, match="No stage"):
        decide(world, GOLD)
    screen_all(world)
    with pytest.raises(ValidationError, match="No stage"):
        acts.seal_verdict(world.chair, world.call)


def test_two_chairs_one_after_the_other():
    world = open_world()
    one, two = judged(world, [[(5, 5)], [(4, 4)]])
    other = make_user(Role.JURY_CHAIR, scope_of(world.call))
    seen = world.fresh().sheet
    acts.decide(world.chair, world.call, {one.pk: GOLD}, seen)
    with pytest.raises(Stale):
        acts.decide(other, world.call, {two.pk: SILVER}, seen)
    assert Decision.objects.get().submission == one
    acts.decide(other, world.call, {two.pk: SILVER}, world.fresh().sheet)
    with pytest.raises(Stale):
        acts.seal_verdict(world.chair, world.call, seen)


def test_a_sheet_that_does_not_change_stays_as_it_is():
    world = open_world()
    judged(world, [[(5, 5)]])
    sheet = decide(world, GOLD).sheet
    assert decide(world, GOLD).sheet == sheet
    assert decide(world, SILVER).sheet == sheet + 1


def test_a_chair_decides_nothing_that_is_not_before_her():
    world = open_world()
    one, two = judged(world, [[(5, 5)], [(4, 4)]])
    acts.declare_conflict(world.chair, one)
    with pytest.raises(ValidationError, match="not before you"):
        decide(world, GOLD, SILVER)
    assert not Decision.objects.exists()
    decide(world, None, GOLD)
    with pytest.raises(ValidationError, match="1 entry has no decision yet"):
        acts.seal_verdict(world.chair, world.call)
    other = make_user(Role.JURY_CHAIR, scope_of(world.call))
    with pytest.raises(ValidationError) as caught:
        acts.decide(other, world.call, {one.pk: SILVER})
    assert set(caught.value.message_dict) == {f"departure_{one.pk}", f"departure_{two.pk}"}
    why = {"departure_reason": WHY}
    acts.decide(other, world.call, {one.pk: replace(SILVER, **why), two.pk: replace(GOLD, **why)})
    acts.seal_verdict(other, world.call)


def test_a_departure_that_a_conflict_hides_from_the_chair_holds_the_seal():
    world = open_world()
    one, two = judged(world, [[(5, 5)], [(4, 4)]])
    other = make_user(Role.JURY_CHAIR, scope_of(world.call))
    acts.decide(other, world.call, {one.pk: SILVER})
    acts.declare_conflict(world.chair, one)
    why = {"departure_reason": WHY}
    acts.decide(world.chair, world.call, {two.pk: replace(GOLD, **why)})
    with pytest.raises(ValidationError, match="1 departure from the computed order has no reason"):
        acts.seal_verdict(world.chair, world.call)
    acts.decide(other, world.call, {one.pk: replace(SILVER, **why)})
    acts.seal_verdict(world.chair, world.call)


def test_a_decision_of_one_who_then_steps_back_falls():
    world = open_world()
    one, _two = judged(world, [[(5, 5)], [(4, 4)]])
    decide(world, GOLD, SILVER)
    sheet = world.fresh().sheet
    acts.declare_conflict(world.chair, one)
    assert [found.submission.ref for found in Decision.objects.all()] == [world.submissions[1].ref]
    assert world.fresh().sheet == sheet + 1


def test_the_database_keeps_one_decision_an_entry_and_no_tier_for_a_rejection():
    world = open_world()
    [one] = judged(world, [[(5, 5)]])
    decide(world, GOLD)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(submission=one, result="rejected")
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.update(result="rejected")


# -- many at once ---------------------------------------------------------------------------------


def test_the_order_fills_what_is_undecided():
    world = open_world(
        decision=DecisionRule(
            tiers=(Tier("gold", T("Gold"), 1), Tier("silver", T("Silver"), 1)), places=2, reserve=1
        )
    )
    one, two, three, four = judged(world, [[(5, 5)], [(4, 4)], [(3, 3)], [(2, 2)]])
    acts.fill_sheet(world.chair, world.call, "weaker", world.call.sheet)
    assert {one.submission_id: (one.result, one.tier, one.departs) for one in Decision.objects.all()} == {
        one.pk: ("accepted", "gold", False),
        two.pk: ("accepted", "silver", False),
        three.pk: ("reserve", "", False),
        four.pk: ("rejected", "", False),
    }
    sheet = world.fresh().sheet
    acts.fill_sheet(world.chair, world.call, "weaker", sheet)
    assert world.fresh().sheet == sheet
    with pytest.raises(Stale):
        acts.fill_sheet(world.chair, world.call, "weaker", sheet - 1)
    with pytest.raises(PermissionDenied):
        acts.fill_sheet(world.manager, world.call, "weaker")


def test_what_is_decided_already_is_counted_and_stays():
    world = open_world(decision=DecisionRule(places=2, minimum="2.5"))
    one, two, three, four = judged(world, [[(5, 5)], [(4, 4)], [(3, 3)], [(2, 2)]])
    acts.decide(world.chair, world.call, {one.pk: acts.Choice("accepted")})
    acts.fill_sheet(world.chair, world.fresh(), "weaker")
    results = dict(Decision.objects.values_list("submission", "result"))
    assert results == {one.pk: "accepted", two.pk: "accepted", three.pk: "rejected", four.pk: "rejected"}


def test_what_departs_already_must_be_explained_before_the_rest_is_filled():
    world = open_world(decision=DecisionRule(places=1))
    one, two = judged(world, [[(5, 5)], [(4, 4)]])
    acts.decide(world.chair, world.call, {two.pk: acts.Choice("accepted")})
    with pytest.raises(ValidationError) as found:
        acts.fill_sheet(world.chair, world.fresh(), "weaker")
    assert set(found.value.message_dict) == {f"departure_{one.pk}", f"departure_{two.pk}"}
    assert Decision.objects.count() == 1


def test_without_an_order_nothing_is_filled():
    world = open_world(stages=(STAGES[0], *STAGES[2:]), decision=DecisionRule())
    make_sent(world)
    close(world)
    screen_all(world)
    acts.open_stage(world.manager, world.run("deliberation"))
    with pytest.raises(ValidationError, match="No stage of this call makes an order"):
        acts.fill_sheet(world.chair, world.fresh(), "weaker")


def test_the_known_order_is_computed_anew_when_a_mark_falls():
    world = open_world()
    one, two = judged(world, [[(5, 5), (1, 1)], [(4, 4), (4, 4)]])
    assert list(order_of(world.fresh())[1]) == [two.ref, one.ref]
    acts.decide(world.chair, world.fresh(), {})
    one.assessments.filter(marks__effect=1).update(voided_at=timezone.now())
    assert list(order_of(world.fresh())[1]) == [one.ref, two.ref]
    acts.withdraw(one.applicant.user, one)
    assert list(order_of(world.fresh())[1]) == [two.ref]
