"""Votes at the same moment: real threads on real connections."""

import pytest
from django.core.exceptions import ValidationError

from summitry.calls import acts
from summitry.calls.models import PublicVote, StageRun, Submission
from summitry.people.models import User
from summitry.people.tests.factories import make_user
from summitry.record.models import Entry

from .pitching import final_world, order
from .voting import voting_world

pytestmark = pytest.mark.django_db(transaction=True)


def user(pk):
    return User.objects.select_related("person").get(pk=pk)


def entry(pk):
    return Submission.objects.select_related("call").get(pk=pk)


def voting(voter, submission, **options):
    return lambda: acts.cast_vote(user(voter.pk), entry(submission.pk), **options).submission_id


def test_two_clicks_are_one_vote(at_once):
    world, voter = voting_world(), make_user()
    first = world.submissions[0]
    assert at_once(*[voting(voter, first)] * 3) == [first.pk] * 3
    assert at_once(lambda: PublicVote.objects.count()) == [1]


@pytest.mark.parametrize("choices", [1, 2])
def test_no_more_than_her_choices_however_many_requests(at_once, choices):
    world, voter = voting_world(4, choices=choices), make_user()
    entries = [one.pk for one in world.submissions]
    found = at_once(*(voting(voter, one) for one in world.submissions))
    given = [one for one in found if not isinstance(one, Exception)]
    assert len(given) == choices
    assert {type(one) for one in found if one not in given} == {ValidationError}
    assert at_once(lambda: sorted(PublicVote.objects.values_list("submission", flat=True))) == [sorted(given)]
    assert set(given) <= set(entries)


def test_no_more_accounts_of_one_network_than_the_rules_say(at_once):
    world = voting_world(per_origin=2)
    voters = [make_user() for _ in range(5)]
    first = world.submissions[0]
    found = at_once(*(voting(one, first, address="192.0.2.1") for one in voters))
    assert sorted(type(one).__name__ for one in found) == ["ValidationError"] * 3 + ["int"] * 2
    assert at_once(lambda: PublicVote.objects.count()) == [2]


def test_the_stage_closes_while_votes_arrive(at_once):
    """Whichever is first: what the record counts is what counts."""
    world = voting_world()
    voters = [make_user() for _ in range(3)]
    run = world.run("voice").pk

    def shut():
        return acts.close_stage(
            user(world.manager.pk), StageRun.objects.select_related("call").get(pk=run)
        ).state

    found = at_once(*(voting(one, world.submissions[0]) for one in voters), shut)
    assert found[-1] == "closed"
    cast = sum(isinstance(one, int) for one in found[:-1])

    def look():
        closed = [
            one for one in Entry.objects.filter(kind="calls.stage_closed") if one.facts["key"] == "voice"
        ]
        return PublicVote.objects.count(), [one.facts["counts"]["votes"] for one in closed]

    assert at_once(look) == [(cast, [cast])]


def test_two_managers_call_two_entries_at_once(at_once):
    world = final_world(2)
    turns = [(one.pk, one.stage_id) for one in order(world)]

    def calling(pk):
        from summitry.calls.models import Turn

        turn = lambda: Turn.objects.select_related("submission", "stage__call").get(pk=pk)  # noqa: E731
        return lambda: acts.begin_turn(user(world.manager.pk), turn()).pk

    assert sorted(at_once(*(calling(pk) for pk, _stage in turns))) == sorted(pk for pk, _stage in turns)

    def on_stage():
        return (
            StageRun.objects.get(pk=turns[0][1]).turns.filter(began_at__isnull=False, ended_at=None).count()
        )

    assert at_once(on_stage) == [1]
