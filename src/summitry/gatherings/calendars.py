"""Programmes as iCalendar (RFC 5545): a session keeps its UID for ever, and a release raises its SEQUENCE."""

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, Timezone

from summitry import __version__
from summitry.text import languages

from .models import Gathering, Release, ReleasedSlot
from .richtext import to_plain

_WINDOW = timedelta(days=200)  # of time zone rules around the sessions


def calendar(
    gathering: Gathering,
    release: Release,
    rows: Iterable[ReleasedSlot],
    cancelled: Iterable[ReleasedSlot] = (),
) -> bytes:
    """A calendar of these rows in the reader's language. Cancelled ones are told as such, so that a calendar
    which has them already takes them out."""
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
    for row, status in placed:
        found.add_component(_event(gathering, release, row, status, zone))
    return found.to_ical()


def uid(row: ReleasedSlot) -> str:
    return f"{row.session.guid}@{urlsplit(settings.BASE_URL).hostname or 'summitry'}"


def _event(gathering: Gathering, release: Release, row: ReleasedSlot, status: str, zone: ZoneInfo) -> Event:
    session = row.session
    event = Event()
    event.add("uid", uid(row))
    event.add("dtstamp", release.published_at)
    event.add("last-modified", release.published_at)
    event.add("sequence", release.version)
    event.add("status", status)
    event.add("dtstart", row.starts.astimezone(zone))
    event.add("dtend", row.ends.astimezone(zone))
    event.add("summary", str(row.title))
    place = ", ".join(filter(None, [str(row.room.name), str(gathering.place)]))
    event.add("location", place)
    if text := to_plain(str(session.abstract)):
        event.add("description", text)
    if row.track:
        event.add("categories", [str(row.track.name)])
    path = reverse("gatherings:session", args=[gathering.slug, session.slug])
    event.add("url", settings.BASE_URL.rstrip("/") + path)
    return event
