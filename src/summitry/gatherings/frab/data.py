"""A schedule as plain immutable values. What the format allows but we do not name is kept as `Extra`."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Self

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
        stored = stored or {}
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
    venue: str = ""
    city: str = ""
    start: date | None = None
    end: date | None = None
    days: int | None = None
    day_change: time | None = None
    timeslot: timedelta | None = None
    base_url: str = ""
    url: str = ""
    logo: str = ""
    time_zone: str = ""
    extra: Extra = NOTHING


@dataclass(frozen=True, slots=True)
class Track:
    name: str
    slug: str = ""
    colour: str = ""
    extra: Extra = NOTHING


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the list of persons at the top of FOSDEM's newer files."""

    id: str
    name: str = ""
    slug: str = ""
    biography: str = ""
    extra: Extra = NOTHING


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person as an event names her."""

    id: str
    name: str
    guid: str = ""
    extra: Extra = NOTHING


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    href: str
    type: str = ""
    service: str = ""
    extra: Extra = NOTHING


@dataclass(frozen=True, slots=True)
class Event:
    """One session. `begins` is aware, with the offset of the file; `line` is where it stands in the file."""

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
    extra: Extra = NOTHING
    line: int = field(default=0, compare=False, repr=False)

    @property
    def ends(self) -> datetime:
        return self.begins + self.duration


@dataclass(frozen=True, slots=True)
class Room:
    """A room on one day, with its events by time."""

    name: str
    slug: str = ""
    guid: str = ""
    events: tuple[Event, ...] = ()
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
    conference: Conference
    version: str = ""
    url: str = ""
    generator: Attrs = ()
    tracks: tuple[Track, ...] = ()
    persons: tuple[Person, ...] = ()
    days: tuple[Day, ...] = ()
    extra: Extra = NOTHING

    def events(self) -> list[Event]:
        return [event for day in self.days for room in day.rooms for event in room.events]
