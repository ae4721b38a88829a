"""Changes of a draft, passage by passage: what an editor does, and what an accepted amendment does.

Each change knows the anchor that it is about and how it alters a list of passages; it raises LookupError with
the anchor that it misses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from .structure import Kind, Passage


class Change(Protocol):
    @property
    def anchor(self) -> str:
        """The provision that it changes, or "" for a new one."""

    @property
    def seen(self) -> str:
        """The mark (`Provision.mark`) of that provision as its writer saw it; "" if she does not care."""

    def on(self, passages: Sequence[Passage]) -> list[Passage]:
        """The passages after it."""


def _place(passages: Sequence[Passage], anchor: str) -> int:
    for at, one in enumerate(passages):
        if one.anchor == anchor:
            return at
    raise LookupError(anchor)


def _after(passages: Sequence[Passage], anchor: str) -> int:
    return _place(passages, anchor) + 1 if anchor else 0


@dataclass(frozen=True, slots=True)
class Write:
    """Other words, kind, number or depth for one provision; what is None stays. Languages that `words` leave
    out stay, empty words take one away."""

    anchor: str
    words: Mapping[str, str] = field(default_factory=dict)
    kind: Kind | None = None
    number: str | None = None
    depth: int | None = None
    seen: str = ""

    def on(self, passages: Sequence[Passage]) -> list[Passage]:
        at = _place(passages, self.anchor)
        old = passages[at]
        new = replace(
            old,
            words={**old.words, **self.words},
            kind=old.kind if self.kind is None else self.kind,
            number=old.number if self.number is None else self.number,
            depth=old.depth if self.depth is None else self.depth,
        )
        return [*passages[:at], new, *passages[at + 1 :]]


@dataclass(frozen=True, slots=True)
class Insert:
    """A new passage after that of an anchor, or at the beginning."""

    passage: Passage
    after: str = ""
    anchor: str = ""
    seen: str = ""

    def on(self, passages: Sequence[Passage]) -> list[Passage]:
        at = _after(passages, self.after)
        return [*passages[:at], self.passage, *passages[at:]]


@dataclass(frozen=True, slots=True)
class Remove:
    anchor: str
    seen: str = ""

    def on(self, passages: Sequence[Passage]) -> list[Passage]:
        at = _place(passages, self.anchor)
        return [*passages[:at], *passages[at + 1 :]]


@dataclass(frozen=True, slots=True)
class Move:
    """To the place after that of another anchor, or to the beginning."""

    anchor: str
    after: str = ""
    seen: str = ""

    def on(self, passages: Sequence[Passage]) -> list[Passage]:
        at = _place(passages, self.anchor)
        rest = [*passages[:at], *passages[at + 1 :]]
        to = _after(rest, self.after)
        return [*rest[:to], passages[at], *rest[to:]]
