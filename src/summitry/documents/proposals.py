"""How a text can be changed by an amendment. Each kind knows what it needs, how it is shown, and what it does
to a draft; a kind more is a class more."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from summitry.engines.comparing import Piece, differences

from . import changes
from .models import Amendment, Provision
from .structure import Kind, Passage


class Proposal(ABC):
    """A kind of amendment. `base` is what stands at its provision in its language; empty where nothing is
    replaced."""

    key: str
    label: str | Promise
    needs_words = True  # somebody writes words
    replaces = True  # what stands there goes

    def check(self, base: str, words: str) -> None:
        """Raises ValidationError under "words"."""
        if not words:
            raise ValidationError({"words": _("Write the words that you propose.")})

    @abstractmethod
    def pieces(self, base: str, words: str) -> list[Piece]:
        """Tracked words."""

    def fits(self, said: Amendment, stands: str, source: str) -> bool:
        """Whether it can be taken as it is into a draft that says this at its provision."""
        return stands == said.base

    @abstractmethod
    def change(self, said: Amendment, at: Provision | None, words: str | None, source: str) -> changes.Change:
        """What it does to a draft; `words` if somebody wrote them by hand."""


class Replace(Proposal):
    key = "replace"
    label = pgettext_lazy("kind of amendment", "other words")

    def check(self, base: str, words: str) -> None:
        super().check(base, words)
        if words == base:
            raise ValidationError({"words": _("These words stand there already. Change them.")})

    def pieces(self, base: str, words: str) -> list[Piece]:
        return differences(base, words)

    def change(self, said: Amendment, at: Provision | None, words: str | None, source: str) -> changes.Change:
        return changes.Write(said.anchor, {said.language: said.words if words is None else words})


class Remove(Proposal):
    key = "remove"
    label = pgettext_lazy("kind of amendment", "nothing in its place")
    needs_words = False

    def check(self, base: str, words: str) -> None:
        if words:
            raise ValidationError({"words": _("Nothing is written in the place of what is removed.")})

    def pieces(self, base: str, words: str) -> list[Piece]:
        return [Piece("removed", base)]

    def change(self, said: Amendment, at: Provision | None, words: str | None, source: str) -> changes.Change:
        return changes.Remove(said.anchor)


class Insert(Proposal):
    """A new provision needs words in the document's source: where it was proposed in another language
    somebody writes them by hand."""

    key = "insert"
    label = pgettext_lazy("kind of amendment", "a new provision after it")
    replaces = False

    def pieces(self, base: str, words: str) -> list[Piece]:
        return [Piece("added", words)]

    def fits(self, said: Amendment, stands: str, source: str) -> bool:
        return said.language == source

    def change(self, said: Amendment, at: Provision | None, words: str | None, source: str) -> changes.Change:
        said_so: Mapping[str, str] = {said.language: said.words}
        spoken = said_so if words is None else {**said_so, source: words}
        kind, depth = (Kind(at.kind), at.depth) if at is not None else (Kind.PARAGRAPH, 1)
        return changes.Insert(Passage(kind, spoken, depth=depth), said.anchor)


_known: dict[str, Proposal] = {}


def register(proposal: Proposal) -> None:
    """Adds a kind; the same key replaces. They are offered in the order of their coming."""
    _known[proposal.key] = proposal


def get(key: str) -> Proposal:
    """The kind of this key. Raises ValidationError under "change"."""
    found = _known.get(key)
    if found is None:
        raise ValidationError({"change": _("There is no such kind of amendment.")})
    return found


def choices() -> list[tuple[str, str | Promise]]:
    return [(one.key, one.label) for one in _known.values()]


for _one in (Replace(), Remove(), Insert()):
    register(_one)
