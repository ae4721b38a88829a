"""Programmes as tables, CSV and XLSX: one row a session, for people with a spreadsheet.

A column that is not there is not changed by an import; a session that is not there becomes cancelled if an
earlier file had it. Words in another language than the session's stand in columns such as `title[zh-hans]`.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from summitry.text import sheets
from summitry.text.value import Text

from .base import Context, Format, register
from .beyond import KEY, difference, restored, silent_of
from .data import Event, Link, PersonRef, Room, Schedule, Track
from .flat import NOWHERE_NAMED, FlatReader
from .jsonfile import load, several
from .languages import language_of
from .opass import context_of
from .problems import NOWHERE, Place, ScheduleError, problem_at

if TYPE_CHECKING:
    from ..export import Programme

WORDS = ("title", "subtitle", "abstract", "description")
COLUMNS = {  # of a table, and the field of a session that each fills
    "id": "id",
    "guid": "guid",
    "title": "title",
    "subtitle": "subtitle",
    "starts": "begins",
    "ends": "duration",
    "minutes": "duration",
    "room": "room",
    "track": "track",
    "kind": "type",
    "language": "language",
    "interpreted": "interpreted",
    "captions": "captions",
    "mode": "mode",
    "people": "persons",
    "links": "links",
    "abstract": "abstract",
    "description": "description",
    "do_not_record": "do_not_record",
    "license": "license",
    "recording_url": "recording_url",
    "url": "url",
    "code": "code",
    "slug": "slug",
}
_HEADING = re.compile(r"([a-z_]+)\[([a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})*)\]\Z")
_SAME = ("code", "url", "license", "recording_url", "slug")
_ROLES = ("speaker", "moderator", "rapporteur", "host")
_YES = frozenset({"yes", "true", "1", "x"})
_NO = frozenset({"", "no", "false", "0"})
_MODES = frozenset({"onsite", "remote", "hybrid"})


@dataclass(frozen=True, slots=True)
class _Cell:
    place: Place


def read(data: bytes, context: Context) -> Schedule:
    """A schedule from the bytes of a file. Raises ScheduleError: what is wrong, in which row and column."""
    from summitry.text.tables import delimited, table, workbook  # the libraries of workbooks load slowly

    if len(data) > table.LARGEST:
        raise _unreadable(table.too_large())
    try:
        rows = workbook.rows(data) if workbook.looks_like(data) else delimited.rows(data)
        listed = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    except ValidationError as error:
        raise _unreadable(error) from error
    if not listed:
        raise ScheduleError([problem_at(NOWHERE, "empty")])
    if len(listed) > table.MOST_ROWS:
        raise ScheduleError([problem_at(NOWHERE, "too-many-rows", most=table.MOST_ROWS)])
    (_number, headings), *lines = listed
    return _Reader(context).schedule([one.strip() for one in headings], lines)


def _unreadable(error: ValidationError) -> ScheduleError:
    return ScheduleError([problem_at(NOWHERE, "table", detail=" ".join(error.messages))])


class _Reader(FlatReader):
    def schedule(self, headings: list[str], lines: Iterable[tuple[int, list[str]]]) -> Schedule:
        self._check_headings(headings)
        said = {heading.partition("[")[0] for heading in headings}
        stored: dict[str, Any] = {}
        for number, row in lines:
            cells = {key: cell for key, cell in zip(headings, row, strict=False) if key}
            if more := cells.pop(KEY, "").strip():
                stored |= self._extension(more, number)
            self._session(number, cells)
        kept = {COLUMNS[name] for name in said if name in COLUMNS} | {"texts"}
        found = self.made(
            None, silent_of(kept, "tracks", "rooms", "biographies", "links.details", "persons.details")
        )
        if not stored:
            return found
        whole = restored(found, {"events": stored}, Place(row=1, column=KEY))
        unsaid = {"conference", "days", "schedule.extra", "tracks", "rooms", "biographies"}
        return Schedule(whole.conference, days=whole.days, silent=frozenset(unsaid))

    def _check_headings(self, headings: list[str]) -> None:
        for at, key in enumerate(headings):
            place = _Cell(Place(row=1, column=key))
            match = _HEADING.match(key)
            name = match.group(1) if match else key
            if key and key != KEY and (name not in COLUMNS or (match and name not in WORDS)):
                self.wrong(place, "unknown-column")
            if key and key in headings[:at]:
                self.wrong(place, "doubled-column")
        for name in ("title", "starts"):
            if not any(key == name or key.startswith(f"{name}[") for key in headings):
                self.wrong(_Cell(Place(row=1, column=name)), "missing-column")
        if not {"id", "guid"} & set(headings):
            self.wrong(_Cell(Place(row=1, column="id")), "missing-column")
        if not {"ends", "minutes"} & set(headings):
            self.wrong(_Cell(Place(row=1, column="minutes")), "missing-column")
        if self.problems:
            raise ScheduleError(self.problems)

    def _extension(self, words: str, row: int) -> dict[str, Any]:
        place = Place(row=row, column=KEY)
        try:
            found = load(words.encode())
        except ScheduleError as error:
            raise ScheduleError([problem_at(place, "bad-extension")]) from error
        if not isinstance(found, dict):
            raise ScheduleError([problem_at(place, "bad-extension")])
        return found

    def _session(self, row: int, cells: Mapping[str, str]) -> None:
        def at(column: str) -> _Cell:
            return _Cell(Place(row=row, column=column))

        def cell(column: str) -> str:
            return cells.get(column, "").strip()

        key, guid = cell("id"), self.guid(at("guid"), cell("guid"))
        if not key and not guid:
            self.wrong(at("id"), "missing-value", name="id")
        self.once(at("id"), "doubled-id", key)
        self.once(at("guid"), "doubled-guid", guid)
        language = cell("language")
        words, texts = self._words(cells, language_of(language))
        if not words["title"].strip():
            self.wrong(at("title"), "missing-value", name="title")
        times = self._times(cell, at)
        mode = cell("mode").lower()
        if mode and mode not in _MODES:
            self.wrong(at("mode"), "bad-mode", value=mode[:40], known=", ".join(sorted(_MODES)))
        kept = cell("do_not_record").lower()
        if kept not in _YES | _NO:
            self.wrong(at("do_not_record"), "not-yes", value=kept[:40])
        persons, links = self._people(cells.get("people", ""), at), self._links(cells.get("links", ""))
        if times is None:
            return
        if track := cell("track"):
            self.tracks.setdefault(track, Track(track))
        plain: dict[str, Any] = {name: cell(name) for name in _SAME}
        event = Event(
            id=key,
            guid=guid,
            begins=times[0],
            duration=times[1],
            track=track,
            type=cell("kind"),
            language=language,
            interpreted=_codes(cell("interpreted")),
            captions=_codes(cell("captions")),
            mode="" if mode == "onsite" else mode,
            persons=persons,
            links=links,
            do_not_record=kept in _YES,
            texts=texts,
            at=Place(row=row),
            **plain,
            **words,
        )
        self.put(event, self.room(Room(cell("room") or NOWHERE_NAMED)))

    @staticmethod
    def _words(
        cells: Mapping[str, str], language: str
    ) -> tuple[dict[str, Any], tuple[tuple[str, Text], ...]]:
        words: dict[str, Any] = {}
        texts = []
        for name in WORDS:
            values = {language: cells[name]} if cells.get(name, "").strip() else {}
            for key, said in cells.items():
                match = _HEADING.match(key)
                if match and match.group(1) == name and said.strip():
                    values.setdefault(match.group(2).lower(), said)
            words[name], text = several(values, language)
            if text:
                texts.append((name, text))
        return words, tuple(texts)

    def _times(self, cell: Any, at: Any) -> tuple[datetime, timedelta] | None:
        said = cell("starts").replace(" ", "T", 1)
        if not said:
            self.wrong(at("starts"), "missing-value", name="starts")
            return None
        begins = self.parsed_moment(at("starts"), said)
        if cell("ends"):
            ends = self.parsed_moment(at("ends"), cell("ends").replace(" ", "T", 1))
            if begins is None or ends is None:
                return None
            if ends < begins:
                self.wrong(at("ends"), "ends-early")
                return None
            return begins, ends - begins
        if not cell("minutes"):
            self.wrong(at("minutes"), "missing-value", name="minutes")
            return None
        lasts = self.minutes(at("minutes"), cell("minutes"))
        return (begins, lasts) if begins is not None and lasts is not None else None

    def _people(self, words: str, at: Any) -> tuple[PersonRef, ...]:
        """A line each: the name, her id, her part."""
        found = []
        for line in (one for one in words.splitlines() if one.strip()):
            name, key, role = (one.strip() for one in f"{line} | | ".split("|")[:3])
            if role and role not in _ROLES:
                self.wrong(at("people"), "bad-role", value=role[:40], known=", ".join(_ROLES))
            found.append(PersonRef((key or name)[:60], name, role=role))
        return tuple(found)

    @staticmethod
    def _links(words: str) -> tuple[Link, ...]:
        """A line each: the address, then its title."""
        lines = (one.strip().partition(" ") for one in words.splitlines() if one.strip())
        return tuple(Link(title.strip(), href) for href, _space, title in lines)


def _codes(words: str) -> tuple[str, ...]:
    return tuple(one.strip().lower() for one in re.split(r"[;,\s]+", words) if one.strip())


def rows(schedule: Schedule, *, full: bool) -> Iterator[list[str]]:
    """The headings, then a row for each session."""
    events = schedule.events()
    codes = sorted(
        {
            (name, code)
            for event in events
            for name, text in event.texts
            if name in WORDS
            for code in text.texts
        }
    )
    headings = [name for name in COLUMNS if name != "minutes"]
    for name, code in reversed(codes):
        headings.insert(headings.index(name) + 1, f"{name}[{code}]")
    zone = ZoneInfo(schedule.conference.time_zone or "UTC")
    placed = [(event, room) for day in schedule.days for room in day.rooms for event in room.events]
    lines = [_row(event, room, zone) for event, room in placed]
    extension: list[dict[str, Any]] = [{}] * len(lines)
    if full:
        numbered = [(n, [line.get(key, "") for key in headings]) for n, line in enumerate(lines, 2)]
        left = _Reader(context_of(schedule)).schedule(headings, numbered)
        more = difference(schedule, left).get("events", {})
        extension = [{event.key: more[event.key]} if event.key in more else {} for event, _room in placed]
    yield [*headings, *([KEY] if full else [])]
    for line, one in zip(lines, extension, strict=True):
        tail = [json.dumps(one, ensure_ascii=False) if one else ""] if full else []
        yield [*(line.get(key, "") for key in headings), *tail]


def _row(event: Event, room: Room, zone: ZoneInfo) -> dict[str, str]:
    texts = dict(event.texts)
    found: dict[str, str] = {name: "" if name in texts else getattr(event, name) for name in WORDS}
    for name in WORDS:
        if name in texts:
            found |= {f"{name}[{code}]": said for code, said in texts[name].values.items()}
    people = (" | ".join(filter(None, _person(ref))) for ref in event.persons)
    return found | {
        "id": event.id,
        "guid": event.guid,
        "starts": event.begins.astimezone(zone).isoformat(" "),
        "ends": event.ends.astimezone(zone).isoformat(" "),
        "room": room.name,
        "track": event.track,
        "kind": event.type,
        "language": event.language,
        "interpreted": " ".join(event.interpreted),
        "captions": " ".join(event.captions),
        "mode": event.mode or "onsite",
        "people": "\n".join(people),
        "links": "\n".join(f"{one.href} {one.title}".strip() for one in event.links),
        "do_not_record": "yes" if event.do_not_record else "no",
        **{name: str(getattr(event, name)) for name in _SAME},
    }


def _person(ref: PersonRef) -> tuple[str, ...]:
    return (ref.name.replace("|", "/"), ref.id or ref.guid, ref.role)


def _csv(programme: Programme, full: bool) -> Iterator[str]:
    return sheets.lines(rows(programme.schedule, full=full))


def _xlsx(programme: Programme, full: bool) -> bytes:
    kept = io.BytesIO()
    sheets.write(kept, rows(programme.schedule, full=full))
    return kept.getvalue()


def _is_workbook(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def _is_csv(data: bytes) -> bool:
    first = data.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].lower()
    return b"title" in first and b"starts" in first and not first.lstrip().startswith((b"{", b"[", b"<"))


register(
    Format(
        key="csv",
        name=_("CSV table"),
        about=_("One row a session, in UTF-8; the documentation names the columns."),
        media_type="text/csv",
        extension="csv",
        file="schedule.csv",
        read=read,
        recognises=_is_csv,
        write=lambda programme: _csv(programme, False),
        full=lambda programme: _csv(programme, True),
        place=60,
    )
)
register(
    Format(
        key="xlsx",
        name=_("XLSX workbook"),
        about=_("One row a session, with the columns of the CSV table."),
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        extension="xlsx",
        file="schedule.xlsx",
        read=read,
        recognises=_is_workbook,
        write=lambda programme: _xlsx(programme, False),
        full=lambda programme: _xlsx(programme, True),
        place=61,
    )
)
