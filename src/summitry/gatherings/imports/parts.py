"""What an import plans, and the small rules by which it reads a file's values."""

import re
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings

from summitry.people.models import Person
from summitry.people.slugs import random_word, slug_for
from summitry.text.value import Text

from ..formats.data import Event, Schedule, Texts
from ..formats.problems import Problem
from ..models import Gathering, Link, Room, Session, Slot, Speaker, Track

SLUG = re.compile(r"[-\w]{1,240}\Z", re.ASCII)


@dataclass(slots=True)
class Step:
    """What is to be done with one session."""

    session: Session
    event: Event
    is_new: bool
    slot: Slot
    fields: set[str] = field(default_factory=set)  # columns that differ
    moved: bool = False
    restored: bool = False
    parts: list[tuple[Person, int, dict[str, Any], str]] | None = None  # role "": as it is; None: all are
    links: list[Link] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        names = {"details" if name == "extra" else name for name in self.fields}
        names -= {"state", "minutes"}  # told as restored and as moved
        names |= {"people"} if self.parts is not None else set()
        names |= {"links"} if self.links is not None else set()
        return tuple(sorted(names))


@dataclass(slots=True)
class Plan:
    """Everything that an import would write: model instances, those that are new still without a key."""

    gathering: Gathering
    is_new: bool
    gathering_changed: bool = False
    tracks: dict[str, Track] = field(default_factory=dict)  # by name
    rooms: dict[str, Room] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)  # by the id of the file
    speakers: dict[str, Speaker] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)  # keys of persons that stand for other ones
    retired: list[Track | Room] = field(default_factory=list)  # no longer in the file
    steps: list[Step] = field(default_factory=list)
    cancelled: list[Session] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)  # id() of known instances that differ from the database
    problems: list[Problem] = field(default_factory=list)


class Planner:
    """A file against what is here, and the plan as far as it has come: what each part of it is made with.

    known: the gathering is here already. silent: of what the file's format cannot speak.
    """

    def __init__(self, schedule: Schedule, gathering: Gathering, source: str, known: bool) -> None:
        self.schedule, self.source, self.silent = schedule, source, schedule.silent
        self.language = settings.CONTENT_FALLBACKS[0]
        self.known, self.gathering = known, gathering
        self.done = Plan(gathering, not known)

    def _existing(self, rows: Any) -> list[Any]:
        return list(rows) if self.known else []

    def _merge(self, thing: Any, values: dict[str, Any]) -> None:
        """Sets values; remembers a known instance that now differs from the database."""
        if set_all(thing, values) and thing.pk:
            self.done.changed.add(id(thing))


def words(value: str, language: str, before: Text | None = None) -> Text:
    """The text as the file says it; what has been translated here stays, marked outdated if the source
    changed."""
    if before is None or not before:
        return Text.of(value, language)
    if before.get(before.source) == value:
        return before
    return before.edited({**before.values, before.source: value}) if value else Text()


class Named(Protocol):
    """Whatever in a file has words in several languages."""

    @property
    def texts(self) -> Texts: ...


def given(value: str, language: str, before: Text | None, thing: Named | None, name: str) -> Text:
    """What the file says in one field: in all its languages if it names them, else in this one."""
    found = next((text for field, text in thing.texts if field == name), None) if thing else None
    return merged(found, before) if found is not None else words(value, language, before)


def merged(found: Text, before: Text | None) -> Text:
    """The text of a file over the one that is here: languages that the file has not stay."""
    if not before:
        return found
    values = {**before.values, **found.values}
    if values == before.values and found.source == before.source:
        return before
    return before.edited(values, found.source)


def web_address(said: str) -> str:
    """An address that may stand in a link of a page: of the web, and of no script; else nothing."""
    return said if said.startswith(("https://", "http://")) else ""


def set_all(thing: Any, values: dict[str, Any]) -> set[str]:
    differing = {name for name, value in values.items() if getattr(thing, name) != value}
    for name in differing:
        setattr(thing, name, values[name])
    return differing


def link_key(link: Link) -> tuple[str, int, str, str, str, str, str, str]:
    more = link.language, repr(link.extra)
    return (link.kind, link.position, link.title, link.url, link.type, link.service, *more)


def free(wanted: str, name: str, taken: set[str], longest: int) -> str:
    """An address that is not in `taken`, to which it is added."""
    base = wanted if SLUG.match(wanted) and len(wanted) <= longest else slug_for(name)
    found, number = base, 2
    while found in taken:
        found, number = f"{base[: longest - 6]}-{number}", number + 1
        if number > 999:
            found = random_word(12)
    taken.add(found)
    return found
