"""Programmes as iCalendar (RFC 5545): a session keeps its UID for ever, and a release that tells something
else of it raises its SEQUENCE and its LAST-MODIFIED."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Timezone

from summitry import __version__
from summitry.text import languages

from .identity import session_address
from .models import Gathering, Release, ReleasedSlot
from .richtext import to_plain

_LONGEST = 75  # bytes of a line
_ESCAPES = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n"))
_WINDOW = timedelta(days=200)  # of time zone rules around the sessions


def calendar(
    gathering: Gathering,
    release: Release | None,
    moments: Mapping[int, datetime],
    rows: Iterable[ReleasedSlot],
    cancelled: Iterable[ReleasedSlot] = (),
) -> bytes:
    """A calendar of these rows in the reader's language. Cancelled ones are told as such, so that a calendar
    which has them already takes them out. moments: when each version became public. Without a release it is
    the working programme's, as of now."""
    now = release.published_at if release else timezone.now()
    zone = ZoneInfo(gathering.time_zone)
    found = Calendar()
    found.add("prodid", f"-//Summitry//Programme {__version__}//{languages.current().upper()}")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("name", str(gathering.title))
    found.add("x-wr-calname", str(gathering.title))
    found.add("x-wr-timezone", gathering.time_zone)
    found.add("refresh-interval", timedelta(hours=2), parameters={"VALUE": "DURATION"})
    placed = [*((row, "CONFIRMED") for row in rows), *((row, "CANCELLED") for row in cancelled)]
    if placed and gathering.time_zone != "UTC":
        first = min(row.starts for row, _status in placed) - _WINDOW
        last = max(row.ends for row, _status in placed) + _WINDOW
        found.add_component(
            Timezone.from_tzid(gathering.time_zone, first_date=first.date(), last_date=last.date())
        )
    head, end, rest = found.to_ical().rpartition(b"END:VCALENDAR")
    lines = (
        line
        for row, status in placed
        for version in [_version(release, row, status)]
        for line in _event(gathering, row, status, zone, version, now, moments.get(version, now))
    )
    return head + b"".join(fold(line) + b"\r\n" for line in lines) + end + rest


def uid(row: ReleasedSlot) -> str:
    return f"{row.session.guid}@{urlsplit(settings.BASE_URL).hostname or 'summitry'}"


def _event(
    gathering: Gathering,
    row: ReleasedSlot,
    status: str,
    zone: ZoneInfo,
    version: int,
    now: datetime,
    changed: datetime,
) -> Iterator[str]:
    """The lines of a session, as `version` was the first to tell it. The library makes, folds and escapes
    them too, in ten times the time."""
    session = row.session
    yield "BEGIN:VEVENT"
    yield f"SUMMARY:{escaped(str(row.title))}"
    yield f"DTSTART{_moment(row.starts, zone)}"
    yield f"DTEND{_moment(row.ends, zone)}"
    yield f"DTSTAMP{_moment(now, UTC)}"  # of the calendar, since it has a METHOD (RFC 5545, 3.8.7.2)
    yield f"UID:{escaped(uid(row))}"
    yield f"SEQUENCE:{version}"
    if row.track:
        yield f"CATEGORIES:{escaped(str(row.track.name))}"
    if text := to_plain(str(session.abstract)):
        yield f"DESCRIPTION:{escaped(text)}"
    yield f"LAST-MODIFIED{_moment(changed, UTC)}"
    yield f"LOCATION:{escaped(', '.join(filter(None, [str(row.room.name), str(gathering.place)])))}"
    yield f"STATUS:{status}"
    yield f"URL:{session_address(gathering, session.slug)}"
    yield "END:VEVENT"


def _version(release: Release | None, row: ReleasedSlot, status: str) -> int:
    """The version that first told of the session what this one tells: it never falls, and rises with each
    change. What was cancelled was so in the version after its last one. 0 is the working programme."""
    if release is None:
        return 0
    return row.release.version + 1 if status == "CANCELLED" else row.since or release.version


def _moment(value: datetime, zone: tzinfo) -> str:
    """With what stands before it: a colon, or the zone and a colon."""
    found = value.astimezone(zone).strftime("%Y%m%dT%H%M%S")
    name = str(zone)
    return f":{found}Z" if name == "UTC" else f";TZID={name}:{found}"


def escaped(words: str) -> str:
    """RFC 5545, 3.3.11."""
    for found, instead in _ESCAPES:
        words = words.replace(found, instead)
    return words


def fold(line: str) -> bytes:
    """A line in pieces of at most 75 bytes (RFC 5545, 3.1), cut neither within a character nor within an
    escape."""
    rest = line.encode()
    pieces = []
    while len(rest) >= _LONGEST:
        end = _LONGEST - 1
        while rest[end] & 0xC0 == 0x80:
            end -= 1
        if rest[end - 1] in b"\\^":
            end -= 1
        pieces.append(rest[:end])
        rest = rest[end:]
    return b"\r\n ".join([*pieces, rest])
