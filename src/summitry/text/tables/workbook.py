"""XLSX: read without trust, written row by row with text as text."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from summitry.text.sheets import FITS, TOO_LONG, write

from .table import MOST_COLUMNS, MOST_LINES, Unreadable

__all__ = ["FITS", "TOO_LONG", "is_locked", "looks_like", "rows", "write"]
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UNPACKED = 100_000_000  # bytes of everything in the archive
PARTS = 2_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a character that XML cannot hold (ECMA-376, ST_Xstring)
_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    DefusedXmlException,
    ParseError,
    KeyError,
    ValueError,
    IndexError,
    AttributeError,
    TypeError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,  # a member of the archive that is encrypted
    zipfile.zlib.error,  # type: ignore[attr-defined]
)


def looks_like(data: bytes) -> bool:
    return data.startswith(ZIP)


def is_locked(data: bytes) -> bool:
    """An encrypted workbook is an OLE file, and so is one of before 2007."""
    return data.startswith(OLE)


def _check_archive(data: bytes) -> None:
    """Refuse what would fill the memory, and macros. The archive's reader stops at the sizes it states."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > PARTS or sum(one.file_size for one in members) > UNPACKED:
            raise Unreadable(
                _("Unpacked, this workbook is larger than %(most)d MB.") % {"most": UNPACKED // 1_000_000}
            )
        names = {one.filename for one in members}
        types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
        if b"macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in names):
            raise Unreadable(_("This workbook holds macros. Save it as XLSX without macros."))
        if "xl/workbook.xml" not in names:
            raise Unreadable(_("This is neither a CSV file nor an XLSX workbook."))


def rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet, numbered from 1; formulas by what they came to. Raises Unreadable."""
    try:
        _check_archive(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that are not read
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheets = book.worksheets
            if not sheets:
                raise Unreadable(_("This workbook has no sheet."))
            sheets[0].reset_dimensions()  # what a file says of its size may be wrong
            listed = sheets[0].iter_rows(max_row=MOST_LINES + 1, max_col=MOST_COLUMNS + 1, values_only=True)
            for number, row in enumerate(listed, 1):
                yield number, _trimmed([_words(cell) for cell in row])
        finally:
            book.close()
    except Unreadable:
        raise
    except _BROKEN as error:
        raise Unreadable(_("This workbook is broken: it cannot be read.")) from error


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _meant(found: re.Match[str]) -> str:
    code = int(found.group(1), 16)
    return found.group() if 0xD800 <= code <= 0xDFFF else chr(code)


def _words(cell: Any) -> str:
    """A cell as one would type it."""
    if isinstance(cell, str):
        return _ESCAPED.sub(_meant, cell)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
