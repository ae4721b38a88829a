"""A version as it is read: in one language, or in several side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page as Leaf
from django.core.paginator import Paginator

from summitry import kept
from summitry.text import languages, machine

from ..models import Provision, Version

ALL = "all"
MANY = 3  # columns: of more, not all is loaded at once
LEAF = 35_000  # bytes of words that are, about


@dataclass(frozen=True, slots=True)
class Cell:
    """The words of a provision in a column. `language` is that of the words; where nobody has translated
    them it is the source's. state: source, reviewed, draft, outdated, machine, or missing."""

    words: str
    language: str
    state: str


@dataclass(frozen=True, slots=True)
class Column:
    """A language in which the text is shown, and how it stands there."""

    code: str
    source: bool
    authentic: bool
    missing: int = 0
    outdated: int = 0
    drafts: int = 0
    machine: int = 0

    @property
    def whole(self) -> bool:
        return not (self.missing or self.outdated or self.drafts or self.machine)


@dataclass(frozen=True, slots=True)
class Row:
    provision: Provision
    cells: list[Cell]

    @property
    def level(self) -> int:
        """Of its heading on the page."""
        return min(6, self.provision.depth + 1)

    @property
    def ordinal(self) -> str:
        """The number of its anchor: 12 of p12."""
        return self.provision.anchor.removeprefix("p")


@dataclass(frozen=True, slots=True)
class Page:
    version: Version
    columns: list[Column]
    rows: list[Row]
    available: list[str] = field(default_factory=list)  # the languages in which any of it is written

    @property
    def language(self) -> str:
        return self.columns[0].code

    @property
    def others(self) -> list[str]:
        """Languages that may stand beside the first."""
        return [code for code in self.available if code != self.language]

    def leaf(self, number: str = "", at: str = "") -> Leaf[Row]:
        """The rows that are shown at once: all, but of many languages only a part of them: that with this
        number, else that in which the provision `at` stands."""
        leaves = Paginator(self.rows, self._at_once())
        places = [place for place, row in enumerate(self.rows) if row.provision.anchor == at]
        return leaves.get_page(number or (places[0] // leaves.per_page + 1 if places else 1))

    def _at_once(self) -> int:
        """How many rows are."""
        if len(self.columns) <= MANY:
            return max(1, len(self.rows))
        size = sum(len(cell.words.encode()) for row in self.rows for cell in row.cells)
        return max(1, len(self.rows) * LEAF // max(size, LEAF))


def provisions(version: Version) -> list[Provision]:
    """In order. One query."""
    kept.depends(f"text:{version.pk}")
    return list(version.provisions.order_by("position"))


def written_in(version: Version, rows: Iterable[Provision]) -> list[str]:
    """The document's languages in which at least one provision is written, the source first."""
    found = {code for row in rows for code in row.text.texts}
    return [code for code in version.document.languages if code in found]


def page(version: Version, text: str = "", beside: str = "") -> Page:
    """A version in a language (`text`; else the one that serves the reader best), beside others: `beside` are
    codes with commas between them, or "all". What is not asked for reasonably is left out. One query, and one
    a language that lacks words if there is a provider of machine translations."""
    rows = provisions(version)
    available = written_in(version, rows) or [version.document.source]
    offered = version.document.languages
    first = text if text in offered else languages.choose(available) or available[0]
    shown = [first]
    if beside == ALL:
        shown += [code for code in available if code != first]
    else:
        shown += [code for code in dict.fromkeys(beside.split(",")) if code in offered and code != first]
    cells = [_cells(rows, code) for code in shown]
    return Page(
        version,
        [_column(version, code, column) for code, column in zip(shown, cells, strict=True)],
        [Row(row, [column[at] for column in cells]) for at, row in enumerate(rows)],
        available,
    )


def _cells(rows: Sequence[Provision], code: str) -> list[Cell]:
    made = machine.said([row.text for row in rows], code)
    return [_cell(row, code, made.get(row.text.get(row.text.source), "")) for row in rows]


def _cell(row: Provision, code: str, made: str) -> Cell:
    state = row.text.state(code)
    if state is not None:
        return Cell(row.text.get(code), code, state)
    if made:
        return Cell(made, code, "machine")
    return Cell(row.text.get(row.text.source), row.text.source, "missing")


def _column(version: Version, code: str, cells: Sequence[Cell]) -> Column:
    states = [one.state for one in cells]
    return Column(
        code,
        source=code == version.document.source,
        authentic=code in version.document.authentic,
        missing=states.count("missing"),
        outdated=states.count("outdated"),
        drafts=states.count("draft"),
        machine=states.count("machine"),
    )
