"""Rows as tables for spreadsheets: CSV and XLSX. What is written is text, and never runs as a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import IO

FITS = 32_767  # characters in a cell of XLSX
TOO_LONG = "#TOO-LONG"  # stands for what does not fit
MADE = datetime(1980, 1, 1, tzinfo=UTC)  # as the dates within every zip of xlsxwriter
# Where a cell may begin for a spreadsheet that divides by something else than the comma, spaces, apostrophes
# that are there, and what it would take for the beginning of a formula (OWASP, CSV injection).
_BEGINS = r"(^|[;\t\r\n])( *)"
_FORMULA = r"(?=[=+\-@＝＋－＠]|(?<![;\t\r\n])[\t\r\n])"
# In two: to look behind what divides takes half the time of looking at each place.
_GUARD_FIRST = re.compile(r"( *)('*)" + _FORMULA)
_GUARD_LATER = re.compile(r"([;\t\r\n] *)('*)" + _FORMULA)
_GUARDED = re.compile(_BEGINS + r"'('*)" + _FORMULA)
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z")


def guard(words: str) -> str:
    """A cell's text with an apostrophe before whatever could begin a formula, also after a semicolon, a tab
    or a line break: somebody's spreadsheet divides there. Plain numbers stay numbers."""
    if _NUMBER.match(words):
        return words
    later = _GUARD_LATER.sub(r"\1'\2", words)
    first = _GUARD_FIRST.match(words)
    return f"{first[1]}'{later[first.end(1) :]}" if first else later


def unguard(words: str) -> str:
    """The text that was guarded."""
    return _GUARDED.sub(r"\1\2\3", words)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Rows as CSV in parts: with a byte order mark, for spreadsheets, and every cell in quotation marks."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([guard("" if cell is None else str(cell)) for cell in row])


def write(
    target: IO[bytes],
    rows: Iterable[Sequence[object]],
    *,
    widths: Sequence[int] = (),
    bounds: dict[int, tuple[int, int]] | None = None,
) -> None:
    """Rows as a workbook with one sheet, a row in memory at a time; the same rows make the same file; the
    first is the headings. Text is text
    whatever it begins with; whole numbers are numbers; what does not fit in a cell is TOO_LONG.

    widths: of columns, in characters. bounds: column -> the whole numbers that a spreadsheet lets one type
    there."""
    import xlsxwriter  # the library loads slowly

    book = xlsxwriter.Workbook(target, {"constant_memory": True, "in_memory": False})
    book.set_properties({"created": MADE})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    bold = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "bold": True})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width, text)
    last = 0
    for last, row in enumerate(rows):
        for at, cell in enumerate(row):
            style = text if last else bold
            if isinstance(cell, int) and not isinstance(cell, bool):
                sheet.write_number(last, at, cell)
            elif cell not in (None, ""):
                words = str(cell)
                sheet.write_string(last, at, words if len(words) <= FITS else TOO_LONG, style)
    for at, (low, high) in (bounds or {}).items():
        sheet.data_validation(
            1,
            at,
            max(last, 1),
            at,
            {"validate": "integer", "criteria": "between", "minimum": low, "maximum": high},
        )
    book.close()
