"""What the public's vote keeps about a person: given to her, and forgotten."""

import json

import jsonschema
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from summitry.calls import acts, personal, verdicts
from summitry.calls.acts import Choice
from summitry.calls.models import PublicVote, SetAside
from summitry.people import acts as people
from summitry.people.models import Person
from summitry.people.tests.factories import make_user

from .factories import decide
from .voting import counts, crowd, votes_at_once, voting_world

pytestmark = pytest.mark.django_db


def give(user):
    found = personal.give(user)
    jsonschema.validate(found, personal.SCHEMA, cls=jsonschema.Draft202012Validator)
    return json.loads(json.dumps(found))


def test_a_voter_gets_her_votes_and_nobody_elses():
    world = voting_world(choices=2)
    first, second, third = world.submissions
    user, other = make_user(), make_user()
    acts.cast_vote(user, first, address="192.0.2.1")
    acts.cast_vote(user, second, address="192.0.2.1")
    acts.cast_vote(other, third)
    votes_at_once(world.run("voice"), second, crowd(10))
    acts.set_aside_votes(world.manager, world.run("voice"), "new:all", "Bought")
    mine = give(user)["votes"]
    assert [(one["ref"], one["stage"], len(one["origin"]), one["set_aside"]) for one in mine] == [
        (first.ref, "voice", 64, {"en": "Bought"}),
        (second.ref, "voice", 64, {"en": "Bought"}),
    ]
    assert [one["ref"] for one in give(other)["votes"]] == [third.ref]
    assert give(make_user())["votes"] == []
    assert give(world.manager)["votes_set_aside"] == [
        {
            "call": world.call.slug,
            "stage": "voice",
            "count": 13,
            "reason": {"en": "Bought"},
            "at": give(world.manager)["votes_set_aside"][0]["at"],
        }
    ]
    assert give(user)["votes_set_aside"] == []


def test_an_erased_voter_takes_an_open_vote_with_her():
    world = voting_world()
    user, other = make_user(), make_user()
    acts.cast_vote(user, world.submissions[0])
    acts.cast_vote(other, world.submissions[0])
    people.erase(user)
    assert [one.voter for one in PublicVote.objects.all()] == [other.person]
    assert counts(world.run("voice")) == [1, 0, 0]


def test_a_counted_vote_stays_nobodys_and_the_verdict_holds():
    world = voting_world()
    user = make_user(name="Amina Diallo")
    acts.cast_vote(user, world.submissions[0], address="192.0.2.1")
    acts.close_stage(world.manager, world.run("voice"))
    person = user.person.pk
    people.erase(user)
    assert counts(world.run("voice")) == [1, 0, 0]
    vote = PublicVote.objects.get()
    assert (vote.voter_id, vote.origin, Person.objects.get(pk=person).user) == (person, "", None)
    acts.open_stage(world.manager, world.run("deliberation"))
    accepted, no = Choice("accepted"), Choice("rejected", standard="weaker")
    call = decide(world, accepted, no, no)
    verdict = acts.seal_verdict(world.chair, call, call.sheet)
    assert verdicts.recompute(verdict.body) == verdict.body
    assert SetAside.objects.count() == 0


@pytest.mark.parametrize("many", [1, 3])
def test_votes_add_no_query_for_each(many):
    world, user, nobody = voting_world(choices=3), make_user(), make_user()
    for entry in world.submissions[:many]:
        acts.cast_vote(user, entry)
    with CaptureQueriesContext(connection) as without:
        assert personal.give(nobody)["votes"] == []
    with CaptureQueriesContext(connection) as found:
        assert len(personal.give(user)["votes"]) == many
    asked = [one["sql"] for one in found if "calls_publicvote" in one["sql"]]
    assert (len(asked), len(found)) == (1, len(without))
