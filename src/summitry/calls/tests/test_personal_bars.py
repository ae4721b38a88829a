"""Conflicts of interest in one's own data, and what is forgotten of them."""

import json

import jsonschema
import pytest
from allauth.account.models import EmailAddress

from summitry.calls import acts, personal
from summitry.calls.models import Conflict
from summitry.people import acts as people
from summitry.people.models import Role
from summitry.people.tests.factories import make_organisation, make_user
from summitry.record.models import Opening
from summitry.text.value import Text
from tests.worlds import remembered

from .factories import make_sent, open_world

pytestmark = pytest.mark.django_db
T = Text.of
NOBODY = "Person whose data were erased"


def place(user, body):
    return people.add_affiliation(user, user.person, organisation=body)


def give(user):
    found = personal.give(user)
    jsonschema.validate(found, personal.SCHEMA, cls=jsonschema.Draft202012Validator)
    return json.loads(json.dumps(found))


@remembered
def world_of(entries=2):
    """Entries of a colleague of the first juror, who also shares her mail domain."""
    make_user(Role.SECRETARIAT)
    world, body = open_world(), make_organisation("Boat Trust", slug="boats")
    juror = world.jurors[0]
    EmailAddress.objects.create(user=juror, email="juror@boats.int", verified=True)
    place(juror, body)
    applicant = make_user(email="ada@boats.int", name="Ada Applicant")
    place(applicant, body)
    return world, juror, [make_sent(world, applicant) for _ in range(entries)]


def test_of_found_ones_the_number_and_never_which():
    world, juror, entries = world_of()
    mine = give(juror)
    assert mine["conflicts"] == mine["conflicts_lifted"] == []
    assert mine["conflicts_found"] == [
        {
            "call": world.call.slug,
            "count": 2,
            "why": [
                "juror and applicant belong to the same organisation",
                "juror and applicant share an e-mail domain",
            ],
        }
    ]
    words = json.dumps(mine)
    assert not any(secret in words for secret in (*(one.ref for one in entries), "Ada", "ada@boats.int"))
    assert give(world.jurors[1])["conflicts_found"] == []


def test_who_lifted_one_finds_what_she_wrote():
    world, _juror, [one] = world_of(1)
    acts.lift_conflict(world.manager, Conflict.objects.get(), "Another city.")
    [lifted] = give(world.manager)["conflicts_lifted"]
    assert (lifted["ref"], lifted["reason"]) == (one.ref, "Another city.")
    assert give(world.chair)["conflicts_lifted"] == []


def test_a_juror_who_is_erased():
    world, juror, _entries = world_of(1)
    conflict = Conflict.objects.get()
    acts.lift_conflict(world.manager, conflict, "Her cousin left.")
    people.erase(juror)
    conflict.refresh_from_db()
    assert (conflict.lift_reason, conflict.basis) == ("", [["domain", ""], ["organisation", ""]])
    left = Opening.objects.filter(entry__kind="calls.conflict_lifted")
    assert {one.name for one in left} == {"actor"}  # the manager's own


def test_whoever_lifted_it_is_erased():
    world_of(1)
    other = make_user(Role.SECRETARIAT, name="Mona Manager")
    conflict = Conflict.objects.get()
    acts.lift_conflict(other, conflict, "I know them. Mona Manager")
    people.erase(other)
    conflict.refresh_from_db()
    assert conflict.lift_reason == f"I know them. {NOBODY}"
    assert conflict.lifted_at is not None


def test_an_applicant_and_a_co_applicant_who_are_erased():
    _world, juror, [one] = world_of(1)
    co = make_user(email="cora@kites.int")
    EmailAddress.objects.create(user=juror, email="juror@kites.int", verified=True)
    acts.confirm_co_applicant(co, acts.add_co_applicant(one.applicant.user, one, co.email))
    conflict = Conflict.objects.get()
    organisation = ["organisation", "boats"]
    assert conflict.basis == [["domain", "boats.int"], ["domain", "kites.int"], organisation]
    people.erase(co)
    conflict.refresh_from_db()
    assert conflict.basis == [["domain", "boats.int"], organisation]
    people.erase(one.applicant.user)
    conflict.refresh_from_db()
    assert conflict.basis == [["domain", ""], ["organisation", ""]]
    assert "ada" not in json.dumps(list(Conflict.objects.values("basis", "reason", "lift_reason")))
