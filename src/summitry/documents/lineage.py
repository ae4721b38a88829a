"""The way of a document, as steps: from its first version to the practice cases that claim it.

Versions and adoption are told here; what comes after is told by whoever keeps it, with `register`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.functional import Promise

from summitry.text.value import Text

from .models import Document

type State = Literal["done", "now", "todo"]
SIGNATURES, CLAIMS = 50, 60  # where in the order


@dataclass(frozen=True, slots=True)
class Step:
    label: "str | Promise"
    state: State
    detail: "str | Promise" = ""
    url: str = ""
    at: date | None = None  # a day, or a moment


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that says that it puts a document into practice."""

    title: Text
    url: str
    detail: "str | Promise" = ""


type Tell = Callable[[Document], Iterable[Step]]
type Claimants = Callable[[Document], Iterable[Claim]]

_steps: dict[str, tuple[int, Tell]] = {}
_claimants: dict[str, Claimants] = {}


def register(name: str, position: int, tell: Tell) -> None:
    """Adds steps after those of the versions and of the adoption, by position. `tell(document)` asks a fixed
    number of queries and names what it depends on (`kept.depends`)."""
    _steps[name] = (position, tell)


def further(document: Document) -> list[Step]:
    """What registered concerns tell."""
    return [one for _at, tell in sorted(_steps.values(), key=lambda pair: pair[0]) for one in tell(document)]


def claim(name: str, give: Claimants) -> None:
    """A room above tells what claims a document: `lineage.claim("atlas", queries.claims)`."""
    _claimants[name] = give


def claims(document: Document) -> list[Claim]:
    """What claims this document."""
    return [one for name in sorted(_claimants) for one in _claimants[name](document)]
