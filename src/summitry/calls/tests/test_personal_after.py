"""A person's own data after the answers: what she takes away, and what is forgotten."""

import jsonschema
import pytest

from summitry.calls import acts, personal, personal_after
from summitry.calls.models import Appeal, CoApplicant, Owed, Revision
from summitry.calls.rules import Obligation
from summitry.people import acts as people
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_user
from summitry.record.models import Entry, Opening
from summitry.record.queries import changed_faces
from summitry.text.value import Text

from .after import NO, WAIT, YES, published, sealed, states
from .factories import T

pytestmark = pytest.mark.django_db
REPORT = Obligation("report", T("Report"), days=10)
PARTS = ("appeals", "appeal_answers", "owed", "revisions")


def owner(submission):
    return submission.applicant.user


def given(user):
    found = personal.give(user)
    jsonschema.validate(found, personal.SCHEMA)
    return {key: found[key] for key in PARTS}


def full():
    """One accepted entry that has delivered, one whose appeal was answered by a second chair."""
    world = published([YES, NO], obligations=(REPORT,))
    first, second = world.submissions
    chair = make_user(Role.JURY_CHAIR, scope_of(world.call))
    acts.deliver(owner(first), first.owed.get(), "Well done.", "https://example.org/r")
    name = str(second.applicant.name)
    filed = acts.appeal(owner(second), second, "My number was exchanged.")
    acts.answer_appeal(chair, filed, True, f"{name} is right.")
    return world, chair


def test_each_takes_away_what_is_hers_and_nothing_of_others():
    world, chair = full()
    first, second = world.submissions
    applicant, appellant = given(owner(first)), given(owner(second))
    assert [(one["ref"], one["words"], one["link"]) for one in applicant["owed"]] == [
        (first.ref, {"en": "Well done."}, "https://example.org/r")
    ]
    assert (applicant["appeals"], applicant["appeal_answers"], applicant["revisions"]) == ([], [], [])
    assert [(one["ref"], one["words"], one["upheld"]) for one in appellant["appeals"]] == [
        (second.ref, "My number was exchanged.", True)
    ]
    assert [(one["cause"], one["before"], one["after"]) for one in appellant["revisions"]] == [
        ("appeal", "rejected", "accepted")
    ]
    hers = given(chair)
    assert [(one["ref"], one["upheld"]) for one in hers["appeal_answers"]] == [(second.ref, True)]
    assert "exchanged" not in str(hers)
    assert given(make_user()) == {key: [] for key in PARTS}


def test_before_publication_a_change_is_not_given():
    world = sealed([YES, WAIT])
    first, second = world.submissions
    acts.decline(owner(first), first)
    assert (given(owner(first))["revisions"], given(owner(second))["revisions"]) == ([], [])
    acts.publish(world.manager, world.fresh())
    assert [one["after"] for one in given(owner(second))["revisions"]] == ["accepted"]


def test_erased_the_grounds_go_and_that_there_was_an_appeal_stays():
    world, _chair = full()
    first, second = world.submissions
    name = str(second.applicant.name)
    for user in (owner(first), owner(second)):
        people.erase(user)
    appeal, owed, revision = Appeal.objects.get(), first.owed.get(), Revision.objects.get()
    assert (appeal.words, appeal.upheld, name in str(appeal.answer)) == ("", True, False)
    assert name not in str(revision.reason)
    assert (owed.words, owed.link, owed.delivered_at is not None) == (Text(), "", True)
    for kind, secret in (("calls.appealed", "grounds"), ("calls.delivered", "delivered")):
        entry = Entry.objects.get(kind=kind)
        assert not Opening.objects.filter(entry=entry, name=secret).exists()
    assert states(world) == ["accepted", "accepted"]
    assert [one for one in changed_faces() if one.startswith("calls.")] == []


def test_whoever_waits_on_the_list_steps_out_when_she_is_erased():
    world = published([YES, WAIT, WAIT])
    _first, second, third = world.submissions
    partner = make_user()
    CoApplicant.objects.create(
        submission=third, email=partner.email, person=partner.person, confirmed_at=world.call.published_at
    )
    people.erase(owner(second))
    people.erase(owner(third))
    assert states(world) == ["accepted", "declined", "reserve"]


def test_queries_of_what_is_given_do_not_grow(django_assert_num_queries):
    for many in (1, 3):
        world = published([YES] * many, obligations=(REPORT,))
        person = world.submissions[0].applicant
        for one in world.submissions:
            type(one).objects.filter(pk=one.pk).update(applicant=person)
        user = person.user
        with django_assert_num_queries(4):
            assert len(personal_after.give(user)["owed"]) == many
    assert Owed.objects.count() == 4
