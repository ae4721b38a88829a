"""CSV: read whatever divides it, written so that no spreadsheet takes a cell for a formula."""

import csv
import io
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from summitry.text.sheets import guard, lines, unguard

from .table import LONGEST, Unreadable

__all__ = ["decoded", "guard", "lines", "rows", "separator", "unguard"]

csv.field_size_limit(max(csv.field_size_limit(), 4 * LONGEST))  # what is longer `table` refuses by its place
_SEPARATORS = ",;\t"
_SAID = re.compile(r"sep=([,;\t])\r?\n")  # the line by which a spreadsheet is told what divides


def decoded(data: bytes) -> str:
    """The text of a file. Raises Unreadable."""
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            _("The file is not in UTF-8. Save it as “CSV UTF-8”, or as an XLSX workbook.")
        ) from error
    if "\0" in words:
        raise Unreadable(_("This is neither a CSV file nor an XLSX workbook."))
    return words


def separator(words: str) -> str:
    """What divides the first line into most cells: a comma, a semicolon or a tab."""

    def cells(by: str) -> int:
        try:
            return len(next(csv.reader(io.StringIO(words, newline=""), delimiter=by), []))
        except csv.Error:
            return 0

    return max(_SEPARATORS, key=cells)


def rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of a file, numbered from 1. Raises Unreadable."""
    words = decoded(data)
    first = 1
    if said := _SAID.match(words):
        words, by, first = words[said.end() :], said.group(1), 2
    else:
        by = separator(words)
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=by, strict=True)
    number = first - 1
    try:
        for row in reader:
            number += 1
            yield number, [unguard(cell) for cell in row]
    except csv.Error as error:
        raise Unreadable(
            _("Row %(row)d cannot be read: quotation marks that are not closed, or a cell that is too long.")
            % {"row": number + 1}
        ) from error
