"""Tables for tests: made from rows, read from answers."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from summitry.text import tables
from summitry.text.tables import delimited, workbook

COLUMNS = ("entry.id", "entry.category", "applicant.name", "applicant.email", "title", "summary", "theme")


def entry(key: str, **changes: str) -> dict[str, str]:
    """A row that can be taken in; keys with "__" for "."."""
    row = {
        "entry.id": key,
        "entry.category": "north",
        "applicant.name": f"Applicant {key}",
        "title": f"Title {key}",
        "summary": "Boats record one catch once.",
    }
    return {**row, **{name.replace("__", "."): words for name, words in changes.items()}}


def file(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = COLUMNS) -> bytes:
    """A CSV file of these columns."""
    out = io.StringIO()
    writer = csv.writer(out)
    listed = list(columns)
    writer.writerow(listed)
    writer.writerows([[row.get(key, "") for key in listed] for row in rows])
    return out.getvalue().encode()


def table(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = COLUMNS) -> tables.Table:
    return tables.read(file(rows, columns))


def book(rows: Iterable[list[Any]]) -> bytes:
    out = io.BytesIO()
    workbook.write(out, rows)
    return out.getvalue()


def written(rows: Iterable[Iterable[object]]) -> bytes:
    """Rows as the CSV that leaves."""
    return "".join(delimited.lines(rows)).encode()


def faults(error: tables.Faults) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.message) for one in error.faults]
