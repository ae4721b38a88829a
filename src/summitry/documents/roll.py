"""A list of signatories that somebody else keeps, as a CSV or XLSX file: read, and brought into the words of
the house. Nothing here writes.

Columns, by their headings in the first row: `name`; and, where there are some, `category`, `nature`,
`nationality` (ISO 3166-1, two or three letters), `date_signed` (2019-11-12), `id` (or `file`: what the row is
known by there).
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from summitry.people import checks, countries, kinds
from summitry.people.fields import normal
from summitry.text import tables
from summitry.text.tables import Fault, Faults, Line, Unreadable

_KNOWN = ("category", "nature", "nationality", "date_signed", "id", "file")


@dataclass(frozen=True, slots=True)
class Row:
    """One signatory. number: of the row in the file, the headings being row 1; key: what it is known by
    there."""

    number: int
    key: str
    name: str
    kind: str
    country: str
    signed_on: date | None


@cache
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, Any] = json.loads(
        files("summitry.documents").joinpath("data/categories.json").read_text(encoding="utf-8")
    )
    return {name: found[name] for name in ("categories", "natures", "codes")}


def kind_of(category: str, nature: str) -> str | None:
    """The kind of organisation; empty if the list says nothing, None if it says what the house does not
    know."""
    said = category.strip().casefold()
    if not said and not nature.strip():
        return ""
    exact = _words()["natures"].get(normal(nature))
    general = _words()["categories"].get(said) or (said if said in kinds.KINDS else None)
    return exact or general or (None if said else "")


def country_of(code: str) -> str | None:
    """The country by two letters; empty for none, None for a code that is unknown."""
    said = code.strip().upper()
    if not said:
        return ""
    found = _words()["codes"].get(said) or countries.by_three(said)
    return found or (said if countries.known(said) else None)


def read(data: bytes) -> tuple[list[Row], list[Fault]]:
    """The rows of a CSV or XLSX file, and what is to be said of some. Raises Unreadable; Faults, which lists
    every row that cannot be taken."""
    found = tables.read(data)
    if "name" not in found.columns:
        raise Unreadable(
            _("The first row has to name the columns: name, and any of %(others)s.")
            % {"others": ", ".join(_KNOWN)}
        )
    faults: list[Fault] = []
    remarks: list[Fault] = []
    rows = [row for line in found.lines if (row := _row(line, faults, remarks))]
    seen: dict[str, int] = {}
    for row in rows:
        if row.key in seen:
            faults.append(Fault(row.number, "", _("the same as row %(other)d") % {"other": seen[row.key]}))
        seen.setdefault(row.key, row.number)
    if faults:
        raise Faults(faults)
    if not rows:
        raise Unreadable(_("There is no signatory in this file."))
    return rows, remarks


def _row(line: Line, faults: list[Fault], remarks: list[Fault]) -> Row | None:
    """A row; None, with its faults told, if it cannot be taken."""
    before = len(faults)

    def get(name: str) -> str:
        return line.cells.get(name, "").strip()

    def tell(where: list[Fault], column: str, words: str) -> None:
        where.append(Fault(line.number, column, words))

    name = checks.tidy(get("name"))
    if not name or len(name) > 300:
        tell(faults, "name", _("a name of 1 to 300 characters is needed"))
    kind, country = kind_of(get("category"), get("nature")), country_of(get("nationality"))
    if kind is None:
        tell(faults, "category", _("unknown category “%(code)s”") % {"code": get("category")[:40]})
    elif not kind:
        tell(remarks, "category", _("none is given for %(name)s") % {"name": name})
    if country is None:
        tell(faults, "nationality", _("unknown country “%(code)s”") % {"code": get("nationality")[:10]})
    elif not country:
        tell(remarks, "nationality", _("none is given for %(name)s") % {"name": name})
    signed_on: date | None = None
    if said := get("date_signed"):
        try:
            signed_on = date.fromisoformat(said)
        except ValueError:
            words = _("“%(day)s” is no date; write it as 2019-11-12") % {"day": said[:20]}
            tell(faults, "date_signed", words)
    if len(faults) > before or kind is None or country is None:
        return None
    key = (get("id") or get("file") or f"{normal(name)}|{country}")[:200]
    return Row(line.number, key, name, kind, country, signed_on)
