"""Makes src/summitry/people/data/countries.json from a folder of CLDR files.

    uv run python scripts/countries.py FOLDER

FOLDER holds LANGUAGE/territories.json of cldr-localenames-full (ar, en, es, fr, ru, zh) and supplemental/ of
cldr-core (territoryContainment.json, codeMappings.json). Kept: the countries and areas of ISO 3166-1, by two
letters and by three, with their names and their UN M.49 sub-region; the five regions and their sub-regions.
Codes that ISO 3166-1 does not assign are left out. Licence of the data: Unicode-3.0 (docs/licences.md).
"""

import json
import sys
from pathlib import Path
from typing import Any

LANGUAGES = {"ar": "ar", "zh-hans": "zh", "en": "en", "fr": "fr", "ru": "ru", "es": "es"}
TARGET = Path(__file__).resolve().parent.parent / "src/summitry/people/data/countries.json"
WORLD, USER_ASSIGNED = "001", 900
NOT_ASSIGNED = {"AC", "CP", "CQ", "DG", "EA", "IC", "TA", "XK"}  # reserved or in use outside ISO 3166-1
APART = {"AQ"}  # Antarctica: M.49 puts it in no region


def main(folder: Path) -> None:
    def read(path: str) -> Any:
        return json.loads((folder / path).read_text(encoding="utf-8"))

    names = {
        code: read(f"{source}/territories.json")["main"][source]["localeDisplayNames"]["territories"]
        for code, source in LANGUAGES.items()
    }
    inside = read("supplemental/territoryContainment.json")["supplemental"]["territoryContainment"]
    mapped = read("supplemental/codeMappings.json")["supplemental"]["codeMappings"]

    def in_all(code: str) -> list[str]:
        return [names[language][code] for language in LANGUAGES]

    countries: dict[str, list[Any]] = {}
    regions: dict[str, dict[str, Any]] = {}
    for region in inside[WORLD]["_contains"]:
        subs = [sub for sub in inside[region]["_contains"] if sub.isdigit()]
        regions[region] = {"names": in_all(region), "subs": {sub: in_all(sub) for sub in subs}}
        for sub in subs:
            for code in inside[sub]["_contains"]:
                numeric = int(mapped.get(code, {}).get("_numeric", USER_ASSIGNED))
                if code not in NOT_ASSIGNED and numeric < USER_ASSIGNED:
                    countries[code] = [sub, *in_all(code)]
    for code in APART:
        countries[code] = ["", *in_all(code)]
    data = {
        "languages": list(LANGUAGES),
        "regions": regions,
        "countries": dict(sorted(countries.items())),
        "alpha3": {mapped[code]["_alpha3"]: code for code in sorted(countries)},
    }
    TARGET.parent.mkdir(exist_ok=True)
    lines = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("],", "],\n")
    TARGET.write_text(lines + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(countries)} countries, {len(regions)} regions, {TARGET.stat().st_size} bytes\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
