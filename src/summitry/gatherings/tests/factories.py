"""Gatherings for tests, made without acts: no entry in the record."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from summitry.gatherings.models import Gathering, Room, Session, SessionPerson, Slot, Track
from summitry.people.models import Person
from summitry.text.value import Text

_number = count(1)
DAY = date(2027, 11, 3)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """A moment of the gathering's day, UTC."""
    return datetime.combine(day, time(hour, minute), UTC)


def make_gathering(**fields: Any) -> Gathering:
    n = next(_number)
    given = {
        "slug": f"gathering-{n}",
        "title": Text.of(f"Gathering {n}"),
        "starts": DAY,
        "ends": DAY + timedelta(days=1),
        "state": Gathering.State.ANNOUNCED,
        **fields,
    }
    return Gathering.objects.create(**given)


def make_room(gathering: Gathering, name: str | None = None, **fields: Any) -> Room:
    n = next(_number)
    name = name or f"Room {n}"
    slug = fields.pop("slug", name.lower().replace(" ", "-"))
    return Room.objects.create(gathering=gathering, name=Text.of(name), slug=slug, position=n, **fields)


def make_track(gathering: Gathering, name: str = "Track", **fields: Any) -> Track:
    n = next(_number)
    return Track.objects.create(
        gathering=gathering, name=Text.of(name), slug=f"track-{n}", position=n, **fields
    )


def make_session(
    gathering: Gathering, title: str | Text | None = None, *people: Person, **fields: Any
) -> Session:
    n = next(_number)
    words = title if isinstance(title, Text) else Text.of(title or f"Session {n}")
    session = Session.objects.create(gathering=gathering, title=words, slug=f"session-{n}", **fields)
    for position, person in enumerate(people):
        SessionPerson.objects.create(session=session, person=person, position=position)
    return session


def put(session: Session, room: Room, starts: datetime, minutes: int = 30) -> Slot:
    return Slot.objects.create(
        session=session, room=room, starts=starts, ends=starts + timedelta(minutes=minutes)
    )


def make_placed(
    gathering: Gathering,
    room: Room,
    starts: datetime,
    title: str | None = None,
    *people: Person,
    **fields: Any,
) -> Session:
    """A session that stands in a room for half an hour."""
    minutes = fields.pop("length", 30)
    session = make_session(gathering, title, *people, **fields)
    put(session, room, starts, minutes)
    return session
