"""What is left of a session, and what changed in a programme, at the door: retired when it has to be."""

import pytest
from django.utils import timezone

from summitry.gatherings import acts
from summitry.gatherings.models import OutcomeDocument, ReleasedSlot, Session, SessionReport
from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room
from summitry.kept.door import Door
from summitry.kept.tests.browser import ask
from summitry.people import acts as people
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_organisation, make_person, make_user
from summitry.text.value import Text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session() -> Session:
    gathering = make_gathering(slug="summit")
    made = make_placed(gathering, make_room(gathering), at(9), "Ports", make_person("Ada", slug="ada"))
    acts.edit_session(None, made, kind="roundtable")
    acts.release(None, gathering)
    return Session.objects.get()


def page(session: Session) -> str:
    return f"/en/gatherings/summit/sessions/{session.slug}/"


def read(door: Door, path: str) -> str:
    """Asked twice: what is kept is what is read."""
    ask(door, path)
    return ask(door, path).body.decode()


def test_the_outcome_document_and_each_side_show_at_once(door, session):
    bodies = [make_organisation("Port of One"), make_organisation("Port of Two")]
    speakers = [make_user(Role.FOCAL_POINT, scope_of(one)) for one in bodies]
    author = make_user(name="Grace")
    assert "Port of One" not in read(door, page(session))
    acts.name_conveners(None, session, bodies)
    assert "Port of One" in read(door, page(session))
    document = acts.write_outcome(
        None, session, title=Text.of("Statement"), text=Text.of("x"), authors=[author.person]
    )
    acts.propose_outcome(None, document)
    assert "Statement" not in read(door, page(session))
    acts.publish_outcome(None, document)
    assert "has not answered yet" in read(door, page(session))
    for user, body in zip(speakers, bodies, strict=True):
        acts.speak_of_outcome(user, OutcomeDocument.objects.get(), body, confirms=True)
    assert "has not answered yet" not in read(door, page(session))
    assert "Grace" in read(door, page(session))
    people.erase(author)
    assert "Grace" not in read(door, page(session))
    people.update_organisation(make_user(Role.SECRETARIAT), bodies[0], 1, name=Text.of("Harbour of One"))
    assert "Harbour of One" in read(door, page(session))


def test_a_report_shows_at_once(door, session):
    ReleasedSlot.objects.update(starts=timezone.now(), ends=timezone.now())
    acts.ask_report(None, session, timezone.now())
    assert "Read the report" not in read(door, page(session))
    acts.deliver_report(None, SessionReport.objects.get(), text="We met.")
    assert "Read the report" in read(door, page(session))


def test_versions_series_and_histories_follow_a_release(door, session):
    series = acts.create_series(None, title=Text.of("Summits"), slug="summits")
    acts.edit_gathering(None, session.gathering, series=series)
    paths = {
        "changes": "/en/gatherings/summit/changes/",
        "first": "/en/gatherings/summit/releases/1/",
        "series": "/en/series/summits/",
        "person": "/en/people/ada/",
    }
    before = {name: read(door, path) for name, path in paths.items()}
    acts.edit_session(None, session, title=Text.of("Harbours"))
    make_placed(session.gathering, session.slot.room, at(11), "More", make_person("Eve"))
    acts.release(None, session.gathering)
    after = {name: read(door, path) for name, path in paths.items()}
    assert {name for name in paths if before[name] == after[name]} == set()
    assert "Version 2" in after["changes"]
    assert "A newer version holds now." in after["first"]
    assert "Harbours" in after["person"]
    assert after["series"].count('<td class="num">2</td>') == 2  # sessions, people
