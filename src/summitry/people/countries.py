"""Countries and areas by ISO 3166-1 alpha-2, in the six languages, and the regions of UN M.49.

Names are those of Unicode's CLDR, as they are; the grouping into regions is a statistical one and says
nothing of status. `scripts/countries.py` makes the data.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from summitry.text.languages import current, preferences
from summitry.text.ordering import sort_key

_FILE = Path(__file__).resolve().parent / "data" / "countries.json"


@dataclass(frozen=True, slots=True)
class Region:
    """A region or sub-region of UN M.49: three digits, a name in the reader's language, what it holds."""

    code: str
    name: str
    subs: tuple["Region", ...] = ()


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    found["above"] = {sub: code for code, region in found["regions"].items() for sub in region["subs"]}
    return found


def _pick(names: list[str], language: str | None) -> str:
    spoken = _data()["languages"]
    for code in preferences(language):
        if code in spoken:
            return str(names[spoken.index(code)])
    return str(names[spoken.index("en")])


def known(code: str) -> bool:
    return code in _data()["countries"]


def by_three(letters: str) -> str:
    """The two-letter code of ISO 3166-1 for one of three letters, in any case; empty for none."""
    return str(_data()["alpha3"].get(letters.strip().upper(), ""))


def codes() -> list[str]:
    """All two-letter codes, sorted."""
    return list(_data()["countries"])


def name(code: str, language: str | None = None) -> str:
    """A country in the reader's language or in a given one; an unknown code as it is."""
    found = _data()["countries"].get(code)
    return _pick(found[1:], language) if found else code


@cache
def _choices(language: str) -> tuple[tuple[str, str], ...]:
    named = [(code, name(code, language)) for code in codes()]
    return tuple(sorted(named, key=lambda pair: sort_key(pair[1])))


def choices(language: str | None = None) -> list[tuple[str, str]]:
    """(code, name) of every country, sorted by name without accents and, in Arabic, without the article."""
    return list(_choices(language or current()))


def subregion_of(code: str) -> str:
    """The M.49 sub-region of a country, e.g. "030"; empty for none."""
    found = _data()["countries"].get(code)
    return str(found[0]) if found else ""


def region_of(code: str) -> str:
    """The M.49 region of a country, e.g. "142" for Asia; empty for none (Antarctica, an unknown code)."""
    return str(_data()["above"].get(subregion_of(code), ""))


def countries_in(region: str) -> list[str]:
    """Codes of the countries of a region or sub-region."""
    return [code for code in codes() if region in (subregion_of(code), region_of(code)) and region]


def region_name(code: str, language: str | None = None) -> str:
    """A region or sub-region in the reader's language; an unknown code as it is."""
    regions_ = _data()["regions"]
    if code in regions_:
        return _pick(regions_[code]["names"], language)
    above = _data()["above"].get(code)
    return _pick(regions_[above]["subs"][code], language) if above else code


def regions(language: str | None = None) -> list[Region]:
    """The five regions with their sub-regions, each sorted by name."""
    found = [
        Region(
            code,
            region_name(code, language),
            tuple(
                sorted(
                    (Region(sub, region_name(sub, language)) for sub in region["subs"]),
                    key=lambda r: sort_key(r.name),
                )
            ),
        )
        for code, region in _data()["regions"].items()
    ]
    return sorted(found, key=lambda region: sort_key(region.name))
