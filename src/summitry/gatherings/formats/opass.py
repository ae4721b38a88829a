"""The session JSON of the OPass app, which COSCUP and SITCON publish: every text in Chinese and in English.

Source: https://github.com/CCIP-App and the files that those conferences publish.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from summitry.text.value import Text

from .base import Context, Format, register
from .beyond import KEY, difference, restored, silent_of
from .data import Event, Link, Person, PersonRef, Room, Schedule, Texts, Track
from .flat import FlatReader, distinct
from .jsonfile import Node, load, looks_like, several
from .problems import Place, ScheduleError, problem_at
from .rest import rest, unrest

if TYPE_CHECKING:
    from ..export import Programme

CODES = {"zh": "zh-hant", "en": "en"}
_KEYS = {code: key for key, code in CODES.items()}
_SPOKEN = {"中文": "zh-hant", "English": "en"}
_WRITTEN = {code: word for word, code in _SPOKEN.items()}
_LINKS = {"co_write": ("notes", ""), "qa": ("questions", ""), "slide": ("slides", "slides")}  # type, our kind
_SESSION = frozenset(
    {
        "id",
        "type",
        "room",
        "start",
        "end",
        "language",
        "zh",
        "en",
        "speakers",
        "record",
        "uri",
        "x-abstract",
        "x-guid",
        *_LINKS,
    }
)
_SILENT = silent_of(
    {"id", "begins", "duration", "title", "description", "track", "track_slug", "language", "persons"}
    | {"links", "url", "recording_url", "texts", "extra"}
)


def read(data: bytes, context: Context) -> Schedule:
    """A schedule from the bytes of a file. Raises ScheduleError: what is wrong, at which JSON pointer."""
    return _parsed(load(data), context)


def _parsed(document: Any, context: Context) -> Schedule:
    found = _Reader(context).schedule(document)
    return restored(found, document.get(KEY), Place(path=f"/{KEY}"))


class _Reader(FlatReader):
    def schedule(self, document: Any) -> Schedule:
        root = Node(document, "", self).object()
        if not isinstance(root.at("sessions").value, list):
            raise ScheduleError([problem_at(Place(), "not-schedule", format="opass", name="sessions")])
        rooms: dict[str, str] = {}
        for node in root.at("rooms").objects():
            name, texts = self._named(node, "name")
            key = node.needed("id")
            rooms[key] = self.room(Room(distinct(name or key, key, self.rooms), key, texts=texts))
        tracks: dict[str, Track] = {}
        for node in root.at("session_types").objects():
            name, texts = self._named(node, "name")
            key = node.needed("id")
            tracks[key] = Track(distinct(name or key, key, self.tracks), key, texts=texts)
            self.tracks[tracks[key].name] = tracks[key]
        for node in root.at("speakers").objects():
            key = node.needed("id")
            self.once(node, "doubled-person", key)
            name, names = self._named(node, "name")
            about, texts = self._named(node, "bio", "biography")
            self.persons[key] = Person(
                key, name, "", about, (*names, *texts), rest(node, frozenset({"id", "zh", "en"}))
            )
        for node in root.at("sessions").objects():
            self._session(node, rooms, tracks)
        return self.made(None, _SILENT)

    def _named(self, node: Node, key: str, field: str = "name") -> tuple[str, Texts]:
        """Words of the objects by language, as those of a field of ours."""
        found, text = self._words(node, key, self.context.language)
        return found, ((field, text),) if text else ()

    @staticmethod
    def _words(node: Node, key: str, source: str) -> tuple[str, Text | None]:
        values = {CODES[code]: node.at(code).text(key) for code in CODES if code in node}
        return several(values, source)

    def _session(self, node: Node, rooms: dict[str, str], tracks: dict[str, Track]) -> None:
        key = node.needed("id")
        self.once(node, "doubled-id", key)
        language = _SPOKEN.get(node.text("language"), node.text("language"))
        texts: list[tuple[str, Text]] = []
        words: dict[str, Any] = {}
        for name in ("title", "description"):
            words[name], text = self._words(node, name, language)
            if text:
                texts.append((name, text))
        if node.flag("x-abstract"):
            words["description"], texts = "", [one for one in texts if one[0] != "description"]
        if not words["title"].strip():
            self.wrong(node, "missing-value", name="title")
        room = node.text("room")
        if rooms and room not in rooms:
            self.wrong(node.at("room"), "unknown-room", value=room[:60])
        begins, ends = node.moment("start"), node.moment("end")
        for name in ("start", "end"):
            if name not in node:
                self.wrong(node, "missing-value", name=name)
        if begins is None or ends is None:
            return
        if ends < begins:
            self.wrong(node.at("end"), "ends-early")
            return
        track = tracks.get(node.text("type"))
        event = Event(
            id=key,
            guid=node.guid("x-guid"),
            begins=begins,
            duration=ends - begins,
            language=language,
            track=track.name if track else node.text("type"),
            track_slug=track.slug if track else node.text("type"),
            url=node.text("uri"),
            recording_url=node.text("record"),
            persons=tuple(ref for one in node.at("speakers").items() if (ref := self._ref(one))),
            links=tuple(
                Link("", node.text(name), kind, kind=ours)
                for name, (kind, ours) in _LINKS.items()
                if name in node
            ),
            texts=tuple(texts),
            extra=rest(node, _SESSION),
            at=node.place,
            **words,
        )
        self.put(event, rooms.get(room, room))

    def _ref(self, node: Node) -> PersonRef | None:
        person = self.persons.get(node.text())
        if person is None:
            self.wrong(node, "unknown-person", value=node.text()[:60])
            return None
        return PersonRef(person.id, person.name)


def document(schedule: Schedule) -> dict[str, Any]:
    """The schedule as the app reads it."""
    rooms = {room.name: room for day in reversed(schedule.days) for room in reversed(day.rooms)}
    listed = {one.name: one for one in schedule.tracks}
    loose = {e.track: Track(e.track, e.track_slug) for e in schedule.events() if e.track}
    persons = {one.id: one for one in schedule.persons}
    for event in schedule.events():
        for ref in event.persons:
            persons.setdefault(ref.id or ref.guid, Person(ref.id or ref.guid, ref.name))
    return {
        "sessions": [
            _session(event, room) for day in schedule.days for room in day.rooms for event in room.events
        ],
        "speakers": [
            {
                "id": one.id,
                **unrest(one.extra),
                **_both({"name": one.name, "bio": one.biography}, one.texts, {"bio": "biography"}),
            }
            for one in persons.values()
        ],
        "session_types": [
            {"id": one.slug or one.name, **_both({"name": one.name}, one.texts)}
            for one in {**loose, **listed}.values()
        ],
        "rooms": [
            {"id": one.slug or one.name, **_both({"name": one.name}, one.texts)}
            for one in reversed(rooms.values())
        ],
        "tags": [],
    }


def _both(words: dict[str, str], texts: Texts, names: dict[str, str] | None = None) -> dict[str, Any]:
    """{"zh": {…}, "en": {…}}: what is there in one language alone stands in both."""
    several = dict(texts)
    found: dict[str, Any] = {}
    for key, code in CODES.items():
        found[key] = {
            name: (text.get(code) if (text := several.get((names or {}).get(name, name))) else "") or said
            for name, said in words.items()
        }
    return found


def _session(event: Event, room: Room) -> dict[str, Any]:
    links = {
        name: link.href for name, (kind, _ours) in _LINKS.items() for link in event.links if link.type == kind
    }
    names = {"description": "abstract"} if event.abstract and not event.description else {}
    words = {"title": event.title, "description": event.description or event.abstract}
    return {
        "id": event.id,
        "type": event.track_slug or event.track,
        "room": room.slug or room.name,
        "start": event.begins.isoformat(),
        "end": event.ends.isoformat(),
        "language": _WRITTEN.get(event.language, event.language),
        **_both(words, event.texts, names),
        **({"x-abstract": True} if "description" in names else {}),  # the description is the abstract
        "speakers": [ref.id or ref.guid for ref in event.persons],
        "tags": [],
        **{name: links.get(name) for name in _LINKS},
        "record": event.recording_url or None,
        "uri": event.url,
        "x-guid": event.guid,
        **unrest(event.extra),
    }


def _write(programme: Programme) -> Iterator[str]:
    return iter([json.dumps(document(programme.schedule), ensure_ascii=False)])


def _full(programme: Programme) -> Iterator[str]:
    schedule = programme.schedule
    made = document(schedule)
    left = _Reader(context_of(schedule)).schedule(made)
    return iter([json.dumps({**made, KEY: difference(schedule, left)}, ensure_ascii=False)])


def context_of(schedule: Schedule) -> Context:
    """How the days of a schedule are to be told apart when it is read again."""
    change = schedule.conference.day_change
    return Context(schedule.conference.time_zone or "UTC", f"{change:%H:%M}" if change else "00:00")


register(
    Format(
        key="opass",
        name=_("OPass JSON"),
        about=_("Sessions in Chinese and English, as COSCUP publishes them."),
        media_type="application/json",
        extension="json",
        file="schedule.opass.json",
        read=read,
        recognises=lambda data: looks_like(data, "sessions") and looks_like(data, "session_types"),
        write=_write,
        full=_full,
        place=50,
    )
)
