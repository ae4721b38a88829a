"""The programme as checks see it: plain values, and for each room, person and track who stands there when."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from summitry.text.value import Text


@dataclass(frozen=True, slots=True)
class Spot:
    """A session and where it stands, or might stand. Times are aware; rooms, tracks, people by key."""

    session: int
    title: Text
    room: int
    starts: datetime
    ends: datetime
    track: int | None = None
    kind: str = ""
    people: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()  # of interpreters
    audience: int | None = None  # expected
    equipment: frozenset[str] = frozenset()  # needed
    after: tuple[int, ...] = ()  # sessions that come first
    similar: tuple[int, ...] = ()  # sessions that are much like it
    joint: tuple[tuple[int, int], ...] = ()  # sessions, and how many people want it and them

    def at(self, room: int, starts: datetime) -> "Spot":
        """The same session elsewhere, as long as it is."""
        return replace(self, room=room, starts=starts, ends=starts + (self.ends - self.starts))

    def holds(self) -> Iterator[tuple[str, int | str]]:
        """What it takes up: the keys of the lists in which it stands."""
        yield "room", self.room
        if self.track is not None:
            yield "track", self.track
        for person in self.people:
            yield "person", person
        for team in self.teams:
            yield "team", team
        yield "kind", self.kind


class Away(Protocol):
    """A time at which somebody or something is not to be had."""

    def over(self, starts: datetime, ends: datetime, zone: ZoneInfo) -> datetime | None:
        """When it ends, if it overlaps this time; else None."""


@dataclass(slots=True)
class _Line:
    """Spots that share something, by their beginnings."""

    spots: list[Spot] = field(default_factory=list)
    begins: list[datetime] = field(default_factory=list)
    longest: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Place:
    """A room: its name, its seats if they are known, what it has, when it is closed."""

    name: Text
    seats: int | None = None
    equipment: frozenset[str] = frozenset()
    closed: tuple[Away, ...] = ()


@dataclass(frozen=True, slots=True)
class Team:
    """Interpreters who work together: their name and when they cannot."""

    name: str
    absent: tuple[Away, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """When an edition takes place."""

    first: date
    last: date
    zone: ZoneInfo
    day_change: time = time(0)
    turnround: timedelta = timedelta(0)


class World:
    """All placed sessions of one edition, with the lists that checks ask."""

    def __init__(
        self,
        frame: Frame,
        spots: Iterable[Spot],
        *,
        rooms: Mapping[int, Place] | None = None,
        people: Mapping[int, Text] | None = None,
        tracks: Mapping[int, Text] | None = None,
        absent: Mapping[int, Sequence[Away]] | None = None,
        teams: Mapping[int, Team] | None = None,
    ) -> None:
        self.frame = frame
        self.rooms, self.people, self.tracks = rooms or {}, people or {}, tracks or {}
        self.absent, self.teams = absent or {}, teams or {}
        ordered = sorted(spots, key=lambda spot: (spot.starts, spot.session))
        self.spots = {spot.session: spot for spot in ordered}
        self._followers: dict[int, list[Spot]] = {}
        for spot in ordered:
            for before in spot.after:
                self._followers.setdefault(before, []).append(spot)
        self._lines: dict[tuple[str, int | str], _Line] = {}
        for spot in ordered:
            if spot.ends <= spot.starts:
                continue
            for key in spot.holds():
                line = self._lines.setdefault(key, _Line())
                line.spots.append(spot)
                line.begins.append(spot.starts)
                line.longest = max(line.longest, spot.ends - spot.starts)

    def away(self, times: Iterable[Away], spot: Spot) -> bool:
        """Whether one of these times overlaps the spot."""
        return any(one.over(spot.starts, spot.ends, self.frame.zone) for one in times)

    def followers(self, session: int) -> list[Spot]:
        """The placed sessions that come after this one."""
        return self._followers.get(session, [])

    def beside(self, what: str, key: int | str, spot: Spot, within: timedelta = timedelta(0)) -> list[Spot]:
        """The other sessions that share this room, person, track or kind and overlap the spot in time, or
        come closer to it than `within`; touching ends do not overlap."""
        line = self._lines.get((what, key))
        if line is None:
            return []
        first, last = spot.starts - within, spot.ends + within
        found = []
        for at in range(bisect_left(line.begins, first - line.longest), len(line.spots)):
            one = line.spots[at]
            if one.starts >= last:
                break
            if one.ends > first and one.session != spot.session:
                found.append(one)
        return found
