"""Releases: what the public reads, in which version, and that changing it behind the acts' back is seen."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from summitry.gatherings import acts, queries
from summitry.gatherings.models import Gathering, Release, ReleasedSlot, Session, Slot
from summitry.gatherings.programme import compare, digest
from summitry.gatherings.tests.factories import (
    at,
    make_gathering,
    make_placed,
    make_room,
    make_session,
    make_track,
)
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_person, make_user
from summitry.record import registry
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


def test_a_release_is_what_the_public_reads_and_the_record_holds_its_digest():
    gathering = make_gathering(state=Gathering.State.DRAFT)
    manager = make_user(Role.PROGRAMME, scope_of(gathering))
    room, track = make_room(gathering, "Hall"), make_track(gathering)
    session = make_placed(gathering, room, at(9), "Opening", make_person("Ada"), track=track, kind="plenary")
    make_session(gathering, "Waits for a room")
    made = acts.release(manager, gathering, Text.of("First programme."), after=0)
    gathering.refresh_from_db()
    assert (gathering.released, gathering.state, gathering.changed_at) == (made, "announced", None)
    assert (made.version, made.sessions, made.overlap_reason) == (1, 1, "")
    [row] = made.rows.all()
    assert (row.session, row.room, row.track, row.day, row.starts, row.title, row.kind) == (
        session,
        room,
        track,
        gathering.starts,
        at(9),
        Text.of("Opening"),
        "plenary",
    )
    [entry] = Entry.objects.all()
    assert (entry.kind, entry.subject, entry.said["by"]) == (
        "gatherings.released",
        scope_of(gathering),
        "programme",
    )
    assert entry.facts == {
        "title": gathering.title.values,
        "slug": gathering.slug,
        "version": 1,
        "sessions": 1,
        "digest": made.digest,
        "new": 1,
        "moved": 0,
        "cancelled": 0,
        "retitled": 0,
        "other": 0,
    }
    assert made.digest == digest(queries.rows_of(made))
    assert "Ada" not in str(entry.body)


def test_what_changes_afterwards_is_seen_with_the_next_release_only():
    gathering = make_gathering()
    room = make_room(gathering)
    moved, gone, renamed = (make_placed(gathering, room, at(9 + n), f"S{n}") for n in range(3))
    first = acts.release(None, gathering)
    acts.place_session(None, moved, room=room, starts=at(15), minutes=30)
    acts.cancel_session(None, gone)
    acts.edit_session(None, renamed, title=Text.of("New name"))
    new = make_placed(gathering, room, at(16), "New")
    assert {row.session: row.starts for row in first.rows.all()}[moved] == at(9)
    assert {str(row.title) for row in first.rows.all()} == {"S0", "S1", "S2"}
    second = acts.release(None, gathering, after=1)
    changes = compare(queries.rows_of(first), queries.rows_of(second))
    assert [one.row.guid for one in changes.moved] == [str(moved.guid)]
    assert [one.row.guid for one in changes.cancelled] == [str(gone.guid)]
    assert [one.row.guid for one in changes.retitled] == [str(renamed.guid)]
    assert [one.row.guid for one in changes.new] == [str(new.guid)]
    assert Entry.objects.order_by("-index").first().facts["cancelled"] == 1
    assert {str(row.title) for row in queries.cancelled_since(Gathering.objects.get(pk=gathering.pk))} == {
        "S1"
    }


def test_two_sessions_in_one_room_are_refused_in_words_that_name_all_three():
    gathering = make_gathering(time_zone="Asia/Shanghai")
    room = make_room(gathering, "Main Hall")
    make_placed(gathering, room, at(1), "Opening", length=60)
    make_placed(gathering, room, at(1, 30), "Closing")
    with pytest.raises(ValidationError) as caught:
        acts.release(None, gathering)
    assert caught.value.message_dict == {
        "overlap_reason": ["“Opening” and “Closing” are both in Main Hall on 3 November, 09:30 to 10:00."]
    }
    assert (Release.objects.count(), Entry.objects.count()) == (0, 0)
    with pytest.raises(ValidationError):
        acts.release(None, gathering, overlap_reason="   ")
    made = acts.release(None, gathering, overlap_reason="A poster hall.")
    assert (made.sessions, made.overlap_reason) == (2, "A poster hall.")


def test_a_person_in_two_places_is_told_but_not_refused():
    gathering = make_gathering()
    ada = make_person("Ada")
    make_placed(gathering, make_room(gathering), at(9), "A", ada)
    make_placed(gathering, make_room(gathering), at(9), "B", ada)
    [clash] = queries.conflicts(gathering)
    assert queries.clash_words(clash, gathering) == (
        "Ada is in both “A” and “B” on 3 November, 09:00 to 09:30."
    )
    assert acts.release(None, gathering).sessions == 2


def test_nothing_placed_and_nothing_changed_are_refused():
    gathering = make_gathering()
    make_session(gathering)
    with pytest.raises(ValidationError, match="there is nothing to publish"):
        acts.release(None, gathering)
    make_placed(gathering, make_room(gathering), at(9))
    acts.release(None, gathering)
    with pytest.raises(ValidationError, match="Nothing has changed since release 1"):
        acts.release(None, gathering)
    assert Release.objects.count() == 1


def test_a_double_click_publishes_once():
    gathering = make_gathering()
    make_placed(gathering, make_room(gathering), at(9))
    acts.release(None, gathering, after=0)
    with pytest.raises(Stale):
        acts.release(None, gathering, after=0)
    assert (Release.objects.count(), Entry.objects.count()) == (1, 1)


@pytest.mark.parametrize("role", [None, Role.AUDITOR, Role.TRANSLATOR, Role.CALL_MANAGER])
def test_others_publish_nothing(role):
    gathering = make_gathering()
    make_placed(gathering, make_room(gathering), at(9), "Secret plan")
    with pytest.raises(PermissionDenied):
        acts.release(make_user(role), gathering)
    assert Release.objects.count() == 0


def test_the_public_face_is_what_the_rows_say():
    gathering = make_gathering()
    make_placed(gathering, make_room(gathering), at(9))
    made = acts.release(None, gathering)
    subject = scope_of(gathering)
    before = registry.faces_of([subject])[subject]
    assert before["release"] == {"version": 1, "digest": made.digest}
    ReleasedSlot.objects.update(ends=at(11))  # behind the acts' back
    assert registry.faces_of([subject])[subject]["release"]["digest"] != made.digest
    draft = make_gathering(state=Gathering.State.DRAFT)
    assert registry.faces_of([scope_of(draft)]) == {}
    assert list(registry.subjects["gatherings.gathering"].keys()) == [gathering.slug]


def test_the_database_keeps_what_must_hold():
    gathering = make_gathering()
    room, session = make_room(gathering), make_session(gathering, external_id="7")
    for wrong in (
        lambda: Slot.objects.create(session=session, room=room, starts=at(10), ends=at(9)),
        lambda: Session.objects.create(gathering=gathering, slug=session.slug, title=Text.of("x")),
        lambda: Session.objects.create(gathering=gathering, slug="x", guid=session.guid, title=Text.of("x")),
        lambda: Session.objects.create(gathering=gathering, slug="x", external_id="7", title=Text.of("x")),
        lambda: Gathering.objects.filter(pk=gathering.pk).update(ends=gathering.starts.replace(year=2000)),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
    other = make_gathering()
    assert Session.objects.create(gathering=other, slug=session.slug, guid=session.guid, external_id="7").pk
