"""Reading files that list sessions one by one: each says for itself when, where and with whom."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

from .assembling import days_of
from .base import Context
from .data import Conference, Event, Person, Room, Schedule, Track
from .problems import Place, ScheduleError
from .values import Placed, Values

NOWHERE_NAMED = "–"  # the room of a session of which a file names none


class FlatReader(Values):
    """Gathers sessions, rooms, tracks and persons, and makes a schedule of them."""

    def __init__(self, context: Context):
        super().__init__()
        self.context = context
        self.zone = ZoneInfo(context.time_zone)
        self.day_change = time.fromisoformat(context.day_change)
        self.placed: list[tuple[Event, str]] = []
        self.rooms: dict[str, Room] = {}  # by name
        self.tracks: dict[str, Track] = {}
        self.persons: dict[str, Person] = {}  # by id
        self.first: dict[str, Place] = {}

    def once(self, node: Placed, code: str, value: str) -> None:
        """Notes an id or a guid that comes a second time."""
        key = f"{code}:{value}"
        if value and key in self.first:
            self.wrong(node, code, value=value[:60], first=str(self.first[key]))
        elif value:
            self.first[key] = node.place

    def room(self, room: Room) -> str:
        """Takes a room in; its name, which is that of no other."""
        self.rooms.setdefault(room.name, room)
        return room.name

    def put(self, event: Event, room: str) -> None:
        self.rooms.setdefault(room, Room(room))
        self.placed.append((event, room))

    def made(
        self,
        conference: Conference | None,
        silent: Iterable[str],
        first: date | None = None,
        last: date | None = None,
        version: str = "",
    ) -> Schedule:
        """The schedule. Raises ScheduleError for all problems that were noted. conference: None, the file
        does not say."""
        if not self.placed and not self.problems:
            self.wrong(_START, "missing-value", name="sessions")
        if self.problems:
            raise ScheduleError(self.problems)
        zone = self.zone or ZoneInfo("UTC")
        days = days_of(self.placed, list(self.rooms.values()), zone, self.day_change, first, last)
        unsaid = {"conference", "days", "schedule.extra"} if conference is None else set()
        return Schedule(
            conference=conference or Conference(),
            version=version,
            tracks=tuple(self.tracks.values()),
            persons=tuple(self.persons.values()),
            days=days,
            silent=frozenset(silent) | unsaid,
        )


class _Start:
    place = Place()


_START = _Start()


def distinct(name: str, key: str, taken: Iterable[str]) -> str:
    """A name that is not taken yet; with its key where it is."""
    return f"{name} ({key})" if name in taken else name


def named(room: Room, name: str) -> Room:
    return replace(room, name=name)
