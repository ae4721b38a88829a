"""What the XML has no element for: in one element of ours, as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from summitry import __version__

from ..beyond import KEY, difference
from ..data import Attrs, Event, Link, PersonRef, Schedule
from ..jsonfile import load
from ..problems import ScheduleError, problem_at
from .xml import Node

NAME = "Summitry"
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS = ("title", "subtitle", "abstract", "description")
SILENT = frozenset({"interpreted", "captions", "mode", "conference.summary", "conference.country"})
# What the strict shape leaves out besides; files of others say nothing by leaving it out.
STRICT = SILENT | {
    *("extra", "track_slug", "biographies", "links.details", "persons.details", "schedule.extra"),
    *("conference.subtitle", "conference.venue", "conference.city", "conference.day_change"),
    *("conference.extra", "conference.base_url"),
}


def is_strict(generator: Attrs, own: list[Node] | None) -> bool:
    """Whether a file is of our strict shape: the full one always says more."""
    return ("name", NAME) in generator and not own


def generated(generator: Attrs) -> Attrs:
    """Who wrote the strict shape: we did, whoever wrote the file that it came from."""
    return generator if ("name", NAME) in generator else (("name", NAME), ("version", __version__))


def written(schedule: Schedule) -> str:
    """The element, or nothing where nothing is left over and the file is not known for ours."""
    more = difference(schedule, _without(schedule))
    if not more and ("name", NAME) not in schedule.generator:
        return ""
    return f"  <{KEY}>{escape(json.dumps(more))}</{KEY}>\n"


def stored(node: Node) -> Any:
    """What the element holds."""
    try:
        return load(node.text.encode())
    except ScheduleError as error:
        raise ScheduleError([problem_at(node.place, "bad-extension")]) from error


def _without(schedule: Schedule) -> Schedule:
    """The schedule as the XML's own elements have it."""
    return replace(
        schedule,
        conference=replace(schedule.conference, summary="", country="", texts=()),
        tracks=tuple(replace(one, texts=()) for one in schedule.tracks),
        persons=tuple(replace(one, texts=()) for one in schedule.persons),
        days=tuple(
            replace(
                day,
                rooms=tuple(
                    replace(room, capacity=None, texts=(), events=tuple(map(_event, room.events)))
                    for room in day.rooms
                ),
            )
            for day in schedule.days
        ),
    )


def legal(words: str) -> str:
    """Words with a mark in the place of each control character, which no XML can hold."""
    return _ILLEGAL.sub("\ufffd", words)


def _event(event: Event) -> Event:
    cleaned: dict[str, Any] = {name: legal(getattr(event, name)) for name in _WORDS}
    return replace(
        event,
        **cleaned,
        interpreted=(),
        captions=(),
        mode="",
        texts=(),
        persons=tuple(map(_ref, event.persons)),
        links=tuple(map(_link, event.links)),
        attachments=tuple(map(_link, event.attachments)),
    )


def _ref(ref: PersonRef) -> PersonRef:
    return replace(ref, role="") if ref.role else ref


def _link(link: Link) -> Link:
    return replace(link, kind="", language="") if link.kind or link.language else link
