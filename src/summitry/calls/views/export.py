"""Tables that leave as CSV: streamed row by row, and harmless in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def safe(cell: object) -> str:
    """A cell's text. What a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV
    injection); plain numbers stay numbers."""
    if cell is None:
        return ""
    words = str(cell)
    if words.startswith(_FORMULA):
        try:
            float(words)
        except ValueError:
            return "'" + words
    return words


def stream(name: str, rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    """Rows as a CSV download of this name: UTF-8 with a byte order mark, for spreadsheets."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff"
        for row in rows:
            yield writer.writerow([safe(cell) for cell in row])

    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
