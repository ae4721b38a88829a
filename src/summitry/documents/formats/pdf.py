"""A version as PDF, in one language or two or three side by side, with what proves it on its first page.

Laid out from HTML by WeasyPrint, which shapes Arabic and sets it from right to left; the fonts are those of
the machine (docs/operations.md says which).
"""

from dataclasses import dataclass
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..structure import Kind, Passage
from .base import Format, Sheet, register
from .provenance import provenance


class NoPrinter(RuntimeError):
    """The machine lacks what makes PDF files; the message is for the reader."""


@dataclass(frozen=True, slots=True)
class Cell:
    words: str
    language: str
    foreign: bool = False  # in another language than that of its column


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as it is printed. mark: its address, in the margin."""

    tag: str
    style: str
    number: str
    mark: str
    cells: list[Cell]


def html(sheet: Sheet) -> str:
    """The pages before they are printed."""
    (code, title), _passages = sheet.one()
    rows = [_row(one, sheet.languages) for one in sheet.draft.passages]
    with translation.override(sheet.language):
        return str(
            render_to_string(
                "documents/print.html",
                {
                    "language": sheet.language,
                    "title": title,
                    "title_language": code,
                    "facts": sheet.facts,
                    "provenance": provenance(sheet),
                    "code": _code(sheet.facts.record),
                    "columns": sheet.languages,
                    "wide": len(sheet.languages) > 2,
                    "rows": rows,
                },
            )
        )


def write(sheet: Sheet) -> bytes:
    """It fetches nothing from anywhere. Raises NoPrinter, in words, without Pango."""
    page = html(sheet)
    weasyprint = _printer()
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=["data"])
    identifier = (sheet.facts.digest or "0" * 32).encode()  # the same text makes the same bytes
    made: bytes = weasyprint.HTML(string=page, url_fetcher=fetcher).write_pdf(
        pdf_identifier=identifier, pdf_tags=True
    )
    return made


def _row(passage: Passage, columns: list[str]) -> Row:
    tag, style = "p", ""
    if passage.kind == Kind.HEADING:
        tag = f"h{min(passage.depth + 1, 6)}"
    elif passage.kind == Kind.ITEM:
        style = f"item d{passage.depth}"
    number = passage.number or ("•" if passage.kind == Kind.ITEM else "")
    cells = [_cell(passage, code, len(columns) == 1) for code in columns]
    return Row(tag, style, number, f"¶{passage.anchor.removeprefix('p')}" if passage.anchor else "", cells)


def _cell(passage: Passage, code: str, alone: bool) -> Cell:
    """In a column of its own a text shows what is not translated in the language that it has."""
    if code in passage.words or not alone:
        return Cell(passage.words.get(code, ""), code)
    other = next(iter(passage.words), code)
    return Cell(passage.words.get(other, ""), other, foreign=True)


def _code(address: str) -> str:
    """An address as a QR code that survives a damaged quarter of it, as an SVG in a data URI."""
    if not address:
        return ""
    return str(segno.make(address, error="q", micro=False).svg_data_uri(border=2, dark="#1b1b1f"))


def _printer() -> Any:
    try:
        import weasyprint  # it loads Pango, which a machine may lack
        import weasyprint.urls
    except OSError as error:
        raise NoPrinter(
            _(
                "The library that sets its letters (Pango) is not installed on this server. Whoever runs the "
                "server finds in the manual what to install; the text stands in the other formats meanwhile."
            )
        ) from error
    return weasyprint


register(
    Format(
        key="pdf",
        name="PDF",
        about=gettext_lazy("to print and to file; with the digest and the address in the record"),
        media_type="application/pdf",
        extension="pdf",
        write=write,
        several=3,
        place=5,
    )
)
