"""What gatherings keep about a person: given to her, and forgotten."""

import jsonschema
import pytest

from summitry.gatherings import personal
from summitry.gatherings.models import SessionPerson, Speaker
from summitry.gatherings.tests.factories import make_gathering, make_session
from summitry.people.tests.factories import make_person, make_user
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


def test_one_gets_ones_own_and_nobody_elses():
    user, other = make_user(), make_person("Other")
    gathering = make_gathering(title=Text.of("Summit"))
    make_session(gathering, "Mine", user.person)
    make_session(gathering, "Theirs", other)
    Speaker.objects.create(gathering=gathering, person=user.person, biography=Text.of("I build."))
    Speaker.objects.create(gathering=gathering, person=other, biography=Text.of("They build."))
    found = personal.give(user)
    jsonschema.validate(found, personal.SCHEMA)
    assert found == {
        "sessions": [{"gathering": {"en": "Summit"}, "session": {"en": "Mine"}, "role": "speaker"}],
        "biographies": [{"gathering": {"en": "Summit"}, "biography": {"en": "I build."}}],
    }


def test_forgetting_leaves_the_part_and_takes_what_was_said_of_her():
    user = make_user()
    session = make_session(make_gathering(), "Mine", user.person)
    SessionPerson.objects.update(extra={"name": "As printed", "own": True})
    Speaker.objects.create(gathering=session.gathering, person=user.person, biography=Text.of("I build."))
    personal.forget(user, user.person)
    assert (Speaker.objects.count(), SessionPerson.objects.get().extra) == (0, {"own": True})
