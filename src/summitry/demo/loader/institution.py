"""The institution itself, and what it says of itself: pages, documents, messages, history."""

from collections.abc import Generator
from datetime import date
from typing import TYPE_CHECKING, Any

from summitry.demo import clock
from summitry.demo.texts import read, text
from summitry.people.acts import update_institution
from summitry.site.acts import create_page
from summitry.text.value import Text

if TYPE_CHECKING:
    from . import Story

TEXTS = ("title", "lede", "body", "origin")
# The list in institution.yaml, and the kind of page that its rows become.
KINDS = {
    "pages": "page",
    "documents": "document",
    "messages": "message",
    "milestones": "milestone",
    "services": "service",
    "projects": "project",
    "rules": "rule",
    "calls": "call",
    "events": "event",
}
STEPS = 1 + len(KINDS)


def load(story: "Story") -> Generator[None]:
    data = read("institution")
    with clock.at(story.ago(200)):
        facts: dict[str, Any] = dict(data["institution"])
        words = ("name", "kind", "aim", "principles", "seat")
        update_institution(
            None,
            **{name: text(facts.pop(name)) for name in words},
            founded=date.fromisoformat(str(facts.pop("founded"))),
            **facts,
        )
    yield
    for name, kind in KINDS.items():
        with clock.at(story.ago(199)):
            for position, row in enumerate(data[name], 1):
                create_page(None, row["slug"], kind=kind, position=position, **_columns(name, row))
        yield


def _columns(name: str, row: dict[str, Any]) -> dict[str, Any]:
    data = read("institution")
    singular = name.removesuffix("s")
    found: dict[str, Any] = {column: text(row.get(column)) for column in TEXTS}
    found["lede"] = found["lede"] or text(data.get(f"{name}_lede") or data.get(f"{singular}_lede"))
    found["origin"] = found["origin"] or text(data.get(f"{name}_origin"))
    found |= {column: row.get(column) for column in ("year", "month", "day")}
    found["in_foot"] = bool(row.get("in_foot"))
    if place := row.get("gathering"):
        found["body"] = Text.of(
            f"[The gathering that it was sent to](/en/gatherings/{place}/)",
            zh_hans=f"[致此次大会](/zh-hans/gatherings/{place}/)",
        )
    return found
