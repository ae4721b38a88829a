"""Writing version 2 of the schedule JSON."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from summitry.text.value import Text

from .. import numbers
from ..assembling import edges
from ..data import Day, Event, Link, PersonRef, Room, Schedule
from ..languages import language_of
from .common import generator, meta

_KINDS = {  # our kinds of sessions and those of the schema
    "talk": "TALK",
    "keynote": "TALK",
    "lecture": "TALK",
    "workshop": "WORKSHOP",
    "bof": "MEETING",
    "roundtable": "DISCUSSION",
    "dialogue": "DISCUSSION",
    "forum": "DISCUSSION",
    "lightningtalk": "LIGHTNING_TALK",
}
_ROLES = {"speaker": "SPEAKER", "moderator": "MODERATOR", "host": "HOST", "rapporteur": "CONTRIBUTOR"}
_OTHER = "OTHER"
_LINKS = frozenset({"SLIDES", "PAPER", "WEB", "BLOG", "ARTICLE", "BOOK", "MEDIA", "RELATED", "ACTIVITYPUB"})
_SERVICES = frozenset(
    {
        *("FORGEJO", "GITHUB", "GITLAB", "MASTODON", "BLUESKY", "INSTAGRAM", "THREADS", "TWITTER"),
        *("MEDIACCCDE", "PEERTUBE"),
    }
)
PLACES = {"FEEDBACK": "feedback_url", "ORIGIN": "origin_url"}  # links that have a field of their own
_TWO = re.compile(r"[a-z]{2}\Z")
_ZONE = re.compile(r"([A-Z][a-z]+/[A-Z][a-z]+)|UTC$")
_CODE = re.compile(r"[A-Z0-9]+\Z")
NONE = "none"  # the slug of a track that an event has not


def document(schedule: Schedule) -> dict[str, Any]:
    """The schedule by the schema; `common.whole` adds what that has no place for."""
    conference = schedule.conference
    written = numbers.acronym(conference.acronym)
    zone = schedule.days[0].starts.tzinfo if schedule.days and schedule.days[0].starts else UTC
    languages = {event.language for day in schedule.days for room in day.rooms for event in room.events}
    days = [_day(day, zone or UTC) for day in schedule.days]
    head: dict[str, Any] = {
        "acronym": written,
        "title": conference.title,
        "start": _at(conference.start, days[0]["start"] if days else None),
        "end": _at(conference.end, days[-1]["end"] if days else None),
        "languages": sorted(code for code in languages if _TWO.match(code)),
    }
    if conference.summary:
        head["description"] = _words(conference.summary, dict(conference.texts).get("summary"))
    if conference.timeslot:
        head["timeslot_duration"] = _iso(conference.timeslot)
    if _ZONE.match(conference.time_zone):
        head["time_zone_name"] = conference.time_zone
    if conference.logo:
        head["logo"] = {"url": conference.logo}
    if conference.url:
        head["url"] = conference.url
    head["tracks"] = [
        {
            "name": one.name,
            "slug": _track_slug(one.slug, one.name),
            **({"color": one.colour} if one.colour else {}),
        }
        for one in schedule.tracks
    ]
    rooms = {room.name: room for day in reversed(schedule.days) for room in reversed(day.rooms)}
    head["rooms"] = [_room(one) for one in reversed(rooms.values())]
    head |= meta(conference, written)
    head["days"] = days
    inner: dict[str, Any] = {"version": schedule.version}
    if conference.base_url:
        inner["base_url"] = conference.base_url
    inner |= {
        "conference": head,
        "events": [
            _event(event, room) for day in schedule.days for room in day.rooms for event in room.events
        ],
    }
    return {
        "$schema": "https://c3voc.de/schema/schedule2",
        **({"generator": generator(schedule)} if schedule.generator else {}),
        "schedule": inner,
    }


def _at(day: date | None, moment: str | None) -> str:
    if moment and (day is None or moment.startswith(day.isoformat())):
        return moment
    return f"{day or date(2000, 1, 1)}T00:00:00+00:00"


def _day(day: Day, zone: tzinfo) -> dict[str, Any]:
    first, last = edges(day.date, zone, time(0))
    return {
        "index": day.index,
        "date": day.date.isoformat(),
        "start": _moment(day.starts or first),
        "end": _moment(day.ends or last),
    }


def _moment(value: datetime) -> str:
    return value.isoformat()


def _iso(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    parts = ((seconds // 3600, "H"), (seconds // 60 % 60, "M"), (seconds % 60, "S"))
    return "PT" + ("".join(f"{count}{unit}" for count, unit in parts if count) or "0M")


def _words(value: str, text: Text | None) -> Any:
    """Words by language where the schema can name all of the languages."""
    if text is None or not all(_TWO.match(code) for code in text.texts):
        return value
    return dict(text.values)


def _track_slug(slug: str, name: str) -> str:
    return slug if numbers.slug(slug, "") == slug else numbers.made_slug(f"track:{name}")


def _room(one: Room) -> dict[str, Any]:
    found: dict[str, Any] = {"name": one.name, "guid": one.guid or numbers.guid("room", one.name)}
    if numbers.slug(one.slug, "") == one.slug:
        found["slug"] = one.slug
    if one.capacity is not None:
        found["capacity"] = one.capacity
    return found


def _event(event: Event, room: Room) -> dict[str, Any]:
    several = dict(event.texts)
    track = _track_slug(event.track_slug, event.track) if event.track else NONE
    found: dict[str, Any] = {
        "type": _KINDS.get(event.type, _OTHER),
        "guid": event.guid or numbers.guid("event", event.key),
        "start": _moment(event.begins),
        "end": _moment(event.ends),
        "room": {"name": room.name, "guid": room.guid or numbers.guid("room", room.name)},
        "slug": numbers.slug(event.slug, event.guid),
        "url": event.url,
        "title": event.title,
        "subtitle": event.subtitle or None,
        "language": event.language if _TWO.match(event.language) else language_of(event.language)[:2],
        "track": {"slug": track},
        "abstract": _words(event.abstract, several.get("abstract")) or None,
        "description": _words(event.description, several.get("description")) or None,
        "logo": {"url": event.logo} if event.logo else None,
        "participants": [_ref(one) for one in event.persons],
        "links": [
            *(_link(one) for one in event.links),
            *(
                {"type": kind, "url": getattr(event, name)}
                for kind, name in PLACES.items()
                if getattr(event, name)
            ),
        ],
        "attachments": [_link(one) for one in event.attachments],
    }
    if _CODE.match(event.code):
        found["code"] = event.code
    return found


def _ref(ref: PersonRef) -> dict[str, Any]:
    found = {
        "guid": ref.guid or numbers.guid("person", ref.id or ref.name),
        "name": ref.name,
        "role": _ROLES.get(ref.role, "SPEAKER"),
    }
    if ref.id:
        found["x-id"] = ref.id
    return found


def _link(link: Link) -> dict[str, Any]:
    found = {"url": link.href, "title": link.title}
    if link.type.upper() in _LINKS:
        found["type"] = link.type.upper()
    if link.service in _SERVICES:
        found["service"] = link.service
    return found
