"""The institution itself, and what it says of itself: pages, documents, messages, history."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from summitry.demo.texts import LANGUAGES, read, text
from summitry.people import countries
from summitry.people.acts import update_institution
from summitry.site.acts import create_page

from .story import FOUNDED, Story, Thread

TEXTS = ("title", "lede", "body", "origin")
# The list in institution.yaml, and the kind of page that its rows become.
KINDS = {
    "home": "home",
    "pages": "page",
    "messages": "message",
    "milestones": "milestone",
    "services": "service",
    "projects": "project",
    "rules": "rule",
    "calls": "call",
    "events": "event",
}


def threads(story: Story) -> Iterator[Thread]:
    yield tell(story)


def tell(story: Story) -> Thread:
    data = read("institution")
    yield FOUNDED
    facts: dict[str, Any] = dict(data["institution"])
    words = ("name", "kind", "aim", "principles", "seat")
    update_institution(
        None,
        **{name: text(facts.pop(name)) for name in words},
        founded=date.fromisoformat(str(facts.pop("founded"))),
        **facts,
    )
    rows = [(name, place, row) for name in KINDS for place, row in enumerate(data[name], 1)]
    for name, place, row in sorted(rows, key=lambda one: story.on(_day(one[2]))):
        yield story.on(_day(row))
        create_page(None, row["slug"], kind=KINDS[name], position=place, **_columns(name, row))


def _day(row: dict[str, Any]) -> date:
    """When a page was written: on its own date where it has one, the first days at the earliest."""
    if "entered" in row:
        return date.fromisoformat(str(row["entered"]))
    return date(row.get("year") or 2022, row.get("month") or 1, row.get("day") or 1)


def _columns(name: str, row: dict[str, Any]) -> dict[str, Any]:
    data = read("institution")
    singular = name.removesuffix("s")
    words: dict[str, Any] = {column: row.get(column) for column in TEXTS}
    for column in ("lede", "origin"):
        words[column] = words[column] or data.get(f"{name}_{column}") or data.get(f"{singular}_{column}")
    if place := row.get("gathering"):
        words["body"] = _link(data["links"]["gathering"], f"gatherings/{place}")
    elif call := row.get("call"):
        words["body"] = _link(data["links"]["call"], f"calls/{call}")
    if row.get("countries"):
        words["body"] = {
            code: said.replace("{countries}", _listed(row["countries"], LANGUAGES[code]))
            for code, said in words["body"].items()
        }
    found: dict[str, Any] = {column: text(said) for column, said in words.items()}
    found |= {column: row.get(column) for column in ("year", "month", "day")}
    found["in_foot"] = bool(row.get("in_foot"))
    return found


def _link(words: dict[str, str], path: str) -> dict[str, str]:
    """A link to a page, in each language to the page in that language."""
    return {code: f"[{said}](/{LANGUAGES[code]}/{path}/)" for code, said in words.items()}


def _listed(codes: list[str], language: str) -> str:
    return "\n".join(f"- {countries.name(code, language)}" for code in codes)
