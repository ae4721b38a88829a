"""Schedule JSON, version 2 of the c3voc schema: a flat list of events, texts in several languages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from summitry.text.value import Text

from .. import numbers
from ..assembling import in_order
from ..base import Context
from ..beyond import KEY, restored, silent_of
from ..data import Conference, Day, Event, Link, PersonRef, Room, Schedule
from ..jsonfile import Node, load
from ..languages import language_of
from ..problems import Place, ScheduleError, problem_at
from ..rest import rest
from ..values import Values
from .common import acronym, tracks
from .two_write import NONE, PLACES, document

NAME = "schedule.v2.json"
_EVENT = frozenset(
    {
        *("guid", "code", "logo", "start", "end", "duration", "room", "slug", "url", "title", "subtitle"),
        *("track", "type", "language", "abstract", "description", "participants", "links", "attachments"),
        "state",
    }
)
_SAID_ROLES = {"MODERATOR": "moderator", "HOST": "host"}
_BREAK, _OTHER, _PAUSE = "BREAK", "OTHER", "pause"
_GONE = frozenset({"CANCELED", "WITHDRAWN", "DELETED", "REJECTED"})
_LENGTH = re.compile(r"P(?:(\d{1,3})D)?T?(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?\Z")
_SILENT = silent_of(
    {"guid", "code", "begins", "duration", "logo", "slug", "url", "title", "subtitle", "track", "texts"}
    | {"abstract", "description", "persons", "links", "attachments", "feedback_url", "origin_url"},
    *(
        "links.details",
        "persons.details",
        "conference.subtitle",
        "conference.venue",
        "conference.city",
        "conference.country",
        "schedule.extra",
    ),
    *("conference.day_change", "conference.extra", "biographies", "id"),
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
        return restored(found, document["schedule"].get(KEY), Place(path=f"/schedule/{KEY}"))

    def _schedule(self, document: Any) -> Schedule:
        root = Node(document, "", self).object()
        schedule = root.at("schedule")
        if not isinstance(schedule.value, dict) or not isinstance(schedule.at("conference").value, dict):
            raise ScheduleError(
                [problem_at(schedule.place, "not-schedule", format=NAME, name="schedule/conference")]
            )
        conference = schedule.at("conference")
        zone = conference.text("time_zone_name")
        if zone:
            self.zone_named(conference.at("time_zone_name"), zone)
        self.language = language_of(conference.at("defaults").text("language"))
        self.rooms = self._rooms(conference)
        self.listed = tracks(conference)
        self.first: dict[str, Place] = {}
        summary, text = conference.words("description", self.language)
        head = Conference(
            title=conference.needed("title"),
            acronym=acronym(conference),
            summary=summary,
            texts=(("summary", text),) if text else (),
            start=conference.day("start"),
            end=conference.day("end"),
            timeslot=self._length(conference, "timeslot_duration"),
            base_url=schedule.text("base_url"),
            url=conference.text("url"),
            logo=conference.at("logo").text("url") if conference.at("logo").value else "",
            time_zone=zone,
        )
        made = root.at("generator")
        return Schedule(
            conference=head,
            version=schedule.text("version"),
            generator=tuple((k, node.text()) for k, node in made.pairs()) if made.value else (),
            tracks=self.listed,
            days=self._days(conference, schedule),
            silent=_SILENT,
        )

    def _length(self, node: Node, key: str) -> timedelta | None:
        said = node.text(key)
        if not said:
            return None
        if match := _LENGTH.match(said):
            days, hours, minutes, seconds = (int(one or 0) for one in match.groups())
            return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self.wrong(node.at(key), "bad-duration", value=said[:40])
        return None

    def _rooms(self, conference: Node) -> dict[str, Room]:
        """By guid, as events name them."""
        found = {}
        for node in conference.at("rooms").objects():
            name, guid = node.needed("name"), node.guid("guid")
            slug = node.text("slug")
            kept = numbers.said_guid(guid, "room", name)
            found[guid] = Room(name, slug, kept, node.count("capacity"))
        return found

    def _days(self, conference: Node, schedule: Node) -> tuple[Day, ...]:
        frames = []
        for number, node in enumerate(conference.at("days").objects(), 1):
            when, index = node.day("date"), node.count("index")
            if "date" not in node:
                self.wrong(node, "missing-value", name="date")
            if when:
                frames.append(
                    Day(number if index is None else index, when, node.moment("start"), node.moment("end"))
                )
        if not frames:
            self.wrong(conference, "missing-value", name="days")
        filled: dict[tuple[date, str], list[Event]] = {}
        names = {room.name: room for room in self.rooms.values()}
        for node in schedule.at("events").objects():
            if node.text("state") in _GONE:
                continue
            found = self._event(node)
            if found is None:
                continue
            event, room = found
            names.setdefault(room.name, room)
            filled.setdefault((_day_of(event, frames), room.name), []).append(event)
        for day in sorted({day for day, _name in filled} - {one.date for one in frames}):
            frames.append(Day(max((one.index for one in frames), default=0) + 1, day))
        return tuple(
            Day(
                one.index,
                one.date,
                one.starts,
                one.ends,
                tuple(
                    Room(
                        name, room.slug, room.guid, room.capacity, in_order(filled.get((one.date, name), ()))
                    )
                    for name, room in names.items()
                ),
            )
            for one in frames
        )

    def _room(self, node: Node) -> Room | None:
        said = node.at("room")
        if not isinstance(said.value, dict):
            self.wrong(node, "missing-value", name="room")
            return None
        guid, name = said.guid("guid"), said.text("name")
        if room := self.rooms.get(guid):
            return room
        if name:
            return Room(name, said.text("slug"), guid)
        self.wrong(said, "unknown-room", value=guid)
        return None

    def _event(self, node: Node) -> tuple[Event, Room] | None:
        guid, kind = node.guid("guid"), node.text("type")
        language = node.text("language")
        texts: dict[str, Any] = {}
        several: list[tuple[str, Text]] = []
        for name in ("title", "subtitle", "abstract", "description"):
            texts[name], text = node.words(name, language_of(language))
            if text:
                several.append((name, text))
        if not texts["title"].strip():
            self.wrong(node, "missing-value", name="title")
        if not guid:
            self.wrong(node, "missing-value", name="guid")
        elif guid in self.first:
            self.wrong(node, "doubled-guid", value=guid, first=str(self.first[guid]))
        self.first[guid] = node.place
        begins, ends, lasts = node.moment("start"), node.moment("end"), self._length(node, "duration")
        room = self._room(node)
        if begins is None or (ends is None and lasts is None):
            for name in ("start", "end"):
                if name not in node:
                    self.wrong(node, "missing-value", name=name)
            return None
        if ends is not None and ends < begins:
            self.wrong(node.at("end"), "ends-early")
            return None
        links, places = self._links(node.at("links"))
        track = node.at("track")
        slug = track.text("slug") if isinstance(track.value, dict) else track.text()
        logo = node.at("logo")
        event = Event(
            id="",
            guid=guid,
            begins=begins,
            duration=ends - begins if ends is not None else lasts or timedelta(),
            code=node.text("code"),
            slug=numbers.said_slug(node.text("slug"), guid),
            logo=logo.text("url") if isinstance(logo.value, dict) else logo.text(),
            url=node.text("url"),
            track=next((one.name for one in self.listed if one.slug == slug), "" if slug == NONE else slug),
            track_slug="" if slug == NONE else slug,
            type=_PAUSE if kind == _BREAK else "" if kind == _OTHER else kind.lower().replace("_", ""),
            language=language,
            persons=tuple(ref for one in node.at("participants").objects() if (ref := self._ref(one))),
            links=links,
            attachments=self._links(node.at("attachments"))[0],
            texts=tuple(several),
            extra=rest(node, _EVENT),
            at=node.place,
            **places,
            **texts,
        )
        return (event, room) if room else None

    def _ref(self, node: Node) -> PersonRef | None:
        name, guid = node.text("name").strip(), node.guid("guid")
        if not guid:
            self.wrong(node, "missing-value", name="guid")
            return None
        extra = rest(node, frozenset({"name", "guid", "role", "x-id"}))
        return PersonRef(
            node.text("x-id"),
            name,
            numbers.said_guid(guid, "person", node.text("x-id") or name),
            _SAID_ROLES.get(node.text("role"), ""),
            extra,
        )

    def _links(self, nodes: Node) -> tuple[tuple[Link, ...], dict[str, Any]]:
        found, places = [], {}
        for node in nodes.objects():
            kind, href = node.text("type"), node.text("url")
            if kind in PLACES:
                places[PLACES[kind]] = href
            else:
                found.append(Link(node.text("title").strip(), href, kind.lower(), node.text("service")))
        return tuple(found), places


def _day_of(event: Event, frames: list[Day]) -> date:
    """The day within whose hours an event begins; else the date of its beginning."""
    for one in frames:
        if one.starts and one.ends and one.starts <= event.begins <= one.ends:
            return one.date
    return event.begins.date()


__all__ = ["document", "parsed", "read"]
