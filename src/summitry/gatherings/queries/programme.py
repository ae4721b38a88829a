"""The programme: the released one for the public, the working one for those who make it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count

from summitry import kept
from summitry.people.fields import normal

from ..models import Gathering, PreparedSlot, Release, ReleasedSlot, Room, Session, Slot, Track
from ..programme import Row, day_of

type Choice = Callable[[Sequence[date]], date | None]


def working(gathering: Gathering) -> list[ReleasedSlot]:
    """The working programme as a release would publish it now: unsaved rows, by time and room. One query."""
    zone = ZoneInfo(gathering.time_zone)
    slots = (
        Slot.objects.filter(session__gathering=gathering, session__state=Session.State.ACCEPTED)
        .select_related("session__track", "room")
        .defer(*(f"session__{name}" for name in ("abstract", "description", "subtitle", "extra")))
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


_OF_ROW = (
    *("release", "room", "track", "day", "starts", "ends", "title", "kind", "language", "interpreted"),
    "since",
)
_OF_SESSION = ("session__guid", "session__slug", "session__gathering")


def _rows(release: Release, more: Iterable[str] = (), **only: Any) -> list[ReleasedSlot]:
    """Rows of a release by time and room. Three queries."""
    kept.depends(f"programme:{release.gathering_id}")
    rows = ReleasedSlot.objects.filter(release=release, **only)
    rows = rows.select_related("session").only(*_OF_ROW, *_OF_SESSION, *more)
    return _placed(release, rows.order_by("starts", "room__position", "session"))


def _placed(release: Release, rows: Iterable[ReleasedSlot]) -> list[ReleasedSlot]:
    """With their rooms and tracks, each of which is read once. Three queries with that of the rows."""
    rooms = {room.pk: room for room in Room.objects.filter(gathering=release.gathering_id)}
    tracks = {track.pk: track for track in Track.objects.filter(gathering=release.gathering_id)}
    found = list(rows)
    for row in found:
        row.room = rooms[row.room_id]
        row.track = tracks[row.track_id] if row.track_id else None
    return found


def released_rows(release: Release) -> list[ReleasedSlot]:
    """All rows of a release by time and room, with what names their sessions. Three queries."""
    return _rows(release)


def calendar_rows(release: Release) -> list[ReleasedSlot]:
    """All rows of a release with what a calendar tells. Three queries."""
    kept.depends(f"sessions:{release.gathering_id}")
    return _rows(release, ("session__abstract", "session__mode"))


def as_row(one: ReleasedSlot | PreparedSlot) -> Row:
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
    """All rows of a release as pure values: for its digest and for comparing. Three queries."""
    return [as_row(one) for one in _rows(release)]


def cancelled_since(gathering: Gathering) -> list[ReleasedSlot]:
    """The last published row of each session that a release had and the current one has not. One query."""
    kept.depends(f"programme:{gathering.pk}", f"sessions:{gathering.pk}")
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
    """The days of these rows, in order, each with its number of sessions."""
    counts: dict[date, int] = {}
    for row in rows:
        counts[row.day] = counts.get(row.day, 0) + 1
    return tuple(Day(day, counts[day]) for day in sorted(counts))


def programme(
    gathering: Gathering,
    release: Release | None = None,
    *,
    choose: Choice = lambda days: None,
    filters: Filters | None = None,
) -> Programme:
    """A release's programme, or with None the working one: of the day that `choose` picks from its days
    (None for all of them), filtered. At most six queries for a release, one for the working programme.

    Days that have no session left keep their tab with 0.
    """
    filters = filters or Filters()
    if release is None:
        everything = working(gathering)
    elif filters:
        everything = _rows(release)
    else:
        return _one_day(gathering, release, choose)
    passing = [row for row in everything if _passes(row, filters)] if filters else everything
    counted = {one.date: one.count for one in days_of(passing)}
    days = tuple(Day(one.date, counted.get(one.date, 0)) for one in days_of(everything))
    day = choose([one.date for one in days])
    return Programme(
        gathering=gathering,
        release=release,
        days=days,
        day=day,
        rows=tuple(row for row in passing if day is None or row.day == day),
        tracks=_named({row.track.pk: row.track for row in everything if row.track}.values()),
        rooms=_named({row.room.pk: row.room for row in everything}.values()),
        languages=_spoken((row.language, row.interpreted) for row in everything),
    )


def _one_day(gathering: Gathering, release: Release, choose: Choice) -> Programme:
    """Without filters only the rows of the day are read; the rest is counted."""
    kept.depends(f"programme:{gathering.pk}")
    by = ("day", "room", "track", "language", "interpreted")
    groups = list(ReleasedSlot.objects.filter(release=release).order_by().values(*by).annotate(n=Count("pk")))
    counts: dict[date, int] = {}
    for group in groups:
        counts[group["day"]] = counts.get(group["day"], 0) + group["n"]
    day = choose(sorted(counts))
    rows = _rows(release, day=day) if day else _rows(release)
    rooms = {group["room"] for group in groups}
    tracks = {group["track"] for group in groups}
    return Programme(
        gathering=gathering,
        release=release,
        days=tuple(Day(one, counts[one]) for one in sorted(counts)),
        day=day,
        rows=tuple(rows),
        tracks=_named(Track.objects.filter(gathering=gathering, pk__in=tracks - {None})),
        rooms=_named(Room.objects.filter(gathering=gathering, pk__in=rooms)),
        languages=_spoken((group["language"], group["interpreted"]) for group in groups),
    )


def _named(things: Iterable[Room | Track]) -> tuple[tuple[str, str], ...]:
    ordered = sorted(things, key=lambda one: (one.position, one.pk))
    return tuple((one.slug, str(one.name)) for one in ordered)


def _spoken(pairs: Iterable[tuple[str, list[str]]]) -> tuple[str, ...]:
    return tuple(sorted({code for language, others in pairs for code in (language, *others) if code}))


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
