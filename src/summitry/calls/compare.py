"""What is different between two rule sets, path by path. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .codec import join
from .rules import RuleSet

_GONE: Any = object()


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, as plain JSON data; None where there was, or is, nothing. moved: only the order of the
    things in a list is another one; `before` and `after` are their keys."""

    path: str
    before: Any = None
    after: Any = None
    moved: bool = False

    @property
    def added(self) -> bool:
        return self.before is None

    @property
    def removed(self) -> bool:
        return self.after is None


def changes(before: RuleSet, after: RuleSet) -> list[Change]:
    """Every difference, in the order of the rules; none if and only if they are equal."""
    return list(_between(before.to_json(), after.to_json(), ""))


def _between(before: Any, after: Any, path: str) -> Iterator[Change]:
    if _written(before) == _written(after):
        return
    if is_text(before) and is_text(after):
        yield from _texts(before, after, path)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _objects(before, after, path)
    elif isinstance(before, list) and isinstance(after, list) and _keyed(before) and _keyed(after):
        yield from _lists(before, after, path)
    else:
        yield Change(path, None if before is _GONE else before, None if after is _GONE else after)


def _written(value: Any) -> str:
    """What tells `true` from 1, as JSON does and Python does not."""
    return "" if value is _GONE else json.dumps(value, sort_keys=True)


def is_text(value: Any) -> bool:
    """Whether this is a text in several languages, as rules write one."""
    return isinstance(value, Mapping) and set(value) == {"source", "revision", "texts"}


def _texts(before: Any, after: Any, path: str) -> Iterator[Change]:
    """The languages whose words differ; the whole text where only the state of its translations does."""
    old, new = ({code: one["value"] for code, one in text["texts"].items()} for text in (before, after))
    if old == new:
        yield Change(path, before, after)
    for code in dict.fromkeys([*old, *new]):
        if old.get(code) != new.get(code):
            yield Change(join(path, code), old.get(code), new.get(code))


def _objects(before: Mapping[str, Any], after: Mapping[str, Any], path: str) -> Iterator[Change]:
    for key in dict.fromkeys([*before, *after]):
        yield from _between(before.get(key, _GONE), after.get(key, _GONE), join(path, key))


def _lists(before: list[Any], after: list[Any], path: str) -> Iterator[Change]:
    """Things with keys: what was added, removed, changed within, and whether the order is another one."""
    old, new = ({one["key"]: one for one in things} for things in (before, after))
    for key in dict.fromkeys([*old, *new]):
        yield from _between(old.get(key, _GONE), new.get(key, _GONE), join(path, key))
    kept = [key for key in old if key in new]
    stayed = [key for key in new if key in old]
    if kept != stayed:
        yield Change(path, kept, stayed, moved=True)


def _keyed(things: list[Any]) -> bool:
    """Whether each thing has a key and no two the same."""
    keys = [one.get("key") for one in things if isinstance(one, Mapping)]
    return len(keys) == len(things) == len(set(map(str, keys))) and all(isinstance(one, str) for one in keys)
