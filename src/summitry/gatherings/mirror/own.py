"""The pages that only a copy has: search, sessions and people by name, what this copy is, and the door."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format

from summitry.people.models import Person
from summitry.record.models import Entry
from summitry.text import search
from summitry.text.value import Text

from .. import formats, queries
from ..richtext import to_plain
from .addresses import CODES, OWN, relative
from .frame import MARK, Copy

NAMES = dict(settings.LANGUAGES)
LISTED = 400  # names on one page
WORDS = 4000  # characters of a thing's texts in which a search looks


@dataclass(frozen=True, slots=True)
class Thing:
    """A session or a person. title_words and words are prepared for the search."""

    key: str  # the end of its page's address: "sessions/opening/"
    title: Text
    told: queries.Worded | None  # of a session
    title_words: str
    words: str


class Pages:
    """Of one copy. What they list is read once."""

    def __init__(self, copy: Copy, entries: list[Entry]) -> None:
        self._copy, self._entries = copy, entries
        self._known = {copy.addresses.own(code, name): (code, name) for code in CODES for name in OWN}

    # -- what there is -----------------------------------------------------------------------------
    @cached_property
    def _sessions(self) -> list[Thing]:
        release = self._copy.gathering.released
        found = []
        for one in queries.worded(release) if release else []:
            names = [part.person.name for part in one.parts]
            texts = [one.subtitle, one.abstract, one.description]
            places = [one.row.room.name, *([one.row.track.name] if one.row.track else [])]
            found.append(
                Thing(
                    f"sessions/{one.row.session.slug}/",
                    one.row.title,
                    one,
                    _prepared(one.row.title),
                    _prepared(one.row.title, *places, *names, *texts),
                )
            )
        return found

    @cached_property
    def _people(self) -> list[Thing]:
        biographies = queries.biographies(self._copy.gathering)
        persons: dict[int, Person] = {}
        for one in self._sessions:
            for part in one.told.parts if one.told else []:
                if part.person.erased_at is None:
                    persons.setdefault(part.person_id, part.person)
        return [
            Thing(
                f"people/{one.slug}/",
                one.name,
                None,
                _prepared(one.name),
                _prepared(one.name, biographies.get(key) or one.biography),
            )
            for key, one in persons.items()
        ]

    # -- pages -------------------------------------------------------------------------------------
    def render(self, address: str) -> str | None:
        """One of these pages as the server would send it; None for an address that is the server's."""
        path, _mark, query = address.partition("?")
        known = self._known.get(path)
        if known is None:
            return None
        code, name = known
        with translation.override(code):
            context = {
                "gathering": self._copy.gathering,
                "copy": self._copy,
                "front": self._copy.addresses.front(code),
                "zone": ZoneInfo(self._copy.gathering.time_zone),
                **getattr(self, f"_{name}_page")(query),
            }
            return self._rendered(f"gatherings/copy/{name}.html", address, context)

    def _rendered(self, template: str, address: str, context: dict[str, Any]) -> str:
        path, _mark, query = address.partition("?")
        request = WSGIRequest(
            {
                "REQUEST_METHOD": "GET",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "wsgi.input": BytesIO(),
                MARK: self._copy,
            }
        )
        request.user = AnonymousUser()
        return render_to_string(template, context, request)

    def door(self) -> str:
        """The first page: the languages."""
        doors = []
        for code in CODES:
            with translation.override(code):
                front = self._copy.addresses.front(code)
                doors.append({"code": code, "name": NAMES[code], "line": self._copy.line, "front": front})
        with translation.override("en"):
            context = {"gathering": self._copy.gathering, "doors": doors}
            return self._rendered("gatherings/copy/door.html", "/", context)

    def _by_name(self, things: list[Thing], query: str) -> dict[str, Any]:
        named = sorted(things, key=lambda one: (search.prepared(str(one.title)), one.key))
        number = query.removeprefix("page=")
        page = Paginator([(one, _initial(str(one.title))) for one in named], LISTED).get_page(number or 1)
        return {"page": page}

    def _sessions_page(self, query: str) -> dict[str, Any]:
        return self._by_name(self._sessions, query)

    def _people_page(self, query: str) -> dict[str, Any]:
        return self._by_name(self._people, query)

    def _search_page(self, query: str) -> dict[str, Any]:
        return {"code": translation.get_language()}

    def _about_page(self, query: str) -> dict[str, Any]:
        return {"files": formats.public(), "entries": self._entries}

    # -- the search --------------------------------------------------------------------------------
    def search(
        self, codes: Iterable[str], shared: bool, name: Callable[[str], str | None]
    ) -> Iterator[tuple[str, bytes]]:
        """Files for the search: the prepared words, which all languages share, and of each language what
        is shown of a hit. name: the file of an address, None if it turned out to lead nowhere."""
        things = [*self._sessions, *self._people]
        if shared:
            words = {**search.for_browsers(), "words": [(one.title_words, one.words) for one in things]}
            yield "search/words.js", _script("copyWords", words)
        zone = ZoneInfo(self._copy.gathering.time_zone)
        for code in codes:
            front, page = self._copy.addresses.front(code), f"{code}/search.html"
            with translation.override(code):
                told = [
                    (str(one.title), _where(one, zone), relative(file, page) if file else "")
                    for one in things
                    for file in [name(f"{front}{one.key}")]
                ]
            yield f"search/{code}.js", _script("copyThings", told)


def _script(name: str, value: Any) -> bytes:
    return f"var {name}={json.dumps(value, ensure_ascii=False, separators=(',', ':'))};\n".encode()


def _prepared(*texts: Text) -> str:
    """Prepared words, each once."""
    told = " ".join(to_plain(value)[:WORDS] for text in texts for value in text.values.values())
    return " ".join(dict.fromkeys(search.prepared(told).split()))


def _where(one: Thing, zone: ZoneInfo) -> str:
    if one.told is None:
        return ""
    row = one.told.row
    starts = row.starts.astimezone(zone)
    return f"{date_format(row.day, 'MONTH_DAY_FORMAT')}, {starts:%H:%M} · {row.room.name}"


@lru_cache(maxsize=4096)
def _initial(title: str) -> str:
    """The letter under which a name stands: its first sign, of Han signs and digits one for all."""
    first = search.prepared(title)[:1].upper()
    if not first or first.isdigit():
        return "0–9"
    return "汉" if search.is_han(first) else first
