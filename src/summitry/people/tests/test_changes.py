"""Whoever draws conclusions from what people are is told of each change, within its act."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError

from summitry.people import acts, changes
from summitry.people.models import INSTITUTION, Role
from summitry.people.tests.factories import make_mandate, make_organisation, make_person, make_user
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
T = Text.of


@pytest.fixture
def told(monkeypatch):
    """What listeners hear: (persons, organisations) by key."""
    heard = []
    monkeypatch.setattr(changes, "_listeners", {})
    changes.register(lambda persons, organisations: heard.append((set(persons), set(organisations))))
    return heard


def test_a_profile_tells_when_the_name_changes_and_not_otherwise(told):
    user = make_user()
    told.clear()
    acts.update_profile(user, user.person, 1, country="FR")
    assert told == []
    acts.update_profile(user, user.person, 2, name=T("Ada"))
    assert told == [({user.person.pk}, set())]


def test_places_tell(told):
    user, body = make_user(), make_organisation()
    told.clear()
    place = acts.add_affiliation(user, user.person, organisation=body)
    acts.add_affiliation(user, user.person, organisation=body)  # there already
    acts.change_affiliation(user, place, title=T("Chair"), since=None, until=date(2026, 1, 1))
    acts.remove_affiliation(user, place)
    acts.remove_affiliation(user, place)
    assert told == [({user.person.pk}, set())] * 3


def test_organisations_tell_of_what_changes(told):
    secretariat, body = make_user(Role.SECRETARIAT), make_organisation("Boats")
    told.clear()
    body = acts.update_organisation(secretariat, body, 1, aliases=["The Boats"])
    assert told == [(set(), {body.pk})]
    acts.update_organisation(secretariat, body, body.version, aliases=["The Boats"])
    assert len(told) == 1


def test_mandates_tell_of_the_duty_alone_when_given_and_when_ended(told, monkeypatch):
    secretariat, person = make_user(Role.SECRETARIAT), make_person()
    told.clear()
    duties = []
    monkeypatch.setattr(changes, "_duty_listeners", {})
    changes.register_duties(lambda *duty: duties.append(duty))
    mandate = acts.grant(secretariat, person, Role.PROGRAMME)
    acts.grant(secretariat, person, Role.PROGRAMME)
    acts.end_mandate(secretariat, mandate)
    acts.end_mandate(secretariat, mandate)
    assert duties == [(person.pk, INSTITUTION)] * 2
    assert told == []


def test_confirmed_addresses_tell_when_they_come_and_go(told):
    user = make_user()
    told.clear()
    EmailAddress.objects.create(user=user, email="unproved@boats.int", verified=False)
    assert told == []
    EmailAddress.objects.create(user=user, email="ada@boats.int", verified=True).delete()
    assert told == [({user.person.pk}, set())] * 2


def test_an_import_that_brings_a_name_up_to_date_tells(told):
    person = acts.ensure_person(T("Ada"), external_id="x:1")
    acts.ensure_person(T("Ada"), external_id="x:1")
    assert told == []
    acts.ensure_person(T("Ada Lovelace"), external_id="x:1")
    assert told == [({person.pk}, set())]


def test_an_erasure_tells_once_the_places_are_gone(told):
    make_user(Role.SECRETARIAT)
    user = make_user(Role.PROGRAMME)
    user.person.affiliations.create(organisation=make_organisation())
    left = []
    changes.register(lambda persons, organisations: left.append(user.person.affiliations.count()))
    told.clear()
    acts.erase(user)
    assert ({user.person.pk}, set()) in told
    assert left[-1] == 0


def test_what_a_listener_refuses_is_not_done(told):
    user, body = make_user(), make_organisation()

    def refuse(persons, organisations):
        raise ValidationError("No.")

    changes.register(refuse)
    with pytest.raises(ValidationError):
        acts.add_affiliation(user, user.person, organisation=body)
    assert not user.person.affiliations.exists()


def test_nobody_is_told_of_nothing(told):
    changes.tell()
    assert told == []
    make_mandate(make_person(), Role.PROGRAMME)  # not by an act
    assert told == []
