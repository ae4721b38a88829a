"""What both versions of the c3voc schedule JSON share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..beyond import KEY, difference
from ..data import Conference, Schedule, Track
from ..jsonfile import Node

_MARK = "\x00events\x00"


def pieces(document: dict[str, Any], *path: str) -> Iterator[str]:
    """The document as text; the list at this path comes item by item, so that a large one streams."""
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    items, inner[path[-1]] = inner[path[-1]], _MARK
    head, tail = json.dumps(document, ensure_ascii=False).split(json.dumps(_MARK))
    inner[path[-1]] = items
    yield f"{head}["
    for number, one in enumerate(items):
        yield f"{',' if number else ''}\n{json.dumps(one, ensure_ascii=False)}"
    yield f"]{tail}\n"


def whole(document: dict[str, Any], inner: dict[str, Any], schedule: Schedule, left: Schedule) -> None:
    """Adds to `inner` what the document has no place for."""
    if more := difference(schedule, left):
        inner[KEY] = more


def tracks(conference: Node) -> tuple[Track, ...]:
    found = []
    for node in conference.at("tracks").objects():
        if name := node.needed("name"):
            found.append(
                Track(name, node.text("slug"), node.text("color") or node.at("colors").text("light"))
            )
    return tuple(found)


def meta(conference: Conference, written: str) -> dict[str, Any]:
    """The acronym itself, where the schema's pattern does not allow it."""
    return {} if written == conference.acronym else {"meta": {"x-acronym": conference.acronym}}


def acronym(conference: Node) -> str:
    meant = conference.at("meta")
    return (
        meant.text("x-acronym")
        if isinstance(meant.value, dict) and "x-acronym" in meant.value
        else (conference.text("acronym"))
    )


def generator(schedule: Schedule) -> dict[str, str]:
    return {name: said for name, said in schedule.generator if name in ("name", "version", "url")}
