"""The JSON of pretalx's public API: one answer of `submissions/` with what it names expanded, or one object
that joins the answers of `submissions/`, `speakers/`, `rooms/`, `tracks/`, `slots/` and the event.

Source: https://docs.pretalx.org/api/ and the schema published there; the older `talks/` is read too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from summitry.text.value import Text

from .base import Context, Format, register
from .beyond import KEY, difference, restored, silent_of
from .data import Conference, Event, Link, Person, PersonRef, Room, Schedule, Texts, Track
from .flat import NOWHERE_NAMED, FlatReader, distinct
from .jsonfile import Node, load, looks_like
from .languages import language_of
from .opass import context_of
from .problems import Place, ScheduleError, problem_at
from .rest import rest, unrest

if TYPE_CHECKING:
    from ..export import Programme

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # until a slot places it
_PLACED = frozenset({"", "confirmed", "accepted"})  # states of what takes place
_SUBMISSION = frozenset(
    {
        *("code", "title", "abstract", "description", "state", "content_locale", "do_not_record", "image"),
        *("resources", "speakers", "slots", "slot", "submission_type", "track", "duration", "urls"),
        *("slot_count", "id", "event", "x-code", "x-guid"),
    }
)
_SILENT = silent_of(
    {"id", "code", "begins", "duration", "title", "abstract", "description", "type", "track", "language"}
    | {"do_not_record", "logo", "links", "persons", "texts", "extra"},
    *("links.details", "persons.details", "schedule.extra", "conference.subtitle", "conference.summary"),
    *("conference.venue", "conference.city", "conference.country", "conference.day_change"),
    *("conference.timeslot", "conference.url", "conference.extra", "conference.days"),
)


def read(data: bytes, context: Context) -> Schedule:
    """A schedule from the bytes of a file. Raises ScheduleError: what is wrong, at which JSON pointer."""
    return _parsed(load(data), context)


def _parsed(document: Any, context: Context) -> Schedule:
    found = _Reader(context).schedule(document)
    stored = document.get(KEY) if isinstance(document, dict) else None
    return restored(found, stored, Place(path=f"/{KEY}"))


class _Reader(FlatReader):
    def schedule(self, document: Any) -> Schedule:
        root = Node(document, "", self)
        if not isinstance(document, dict):
            root = Node({"submissions": document}, "", self)
        submissions = next((root.at(key) for key in ("submissions", "talks", "results") if key in root), None)
        if submissions is None:
            raise ScheduleError([problem_at(Place(), "not-schedule", format="pretalx", name="submissions")])
        conference = self._conference(root.at("event")) if isinstance(root.at("event").value, dict) else None
        self.known = {
            name: {node.text("id"): node for node in _listed(root.at(name))}
            for name in ("rooms", "tracks", "submission_types", "slots", "resources")
        }
        for node in self.known["rooms"].values():
            self._room(node)
        for node in _listed(root.at("tracks")):
            self._track(node)
        for node in _listed(root.at("speakers")):
            self.once(node, "doubled-person", node.text("code"))
            self._speaker(node)
        for node in _listed(submissions):
            self._submission(node)
        head = conference
        first, last = (head.start, head.end) if head else (None, None)
        about = any(one.biography for one in self.persons.values())
        silent = _SILENT if about else _SILENT | {"biographies"}
        return self.made(head, silent, first, last, root.at("schedule").text("version") if head else "")

    def _conference(self, node: Node) -> Conference:
        if zone := node.text("timezone"):
            self.zone_named(node.at("timezone"), zone)
        title, text = node.words("name", self.context.language)
        if not title:
            self.wrong(node, "missing-value", name="name")
        urls = node.at("urls")
        return Conference(
            title=title,
            acronym=node.text("slug"),
            start=node.day("date_from"),
            end=node.day("date_to"),
            base_url=urls.text("base") if isinstance(urls.value, dict) else node.text("custom_domain"),
            logo=node.text("logo"),
            time_zone=zone,
            texts=(("title", text),) if text else (),
        )

    def _words(self, node: Node, key: str, field: str, language: str) -> tuple[str, Texts]:
        words, text = node.words(key, language)
        return words, ((field, text),) if text else ()

    def _room(self, node: Node) -> str:
        name, texts = self._words(node, "name", "name", self.context.language)
        guid = node.guid("guid") or ""
        if not name.strip():
            self.wrong(node, "missing-value", name="name")
        key = node.text("id")
        name = next((one for one, room in self.rooms.items() if key and room.slug == key), name)
        return self.room(Room(name, key, guid, node.count("capacity"), texts=texts))

    def _track(self, node: Node) -> Track:
        name, texts = self._words(node, "name", "name", self.context.language)
        key = node.text("id")
        if known := next((one for one in self.tracks.values() if key and one.slug == key), None):
            return known
        track = Track(distinct(name, key, self.tracks), key, node.text("color"), texts)
        self.tracks[track.name] = track
        return track

    def _speaker(self, node: Node) -> PersonRef | None:
        code = node.text("code")
        if not isinstance(node.value, dict):
            person = self.persons.get(node.text())
            if person is None:
                self.wrong(node, "unknown-person", value=node.text()[:60])
                return None
            return PersonRef(person.id, person.name)
        name, names = self._words(node, "name", "name", self.context.language)
        if not code:
            self.wrong(node, "missing-person-id", name=name[:80])
            return None
        about, texts = self._words(node, "biography", "biography", self.context.language)
        extra = rest(node, frozenset({"code", "name", "biography", "submissions"}))
        before = self.persons.get(code)
        if before is None or (about and not before.biography):
            self.persons[code] = Person(code, name, "", about, (*names, *texts), extra)
        return PersonRef(code, name)

    def _expanded(self, node: Node, kind: str) -> Node | None:
        """An object, or the one that an id names."""
        if isinstance(node.value, dict):
            return node
        return self.known[kind].get(node.text()) if node.value is not None else None

    def _submission(self, node: Node) -> None:
        if node.text("state") not in _PLACED:
            return
        slots = [found for one in node.at("slots").items() if (found := self._expanded(one, "slots"))]
        if not slots and isinstance(node.at("slot").value, dict):
            slots = [node.at("slot")]
        placed = [one for one in slots if "start" in one]
        if not placed:
            return  # not in the schedule
        code, language = node.needed("code"), node.text("content_locale").lower()
        self.once(node, "doubled-id", code)
        texts: list[tuple[str, Text]] = []
        words: dict[str, Any] = {}
        for name in ("title", "abstract", "description"):
            words[name], several = self._words(node, name, name, language_of(language))
            texts += several
        if not words["title"].strip():
            self.wrong(node, "missing-value", name="title")
        kind = self._expanded(node.at("submission_type"), "submission_types")
        track = self._expanded(node.at("track"), "tracks")
        listed = self._track(track) if track and "name" in track else self._loose(node.at("track"))
        event = Event(
            id=code,
            guid=node.guid("x-guid"),
            begins=_NEVER,
            duration=timedelta(),
            code=node.text("x-code") if "x-code" in node else code,
            type=self._kind(kind, node.at("submission_type")),
            track=listed.name if listed else "",
            track_slug=listed.slug if listed else "",
            language=language,
            do_not_record=node.flag("do_not_record"),
            logo=node.text("image"),
            persons=tuple(ref for one in node.at("speakers").items() if (ref := self._speaker(one))),
            links=tuple(self._resources(node)),
            texts=tuple(texts),
            extra=rest(node, _SUBMISSION),
            at=node.place,
            **words,
        )
        for number, slot in enumerate(placed, 1):
            self._place(event if number == 1 else replace(event, id=f"{code}-{number}", guid=""), slot)

    def _kind(self, kind: Node | None, said: Node) -> str:
        if kind is None:
            return said.text() if not isinstance(said.value, int) else ""
        name = kind.at("name") if "name" in kind else kind
        holder = Node({"name": name.value}, name.path, self)
        return holder.words("name", self.context.language)[0].strip()[:60]

    def _loose(self, node: Node) -> Track | None:
        """The track of an older file: its name, in one language or several."""
        if node.value is None or isinstance(node.value, int):
            return None
        words, texts = self._words(
            Node({"name": node.value}, node.path, self), "name", "name", self.context.language
        )
        if words and words not in self.tracks:
            self.tracks[words] = Track(words, texts=texts)
        return self.tracks.get(words)

    def _resources(self, node: Node) -> Iterator[Link]:
        for one in node.at("resources").items():
            if found := self._expanded(one, "resources"):
                yield Link(found.text("description").strip(), found.text("resource") or found.text("link"))

    def _place(self, event: Event, slot: Node) -> None:
        said = slot.at("room")
        room = self._expanded(said, "rooms")
        if room is None and said.value is not None and isinstance(said.value, int):
            self.wrong(said, "unknown-room", value=said.text())
            return
        if room is not None and "name" in room:
            name = self._room(room)
        elif said.value is not None:
            name = Node({"name": said.value}, said.path, self).words("name", self.context.language)[0]
        else:
            name = NOWHERE_NAMED
        begins, ends = slot.moment("start"), slot.moment("end")
        lasts = slot.count("duration")
        if begins is None:
            return
        if ends is not None and ends < begins:
            self.wrong(slot.at("end"), "ends-early")
            return
        if ends is None and lasts is None:
            self.wrong(slot, "missing-value", name="end")
            return
        duration = ends - begins if ends is not None else timedelta(minutes=lasts or 0)
        self.put(replace(event, begins=begins, duration=duration), name)


def _listed(node: Node) -> Iterator[Node]:
    """The objects of an answer: of a page of results, or of a plain list."""
    return (node.at("results") if isinstance(node.value, dict) else node).objects()


def document(schedule: Schedule) -> dict[str, Any]:
    """The schedule as the API's answers, joined."""
    conference = schedule.conference
    texts = dict(conference.texts)
    rooms = {room.name: room for day in reversed(schedule.days) for room in reversed(day.rooms)}
    ids = {name: number for number, name in enumerate(reversed(rooms), 1)}
    tracks = {one.name: one for one in schedule.tracks}
    tracks |= {
        e.track: Track(e.track, e.track_slug) for e in schedule.events() if e.track and e.track not in tracks
    }
    numbers = {name: number for number, name in enumerate(tracks, 1)}
    kinds = {e.type: number for number, e in enumerate(schedule.events(), 1) if e.type}
    persons = {one.id: one for one in schedule.persons}
    for event in schedule.events():
        for ref in event.persons:
            persons.setdefault(ref.id or ref.guid, Person(ref.id or ref.guid, ref.name))
    submissions = [
        _submission(event, ids[room.name], numbers, kinds)
        for day in schedule.days
        for room in day.rooms
        for event in room.events
    ]
    return {
        "event": {
            "name": _i18n(conference.title, texts.get("title")),
            "slug": conference.acronym,
            "date_from": conference.start.isoformat() if conference.start else None,
            "date_to": conference.end.isoformat() if conference.end else None,
            "timezone": conference.time_zone or None,
            "logo": conference.logo or None,
            "urls": {"base": conference.base_url},
        },
        "schedule": {"version": schedule.version},
        "rooms": [
            {
                "id": ids[one.name],
                "name": _i18n(one.name, dict(one.texts).get("name")),
                "guid": one.guid or None,
                "capacity": one.capacity,
            }
            for one in reversed(rooms.values())
        ],
        "tracks": [
            {
                "id": numbers[one.name],
                "name": _i18n(one.name, dict(one.texts).get("name")),
                "color": one.colour,
            }
            for one in tracks.values()
        ],
        "submission_types": [{"id": number, "name": name} for name, number in kinds.items()],
        "speakers": [
            {
                "code": one.id,
                "name": _i18n(one.name, dict(one.texts).get("name")),
                "biography": _i18n(one.biography, dict(one.texts).get("biography")),
                **unrest(one.extra),
            }
            for one in persons.values()
        ],
        "submissions": submissions,
    }


def _i18n(words: str, text: Text | None) -> Any:
    return dict(text.values) if text else words


def _submission(event: Event, room: int, tracks: dict[str, int], kinds: dict[str, int]) -> dict[str, Any]:
    texts = dict(event.texts)
    return {
        "code": event.id or event.guid,
        "x-guid": event.guid,
        **({"x-code": event.code} if event.code != event.id else {}),
        "state": "confirmed",
        **{
            name: _i18n(getattr(event, name), texts.get(name))
            for name in ("title", "abstract", "description")
        },
        "submission_type": kinds.get(event.type),
        "track": tracks.get(event.track),
        "content_locale": event.language,
        "do_not_record": event.do_not_record,
        "duration": int(event.duration.total_seconds() // 60),
        "image": event.logo or None,
        "resources": [{"resource": one.href, "description": one.title} for one in event.links],
        "speakers": [ref.id or ref.guid for ref in event.persons],
        "slots": [{"room": room, "start": event.begins.isoformat(), "end": event.ends.isoformat()}],
        **unrest(event.extra),
    }


def _write(programme: Programme) -> Iterator[str]:
    return iter([json.dumps(document(programme.schedule), ensure_ascii=False)])


def _full(programme: Programme) -> Iterator[str]:
    schedule = programme.schedule
    made = document(schedule)
    left = _Reader(context_of(schedule)).schedule(made)
    return iter([json.dumps({**made, KEY: difference(schedule, left)}, ensure_ascii=False)])


def _recognises(data: bytes) -> bool:
    return looks_like(data, "submissions") or looks_like(data, "talks") or _is_page(data)


def _is_page(data: bytes) -> bool:
    if not looks_like(data, "results"):
        return False
    results = load(data)["results"]
    return (
        isinstance(results, list) and bool(results) and isinstance(results[0], dict) and "code" in results[0]
    )


register(
    Format(
        key="pretalx",
        name=_("pretalx JSON"),
        about=_("The public API of pretalx: submissions with speakers, rooms and slots."),
        media_type="application/json",
        extension="json",
        file="schedule.pretalx.json",
        schema="https://docs.pretalx.org/api/",
        read=read,
        recognises=_recognises,
        write=_write,
        full=_full,
        place=30,
    )
)
