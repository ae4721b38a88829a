"""Indico's HTTP export API: `/export/event/ID.json?detail=contributions` or `detail=sessions`, and
`/export/timetable/ID.json`.

Source: https://docs.getindico.io/en/stable/http-api/ and the shape of what it gives.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from .base import Context, Format, register
from .beyond import KEY, difference, restored, silent_of
from .data import Conference, Event, Link, PersonRef, Room, Schedule, Track
from .flat import NOWHERE_NAMED, FlatReader
from .jsonfile import Node, load, looks_like
from .opass import context_of
from .problems import Place, ScheduleError, problem_at

if TYPE_CHECKING:
    from ..export import Programme

_PEOPLE = ("speakers", "presenters", "primaryauthors", "conveners", "sessionConveners")
_SILENT = silent_of(
    {"id", "code", "begins", "duration", "title", "description", "type", "track", "url", "persons"}
    | {"links"},
    *("links.details", "persons.details", "schedule.extra", "conference.subtitle", "conference.summary"),
    *("conference.venue", "conference.country", "conference.day_change", "conference.timeslot"),
    *("conference.logo", "conference.extra", "conference.days", "conference.base_url", "biographies"),
)


def read(data: bytes, context: Context) -> Schedule:
    """A schedule from the bytes of a file. Raises ScheduleError: what is wrong, at which JSON pointer."""
    document = load(data)
    found = _Reader(context).schedule(document)
    return restored(found, document.get(KEY), Place(path=f"/{KEY}"))


class _Reader(FlatReader):
    def schedule(self, document: Any) -> Schedule:
        root = Node(document, "", self).object()
        results = root.at("results")
        if isinstance(results.value, dict):
            return self._timetable(results)
        event = next(iter(results.objects()), None) if isinstance(results.value, list) else None
        if event is None or "startDate" not in event:
            raise ScheduleError([problem_at(results.place, "not-schedule", format="indico", name="results")])
        if zone := event.text("timezone"):
            self.zone_named(event.at("timezone"), zone)
        self.main = event.text("room") or event.text("location")
        starts, ends = self._moment(event, "startDate"), self._moment(event, "endDate")
        for node in event.at("contributions").objects():
            self._contribution(node)
        for slot in event.at("sessions").objects():
            self._slot(slot)
        head = Conference(
            title=event.needed("title"),
            acronym=event.text("x-acronym") if "x-acronym" in event else f"indico-{event.needed('id')}",
            city=event.text("location"),
            start=starts.astimezone(self.zone).date() if starts else None,
            end=ends.astimezone(self.zone).date() if ends else None,
            url=event.text("url"),
            time_zone=zone,
        )
        return self.made(head, _SILENT, head.start, head.end, event.text("x-version"))

    def _timetable(self, results: Node) -> Schedule:
        """Days of entries: contributions, sessions with entries of their own, breaks. Of no gathering."""
        self.main = ""
        for _key, event in results.pairs():
            for _day, day in event.pairs():
                for _entry, entry in day.pairs():
                    self._entry(entry.object())
        return self.made(None, _SILENT | {"type"})

    def _entry(self, node: Node) -> None:
        kind, inner = node.text("entryType"), node.at("entries")
        if kind == "Session" and isinstance(inner.value, dict) and inner.value:
            for _key, one in inner.pairs():
                found = one.object()
                if not found.text("room") and node.text("room"):
                    found.value["room"] = node.value["room"]
                self._contribution(found, node.text("title"))
        elif kind == "Break":
            self._contribution(node, kind="pause")
        else:
            self._contribution(node)

    def _slot(self, node: Node) -> None:
        """A block of a session; what has no contributions is a session of ours itself."""
        session = node.at("session")
        title = session.text("title") if isinstance(session.value, dict) else node.text("title")
        colour = session.text("color") if isinstance(session.value, dict) else node.text("color")
        if title:
            self.tracks.setdefault(title, Track(title, "", colour))
        inner = list(node.at("contributions").objects())
        for one in inner:
            if not one.text("room") and node.text("room"):
                one.value["room"] = node.value["room"]
            self._contribution(one, title)
        if not inner and "startDate" in node:
            self._contribution(Node({**node.value, "session": title}, node.path, self), prefix="s")

    def _moment(self, node: Node, key: str) -> datetime | None:
        said = node.at(key)
        if said.value is None:
            return None
        day, clock, zone = (said.object().text(name) for name in ("date", "time", "tz"))
        if zone:
            self.zone_named(said.at("tz"), zone)
        return self.parsed_moment(said, f"{day}T{clock}")

    def _contribution(self, node: Node, session: str = "", kind: str = "", prefix: str = "") -> None:
        if node.at("startDate").value is None:
            return  # not in the timetable
        title = node.needed("title")
        key = node.text("x-id") or prefix + (
            node.text("db_id") or node.text("contributionId") or node.needed("id")
        )
        self.once(node, "doubled-id", key)
        begins, ends = self._moment(node, "startDate"), self._moment(node, "endDate")
        lasts = node.at("duration")
        minutes = None if lasts.value is None else self.minutes(lasts, lasts.text())
        if begins is None or (ends is None and minutes is None):
            self.wrong(node, "missing-value", name="endDate")
            return
        if ends is not None and ends < begins:
            self.wrong(node.at("endDate"), "ends-early")
            return
        duration = ends - begins if ends is not None else minutes or timedelta()
        track = node.text("track") or session or node.text("session")
        name = node.text("room") or node.text("location") or self.main or NOWHERE_NAMED
        event = Event(
            id=key,
            guid=node.guid("x-guid"),
            begins=begins,
            duration=duration,
            code=node.text("code"),
            title=title,
            description="" if node.flag("x-abstract") else node.text("description"),
            type=kind or node.text("type"),
            track=track,
            url=node.text("url"),
            persons=tuple(self._people(node)),
            links=tuple(self._links(node)),
            at=node.place,
        )
        if track:
            self.tracks.setdefault(track, Track(track))
        self.put(event, self.room(Room(name)))

    def _people(self, node: Node) -> Iterator[PersonRef]:
        met: set[str] = set()
        for role in _PEOPLE:
            for one in node.at(role).objects():
                name = (
                    one.text("fullName")
                    or one.text("name")
                    or f"{one.text('firstName')} {one.text('familyName')}"
                )
                key = (
                    one.text("x-id")
                    or one.text("person_id")
                    or one.text("emailHash")
                    or one.text("id")
                    or name
                )
                if not key.strip():
                    self.wrong(one, "missing-value", name="fullName")
                elif key not in met:
                    met.add(key)
                    yield PersonRef(key[:60], name.strip())

    def _links(self, node: Node) -> Iterator[Link]:
        for folder in node.at("folders").objects():
            for one in folder.at("attachments").objects():
                href = one.text("link_url") or one.text("download_url")
                if href:
                    yield Link(one.text("title").strip(), href, one.text("type"))


def document(schedule: Schedule) -> dict[str, Any]:
    """The schedule as `detail=contributions` gives an event."""
    conference, zone = schedule.conference, schedule.conference.time_zone or "UTC"
    days = [day.date for day in schedule.days]
    contributions = [
        _contribution(event, room, zone)
        for day in schedule.days
        for room in day.rooms
        for event in room.events
    ]
    return {
        "count": 1,
        "_type": "HTTPAPIResult",
        "complete": True,
        "url": conference.url,
        "results": [
            {
                "_type": "Conference",
                "_fossil": "conferenceMetadataWithContribs",
                "id": conference.acronym,
                "x-acronym": conference.acronym,
                "x-version": schedule.version,
                "title": conference.title,
                "description": "",
                "type": "conference",
                "timezone": zone,
                "startDate": _date(conference.start or min(days, default=None), "00:00:00", zone),
                "endDate": _date(conference.end or max(days, default=None), "23:59:00", zone),
                "location": conference.city,
                "room": None,
                "url": conference.url,
                "contributions": contributions,
                "sessions": [],
            }
        ],
    }


def _date(day: Any, clock: str, zone: str) -> dict[str, str] | None:
    return {"date": day.isoformat(), "time": clock, "tz": zone} if day else None


def _at(moment: datetime, zone: str) -> dict[str, str]:
    local = moment.astimezone(ZoneInfo(zone))
    return {"date": local.date().isoformat(), "time": local.time().isoformat(), "tz": zone}


def _contribution(event: Event, room: Room, zone: str) -> dict[str, Any]:
    return {
        "_type": "Contribution",
        "_fossil": "contributionMetadata",
        "id": event.id or event.guid,
        "x-id": event.id or event.guid,
        "x-guid": event.guid,
        "title": event.title,
        "description": event.description or event.abstract,
        "x-abstract": bool(event.abstract and not event.description),  # the description is the abstract
        "startDate": _at(event.begins, zone),
        "endDate": _at(event.ends, zone),
        "duration": int(event.duration.total_seconds() // 60),
        "room": room.name,
        "location": None,
        "type": event.type or None,
        "track": event.track or None,
        "session": None,
        "code": event.code,
        "url": event.url,
        "speakers": [
            {
                "_type": "ContributionParticipation",
                "fullName": ref.name,
                "id": ref.id or ref.guid,
                "x-id": ref.id or ref.guid,
            }
            for ref in event.persons
        ],
        "primaryauthors": [],
        "coauthors": [],
        "folders": [
            {
                "_type": "folder",
                "title": None,
                "attachments": [
                    {"_type": "attachment", "type": "link", "title": one.title, "link_url": one.href}
                    for one in event.links
                ],
            }
        ]
        if event.links
        else [],
    }


def _write(programme: Programme) -> Iterator[str]:
    return iter([json.dumps(document(programme.schedule), ensure_ascii=False)])


def _full(programme: Programme) -> Iterator[str]:
    schedule = programme.schedule
    made = document(schedule)
    left = _Reader(context_of(schedule)).schedule(made)
    return iter([json.dumps({**made, KEY: difference(schedule, left)}, ensure_ascii=False)])


def _recognises(data: bytes) -> bool:
    if not looks_like(data, "results"):
        return False
    results = load(data)["results"]
    if isinstance(results, dict):
        return True
    return (
        isinstance(results, list)
        and bool(results)
        and isinstance(results[0], dict)
        and "startDate" in results[0]
    )


register(
    Format(
        key="indico",
        name=_("Indico JSON"),
        about=_("The export of an event of Indico: contributions, sessions, or the timetable."),
        media_type="application/json",
        extension="json",
        file="schedule.indico.json",
        schema="https://docs.getindico.io/en/stable/http-api/",
        read=read,
        recognises=_recognises,
        write=_write,
        full=_full,
        place=40,
    )
)
