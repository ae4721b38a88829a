"""Do all languages say the same? Apps name their public texts; we count what each language owes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from .value import Text

type Words = str | Promise
type Source = Callable[[], Iterable[Text]]


@dataclass(frozen=True, slots=True)
class Owed:
    """What one language lacks of some texts."""

    language: str
    missing: int = 0
    drafts: int = 0  # written, nobody has confirmed them
    behind: int = 0  # the original has changed since

    @property
    def total(self) -> int:
        return self.missing + self.drafts + self.behind


@dataclass(frozen=True, slots=True)
class Row:
    label: Words
    texts: int
    owed: list[Owed]


def owed(texts: Sequence[Text], codes: Iterable[str]) -> list[Owed]:
    """What each language lacks of these texts; empty texts count for nothing.

    >>> owed([Text.of("One", fr="Un")], ["en", "fr", "ar"])[2].missing
    1
    """
    written = [text for text in texts if text]
    found = []
    for code in codes:
        states = [text.state(code) for text in written]
        found.append(Owed(code, states.count(None), states.count("draft"), states.count("outdated")))
    return found


_sources: dict[str, tuple[Words, Source]] = {}


def register(key: str, label: Words, source: Source) -> None:
    """Call from AppConfig.ready(): the row's name, and what gives its texts in one query."""
    _sources[key] = (label, source)


def table(codes: Sequence[str]) -> list[Row]:
    """A row for each source that has any text. One query a source."""
    rows = []
    for label, source in _sources.values():
        texts = [text for text in source() if text]
        if texts:
            rows.append(Row(label, len(texts), owed(texts, codes)))
    return rows
