"""What two versions of a document say differently, provision by provision, in the words of one language."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from summitry.engines.comparing import Piece, differences, staying
from summitry.text import languages

from ..models import Provision, Version
from .reading import provisions, written_in

type Fate = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Change:
    """A provision in either or both of two versions."""

    anchor: str
    fate: Fate
    pieces: list[Piece]
    kind: str
    depth: int
    language: str  # of the words
    number: str  # as the newer version shows it, or the older one what it has removed
    was: str | None = None  # its number in the older version, if that is another
    moved: bool = False
    after: str = ""  # the anchor after which a moved one stood; "" at the beginning
    lacking: bool = False  # one of the versions does not have it in this language
    behind: bool = False  # the translation does not say yet what has changed; `pieces` are of the source

    @property
    def ordinal(self) -> str:
        return self.anchor.removeprefix("p")

    @property
    def after_ordinal(self) -> str:
        return self.after.removeprefix("p")

    @property
    def quiet(self) -> bool:
        """Nothing to see: it may be folded."""
        return self.fate == "same" and not self.moved and self.was is None and not self.lacking


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbours that are all quiet, or all not."""

    quiet: bool
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Comparison:
    older: Version
    newer: Version
    language: str
    available: list[str]
    changes: list[Change]

    def count(self, fate: str) -> int:
        return sum(one.fate == fate for one in self.changes)

    @property
    def counts(self) -> dict[str, int]:
        """How many were changed, added, removed, moved, renumbered, and are the same."""
        return {
            **{fate: self.count(fate) for fate in ("changed", "added", "removed")},
            "moved": sum(one.moved for one in self.changes),
            "renumbered": sum(one.was is not None for one in self.changes),
            "same": sum(one.quiet for one in self.changes),
        }

    @property
    def is_same(self) -> bool:
        return all(one.quiet for one in self.changes)

    @property
    def runs(self) -> list[Run]:
        return [Run(quiet, list(group)) for quiet, group in groupby(self.changes, key=lambda one: one.quiet)]


def comparison(older: Version, newer: Version, text: str = "") -> Comparison:
    """What `newer` says differently from `older`, in the language `text`, else in the one of both that serves
    the reader best. Two queries."""
    before, after = provisions(older), provisions(newer)
    both = [code for code in written_in(newer, after) if code in written_in(older, before)]
    both = both or [newer.document.source]
    language = text if text in both else languages.choose(both) or both[0]
    return Comparison(older, newer, language, both, compared(before, after, language))


def compared(before: Sequence[Provision], after: Sequence[Provision], language: str) -> list[Change]:
    """The provisions of both in the order of the newer one; what was removed stands where it stood."""
    old = {one.anchor: one for one in before}
    new = {one.anchor: one for one in after}
    still = staying([one.anchor for one in before], [one.anchor for one in after])
    followed: dict[str, list[Provision]] = {}  # what was removed, by the provision after which it stood
    previous: dict[str, str] = {}
    last = kept = ""
    for one in before:
        previous[one.anchor] = last
        if one.anchor not in new:
            followed.setdefault(kept, []).append(one)
        elif one.anchor in still:
            kept = one.anchor
        last = one.anchor
    found = [_removed(one, language) for one in followed.get("", [])]
    for one in after:
        there = old.get(one.anchor)
        moved = there is not None and one.anchor not in still
        found.append(_change(there, one, language, moved, previous.get(one.anchor, "") if moved else ""))
        found += [_removed(gone, language) for gone in followed.get(one.anchor, [])]
    return found


def _removed(one: Provision, language: str) -> Change:
    words, lacking = _words(one, language)
    spoken = one.text.source if lacking else language
    pieces = [Piece("removed", words)]
    return Change(one.anchor, "removed", pieces, one.kind, one.depth, spoken, one.number, lacking=lacking)


def _words(one: Provision, language: str) -> tuple[str, bool]:
    """In this language, else in the source; and whether it was lacking."""
    said = one.text.get(language)
    return (said, False) if said else (one.text.get(one.text.source), True)


def _change(old: Provision | None, new: Provision, language: str, moved: bool, after: str) -> Change:
    words, lacking = _words(new, language)
    spoken = new.text.source if lacking else language
    if old is None:
        pieces = [Piece("added", words)]
        return Change(new.anchor, "added", pieces, new.kind, new.depth, spoken, new.number, lacking=lacking)
    said, lacked = _words(old, language)
    was, source = old.text.get(old.text.source), new.text.get(new.text.source)
    behind = new.text.state(language) == "outdated" and was != source
    if lacking or lacked or behind:  # what one language does not say in both, the source does
        said, words, spoken = was, source, new.text.source
    pieces = differences(said, words)
    return Change(
        new.anchor,
        "same" if all(one.kind == "same" for one in pieces) else "changed",
        pieces,
        new.kind,
        new.depth,
        spoken,
        new.number,
        was=old.number if old.number != new.number else None,
        moved=moved,
        after=after,
        lacking=lacking or lacked,
        behind=behind,
    )
