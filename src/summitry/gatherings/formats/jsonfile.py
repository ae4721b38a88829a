"""JSON files, read without trust: every value knows its JSON pointer (RFC 6901), and every fault is told with
it."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from summitry.text.value import Text

from .problems import NOWHERE, Place, ScheduleError, problem_at
from .values import Values

DEEPEST = 50


class _Doubled(ValueError):
    def __init__(self, key: str):
        self.key = key


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _value in pairs:
            if key in seen:
                raise _Doubled(key)
            seen.add(key)
    return found


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no value of JSON")


def load(data: bytes) -> Any:
    """The document. Raises ScheduleError with the line for what is no JSON, too deep, or has a key twice."""
    if not data.strip():
        raise ScheduleError([problem_at(NOWHERE, "empty")])
    try:
        found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_pairs, parse_constant=_constant)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ScheduleError([problem_at(Place(line), "encoding", encoding="UTF-8")]) from None
    except _Doubled as error:
        raise ScheduleError([problem_at(NOWHERE, "doubled-key", value=error.key[:60])]) from None
    except json.JSONDecodeError as error:
        raise ScheduleError([problem_at(Place(error.lineno), "not-json", detail=error.msg)]) from None
    except RecursionError:
        raise ScheduleError([problem_at(NOWHERE, "too-deep-json", most=DEEPEST)]) from None
    except ValueError as error:  # NaN, or a number of too many digits
        raise ScheduleError([problem_at(NOWHERE, "not-json", detail=str(error)[:120])]) from None
    _check_depth(found)
    return found


def _check_depth(found: Any) -> None:
    level = [found]
    for _depth in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return
    raise ScheduleError([problem_at(NOWHERE, "too-deep-json", most=DEEPEST)])


def looks_like(data: bytes, *path: str) -> bool:
    """Whether it is a JSON document that has something at this path of keys; for recognising a format."""
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        found = load(data)
    except ScheduleError:
        return False
    for key in path:
        if not isinstance(found, dict) or key not in found:
            return False
        found = found[key]
    return True


def escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


class Node:
    """A value of a document and where it stands. Asking for the wrong kind notes a problem and gives what is
    empty."""

    __slots__ = ("path", "reader", "value")

    def __init__(self, value: Any, path: str, reader: Values):
        self.value, self.path, self.reader = value, path, reader

    @property
    def place(self) -> Place:
        return Place(path=self.path or "/")

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def at(self, key: str) -> "Node":
        """The value of a key; None where there is no such key."""
        found = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(found, f"{self.path}/{escaped(key)}", self.reader)

    def object(self) -> "Node":
        if not isinstance(self.value, dict):
            self.reader.wrong(self, "not-object")
            return Node({}, self.path, self.reader)
        return self

    def items(self) -> Iterator["Node"]:
        """The values of a list; none for null."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            self.reader.wrong(self, "not-list")
            return
        for number, one in enumerate(self.value):
            yield Node(one, f"{self.path}/{number}", self.reader)

    def objects(self) -> Iterator["Node"]:
        return (one.object() for one in self.items())

    def pairs(self) -> Iterator[tuple[str, "Node"]]:
        for key in self.object().value:
            yield key, self.at(key)

    def text(self, key: str = "") -> str:
        """A text, also one that a number stands for; empty for null."""
        one = self.at(key) if key else self
        if one.value is None:
            return ""
        if isinstance(one.value, bool) or not isinstance(one.value, str | int):
            self.reader.wrong(one, "not-text")
            return ""
        return str(one.value)

    def needed(self, key: str) -> str:
        found = self.text(key)
        if not found.strip():
            self.reader.wrong(self, "missing-value", name=key)
        return found

    def flag(self, key: str) -> bool:
        one = self.at(key)
        if one.value is not None and not isinstance(one.value, bool):
            self.reader.wrong(one, "not-flag")
        return one.value is True

    def count(self, key: str) -> int | None:
        one = self.at(key)
        if one.value is None:
            return None
        if type(one.value) is not int or not 0 <= one.value < 10**8:
            self.reader.wrong(one, "bad-number", value=str(one.value)[:40])
            return None
        return one.value

    def words(self, key: str, language: str, codes: dict[str, str] | None = None) -> tuple[str, Text | None]:
        """A text, or an object of texts by language: the words in the source language, and all of them where
        they are more than these. The source is `language` if it is there, else the first."""
        one = self.at(key)
        if not isinstance(one.value, dict):
            return self.text(key), None
        values = {(codes or {}).get(code, code).lower(): node.text() for code, node in one.pairs()}
        return several(values, language)

    def moment(self, key: str) -> datetime | None:
        said = self.text(key)
        return self.reader.parsed_moment(self.at(key), said) if said else None

    def day(self, key: str) -> date | None:
        return self.reader.parsed_date(self.at(key), self.text(key))

    def guid(self, key: str) -> str:
        return self.reader.guid(self.at(key), self.text(key))

    def length(self, key: str) -> timedelta | None:
        said = self.text(key)
        return self.reader.length(self.at(key), said) if said else None


def several(values: dict[str, str], language: str) -> tuple[str, Text | None]:
    """Words by language: those in the source language, and the text if a field in `language` could not say
    it."""
    kept = {code: words for code, words in values.items() if words.strip()}
    if not kept:
        return "", None
    found = Text.from_values(kept, language)
    alone = len(kept) == 1 and found.source == language
    return found.get(found.source), None if alone else found
