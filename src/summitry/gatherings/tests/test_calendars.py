"""Calendars by RFC 5545: stable UID, DTSTAMP, SEQUENCE of the release, VTIMEZONE."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event

from summitry.gatherings import acts, agenda, calendars
from summitry.gatherings.models import Gathering, Release, ReleasedSlot
from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


def events(client, path: str) -> tuple[Calendar, dict[str, object]]:
    response = client.get(path)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(response.content)
    return calendar, {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


def test_the_whole_programme(client):
    gathering = make_gathering(slug="summit", time_zone="Europe/Brussels", place=Text.of("Brussels"))
    session = make_placed(
        gathering,
        make_room(gathering, "Hall"),
        at(9),
        "Opening; with, commas",
        abstract=Text.of("<p>First &amp; last</p><p>Words</p>"),
    )
    made = acts.release(None, gathering)
    calendar, found = events(client, reverse("programmes:ics", args=["summit"]))
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Brussels"]
    event = found["Opening; with, commas"]
    assert str(event["UID"]) == f"{session.guid}@127.0.0.1"
    assert event.decoded("SEQUENCE") == 1
    assert event.decoded("DTSTAMP") == made.published_at.replace(microsecond=0)
    assert event.decoded("DTSTART") == datetime(2027, 11, 3, 10, tzinfo=ZoneInfo("Europe/Brussels"))
    assert event.decoded("DTEND").astimezone(UTC) == at(9, 30)
    assert str(event["LOCATION"]) == "Hall, Brussels"
    assert str(event["DESCRIPTION"]) == "First & last\nWords"
    assert str(event["STATUS"]) == "CONFIRMED"
    assert str(event["URL"]) == f"http://127.0.0.1:8000/en/gatherings/summit/sessions/{session.slug}/"
    lines = client.get(reverse("programmes:ics", args=["summit"])).content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75


@pytest.mark.parametrize(
    "words",
    [
        "",
        "a;b,c\\d\ne\r\nf\rg",
        "\\" * 200,
        "^,;" * 90,
        "峰会" * 80,
        "قمة, " * 50 + "\n",
        "😀a" * 60,
        *("x" * n for n in range(60, 80)),
    ],
)
def test_lines_are_folded_and_escaped_as_the_library_does(words):
    event = Event()
    event.add("summary", words)
    theirs = event.to_ical().split(b"\r\n", 1)[1].rpartition(b"END:VEVENT")[0]
    assert calendars.fold(f"SUMMARY:{calendars.escaped(words)}") + b"\r\n" == theirs


def test_a_session_keeps_its_uid_when_it_moves_and_a_release_raises_the_sequence(client):
    gathering = make_gathering(slug="summit")
    room = make_room(gathering)
    session = make_placed(gathering, room, at(9), "Opening")
    acts.release(None, gathering)
    path = reverse("programmes:session_ics", args=["summit", session.slug])
    before = events(client, path)[1]["Opening"]
    acts.place_session(None, session, room=room, starts=at(11), minutes=30)
    acts.release(None, gathering)
    after = events(client, path)[1]["Opening"]
    assert str(before["UID"]) == str(after["UID"])
    assert (before.decoded("SEQUENCE"), after.decoded("SEQUENCE")) == (1, 2)
    assert after.decoded("DTSTART") - before.decoded("DTSTART") == timedelta(hours=2)
    acts.cancel_session(None, session)
    make_placed(gathering, room, at(12), "Another")
    acts.release(None, gathering)
    gone = events(client, path)[1]["Opening"]
    assert (str(gone["STATUS"]), gone.decoded("SEQUENCE")) == ("CANCELLED", 3)
    make_placed(gathering, room, at(13), "A third")
    acts.release(None, gathering)
    assert events(client, path)[1]["Opening"].decoded("SEQUENCE") == 3  # it was cancelled once
    acts.restore_session(None, session)
    acts.place_session(None, session, room=room, starts=at(11), minutes=30)
    acts.release(None, gathering)
    again = events(client, path)[1]["Opening"]
    assert (str(again["STATUS"]), again.decoded("SEQUENCE")) == ("CONFIRMED", 5)


def test_what_a_release_leaves_alone_keeps_its_sequence(client):
    gathering = make_gathering(slug="summit")
    room, other = make_room(gathering), make_room(gathering)
    stays, moves = make_placed(gathering, room, at(9), "Stays"), make_placed(gathering, room, at(10), "Moves")
    path = reverse("programmes:ics", args=["summit"])

    def told() -> dict[str, int]:
        return {title: int(one["SEQUENCE"]) for title, one in events(client, path)[1].items()}

    acts.release(None, gathering)
    assert told() == {"Stays": 1, "Moves": 1}
    acts.place_session(None, moves, room=other, starts=at(10), minutes=30)
    acts.release(None, gathering)
    assert told() == {"Stays": 1, "Moves": 2}
    acts.edit_session(None, stays, title=Text.of("Still there"))
    acts.prepare_release(None, gathering, timezone.now() + timedelta(days=1))
    acts.publish_prepared(gathering, timezone.now() + timedelta(days=2))
    assert told() == {"Still there": 3, "Moves": 2}
    old = events(client, f"{path}?release=2")[1]
    assert {title: int(one["SEQUENCE"]) for title, one in old.items()} == {"Stays": 1, "Moves": 2}
    ReleasedSlot.objects.update(since=0)  # as rows are that were released before it was kept
    assert told() == {"Still there": 3, "Moves": 3}
    make_placed(gathering, room, at(12), "New")
    acts.release(None, gathering)
    assert told() == {"Still there": 3, "Moves": 3, "New": 4}


def test_last_modified_is_when_the_session_was_last_told_anew(client):
    gathering = make_gathering(slug="summit")
    room = make_room(gathering)
    stays, moves = make_placed(gathering, room, at(9), "Stays"), make_placed(gathering, room, at(10), "Moves")
    goes = make_placed(gathering, room, at(12), "Goes")
    made = []
    for n in range(4):
        if n:
            acts.place_session(None, moves, room=room, starts=at(14 + n), minutes=30)
        if n == 2:
            acts.cancel_session(None, goes)
        release = acts.release(None, gathering)
        made.append(datetime(2027, 1, 1 + n, 12, tzinfo=UTC))
        Release.objects.filter(pk=release.pk).update(published_at=made[-1])
    path = reverse("programmes:ics", args=["summit"])

    def told(path: str) -> dict[str, tuple[datetime, datetime]]:
        found = events(client, path)[1]
        return {name: (one.decoded("LAST-MODIFIED"), one.decoded("DTSTAMP")) for name, one in found.items()}

    first, _second, third, last = made
    assert told(path) == {"Stays": (first, last), "Moves": (last, last), "Goes": (third, last)}
    assert told(f"{path}?release=3")["Moves"] == (third, third)
    for one, moment in ((stays, first), (moves, last), (goes, third)):
        own = told(reverse("programmes:session_ics", args=["summit", one.slug]))
        assert own == {str(one.title): (moment, last)}
    code = agenda.code(gathering, [stays.pk, goes.pk])
    shared = told(reverse("programmes:agenda_ics", args=["summit", code]))
    assert shared == {"Stays": (first, last), "Goes": (third, last)}
    ReleasedSlot.objects.update(since=0)  # as rows are that were released before it was kept
    assert told(path)["Stays"] == (last, last)


@pytest.mark.parametrize("many", [1, 3])
def test_how_many_queries_a_calendar_costs(many, client, django_assert_num_queries):
    gathering = make_gathering(slug="summit")
    room = make_room(gathering)
    for n in range(many):
        session = make_placed(gathering, room, at(9 + n), f"Session {n}")
        acts.release(None, gathering)
    with django_assert_num_queries(6):
        assert len(events(client, reverse("programmes:ics", args=["summit"]))[1]) == many
    with django_assert_num_queries(4):
        events(client, reverse("programmes:session_ics", args=["summit", session.slug]))


def test_a_calendar_speaks_the_language_asked_for(client):
    gathering = make_gathering(slug="summit")
    session = make_placed(gathering, make_room(gathering), at(9))
    session.title = Text.of("Opening", ar="الافتتاح")
    session.save()
    acts.release(None, gathering)
    found = events(client, reverse("programmes:ics", args=["summit"]) + "?lang=ar")[1]
    assert list(found) == ["الافتتاح"]
    assert list(events(client, reverse("programmes:ics", args=["summit"]) + "?lang=xx")[1]) == ["Opening"]


def test_without_a_release_there_is_no_calendar(client):
    make_gathering(slug="summit")
    assert client.get(reverse("programmes:ics", args=["summit"])).status_code == 404
    assert Gathering.objects.get().released is None
