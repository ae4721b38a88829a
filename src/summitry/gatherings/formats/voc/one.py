"""Schedule JSON, version 1 of the c3voc schema, with the dialects of frab and pretalx as published."""

from __future__ import annotations

import re
from datetime import UTC, date, time, timedelta
from typing import Any

from .. import numbers
from ..assembling import edges
from ..base import Context
from ..beyond import KEY, restored, silent_of
from ..data import Conference, Day, Event, Link, Person, PersonRef, Room, Schedule
from ..frab.write import length
from ..jsonfile import Node, load
from ..problems import Place, ScheduleError, problem_at
from ..rest import rest
from ..values import Values
from .common import acronym, generator, meta, tracks

NAME = "schedule.json"
_TEXTS = ("title", "subtitle", "abstract", "description", "type", "language", "url", "feedback_url")
_EVENT = frozenset(
    {
        *_TEXTS,
        *("guid", "code", "id", "logo", "date", "start", "end", "duration", "room", "slug", "track"),
        *("recording_license", "do_not_record", "persons", "links", "attachments", "origin_url"),
    }
)
_PERSON = frozenset({"id", "guid", "name", "public_name", "full_public_name", "biography", "x-role"})
_NEVER = date(2000, 1, 1)  # of a programme without days, which has none
_CODE = re.compile(r"[A-Z0-9]+\Z")
_TYPES = frozenset({"slides", "paper", "web", "blog", "article", "media", "related", "activitypub"})
_SILENT = silent_of(
    {*_TEXTS, "id", "guid", "code", "begins", "duration", "logo", "slug", "track", "origin_url", "license"}
    | {"do_not_record", "persons", "links", "attachments", "texts"},
    *(
        "links.details",
        "persons.details",
        "conference.subtitle",
        "conference.summary",
        "conference.venue",
        "conference.city",
        "schedule.extra",
    ),
    *("conference.country", "conference.day_change", "conference.extra"),
)


def read(data: bytes, context: Context) -> Schedule:
    """A schedule from the bytes of a file. Raises ScheduleError: what is wrong, at which JSON pointer."""
    return _Reader().schedule(load(data))


def parsed(document: Any) -> Schedule:
    """What a document of our own says without its extension."""
    return _Reader().schedule(document)


class _Reader(Values):
    def schedule(self, document: Any) -> Schedule:
        found = self._schedule(document)
        if self.problems:
            raise ScheduleError(self.problems)
        stored = document["schedule"].get(KEY)
        return restored(found, stored, Place(path=f"/schedule/{KEY}"))

    def _schedule(self, document: Any) -> Schedule:
        root = Node(document, "", self).object()
        schedule = root.at("schedule")
        if not isinstance(schedule.value, dict) or not isinstance(schedule.at("conference").value, dict):
            raise ScheduleError(
                [problem_at(schedule.place, "not-schedule", format=NAME, name="schedule/conference")]
            )
        conference = schedule.at("conference")
        if zone := conference.text("time_zone_name"):
            self.zone_named(conference.at("time_zone_name"), zone)
        said = conference.at("days")
        if not said.value:
            self.wrong(said, "missing-value", name="days")
        self.rooms = self._rooms(conference if "rooms" in conference else schedule)
        self.listed = tracks(conference)
        self.slugs = {one.name: one.slug for one in self.listed}
        self.people: dict[str, Person] = {}
        self.first: dict[str, Place] = {}
        days = tuple(self._day(one, n) for n, one in enumerate(said.objects(), 1))
        head = Conference(
            title=conference.needed("title"),
            acronym=acronym(conference),
            start=conference.day("start"),
            end=conference.day("end"),
            days=conference.count("daysCount"),
            timeslot=conference.length("timeslot_duration"),
            base_url=schedule.text("base_url"),
            url=conference.text("url"),
            logo=conference.text("logo"),
            time_zone=zone,
        )
        made = root.at("generator")
        return Schedule(
            conference=head,
            version=schedule.text("version"),
            generator=tuple((k, node.text()) for k, node in made.pairs()) if made.value else (),
            tracks=self.listed,
            persons=tuple(self.people.values()),
            days=days,
            silent=_SILENT | (frozenset() if self.people else {"biographies"}),
        )

    def _rooms(self, conference: Node) -> dict[str, Room]:
        found = {}
        for node in conference.at("rooms").objects():
            name = node.needed("name")
            guid = numbers.said_guid(node.guid("guid"), "room", name)
            found[name] = Room(name, node.text("slug"), guid, node.count("capacity"))
        return found

    def _day(self, node: Node, number: int) -> Day:
        when = node.day("date") or _NEVER
        if "date" not in node:
            self.wrong(node, "missing-value", name="date")
        rooms = []
        for name, events in node.at("rooms").pairs():
            room = self.rooms.get(name, Room(name))
            found = tuple(event for one in events.objects() if (event := self._event(one, name)))
            rooms.append(Room(name, room.slug, room.guid, room.capacity, found))
        index = node.count("index")
        return Day(
            number if index is None else index,
            when,
            node.moment("day_start"),
            node.moment("day_end"),
            tuple(rooms),
        )

    def _once(self, node: Node, kind: str, value: str) -> None:
        if not value:
            return
        key = f"{kind}:{value}"
        if key in self.first:
            self.wrong(node, f"doubled-{kind}", value=value[:60], first=str(self.first[key]))
        else:
            self.first[key] = node.place

    def _event(self, node: Node, room: str) -> Event | None:
        texts: dict[str, Any] = {name: node.text(name) for name in _TEXTS}
        guid = node.guid("guid")
        count = node.count("id") if not isinstance(node.at("id").value, int) else node.at("id").value
        key = "" if count is None else numbers.said(str(count), guid)
        if not texts["title"].strip():
            self.wrong(node, "missing-value", name="title")
        if not guid and not key:
            self.wrong(node, "missing-value", name="guid")
        self._once(node, "id", key)
        self._once(node, "guid", guid)
        if node.text("room") not in ("", room):
            self.wrong(node.at("room"), "unknown-room", value=node.text("room")[:60])
        begins, ends, lasts = node.moment("date"), node.moment("end"), node.length("duration")
        if begins is None or (ends is None and lasts is None):
            for name in ("date", "duration"):
                if name not in node:
                    self.wrong(node, "missing-value", name=name)
            return None
        duration = lasts or timedelta()
        if ends is not None:
            if ends < begins:
                self.wrong(node.at("end"), "ends-early")
                return None
            duration = ends - begins
        return Event(
            id=key,
            guid=guid,
            begins=begins,
            duration=duration,
            code=node.text("code"),
            slug=numbers.said_slug(node.text("slug"), guid),
            logo=node.text("logo"),
            track=node.text("track"),
            track_slug=self.slugs.get(node.text("track"), ""),
            license=node.text("recording_license"),
            do_not_record=node.flag("do_not_record"),
            origin_url=node.text("origin_url"),
            persons=tuple(ref for one in node.at("persons").objects() if (ref := self._ref(one))),
            links=self._links(node.at("links")),
            attachments=self._links(node.at("attachments")),
            extra=rest(node, _EVENT),
            at=node.place,
            **texts,
        )

    def _ref(self, node: Node) -> PersonRef | None:
        name = (node.text("name") or node.text("public_name") or node.text("full_public_name")).strip()
        if "id" in node and type(node.at("id").value) is not int:
            self.wrong(node.at("id"), "bad-number", value=str(node.at("id").value)[:40])
        key = node.text("id") or node.text("x-id") or node.text("code")
        guid = numbers.said_guid(node.guid("guid"), "person", key or name)
        if not key and not guid:
            self.wrong(node, "missing-person-id", name=name[:80])
            return None
        extra = rest(node, _PERSON | ({"code"} if key == node.text("code") else set()) | {"x-id"})
        if node.text("biography").strip():
            key_of = key or guid
            self.people.setdefault(key_of, Person(key_of, name, biography=node.text("biography")))
        return PersonRef(key, name, guid, node.text("x-role"), extra)

    def _links(self, nodes: Node) -> tuple[Link, ...]:
        found = []
        for node in nodes.objects():
            href = node.text("url") or node.text("href")
            found.append(Link(node.text("title").strip(), href, node.text("type"), node.text("service")))
        return tuple(found)


def document(schedule: Schedule) -> dict[str, Any]:
    """The schedule by the schema; `common.whole` adds what that has no place for."""
    conference = schedule.conference
    written = numbers.acronym(conference.acronym)
    rooms = {room.name: room for day in reversed(schedule.days) for room in reversed(day.rooms)}
    biographies = {one.id: one.biography for one in schedule.persons if one.biography}
    dates = [day.date for day in schedule.days]
    start, end = conference.start or min(dates, default=_NEVER), conference.end or max(dates, default=_NEVER)
    head: dict[str, Any] = {
        "acronym": written,
        "title": conference.title,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "daysCount": len(schedule.days) if conference.days is None else conference.days,
        "timeslot_duration": length(conference.timeslot or timedelta(minutes=5)),
    }
    if re.match(r"([A-Z][a-z]+/[A-Z][a-z]+)|UTC$", conference.time_zone):
        head["time_zone_name"] = conference.time_zone
    for name in ("logo", "url"):
        if said := getattr(conference, name):
            head[name] = said
    head["tracks"] = [_track(one) for one in schedule.tracks]
    head["rooms"] = [_room(one) for one in reversed(rooms.values())]
    head |= meta(conference, written)
    head["days"] = [_day(day, biographies) for day in schedule.days]
    inner: dict[str, Any] = {"version": schedule.version}
    if conference.base_url:
        inner["base_url"] = conference.base_url
    inner["conference"] = head
    return {
        "$schema": "https://c3voc.de/schedule/schema.json",
        **({"generator": generator(schedule)} if schedule.generator else {}),
        "schedule": inner,
    }


def _track(one: Any) -> dict[str, Any]:
    found = {"name": one.name}
    if numbers.slug(one.slug, "") == one.slug:
        found["slug"] = one.slug
    if one.colour:
        found["color"] = one.colour
    return found


def _room(one: Room) -> dict[str, Any]:
    found: dict[str, Any] = {"name": one.name, "guid": one.guid or numbers.guid("room", one.name)}
    if numbers.slug(one.slug, "") == one.slug:
        found["slug"] = one.slug
    if one.capacity is not None:
        found["capacity"] = one.capacity
    return found


def _day(day: Day, biographies: dict[str, str]) -> dict[str, Any]:
    first, last = edges(day.date, UTC, time(0))
    rooms: dict[str, list[Any]] = {}
    for room in day.rooms:
        rooms.setdefault(room.name, []).extend(_event(one, room, biographies) for one in room.events)
    return {
        "index": day.index,
        "date": day.date.isoformat(),
        "day_start": (day.starts or first).isoformat(),
        "day_end": (day.ends or last).isoformat(),
        "rooms": rooms,
    }


def _event(event: Event, room: Room, biographies: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": numbers.number(event.id, event.guid),
        "guid": event.guid or numbers.guid("event", event.key),
        "date": event.begins.isoformat(),
        "start": f"{event.begins:%H:%M}",
        "end": event.ends.isoformat(),
        "duration": length(event.duration)[:5] if event.duration < timedelta(hours=100) else "99:59",
        "room": room.name,
        "slug": numbers.slug(event.slug, event.guid),
        "url": event.url,
        "title": event.title,
        "subtitle": event.subtitle,
        "track": event.track or None,
        "type": event.type,
        "language": event.language or None,
        "abstract": event.abstract,
        "description": event.description,
        "recording_license": event.license,
        "do_not_record": event.do_not_record,
        "persons": [_ref(one, biographies) for one in event.persons],
        "links": [_link(one) for one in event.links],
        "attachments": [_link(one) for one in event.attachments],
    }
    if _CODE.match(event.code):
        found["code"] = event.code
    for name in ("logo", "feedback_url", "origin_url"):
        if said := getattr(event, name):
            found[name] = said
    return found


def _ref(ref: PersonRef, biographies: dict[str, str]) -> dict[str, Any]:
    key = ref.id or ref.name
    found: dict[str, Any] = {"name": ref.name, "guid": ref.guid or numbers.guid("person", key)}
    if ref.id.isascii() and ref.id.isdigit() and str(int(ref.id)) == ref.id:
        found["id"] = int(ref.id)
    elif _CODE.match(ref.id):
        found["code"] = ref.id
    elif ref.id:
        found["x-id"] = ref.id
    if ref.role:
        found["x-role"] = ref.role
    if said := biographies.get(ref.id or ref.guid):
        found["biography"] = said
    return found


def _link(link: Link) -> dict[str, Any]:
    found = {"url": link.href, "title": link.title}
    if link.type in _TYPES:
        found["type"] = link.type
    return found
