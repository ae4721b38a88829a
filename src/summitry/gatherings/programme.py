"""Programmes as plain values: rows, their digest, days, and what one version changed against another.
Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from summitry.record import canonical
from summitry.text.value import Text


@dataclass(frozen=True, slots=True)
class Row:
    """One session of a programme as the public is told of it. Rooms and tracks by slug, times in UTC."""

    guid: str
    slug: str
    title: Text
    room: str
    track: str
    starts: datetime
    ends: datetime
    kind: str = ""
    language: str = ""
    interpreted: tuple[str, ...] = ()

    def public(self) -> dict[str, Any]:
        """The canonical form of which the digest is made. No person is named in it."""
        return {
            "guid": self.guid,
            "slug": self.slug,
            "title": self.title.values,
            "room": self.room,
            "track": self.track,
            "starts": f"{self.starts.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "ends": f"{self.ends.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "kind": self.kind,
            "language": self.language,
            "interpreted": list(self.interpreted),
        }


def digest(rows: Iterable[Row]) -> str:
    """SHA-256 of the canonical JSON of all rows by guid, hexadecimal."""
    told = [row.public() for row in sorted(rows, key=lambda row: row.guid)]
    return hashlib.sha256(canonical.encode(told, "programme")).hexdigest()


def day_of(moment: datetime, zone: tzinfo, change: time) -> date:
    """The day of a programme on which a moment falls: before `change` it is still the day before.

    >>> day_of(datetime(2027, 11, 3, 1, tzinfo=UTC), UTC, time(4))
    datetime.date(2027, 11, 2)
    """
    local = moment.astimezone(zone)
    return local.date() - timedelta(days=1) if local.time() < change else local.date()


def day_edges(day: date, zone: tzinfo, change: time) -> tuple[datetime, datetime]:
    """From when to when a day of a programme lasts; the end is excluded."""
    first = datetime.combine(day, change, zone)
    return first, datetime.combine(day + timedelta(days=1), change, zone)


@dataclass(frozen=True, slots=True)
class Change:
    """A session in two versions; `before` is None if it is new, `after` if it was cancelled."""

    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        found = self.after or self.before
        assert found is not None  # noqa: S101  (one of the two is always there)
        return found

    @property
    def moved_in_time(self) -> bool:
        return bool(
            self.before
            and self.after
            and (self.before.starts, self.before.ends) != (self.after.starts, self.after.ends)
        )

    @property
    def moved_in_space(self) -> bool:
        return bool(self.before and self.after and self.before.room != self.after.room)

    @property
    def is_retitled(self) -> bool:
        return bool(self.before and self.after and self.before.title.values != self.after.title.values)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a version changed. A session may be both moved and retitled; `other` counts quieter
    differences."""

    new: tuple[Change, ...] = ()
    moved: tuple[Change, ...] = ()
    cancelled: tuple[Change, ...] = ()
    retitled: tuple[Change, ...] = ()
    other: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.moved or self.cancelled or self.retitled or self.other)

    def counts(self) -> dict[str, int]:
        return {name: len(getattr(self, name)) for name in ("new", "moved", "cancelled", "retitled", "other")}


def compare(before: Iterable[Row], after: Iterable[Row]) -> Changes:
    """What changed from one version to another: a comparison of sets, matched by guid."""
    old = {row.guid: row for row in before}
    now = {row.guid: row for row in after}
    both = [Change(old[guid], now[guid]) for guid in now if guid in old and old[guid] != now[guid]]
    moved = [one for one in both if one.moved_in_time or one.moved_in_space]
    retitled = [one for one in both if one.is_retitled]
    told = {one.row.guid for one in (*moved, *retitled)}
    return Changes(
        new=_sorted(Change(None, now[guid]) for guid in now.keys() - old.keys()),
        moved=_sorted(moved),
        cancelled=_sorted(Change(old[guid], None) for guid in old.keys() - now.keys()),
        retitled=_sorted(retitled),
        other=_sorted(one for one in both if one.row.guid not in told),
    )


def _sorted(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda one: (one.row.starts, one.row.room, one.row.guid)))


@dataclass(frozen=True, slots=True)
class Stay:
    """A session's time in one place or with one person: what may clash."""

    session: int
    title: Text
    where: str  # key of the room or the person
    starts: datetime
    ends: datetime
    name: Text = field(default_factory=Text)  # of the room or the person


@dataclass(frozen=True, slots=True)
class Clash:
    """Two sessions at one time in one room ("room") or with one person ("person")."""

    kind: str
    first: Stay
    second: Stay


def clashes(kind: str, stays: Iterable[Stay]) -> list[Clash]:
    """All pairs that overlap in one place; touching ends are no clash, nor is what takes no time."""
    places: dict[str, list[Stay]] = {}
    for stay in stays:
        if stay.ends > stay.starts:
            places.setdefault(stay.where, []).append(stay)
    found = []
    for there in places.values():
        there.sort(key=lambda stay: (stay.starts, stay.ends, stay.session))
        active: list[Stay] = []
        for stay in there:
            active = [one for one in active if one.ends > stay.starts]
            found += [Clash(kind, one, stay) for one in active if one.session != stay.session]
            active.append(stay)
    return sorted(found, key=lambda one: (one.second.starts, one.first.session, one.second.session))
