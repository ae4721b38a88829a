"""A schedule file as plain immutable values: what every format reads to and is written from.

A field of words holds them in the language in which they were written; `texts` holds, by the name of the
field, those that are in several languages or in another one than the schedule's. What a format allows but we
do not name is kept as `Extra`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from summitry.text.value import Text

from .problems import NOWHERE, Place

type Texts = tuple[tuple[str, Text], ...]
type Attrs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Element:
    """An element that we have no name for: its attributes, and its words and elements in their order."""

    tag: str
    attrs: Attrs = ()
    content: tuple["str | Element", ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "tag": self.tag,
            "attrs": dict(self.attrs),
            "content": [one if isinstance(one, str) else one.to_json() for one in self.content],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        content = (one if isinstance(one, str) else cls.from_json(one) for one in stored.get("content", ()))
        return cls(stored["tag"], tuple(stored.get("attrs", {}).items()), tuple(content))


@dataclass(frozen=True, slots=True)
class Extra:
    """What one element carried beside what we know: attributes and child elements. An empty one is false."""

    attrs: Attrs = ()
    elements: tuple[Element, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.attrs or self.elements)

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.attrs:
            found["attrs"] = dict(self.attrs)
        if self.elements:
            found["elements"] = [one.to_json() for one in self.elements]
        return found

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> Self:
        if not stored:
            return cls()
        return cls(
            tuple(stored.get("attrs", {}).items()),
            tuple(Element.from_json(one) for one in stored.get("elements", ())),
        )


NOTHING = Extra()


@dataclass(frozen=True, slots=True)
class Conference:
    title: str = ""
    acronym: str = ""
    subtitle: str = ""
    summary: str = ""
    venue: str = ""
    city: str = ""
    country: str = ""  # ISO 3166-1 alpha-2, upper case
    start: date | None = None
    end: date | None = None
    days: int | None = None
    day_change: time | None = None
    timeslot: timedelta | None = None
    base_url: str = ""
    url: str = ""
    logo: str = ""
    time_zone: str = ""
    texts: Texts = ()
    extra: Extra = NOTHING


@dataclass(frozen=True, slots=True)
class Track:
    name: str
    slug: str = ""
    colour: str = ""
    texts: Texts = ()
    extra: Extra = NOTHING


@dataclass(frozen=True, slots=True)
class Person:
    """What a file says of a person beside her sessions."""

    id: str
    name: str = ""
    slug: str = ""
    biography: str = ""
    texts: Texts = ()
    extra: Extra = NOTHING


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person as an event names her. `role` is a key of `SessionPerson.Role`; empty is a speaker."""

    id: str
    name: str
    guid: str = ""
    role: str = ""
    extra: Extra = NOTHING


@dataclass(frozen=True, slots=True)
class Link:
    """`kind` is a key of our `Link.Kind` where it is neither a plain link nor an attachment."""

    title: str
    href: str
    type: str = ""
    service: str = ""
    kind: str = ""
    language: str = ""
    extra: Extra = NOTHING


@dataclass(frozen=True, slots=True)
class Event:
    """One session. `begins` is aware, with the offset of the file; `at` is where it stands in the file."""

    id: str
    guid: str
    begins: datetime
    duration: timedelta
    title: str
    code: str = ""
    slug: str = ""
    url: str = ""
    subtitle: str = ""
    track: str = ""
    track_slug: str = ""
    type: str = ""
    language: str = ""
    interpreted: tuple[str, ...] = ()  # language codes
    captions: tuple[str, ...] = ()  # language codes
    mode: str = ""  # a key of `Session.Mode`; empty is on site
    abstract: str = ""
    description: str = ""
    feedback_url: str = ""
    origin_url: str = ""
    logo: str = ""
    license: str = ""
    do_not_record: bool = False
    recording_url: str = ""
    recording_link: str = ""
    video_download_url: str = ""
    persons: tuple[PersonRef, ...] = ()
    links: tuple[Link, ...] = ()
    attachments: tuple[Link, ...] = ()
    texts: Texts = ()
    extra: Extra = NOTHING
    at: Place = field(default=NOWHERE, compare=False, repr=False)

    @property
    def key(self) -> str:
        """What it is known by within one file."""
        return self.guid or f"id:{self.id}"

    @property
    def ends(self) -> datetime:
        return self.begins + self.duration


@dataclass(frozen=True, slots=True)
class Room:
    """A room on one day, with its events by time."""

    name: str
    slug: str = ""
    guid: str = ""
    capacity: int | None = None  # seats
    events: tuple[Event, ...] = ()
    texts: Texts = ()
    extra: Extra = NOTHING


@dataclass(frozen=True, slots=True)
class Day:
    index: int
    date: date
    starts: datetime | None = None
    ends: datetime | None = None
    rooms: tuple[Room, ...] = ()
    extra: Extra = NOTHING


@dataclass(frozen=True, slots=True)
class Schedule:
    """`silent` names what the file says nothing about, so that an import leaves it as it is: fields of
    sessions, and "conference", "days", "tracks", "rooms", "persons" for the whole of them."""

    conference: Conference
    version: str = ""
    url: str = ""
    generator: Attrs = ()
    tracks: tuple[Track, ...] = ()
    persons: tuple[Person, ...] = ()
    days: tuple[Day, ...] = ()
    extra: Extra = NOTHING
    silent: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    def events(self) -> list[Event]:
        return [event for day in self.days for room in day.rooms for event in room.events]
