"""The programme: the released one for the public, the working one for those who make it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from summitry.people.fields import normal

from ..models import Gathering, Release, ReleasedSlot, Session, Slot
from ..programme import Row, day_of


def working(gathering: Gathering) -> list[ReleasedSlot]:
    """The working programme as a release would publish it now: unsaved rows, by time and room. One query."""
    zone = ZoneInfo(gathering.time_zone)
    slots = (
        Slot.objects.filter(session__gathering=gathering, session__state=Session.State.ACCEPTED)
        .select_related("session__track", "room")
        .order_by("starts", "room__position", "session")
    )
    return [
        ReleasedSlot(
            session=slot.session,
            room=slot.room,
            track=slot.session.track,
            day=day_of(slot.starts, zone, gathering.day_change),
            starts=slot.starts,
            ends=slot.ends,
            title=slot.session.title,
            kind=slot.session.kind,
            language=slot.session.language,
            interpreted=slot.session.interpreted,
        )
        for slot in slots
    ]


def _rows(release: Release) -> QuerySet[ReleasedSlot]:
    light = ["abstract", "description", "subtitle", "extra"]
    return (
        ReleasedSlot.objects.filter(release=release)
        .select_related("session", "room", "track")
        .defer(*(f"session__{name}" for name in light), "room__extra", "track__extra")
    )


def as_row(one: ReleasedSlot) -> Row:
    """The pure value of a released or about to be released row."""
    return Row(
        guid=str(one.session.guid),
        slug=one.session.slug,
        title=one.title,
        room=one.room.slug,
        track=one.track.slug if one.track else "",
        starts=one.starts,
        ends=one.ends,
        kind=one.kind,
        language=one.language,
        interpreted=tuple(one.interpreted),
    )


def rows_of(release: Release) -> list[Row]:
    """All rows of a release as pure values: for its digest and for comparing. One query."""
    return [as_row(one) for one in _rows(release)]


def cancelled_since(gathering: Gathering) -> list[ReleasedSlot]:
    """The last published row of each session that a release had and the current one has not. One query."""
    if gathering.released_id is None:
        return []
    rows = (
        ReleasedSlot.objects.filter(release__gathering=gathering)
        .exclude(session__released__release=gathering.released_id)
        .select_related("session", "room", "track", "release")
        .order_by("session", "-release__version")
    )
    latest: dict[int, ReleasedSlot] = {}
    for one in rows:
        latest.setdefault(one.session_id, one)
    return list(latest.values())


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a programme, and how many of its sessions pass the filters."""

    date: date
    count: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asks for. Empty means any; `only` are keys of sessions, None for any."""

    words: str = ""
    track: str = ""
    room: str = ""
    language: str = ""
    only: frozenset[int] | None = None

    def __bool__(self) -> bool:
        return bool(self.words or self.track or self.room or self.language or self.only is not None)


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme as a page needs it. `rows` are those of `day` (of all days if `day` is None) that pass."""

    gathering: Gathering
    release: Release | None  # None: the working programme
    days: tuple[Day, ...]
    day: date | None
    rows: tuple[ReleasedSlot, ...]
    tracks: tuple[tuple[str, str], ...] = field(default=())  # (slug, name), of the whole programme
    rooms: tuple[tuple[str, str], ...] = field(default=())
    languages: tuple[str, ...] = field(default=())


def days_of(rows: Iterable[ReleasedSlot]) -> tuple[Day, ...]:
    counts: dict[date, int] = {}
    for row in rows:
        counts[row.day] = counts.get(row.day, 0) + 1
    return tuple(Day(day, counts[day]) for day in sorted(counts))


def programme(
    gathering: Gathering,
    release: Release | None = None,
    *,
    day: date | None = None,
    filters: Filters | None = None,
) -> Programme:
    """A release's programme, or with None the working one, of one day or of all, filtered. One query.

    Days that have no session left keep their tab with 0. A day that is not in the programme gives no rows.
    """
    filters = filters or Filters()
    everything = list(_rows(release)) if release else working(gathering)
    passing = [row for row in everything if _passes(row, filters)] if filters else everything
    counted = {one.date: one.count for one in days_of(passing)}
    tracks = {row.track.slug: row.track for row in everything if row.track}
    rooms = {row.room.slug: row.room for row in everything}
    spoken = {code for row in everything for code in (row.language, *row.interpreted) if code}
    return Programme(
        gathering=gathering,
        release=release,
        days=tuple(Day(one.date, counted.get(one.date, 0)) for one in days_of(everything)),
        day=day,
        rows=tuple(row for row in passing if day is None or row.day == day),
        tracks=tuple(
            (one.slug, str(one.name))
            for one in sorted(tracks.values(), key=lambda one: (one.position, one.pk))
        ),
        rooms=tuple(
            (one.slug, str(one.name))
            for one in sorted(rooms.values(), key=lambda one: (one.position, one.pk))
        ),
        languages=tuple(sorted(spoken)),
    )


def _passes(row: ReleasedSlot, asked: Filters) -> bool:
    if asked.only is not None and row.session_id not in asked.only:
        return False
    if asked.track and (row.track is None or row.track.slug != asked.track):
        return False
    if asked.room and row.room.slug != asked.room:
        return False
    if asked.language and asked.language not in (row.language, *row.interpreted):
        return False
    return not asked.words or matches(row, asked.words)


def matches(row: ReleasedSlot, words: str) -> bool:
    """Whether every word is found in the title, the track or the room, in any language; accents do not
    matter."""
    texts = [row.title, row.room.name, *([row.track.name] if row.track else [])]
    hay = normal(" ".join(value for text in texts for value in text.values.values()))
    return all(word in hay for word in normal(words).split())
