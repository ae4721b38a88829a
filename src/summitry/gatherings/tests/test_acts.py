"""Making gatherings: who may, what is refused, and what two people at once may not do to each other."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from summitry.gatherings import acts
from summitry.gatherings.models import Gathering, Room, Series, Session, Slot, Track
from summitry.gatherings.tests.factories import (
    DAY,
    at,
    make_gathering,
    make_placed,
    make_room,
    make_session,
    make_track,
)
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_organisation, make_person, make_user
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
FACTS = {
    "title": Text.of("Summit 2027", zh_hans="2027年峰会"),
    "starts": DAY,
    "ends": DAY + timedelta(days=2),
}


def kinds() -> list[str]:
    return list(Entry.objects.order_by("index").values_list("kind", flat=True))


# -- editions ---------------------------------------------------------------------------------------
def test_a_gathering_begins_as_a_draft_without_an_entry():
    manager = make_user(Role.PROGRAMME)
    series = acts.create_series(manager, title=Text.of("Annual summit"))
    convener = make_organisation("Host")
    made = acts.create_gathering(manager, series=series, number=14, conveners=[convener], **FACTS)
    assert (made.slug, made.state, made.series, list(made.conveners.all())) == (
        "summit-2027",
        "draft",
        series,
        [convener],
    )
    assert kinds() == []


def test_announcing_enters_it_in_the_record_once():
    secretary = make_user(Role.SECRETARIAT)
    made = acts.create_gathering(secretary, announce=True, **FACTS)
    acts.announce_gathering(secretary, made)
    [entry] = Entry.objects.all()
    assert (entry.kind, entry.subject) == ("gatherings.announced", "gatherings.gathering:summit-2027")
    assert entry.facts == {
        "title": {"en": "Summit 2027", "zh-hans": "2027年峰会"},
        "slug": "summit-2027",
        "starts": "2027-11-03",
        "ends": "2027-11-05",
    }
    assert entry.said["by"] == "secretariat"


@pytest.mark.parametrize("role", [None, Role.AUDITOR, Role.TRANSLATOR, Role.CALL_MANAGER, Role.JUROR])
def test_others_make_no_gatherings(role):
    user = make_user(role)
    for make in (
        lambda: acts.create_gathering(user, **FACTS),
        lambda: acts.create_series(user, title=Text.of("S")),
    ):
        with pytest.raises(PermissionDenied):
            make()
    assert (Gathering.objects.count(), Series.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"title": Text()}, "title", "This field cannot be blank."),
        ({"ends": DAY - timedelta(days=1)}, "ends", "The last day is before the first."),
        ({"ends": DAY + timedelta(days=900)}, "ends", "A gathering lasts at most 400 days."),
        ({"time_zone": "Atlantis"}, "time_zone", "This is not a time zone; write one like Asia/Shanghai."),
        (
            {"time_zone": "../../etc/passwd"},
            "time_zone",
            "This is not a time zone; write one like Asia/Shanghai.",
        ),
        ({"slot_minutes": 0}, "slot_minutes", "Between 1 and 240 minutes."),
        ({"turnround_minutes": 241}, "turnround_minutes", "Between 0 and 240 minutes."),
        ({"country": "XX"}, "country", "“XX” is not the code of a country."),
        ({"parties": ["CN", "Q9"]}, "parties", "“Q9” is not the code of a country."),
        ({"website": "javascript:alert(1)"}, "website", "Enter a valid URL."),
    ],
)
def test_bad_facts_are_refused_by_field(changes, field, message):
    with pytest.raises(ValidationError) as caught:
        acts.create_gathering(None, **{**FACTS, **changes})
    assert caught.value.message_dict == {field: [message]}
    assert Gathering.objects.count() == 0


def test_a_short_name_is_had_once():
    acts.create_gathering(None, slug="summit", **FACTS)
    with pytest.raises(ValidationError) as caught:
        acts.create_gathering(None, slug="summit", **FACTS)
    assert caught.value.message_dict == {"slug": ["There is a gathering of this short name already."]}


def test_two_who_edit_at_once_do_not_overwrite_each_other():
    manager = make_user(Role.PROGRAMME)
    gathering = acts.create_gathering(manager, **FACTS)
    acts.edit_gathering(manager, gathering, 1, place=Text.of("Wuzhen"))
    with pytest.raises(Stale):
        acts.edit_gathering(manager, gathering, 1, place=Text.of("Paris"))
    gathering.refresh_from_db()
    assert gathering.place == Text.of("Wuzhen")


def test_a_public_change_is_entered_and_a_draft_one_is_not():
    draft, public = make_gathering(state=Gathering.State.DRAFT), make_gathering()
    for one in (draft, public):
        acts.edit_gathering(None, one, place=Text.of("Wuzhen"))
        acts.edit_gathering(None, one, place=Text.of("Wuzhen"))  # nothing new
    assert [(entry.kind, entry.subject) for entry in Entry.objects.all()] == [
        ("gatherings.edited", scope_of(public))
    ]


def test_cancelling_is_told_once_and_a_draft_has_nobody_to_tell():
    gathering = make_gathering()
    acts.cancel_gathering(None, gathering)
    acts.cancel_gathering(None, gathering)
    assert kinds() == ["gatherings.cancelled"]
    with pytest.raises(ValidationError, match="Nobody has been told"):
        acts.cancel_gathering(None, make_gathering(state=Gathering.State.DRAFT))


# -- rooms and tracks -------------------------------------------------------------------------------
def test_rooms_and_tracks_follow_each_other():
    gathering = make_gathering()
    manager = make_user(Role.PROGRAMME, scope_of(gathering))
    first = acts.add_room(manager, gathering, name=Text.of("Main Hall"), capacity=900)
    second = acts.add_room(manager, gathering, name=Text.of("主会场"))
    assert [(room.slug, room.position) for room in (first, second)] == [("main-hall", 0), (second.slug, 1)]
    assert acts.edit_room(manager, first, name=Text.of("Hall"), capacity=None).capacity is None
    track = acts.add_track(manager, gathering, name=Text.of("AI governance"))
    assert acts.edit_track(manager, track, name=Text.of("AI"), position=4).slug == "ai-governance"
    with pytest.raises(ValidationError) as caught:
        acts.add_room(manager, gathering, name=Text.of("x"), slug="main-hall")
    assert caught.value.message_dict == {"slug": ["There is a room of this short name already."]}


def test_a_room_in_use_stays():
    gathering = make_gathering()
    used, free = make_room(gathering), make_room(gathering)
    make_placed(gathering, used, at(9))
    acts.remove_room(None, free)
    with pytest.raises(ValidationError, match="it stays"):
        acts.remove_room(None, used)
    assert list(Room.objects.all()) == [used]


def test_a_manager_of_another_gathering_touches_nothing_here():
    gathering, other = make_gathering(), make_gathering()
    stranger = make_user(Role.PROGRAMME, scope_of(other))
    room, track = make_room(gathering), make_track(gathering)
    session = make_placed(gathering, room, at(9))
    for touch in (
        lambda: acts.add_room(stranger, gathering, name=Text.of("x")),
        lambda: acts.edit_room(stranger, room, name=Text.of("x")),
        lambda: acts.remove_room(stranger, room),
        lambda: acts.add_track(stranger, gathering, name=Text.of("x")),
        lambda: acts.edit_track(stranger, track, name=Text.of("x")),
        lambda: acts.edit_gathering(stranger, gathering, place=Text.of("x")),
        lambda: acts.announce_gathering(stranger, gathering),
        lambda: acts.cancel_gathering(stranger, gathering),
        lambda: acts.add_session(stranger, gathering, title=Text.of("x")),
        lambda: acts.edit_session(stranger, session, title=Text.of("x")),
        lambda: acts.cancel_session(stranger, session),
        lambda: acts.restore_session(stranger, session),
        lambda: acts.place_session(stranger, session, room=room, starts=at(10), minutes=30),
        lambda: acts.unplace_session(stranger, session),
        lambda: acts.add_link(stranger, session, url="https://x.example/"),
        lambda: acts.release(stranger, gathering),
    ):
        with pytest.raises(PermissionDenied):
            touch()
    session.refresh_from_db()
    assert (str(session.title)[:7], session.state, session.slot.starts) == ("Session", "accepted", at(9))
    assert (Room.objects.count(), Track.objects.count(), Session.objects.count()) == (1, 1, 1)


# -- sessions ---------------------------------------------------------------------------------------
def test_a_session_holds_its_people_in_their_order():
    gathering = make_gathering()
    manager = make_user(Role.PROGRAMME)
    ada, bo = make_person("Ada"), make_person("Bo")
    session = acts.add_session(
        manager,
        gathering,
        title=Text.of("AI tests"),
        people=[(bo, "moderator"), (ada, "speaker")],
        kind="forum",
    )
    assert [(part.person, part.role) for part in session.parts.all()] == [(bo, "moderator"), (ada, "speaker")]
    acts.edit_session(manager, session, 1, people=[(ada, "speaker")], title=Text.of("AI tests for people"))
    session.refresh_from_db()
    assert [(part.person, part.position) for part in session.parts.all()] == [(ada, 0)]
    assert (session.slug, session.version) == ("ai-tests", 2)
    with pytest.raises(Stale):
        acts.edit_session(manager, session, 1, title=Text.of("Mine"))
    with pytest.raises(ValidationError) as caught:
        acts.edit_session(manager, session, people=[(ada, "king")])
    assert caught.value.message_dict == {"people": ["“king” is no role in a session."]}


def test_the_same_source_gives_the_same_session():
    gathering = make_gathering()
    first = acts.make_session(gathering, title=Text.of("A"), source="calls.submission:x-1")
    again = acts.make_session(gathering, title=Text.of("B"), source="calls.submission:x-1")
    assert (first, Session.objects.count(), str(again.title)) == (again, 1, "A")


def test_a_track_of_another_gathering_is_refused():
    with pytest.raises(ValidationError) as caught:
        acts.add_session(None, make_gathering(), title=Text.of("A"), track=make_track(make_gathering()))
    assert caught.value.message_dict == {"track": ["This belongs to another gathering."]}


def test_placing_tells_clashes_and_does_not_refuse_them():
    gathering = make_gathering()
    hall, ada = make_room(gathering, "Hall"), make_person("Ada")
    first = make_placed(gathering, hall, at(9), "First", ada)
    second = make_session(gathering, "Second", ada)
    found = acts.place_session(None, second, room=hall, starts=at(9, 15), minutes=30)
    assert [(one.check, one.sessions) for one in found.conflicts] == [
        ("room", (first.pk, second.pk)),
        ("person", (first.pk, second.pk)),
    ]
    moved = acts.place_session(None, second, room=hall, starts=at(9, 30), minutes=30)
    assert moved.conflicts == []
    assert Slot.objects.filter(session=second).count() == 1


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"minutes": 0}, {"minutes": ["Between 1 and 1440 minutes."]}),
        ({"minutes": -5}, {"minutes": ["Between 1 and 1440 minutes."]}),
        (
            {"starts": at(9, day=DAY - timedelta(days=1))},
            {"starts": ["That day is not one of the gathering’s days."]},
        ),
        (
            {"starts": at(9, day=DAY + timedelta(days=2))},
            {"starts": ["That day is not one of the gathering’s days."]},
        ),
    ],
)
def test_impossible_places_are_refused(changes, errors):
    gathering = make_gathering()
    session = make_session(gathering)
    with pytest.raises(ValidationError) as caught:
        acts.place_session(
            None, session, **{"room": make_room(gathering), "starts": at(9), "minutes": 30, **changes}
        )
    assert caught.value.message_dict == errors
    assert Slot.objects.count() == 0


def test_the_night_after_the_last_day_still_belongs_to_it():
    gathering = make_gathering(day_change=time(4))
    session = make_session(gathering)
    night = at(1, day=gathering.ends + timedelta(days=1))
    assert (
        acts.place_session(None, session, room=make_room(gathering), starts=night, minutes=30).slot.starts
        == night
    )


def test_a_room_of_another_gathering_is_refused():
    with pytest.raises(ValidationError) as caught:
        acts.place_session(
            None, make_session(make_gathering()), room=make_room(make_gathering()), starts=at(9), minutes=30
        )
    assert caught.value.message_dict == {"room": ["This belongs to another gathering."]}


def test_a_stale_place_is_refused_and_the_same_place_twice_is_one():
    gathering = make_gathering()
    session, room = make_session(gathering), make_room(gathering)
    acts.place_session(None, session, room=room, starts=at(9), minutes=30, version=1)
    acts.place_session(None, session, room=room, starts=at(9), minutes=30)  # a double click
    session.refresh_from_db()
    assert session.version == 2
    with pytest.raises(Stale):
        acts.place_session(None, session, room=room, starts=at(11), minutes=30, version=1)
    assert Slot.objects.get().starts == at(9)


def test_a_cancelled_session_leaves_its_slot_and_may_come_back():
    gathering = make_gathering()
    room = make_room(gathering)
    session = make_placed(gathering, room, at(9))
    for _ in range(2):
        acts.cancel_session(None, session)
    assert (Slot.objects.count(), Session.objects.get().state) == (0, "cancelled")
    with pytest.raises(ValidationError, match="Restore it first"):
        acts.place_session(None, session, room=room, starts=at(9), minutes=30)
    for _ in range(2):
        acts.restore_session(None, session)
    assert Session.objects.get().state == "accepted"


def test_every_change_of_the_programme_marks_it():
    gathering = make_gathering()
    room = make_room(gathering)
    session = make_session(gathering)
    for change in (
        lambda: acts.add_session(None, gathering, title=Text.of("x")),
        lambda: acts.edit_session(None, session, title=Text.of("y")),
        lambda: acts.place_session(None, session, room=room, starts=at(9), minutes=30),
        lambda: acts.unplace_session(None, session),
        lambda: acts.cancel_session(None, session),
        lambda: acts.restore_session(None, session),
    ):
        Gathering.objects.update(changed_at=None)
        change()
        assert Gathering.objects.get().changed_at is not None


def test_links_are_of_the_web_and_had_once():
    session = make_session(make_gathering())
    link = acts.add_link(None, session, url="https://a.example/", title="A")
    assert acts.add_link(None, session, url="https://a.example/") == link
    with pytest.raises(ValidationError) as caught:
        acts.add_link(None, session, url="javascript:alert(1)")
    assert caught.value.message_dict == {"url": ["An address begins with https:// or http://."]}
    acts.remove_link(None, link)
    acts.remove_link(None, link)
    assert session.links.count() == 0
