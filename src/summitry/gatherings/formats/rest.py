"""Keys of JSON objects that we have no name for: kept beside what they belong to, and written back."""

import json
import re
from typing import Any

from .data import NOTHING, Attrs, Extra
from .jsonfile import Node

_PREFIX = "x-json-"  # so that they can stand as attributes in XML too
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,60}\Z")


def rest(node: Node, known: frozenset[str]) -> Extra:
    """What else an object says; what is empty is nothing."""
    found: Attrs = tuple(
        (_PREFIX + key, json.dumps(one, ensure_ascii=False, separators=(",", ":")))
        for key, one in node.value.items()
        if key not in known and one not in (None, "", [], {}) and _NAME.match(key)
    )
    return Extra(found) if found else NOTHING


def unrest(extra: Extra) -> dict[str, Any]:
    """The keys and values again."""
    return {
        name.removeprefix(_PREFIX): json.loads(said) for name, said in extra.attrs if name.startswith(_PREFIX)
    }
