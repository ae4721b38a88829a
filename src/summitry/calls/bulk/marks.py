"""A juror's sheet: its columns and its rows."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from summitry.text.tables import Column, Fault, Line, Table
from summitry.text.tables.table import doubled, headings

from ..rules import Criterion, Stage

REF, TITLE, COMMENT, NOTE, VERSION, SENT = "ref", "title", "comment", "note", "version", "sent"
_MARK = "mark."
_WHOLE = re.compile(r"[+-]?[0-9]{1,6}\Z")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９", "0123456789" * 3)


@dataclass(frozen=True, slots=True)
class Marked:
    """What a row says of one entry. version: of the marks that the sheet was made from, None if it does not
    say; blamed: (row, column) of cells that cannot be read, of which enough has been said."""

    number: int
    ref: str
    marks: dict[str, int]
    comment: str
    note: str
    version: int | None
    blamed: frozenset[tuple[int, str]]

    @property
    def is_empty(self) -> bool:
        return not (self.marks or self.comment or self.note or self.blamed)


def mark_column(criterion: Criterion) -> Column:
    scale = {"label": str(criterion.label), "low": criterion.low, "high": criterion.high}
    return Column(f"{_MARK}{criterion.key}", _("%(label)s, %(low)d to %(high)d") % scale)


def columns(stage: Stage) -> list[Column]:
    """The columns of the sheet of a stage."""
    return [
        Column(REF, _("Number")),
        Column(TITLE, _("Title"), True),
        *(mark_column(one) for one in stage.criteria),
        Column(COMMENT, _("Comment")),
        Column(NOTE, _("Note to the chair")),
        Column(SENT, _("Sent"), True),
        Column(VERSION, _("Version: leave as it is")),
    ]


def bounds(stage: Stage) -> dict[int, tuple[int, int]]:
    """Column number -> the scale of its marks."""
    return {at: (one.low, one.high) for at, one in enumerate(stage.criteria, 2)}


def column_of(key: str) -> str:
    """The column of what an act blames: "mark_effect" is "mark.effect"."""
    if key.startswith("mark_"):
        return _MARK + key.removeprefix("mark_")
    return key if key in {COMMENT, NOTE} else ""


def row(stage: Stage, ref: str, title: str, found: Any) -> list[object]:
    """The cells of an entry; `found` is what the juror has said of it, if she has."""
    marks = found.marks if found else {}
    return [
        ref,
        title,
        *(marks.get(one.key, "") for one in stage.criteria),
        found.comment if found else "",
        found.note if found else "",
        _("yes") if found and found.counts else "",
        found.version if found else 0,
    ]


def parse(table: Table, stage: Stage) -> tuple[list[Marked], list[Fault]]:
    """The rows with a number, and what is wrong with columns, numbers and marks that are no numbers."""
    faults = headings(table, columns(stage), [REF, *(mark_column(one).key for one in stage.criteria)])
    if not table.lines:
        faults.append(Fault(0, "", _("The table has no rows below its headings.")))
    faults += doubled(
        table.lines, REF, lambda row: _("This entry stands in row %(row)d already.") % {"row": row}
    )
    twice = {one.row for one in faults if one.column == REF}
    rows: list[Marked] = []
    for line in table.lines:
        ref = line.cells.get(REF, "").strip()
        if ref:
            found, wrong = _row(line, ref, stage)
            faults += wrong
            if line.number not in twice:
                rows.append(found)
        elif REF in table.columns:
            faults.append(Fault(line.number, REF, _("The number of an entry is missing here.")))
    return rows, faults


def _row(line: Line, ref: str, stage: Stage) -> tuple[Marked, list[Fault]]:
    faults: list[Fault] = []
    marks: dict[str, int] = {}

    def whole(key: str, said: str) -> int | None:
        words = line.cells.get(key, "").translate(_DIGITS).strip()
        if words and not _WHOLE.match(words):
            faults.append(Fault(line.number, key, said))
        return int(words) if _WHOLE.match(words) else None

    for one in stage.criteria:
        said = _("Give a whole number from %(low)d to %(high)d.") % {"low": one.low, "high": one.high}
        mark = whole(f"{_MARK}{one.key}", said)
        if mark is not None:
            marks[one.key] = mark
    version = whole(VERSION, _("Leave this as it was in the sheet."))
    comment, note = (tidy(line.cells.get(key, "")) for key in (COMMENT, NOTE))
    blamed = frozenset((one.row, one.column) for one in faults)
    return Marked(line.number, ref, marks, comment, note, version, blamed), faults


def tidy(words: str) -> str:
    """Words with lines that end in one way: spreadsheets and browsers each have their own."""
    return words.replace("\r\n", "\n").replace("\r", "\n").strip()
