"""What gatherings keep about a person: given to her, forgotten, moved where two entries are one person."""

from datetime import UTC, datetime

import jsonschema
import pytest

from summitry.gatherings import personal
from summitry.gatherings.models import (
    AgendaWatch,
    OutcomeDocument,
    Presence,
    SessionPerson,
    SessionReport,
    Shift,
    Speaker,
    Stance,
)
from summitry.gatherings.tests.factories import at, make_gathering, make_session
from summitry.people import acts as people
from summitry.people.models import FormerAddress, Person
from summitry.people.tests.factories import make_organisation, make_person, make_user
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
WHEN = datetime(2027, 11, 4, tzinfo=UTC)


def test_one_gets_ones_own_and_nobody_elses():
    user, other, stranger = make_user(), make_person("Other"), make_user()
    gathering = make_gathering(title=Text.of("Summit"))
    mine = make_session(gathering, "Mine", user.person)
    theirs = make_session(gathering, "Theirs", other)
    Speaker.objects.create(gathering=gathering, person=user.person, biography=Text.of("I build."))
    Speaker.objects.create(gathering=gathering, person=other, biography=Text.of("They build."))
    for mover in (user.person, other):
        Shift.objects.create(gathering=gathering, by=mover, what="placed", at=at(9))
        Presence.objects.create(gathering=gathering, person=mover, absent=["2027-11-03"])
    for who, session in ((user, mine), (stranger, theirs)):
        AgendaWatch.objects.create(gathering=gathering, user=who, made_at=WHEN).sessions.set([session])
        SessionReport.objects.create(
            session=session, due_at=WHEN, delivered_at=WHEN, delivered_by=who, text=session.title
        )
        document = OutcomeDocument.objects.create(session=session, title=session.title, digest="0" * 64)
        body = make_organisation(f"Body of {session.title}")
        Stance.objects.create(
            document=document, organisation=body, version=1, confirms=True, said_by=who, said_at=WHEN
        )
    found = personal.give(user)
    jsonschema.validate(found, personal.SCHEMA)
    assert found == {
        "sessions": [{"gathering": {"en": "Summit"}, "session": {"en": "Mine"}, "role": "speaker"}],
        "biographies": [{"gathering": {"en": "Summit"}, "biography": {"en": "I build."}}],
        "presences": [{"gathering": {"en": "Summit"}, "absent": ["2027-11-03"], "zone": ""}],
        "moves": [{"gathering": {"en": "Summit"}, "at": "2027-11-03T09:00:00+00:00", "what": "placed"}],
        "watched": [{"gathering": {"en": "Summit"}, "since": WHEN.isoformat(), "sessions": [{"en": "Mine"}]}],
        "reports": [{"session": {"en": "Mine"}, "delivered": WHEN.isoformat(), "text": {"en": "Mine"}}],
        "statements": [
            {
                "session": {"en": "Mine"},
                "organisation": {"en": "Body of Mine"},
                "said": WHEN.isoformat(),
                "confirms": True,
                "reason": {},
            }
        ],
    }


def test_forgetting_leaves_the_part_and_takes_what_was_said_of_her():
    user, other = make_user(), make_user()
    session = make_session(make_gathering(), "Mine", user.person)
    SessionPerson.objects.update(extra={"name": "As printed", "own": True}, organisation=make_organisation())
    Speaker.objects.create(gathering=session.gathering, person=user.person, biography=Text.of("I build."))
    Shift.objects.create(gathering=session.gathering, by=user.person, what="placed")
    AgendaWatch.objects.create(gathering=session.gathering, user=user)
    AgendaWatch.objects.create(gathering=session.gathering, user=other)
    Presence.objects.create(gathering=session.gathering, person=user.person, absent=["2027-11-03"])
    personal.forget(user, user.person)
    assert Presence.objects.count() == 0
    assert Shift.objects.get().by is None
    part = SessionPerson.objects.get()
    assert (Speaker.objects.count(), part.extra, part.organisation) == (0, {"own": True}, None)
    assert [one.user for one in AgendaWatch.objects.all()] == [other]


def test_two_entries_become_one_with_all_that_each_took_part_in():
    gone, kept = make_person("Ada", slug="ada-2", country="GB"), make_person("Ada", slug="ada")
    gathering, other = make_gathering(), make_gathering()
    both = make_session(gathering, "Both", gone, kept)
    one = make_session(other, "Hers", gone)
    Speaker.objects.create(gathering=gathering, person=gone, biography=Text.of("Old"), external_id="7")
    Speaker.objects.create(gathering=gathering, person=kept)
    Speaker.objects.create(gathering=other, person=gone, biography=Text.of("Other"))
    document = OutcomeDocument.objects.create(session=one, title=Text.of("D"), digest="0" * 64)
    document.authors.add(gone)
    people.merge_persons(None, gone, kept)
    assert list(Person.objects.filter(name__icontains="Ada").values_list("slug", "country")) == [
        ("ada", "GB")
    ]
    parts = SessionPerson.objects.order_by("session").values_list("session", "person")
    assert list(parts) == [(both.pk, kept.pk), (one.pk, kept.pk)]
    speakers = Speaker.objects.order_by("gathering").values_list("gathering", "person", "external_id")
    assert list(speakers) == [(gathering.pk, kept.pk, "7"), (other.pk, kept.pk, "")]
    assert list(document.authors.all()) == [kept]
    assert list(FormerAddress.objects.values_list("slug", "person")) == [("ada-2", kept.pk)]
