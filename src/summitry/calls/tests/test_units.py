"""Units that were given out, when their places are given back: they go where the place goes."""

import pytest
from django.urls import reverse

from summitry.calls import acts, queries
from summitry.calls.models import Allocation
from summitry.calls.queries import verdict as asked
from summitry.calls.rules import DecisionRule, Stage, Unit
from summitry.text.value import Text

from .after import NO, WAIT, YES, sealed
from .factories import STAGES

pytestmark = pytest.mark.django_db

T = Text.of
SLOTS = Stage(
    "slots",
    "allocate",
    T("Slots"),
    units=(Unit("long", T("90 minutes"), 1), Unit("short", T("30 minutes"), 1)),
)
WITH_SLOTS = (*STAGES[:-1], SLOTS, STAGES[-1])


def at_slots(*choices):
    """Two units for two places; others wait. The stage is open and nothing is given out yet."""
    world = sealed(
        list(choices or (YES, YES, WAIT, NO)), stages=WITH_SLOTS, decision=DecisionRule(places=2, reserve=5)
    )
    acts.open_stage(world.manager, world.run("slots"))
    return world


def given(world):
    return dict(Allocation.objects.filter(submission__call=world.call).values_list("submission__ref", "unit"))


def decline(submission):
    acts.decline(submission.applicant.user, submission)


@pytest.mark.parametrize("until", ["given", "closed", "published"])
def test_who_moves_up_has_the_unit_that_was_given_back(until):
    world = at_slots()
    first, second, third, _last = world.submissions
    acts.allocate_all(world.manager, world.run("slots"))
    assert given(world) == {first.ref: "long", second.ref: "short"}
    if until != "given":
        acts.close_stage(world.manager, world.run("slots"))
    if until == "published":
        acts.publish(world.manager, world.fresh())
    decline(first)
    assert given(world) == {third.ref: "long", second.ref: "short"}
    if until == "given":
        assert acts.close_stage(world.manager, world.run("slots")).state == "closed"
    page = asked.allocating(world.manager, world.run("slots"))
    assert [(row.submission, row.unit) for row in page.rows] == [(second, "short"), (third, "long")]
    assert [left for _unit, left in page.units] == [0, 0]


def test_before_units_are_given_out_nothing_is_given_to_who_moves_up():
    """Others with better claims wait for theirs: the manager gives them out, and nobody who is gone is asked
    for."""
    world = at_slots()
    first, second, third, _last = world.submissions
    decline(second)
    assert given(world) == {}
    assert world.run("slots").component.progress(world.run("slots")) == (0, 2)
    acts.allocate_all(world.manager, world.run("slots"))
    assert given(world) == {first.ref: "long", third.ref: "short"}
    acts.close_stage(world.manager, world.run("slots"))


def test_where_nobody_waits_the_unit_is_free_and_the_stage_can_close():
    world = at_slots(YES, YES)
    first, second = world.submissions
    acts.allocate_all(world.manager, world.run("slots"))
    decline(first)
    assert given(world) == {second.ref: "short"}
    page = asked.allocating(world.manager, world.run("slots"))
    assert [(unit.key, left) for unit, left in page.units] == [("long", 1), ("short", 0)]
    acts.allocate(world.manager, world.run("slots"), {second.pk: "long"})
    acts.close_stage(world.manager, world.run("slots"))
    acts.publish(world.manager, world.fresh())


def test_an_applicant_reads_what_she_was_given_once_the_stage_is_closed(client):
    world = at_slots()
    first, _second, third, _last = world.submissions
    acts.allocate_all(world.manager, world.run("slots"))
    acts.close_stage(world.manager, world.run("slots"))

    def told(submission):
        page = queries.submission_page(submission.applicant.user, submission.uid)
        return [str(unit) for unit in page.units]

    assert told(first) == []  # not before she has her answer
    acts.publish(world.manager, world.fresh())
    assert (told(first), told(third)) == (["90 minutes"], [])
    client.force_login(first.applicant.user)
    assert (
        "Given to this entry: 90 minutes"
        in client.get(reverse("calls:submission", args=[first.uid])).content.decode()
    )
    decline(first)
    assert told(third) == ["90 minutes"]
