"""A file into a draft, or as a translation of what stands there: first what it would change, then the act."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.engines.comparing import differences
from summitry.people.models import User
from summitry.text import languages
from summitry.text.value import Text

from . import acts
from .aligning import aligned
from .models import Provision, Version
from .queries.comparison import Change, Fate, compared
from .structure import Draft, Passage

SHOWN = 100  # provisions in a look


@dataclass(frozen=True, slots=True)
class Look:
    """What a file would change. languages: those of the file; translation: it changes these alone, the words
    of the source stay."""

    version: Version
    taken: Draft
    languages: list[str]
    translation: bool
    changes: list[tuple[str, Change]]  # (language, change)
    more: int  # changes that are not shown
    counts: Mapping[str, int]

    @property
    def is_same(self) -> bool:
        return not any(self.counts.values())


def look(version: Version, taken: Draft) -> Look:
    """One query. Raises ValidationError if it cannot be taken in."""
    there = list(version.provisions.order_by("position"))
    source = version.document.source
    unknown = [code for code in taken.languages if code not in version.document.languages]
    if unknown:
        raise ValidationError(
            _("The document has no language “%(code)s”: add it to the document first.")
            % {"code": languages.local_name(unknown[0])}
        )
    translation = source not in taken.languages
    if translation:
        changes = [(code, one) for code in taken.languages for one in _translated(there, taken, code)]
    else:
        after = _rows(version, there, aligned(there, taken, source))
        changes = [(source, one) for one in compared(there, after, source) if not one.quiet]
        changes += [
            (code, one) for code in taken.languages if code != source for one in _beside(there, after, code)
        ]
    counts = {
        **{fate: sum(one.fate == fate for _code, one in changes) for fate in ("changed", "added", "removed")},
        "moved": sum(one.moved for _code, one in changes),
        "renumbered": sum(bool(one.was) for _code, one in changes),
    }
    shown = changes[:SHOWN]
    return Look(version, taken, taken.languages, translation, shown, len(changes) - len(shown), counts)


def take(actor: User | None, version: Version, taken: Draft, revision: int | None = None) -> Version:
    """Takes a file in: into the draft as it was seen (`revision`), or as translations. Raises
    PermissionDenied; Stale; ValidationError."""
    if version.document.source in taken.languages:
        return acts.take_in(actor, version, taken, revision)
    rows = list(version.provisions.order_by("position"))
    for code in taken.languages:
        acts.translate(actor, version, code, translations(rows, taken, code))
    return version


def translations(rows: Sequence[Provision], taken: Draft, language: str) -> dict[str, str]:
    """{anchor: words} of a translation: by its addresses, else by place, if it is built as the text is.
    Raises ValidationError that names the first place at which it is not."""
    there = {row.anchor: row for row in rows}
    said = [one for one in taken.passages if language in one.words]
    if all(one.anchor in there for one in said):
        return {one.anchor: one.words[language] for one in said}
    for at, (row, one) in enumerate(zip(rows, taken.passages, strict=False), 1):
        if row.kind != one.kind:
            raise _unlike(at, row.text.get(row.text.source), one)
    if len(rows) != len(taken.passages):
        raise ValidationError(
            _(
                "The file has %(count)d passages and the text %(there)d, and it does not hold all addresses. "
                "Bring it into the form of the text, or begin with the file that you find here, which holds "
                "them."
            )
            % {"count": len(taken.passages), "there": len(rows)}
        )
    return {
        row.anchor: one.words[language]
        for row, one in zip(rows, taken.passages, strict=True)
        if language in one.words
    }


def _unlike(at: int, words: str, one: Passage) -> ValidationError:
    said = next(iter(one.words.values()))
    return ValidationError(
        _(
            "The file is not built as the text is: passage %(place)d is “%(said)s”, where the text has "
            "“%(words)s”. Bring it into the form of the text, or begin with the file that you find here, "
            "which holds addresses."
        )
        % {"place": at, "said": said[:80], "words": words[:80]}
    )


def _rows(version: Version, there: Sequence[Provision], passages: Sequence[Passage]) -> list[Provision]:
    """Provisions as they would stand; nothing is saved. New ones have made-up anchors."""
    texts = {row.anchor: row.text for row in there}
    source = version.document.source
    rows = []
    for at, one in enumerate(passages):
        old = texts.get(one.anchor)
        text = old.edited({**old.values, **one.words}, source) if old else Text.from_values(one.words, source)
        rows.append(
            Provision(
                anchor=one.anchor or f"new{at}", kind=one.kind, depth=one.depth, number=one.number, text=text
            )
        )
    return rows


def _translated(there: Sequence[Provision], taken: Draft, language: str) -> Iterator[Change]:
    """What becomes of the words in one language."""
    said = translations(there, taken, language)
    for row in there:
        if row.anchor in said and row.text.get(language) != said[row.anchor]:
            yield _reworded(row, language, row.text.get(language), said[row.anchor])


def _beside(there: Sequence[Provision], after: Sequence[Provision], language: str) -> Iterator[Change]:
    """What becomes of the words beside the source, in provisions that stay."""
    old = {row.anchor: row.text.get(language) for row in there}
    for row in after:
        words = row.text.get(language)
        if words and old.get(row.anchor, words) != words:
            yield _reworded(row, language, old[row.anchor], words)


def _reworded(row: Provision, language: str, old: str, new: str) -> Change:
    fate: Fate = "changed" if old else "added"
    return Change(row.anchor, fate, differences(old, new), row.kind, row.depth, language, row.number)
