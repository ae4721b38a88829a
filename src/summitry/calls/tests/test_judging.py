"""Screening and assigning."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from summitry.calls import acts
from summitry.calls.models import Assignment, Screening
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_organisation, make_user
from summitry.record.act import Stale
from summitry.text.value import Text

from .factories import close, judged, jury, make_sent, mark, open_world, screen_all, screening

pytestmark = pytest.mark.django_db


# -- screening ------------------------------------------------------------------------------------


def test_pass_and_fail_with_a_reason():
    world = open_world()
    one, two, three = screening(world, 3)
    assert acts.screen(world.screener, one, True).passed is True
    failed = acts.screen(world.screener, two, False, reason="Not about boats.")
    assert (failed.passed, failed.words) == (False, Text.of("Not about boats."))
    standard = acts.screen(world.screener, three, False, standard="scope")
    assert standard.words == Text.of("Out of scope", fr="Hors sujet")
    assert list(world.call.submissions.in_the_running()) == [one]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({}, "reason"),
        ({"reason": "  "}, "reason"),
        ({"standard": "moon"}, "standard"),
        ({"reason": "x" * 3001}, "reason"),
    ],
)
def test_a_failure_needs_a_reason(options, field):
    world = open_world()
    [one] = screening(world)
    with pytest.raises(ValidationError) as caught:
        acts.screen(world.screener, one, False, **options)
    assert set(caught.value.message_dict) == {field}
    assert not Screening.objects.exists()


def test_only_screeners_screen_and_only_while_the_stage_is_open():
    world = open_world()
    sent = make_sent(world)
    close(world)
    with pytest.raises(PermissionDenied):
        acts.screen(world.screener, sent, True)  # nothing is open: she sees nothing yet
    acts.open_stage(world.manager, world.run("screening"))
    for user in (
        world.manager,
        world.chair,
        world.jurors[0],
        sent.applicant.user,
        make_user(Role.SECRETARIAT),
    ):
        with pytest.raises(PermissionDenied):
            acts.screen(user, sent, True)
    acts.screen(world.screener, sent, True)
    acts.close_stage(world.manager, world.run("screening"))
    with pytest.raises(ValidationError, match="No stage"):
        acts.screen(world.screener, sent, False, reason="Late.")


def test_a_finding_changes_until_the_stage_closes_and_the_second_screener_is_told():
    world = open_world()
    [one] = screening(world)
    other = make_user(Role.SCREENER, scope_of(world.call))
    first = acts.screen(world.screener, one, True)
    assert acts.screen(world.screener, one, True).version == first.version  # a double click
    with pytest.raises(Stale):
        acts.screen(other, one, False, reason="No.")
    changed = acts.screen(other, one, False, reason="No.", version=first.version)
    assert (changed.passed, changed.version, changed.screener) == (False, 2, other.person)
    with pytest.raises(Stale):
        acts.screen(world.screener, one, True, version=first.version)


def test_a_withdrawn_entry_is_not_screened_and_does_not_hold_the_stage_up():
    world = open_world()
    [one] = screening(world)
    acts.withdraw(one.applicant.user, one)
    with pytest.raises(PermissionDenied):
        acts.screen(world.screener, one, True)
    acts.close_stage(world.manager, world.run("screening"))


def test_one_screening_an_entry_and_stage():
    world = open_world()
    [one] = screening(world)
    acts.screen(world.screener, one, True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Screening.objects.create(
            submission=one, stage=world.run("screening"), screener=world.screener.person, passed=False
        )


# -- assigning ------------------------------------------------------------------------------------


def test_by_hand():
    world = open_world()
    [one] = jury(world)
    made = acts.assign(world.manager, one, world.jurors[0].person)
    assert (made.manual, made.stage.key) == (True, "jury")
    assert acts.assign(world.manager, one, world.jurors[0].person) == made
    with pytest.raises(ValidationError) as caught:
        acts.assign(world.manager, one, make_user().person)
    assert set(caught.value.message_dict) == {"juror"}
    for user in (world.chair, world.screener, world.jurors[0]):
        with pytest.raises(PermissionDenied):
            acts.assign(user, one, world.jurors[1].person)


def test_what_failed_is_assigned_to_nobody():
    world = open_world()
    [one] = screening(world)
    acts.screen(world.screener, one, False, standard="scope")
    acts.close_stage(world.manager, world.run("screening"))
    with pytest.raises(ValidationError, match="not in the running"):
        acts.assign(world.manager, one, world.jurors[0].person)


def test_taking_an_assignment_back():
    world = open_world()
    [one] = jury(world)
    made = acts.assign(world.manager, one, world.jurors[0].person)
    with pytest.raises(PermissionDenied):
        acts.unassign(world.jurors[0], made)
    gone = acts.unassign(world.manager, made, "ill")
    assert gone.end_reason == "ill"
    assert acts.unassign(world.manager, made).ended_at == gone.ended_at
    again = acts.assign(world.manager, one, world.jurors[0].person)
    assert again != made
    acts.open_stage(world.manager, world.run("jury"))
    mark(world.jurors[0], one, 3, 3)
    with pytest.raises(ValidationError, match="they stay"):
        acts.unassign(world.manager, again)


def test_dealing_is_balanced_and_done_again_it_changes_nothing():
    world = open_world(jurors=4)
    jury(world, 6)
    dealt = acts.assign_all(world.manager, world.fresh())
    assert (dealt.made, dealt.short) == (12, {})
    loads = [Assignment.objects.filter(juror=juror.person).count() for juror in world.jurors]
    assert loads == [3, 3, 3, 3]
    assert acts.assign_all(world.manager, world.call) == acts.Dealt(0, {})
    assert acts.assign_all(world.manager, world.call, per_entry=3).made == 6


def test_dealing_respects_conflicts_and_says_what_is_short():
    world = open_world(jurors=2)
    body = make_organisation()
    for user in (world.jurors[0],):
        user.person.affiliations.create(organisation=body)
    applicant = make_user()
    applicant.person.affiliations.create(organisation=body)
    one, two = make_sent(world, applicant), make_sent(world)
    close(world)
    screen_all(world)
    dealt = acts.assign_all(world.manager, world.fresh())
    assert (dealt.made, dealt.short) == (3, {one.ref: 1})
    assert [row.juror for row in Assignment.objects.filter(submission=one)] == [world.jurors[1].person]
    assert Assignment.objects.filter(submission=two).count() == 2


def test_dealing_keeps_to_the_most_that_a_juror_reads():
    world = open_world(jurors=2)
    jury(world, 3)
    dealt = acts.assign_all(world.manager, world.fresh(), most=2)
    assert dealt.made == 4
    assert sum(dealt.short.values()) == 2


def test_dealing_needs_a_jury_a_stage_and_a_manager():
    world = open_world(jurors=0)
    jury(world)
    with pytest.raises(ValidationError, match="no jury"):
        acts.assign_all(world.manager, world.call)
    with pytest.raises(PermissionDenied):
        acts.assign_all(world.chair, world.call)
    judged_world = open_world()
    judged(judged_world, [[(3, 3)]])
    with pytest.raises(ValidationError, match="takes assignments"):
        acts.assign_all(judged_world.manager, judged_world.call)
