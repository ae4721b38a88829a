"""What sample entries answer to whatever a call asks: by the role of a question, else by its kind."""

import zlib
from collections.abc import Collection
from typing import Any

from summitry.calls import fields
from summitry.calls.fields.words import Words, count_words
from summitry.calls.rules import Field, RuleSet
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
    given: dict[str, Any] = {}
    for field in rules.asked("").fields:
        wanted = by_role.get(field.role)
        if isinstance(fields.kind(field.kind), Words):
            if isinstance(wanted, Text) or field.required:
                words = wanted if isinstance(wanted, Text) else row["summary"]
                given[field.key] = _words(field, words, row, rules.languages)
        elif wanted is not None:
            given[field.key] = _fitted(field, wanted)
        elif field.required:
            given[field.key] = _something(field, row)
    return {key: value for key, value in given.items() if value not in (None, [], "")}


def _words(field: Field, words: Text, row: dict[str, Any], languages: Collection[str]) -> Any:
    """Words within the bounds of the question, in each of these languages (every one, if none) that they are
    in."""
    longest, most = field.option("max_chars", 20_000), field.option("max_words", 10_000)
    least = field.option("min_words", 0)
    body = row["body"] or words
    said = {}
    for code, value in words.values.items():
        if languages and code not in languages:
            continue
        while count_words(value) < least:
            value = f"{value}\n\n{body.get(code) or value}"
        if len(value) > longest or count_words(value) > most:
            value = _cut(value, longest, most)
        said[code] = value
    if field.translatable:
        return Text.of(said.pop("en", ""), "en", **said).to_json()
    return said.get("en") or next(iter(said.values()), "")


def _cut(value: str, longest: int, most: int) -> str:
    """The first paragraphs that fit, else the first characters."""
    kept = ""
    for paragraph in value.split("\n\n"):
        longer = f"{kept}\n\n{paragraph}".strip()
        if len(longer) > longest or count_words(longer) > most:
            break
        kept = longer
    while not kept or count_words(kept) > most:
        kept = (kept or value)[: min(longest, len(kept or value) - 1)]
    return kept


def _fitted(field: Field, wanted: Any) -> Any:
    if field.kind == "country":
        return wanted[0] if wanted else None
    if field.kind == "yesno":
        return bool(wanted)
    return wanted


def _something(field: Field, row: dict[str, Any]) -> Any:
    """A sound answer to a question that the entry has nothing particular to say to."""
    match field.kind:
        case "choice":
            wanted = [one.key for one in field.choices if one.key == row["category"]]
            return (wanted or [field.choices[0].key])[0]
        case "choices":
            least = max(1, field.option("min", 1))
            return [one.key for one in field.choices[:least]]
        case "yesno":
            return True
        case "number":
            return max(field.option("min", 1) or 1, 1)
        case "year":
            return 2021
        case "date":
            return field.option("after") or "2024-03-01"
        case "url":
            return f"https://{row['key']}.example/"
        case "country":
            return (row["countries"] or ["CN"])[0]
        case "countries":
            return row["countries"] or ["CN"]
        case "persons":
            asked = {name: "A sample" for name in field.option("ask", []) if name != "email"}
            if "country" in asked:
                asked["country"] = (row["countries"] or ["CN"])[0]
            if "email" in field.option("ask", []):
                asked["email"] = "speaker@summitry.example"
            least = max(1, field.option("min", 1))
            first = zlib.crc32(row["key"].encode()) % 800 + 100
            return [{"name": f"Speaker {first + number}", **asked} for number in range(least)]
        case "organisations":
            return [{"name": "Sample organisation"}]
    return None
