"""What sample entries answer to whatever a call asks: by the role of a question, else by its kind."""

import zlib
from typing import Any

from summitry.calls import fields
from summitry.calls.fields.parties import OrganisationNamed, PersonNamed
from summitry.calls.rules import RuleSet
from summitry.demo.texts import read, text
from summitry.text.value import Text


def entry(key: str) -> dict[str, Any]:
    """One row of cases.yaml, named or sample, with its texts; a sample says in its title that it is one."""
    data = read("cases")
    for row in data["named"]:
        if row["key"] == key:
            body = text(row["facts"]) if "facts" in row else Text()
            return {**row, "title": text(row["title"]), "summary": text(row["summary"]), "body": body}
    row = next(row for row in data["samples"] if row["key"] == key)
    titles = {code: data["sample"][code].format(title=words) for code, words in row["title"].items()}
    kept = {code: words for code, words in data["body"].items() if code in row["title"]}
    notes = {code: f"{data['sample_note'][code]}\n\n{words}" for code, words in kept.items()}
    return {**row, "title": text(titles), "summary": text(row["summary"]), "body": text(notes)}


def answers(rules: RuleSet, row: dict[str, Any], year: int) -> dict[str, Any]:
    """What the entry answers to each question of a call, as a form would give it."""
    by_role = {
        "title": row["title"],
        "summary": row["summary"],
        "body": row["body"],
        "country": row["countries"],
        "countries": row["countries"],
        "worldwide": bool(row.get("worldwide")),
        "year": year,
        "website": f"https://{row['key']}.example/",
        "organisation": text({"en": "A sample organisation", "zh": "示例机构", "ar": "جهة نموذجية"}),
        "evidence": row["body"] or row["summary"],
        "language": "en",
    }
    context = fields.Context("en", rules.languages)
    rest = _whatever(row)
    given: dict[str, Any] = {}
    for field in rules.asked("").fields:
        wanted = by_role.get(field.role)
        if field.required or wanted not in (None, [], Text()):
            given[field.key] = fields.kind(field.kind).example(field, context, wanted, *rest)
    return {key: value for key, value in given.items() if value is not None}


def _whatever(row: dict[str, Any]) -> list[Any]:
    """What the entry can say to a question of any kind that nothing particular is said to."""
    first = zlib.crc32(row["key"].encode()) % 800 + 100
    speakers = [
        PersonNamed(
            f"Speaker {first + number}",
            *("A sample", "A sample", "A sample"),
            email="speaker@summitry.example",
            country=(row["countries"] or ["CN"])[0],
        )
        for number in range(20)
    ]
    return [
        row["summary"],
        row["body"],
        row["countries"] or ["CN"],
        row["category"],
        f"https://{row['key']}.example/",
        speakers,
        [OrganisationNamed("Sample organisation")],
    ]
