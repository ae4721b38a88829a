"""Worlds that are put back are those that were made."""

import pytest
from django.db import transaction

from summitry.calls import acts
from summitry.record.models import Entry
from tests import worlds

from .factories import GOLD, NO, decide, judged, jury, make_sent, open_world

pytestmark = pytest.mark.django_db

MARKS = [[(5, 4), (4, 4)], [(2, 3), (3, 3)]]


def told():
    """(rows, entries of the record, keys) of a world that was judged; nothing of it lasts."""
    worlds.memory.begin()
    with transaction.atomic():
        world = open_world(jurors=2)
        judged(world, MARKS)
        found = worlds.rows(), Entry.objects.count(), [one.pk for one in world.submissions]
        transaction.set_rollback(True)
    return found


def test_what_is_put_back_is_what_was_made():
    before = len(worlds.memory.snapshots)
    first = told()
    assert first[1] > 5
    assert told() == first
    assert len(worlds.memory.snapshots) <= before + 3  # nothing, the open call, the one that was judged


def test_the_house_goes_on_from_what_was_put_back():
    told()
    worlds.memory.begin()
    world = open_world(jurors=2)
    judged(world, MARKS)
    at = Entry.objects.count()
    sealed = acts.seal_verdict(world.chair, decide(world, GOLD, NO))
    assert sealed.body
    assert Entry.objects.count() > at
    assert list(Entry.objects.order_by("index").values_list("index", flat=True)) == list(
        range(Entry.objects.count())
    )


def test_what_was_changed_meanwhile_stays():
    told()
    worlds.memory.begin()
    world = open_world(jurors=2)
    mine = make_sent(world, title="An entry of this test")
    assert jury(world)[0].pk != mine.pk
    assert world.submissions[0] == mine
