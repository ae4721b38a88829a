"""A table as a file gives it: headings with keys, rows with the numbers that a spreadsheet shows."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LARGEST = 10_000_000  # bytes of a file
MOST_ROWS = 10_000  # with something in them
MOST_LINES = 100_000  # down to the last row that a spreadsheet keeps
MOST_COLUMNS = 500
MOST_CELLS = 1_000_000
LONGEST = 100_000  # characters of a cell
_KEY = re.compile(r"\[([^\[\]]{1,80})\]\s*\Z")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is written or may be read; its heading is its label, with its key in brackets.

    read_only: written for people to read; what stands in it is not taken in."""

    key: str
    label: str
    read_only: bool = False

    @property
    def heading(self) -> str:
        label = " ".join(self.label.replace("[", "(").replace("]", ")").split())
        return f"{label} [{self.key}]"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a table. row: as a spreadsheet counts, 1 is the headings, 0 the whole file; column:
    its key, empty for the whole row."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        if not self.row:
            return self.message
        where = {"row": self.row, "column": self.column, "message": self.message}
        if self.column:
            return _("Row %(row)d, %(column)s: %(message)s") % where
        return _("Row %(row)d: %(message)s") % where


class Faults(ValidationError):
    """A table that cannot be taken; `faults` lists everything that is wrong, by row and column."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults, key=lambda one: one.row)
        super().__init__([ValidationError(str(one), code="table") for one in self.faults])


class Unreadable(ValidationError):
    """A file that is no table, or one beyond the bounds."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number and its cells by the key of the column; empty cells are left out."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """columns: the keys in order, as the file has them, doubled ones too; a column without a heading is ""
    and its cells are not in the rows. headless: the letters of columns that have cells but no heading."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    headless: tuple[str, ...] = ()


def key_of(heading: str) -> str:
    """The key in a heading: in brackets at its end, else the heading itself."""
    found = _KEY.search(heading)
    return (found.group(1) if found else heading).strip()


def letter(at: int) -> str:
    """How a spreadsheet calls its column number `at`, counted from 0: A, Z, AA."""
    words = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        words = chr(65 + rest) + words
    return words


def table(rows: Iterable[tuple[int, Sequence[str]]]) -> Table:
    """Numbered rows of cells as a table; the first that is not empty holds the headings. Raises Unreadable
    for an empty file and beyond the bounds, while it reads."""
    headings: list[str] | None = None
    lines: list[Line] = []
    headless: dict[int, None] = {}
    count = 0
    for number, cells in _bounded(rows):
        if headings is None:
            headings = [key_of(cell) for cell in cells]
            while headings and not headings[-1]:
                headings.pop()
            continue
        found: dict[str, str] = {}
        for at, cell in enumerate(cells):
            if not cell.strip():
                continue
            count += 1
            if at >= len(headings) or not headings[at]:
                headless[at] = None
            else:
                found.setdefault(headings[at], cell)
        if count > MOST_CELLS:
            raise Unreadable(_("The table has more than %(most)d cells.") % {"most": MOST_CELLS})
        lines.append(Line(number, found))
        if len(lines) > MOST_ROWS:
            raise Unreadable(_("The table has more than %(most)d rows.") % {"most": MOST_ROWS})
    if not headings:
        raise Unreadable(_("The file is empty."))
    return Table(tuple(headings), tuple(lines), tuple(letter(at) for at in sorted(headless)))


def _bounded(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows that have something in them, each within the bounds."""
    for number, cells in rows:
        if number > MOST_LINES:
            raise Unreadable(_("The table has more than %(most)d rows.") % {"most": MOST_ROWS})
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > MOST_COLUMNS and any(cell.strip() for cell in cells[MOST_COLUMNS:]):
            raise Unreadable(_("The table has more than %(most)d columns.") % {"most": MOST_COLUMNS})
        for at, cell in enumerate(cells):
            if len(cell) > LONGEST:
                raise Unreadable(
                    _("Row %(row)d, column %(column)s: more than %(most)d characters.")
                    % {"row": number, "column": letter(at), "most": LONGEST}
                )
        yield number, cells


def too_large() -> Unreadable:
    return Unreadable(_("The file is larger than %(most)d MB.") % {"most": LARGEST // 1_000_000})


def read(data: bytes) -> Table:
    """A file as a table: XLSX or CSV, told by what it is and not by its name. Raises Unreadable."""
    from . import delimited, workbook

    if len(data) > LARGEST:
        raise too_large()
    if not data.strip():
        raise Unreadable(_("The file is empty."))
    if workbook.is_locked(data):
        raise Unreadable(
            _(
                "This workbook is protected by a password or in the old format. "
                "Save it as XLSX without a password."
            )
        )
    return table(workbook.rows(data) if workbook.looks_like(data) else delimited.rows(data))


def headings(found: Table, known: Iterable[Column], needed: Iterable[str]) -> list[Fault]:
    """What is wrong with the columns of a table: unknown, doubled, missing, without a heading."""
    listed = {one.key for one in known}
    faults: list[Fault] = []
    for key in dict.fromkeys(found.columns):
        if key and key not in listed:
            faults.append(Fault(1, key, _("There is no such column.")))
        times = found.columns.count(key)
        if key and times > 1:
            said = ngettext(
                "This column comes %(count)d time.", "This column comes %(count)d times.", times
            ) % {"count": times}
            faults.append(Fault(1, key, said))
    faults += [Fault(1, one, _("This column has cells but no heading.")) for one in found.headless]
    faults += [Fault(1, key, _("This column is missing.")) for key in needed if key not in found.columns]
    return faults


def doubled(lines: Iterable[Line], column: str, said: Any) -> list[Fault]:
    """A fault for each row whose key stands in an earlier one; `said` makes its words from the earlier row's
    number."""
    first: dict[str, int] = {}
    faults: list[Fault] = []
    for line in lines:
        key = line.cells.get(column, "").strip()
        if key and key in first:
            faults.append(Fault(line.number, column, said(first[key])))
        elif key:
            first[key] = line.number
    return faults
