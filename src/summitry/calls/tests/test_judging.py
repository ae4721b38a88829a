"""Screening and assigning."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from summitry.calls import acts
from summitry.calls.models import Screening
from summitry.calls.orders import order_of
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_user
from summitry.record.act import Stale
from summitry.text.value import Text

from .factories import STAGES, close, make_sent, mark, open_world, screen_all, screening

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


def test_a_criterion_that_is_not_asked_in_a_category_gets_no_mark(client):
    criteria = (
        replace(STAGES[1].criteria[0], weights={"north": 100}),
        replace(STAGES[1].criteria[1], weights={"north": 0}),
    )
    world = open_world(stages=(STAGES[0], replace(STAGES[1], criteria=criteria), *STAGES[2:]), tie_break=())
    north, south = make_sent(world, category="north"), make_sent(world, category="south")
    close(world)
    screen_all(world)
    juror = world.jurors[0]
    for entry in (north, south):
        acts.assign(world.manager, entry, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    acts.declare_no_conflict(juror, north)
    with pytest.raises(ValidationError, match="no criterion “evidence”"):
        acts.send_assessment(juror, north, {"effect": 4, "evidence": 1})
    client.force_login(juror)
    page = client.get(reverse("calls:score", args=[world.call.slug, north.ref]))
    assert [one.key for one, _field in page.context["form"].criteria] == ["effect"]
    acts.send_assessment(juror, north, {"effect": 4})
    mark(juror, south, 5, 2)
    found = order_of(world.fresh())[1]
    assert {ref: one.mean for ref, one in found.items()} == {north.ref: "4.000", south.ref: "3.800"}
