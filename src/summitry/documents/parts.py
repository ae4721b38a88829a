"""What the other concerns of this room, and rooms above, put on the page of a version: comments at a
provision, signatures below the text. Each registers a part in AppConfig.ready().

The public page of a version is kept for everybody without a session: there `user` is anonymous, and a form
has no token; lead to a page with the form.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .models import Version


class Place(StrEnum):
    ASIDE = "aside"  # beside the heading: a state, a button
    PROVISION = "provision"  # in the row of each provision; a `.count` goes to its edge, a `.thread` below
    FOOT = "foot"  # after the text: whole bands


@dataclass(frozen=True, slots=True)
class Visit:
    """A look at a version. at: the anchor whose row is asked to be open (?at=p12), or ""."""

    version: Version
    user: Any
    at: str = ""


type Give = Callable[[Visit], Any]


@dataclass(frozen=True, slots=True)
class Part:
    """give(visit): what the template finds as `data`, in a fixed number of queries. At a provision it gives
    {anchor: data}, and the template finds that of its provision. What is false is not shown."""

    name: str
    place: Place
    template: str
    give: Give


@dataclass(frozen=True, slots=True)
class Shown:
    template: str
    data: Any


_parts: dict[str, Part] = {}


def register(name: str, place: Place, template: str, give: Give) -> None:
    """Adds a part; parts of one place stand in the order of their names. The same name replaces."""
    _parts[name] = Part(name, place, template, give)


def _at(place: Place) -> list[Part]:
    return [_parts[name] for name in sorted(_parts) if _parts[name].place == place]


def shown(place: Place, visit: Visit) -> list[Shown]:
    """The parts of a place that have something to show."""
    found = ((part, part.give(visit)) for part in _at(place))
    return [Shown(part.template, data) for part, data in found if data]


def by_provision(visit: Visit) -> Mapping[str, list[Shown]]:
    """The parts of each provision, by its anchor."""
    found: dict[str, list[Shown]] = {}
    for part in _at(Place.PROVISION):
        for anchor, data in part.give(visit).items():
            if data:
                found.setdefault(anchor, []).append(Shown(part.template, data))
    return found
