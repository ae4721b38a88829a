"""Typed frozen dataclasses to plain JSON and back. Every error names the path that it is at."""

import hashlib
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _

from summitry.record import canonical as record_json
from summitry.text.value import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a rule, and where: "stages.jury.criteria" reads as the criteria of the stage
    "jury"."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


def canonical(data: Any) -> str:
    """Plain data as the one JSON text that stands for it, as the record writes it."""
    return record_json.encode(data).decode()


def digest(data: Any) -> str:
    """SHA-256 of the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(record_json.encode(data)).hexdigest()


def moment(value: datetime) -> str:
    """A time in UTC as RFC 3339, to the second unless it has a finer part."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def encode(value: Any) -> Any:
    """A dataclass as plain JSON data. Nothing is left out, so that equal rules have equal digests."""
    if isinstance(value, Text):
        return value.to_json()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: encode(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Mapping):
        return {key: encode(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [encode(one) for one in value]
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def join(path: str, key: str | int) -> str:
    return f"{path}.{key}" if path else str(key)


def decode(kind: Any, data: Any, path: str, problems: list[Problem]) -> Any:
    """Plain JSON data as `kind`; what does not fit is added to `problems` and None stands in its place."""
    origin = get_origin(kind)
    if kind is Text:
        return _text(data, path, problems)
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind, data, path, problems)
    if kind is datetime:
        return _datetime(data, path, problems)
    if origin is tuple:
        return _tuple(get_args(kind)[0], data, path, problems)
    if origin is Literal:
        if data not in get_args(kind):
            choices = ", ".join(str(one) for one in get_args(kind))
            problems.append(Problem(path, _("must be one of: %(choices)s") % {"choices": choices}))
        return data
    if origin in (Union, types.UnionType):
        if data is None:
            return None
        return decode(next(one for one in get_args(kind) if one is not type(None)), data, path, problems)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(data, Mapping):
            problems.append(Problem(path, _("must be an object")))
            return {}
        return dict(data)
    return _scalar(kind, data, path, problems)


def _scalar(kind: type, data: Any, path: str, problems: list[Problem]) -> Any:
    names = {str: _("must be a text"), int: _("must be a whole number"), bool: _("must be true or false")}
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        problems.append(Problem(path, names[kind]))
        return kind()
    return data


def _tuple(kind: Any, data: Any, path: str, problems: list[Problem]) -> tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        problems.append(Problem(path, _("must be a list")))
        return ()
    found = []
    for position, one in enumerate(data):
        key = one.get("key") if isinstance(one, Mapping) else None
        found.append(
            decode(kind, one, join(path, key if isinstance(key, str) and key else position), problems)
        )
    return tuple(found)


def _record(kind: type, data: Any, path: str, problems: list[Problem]) -> Any:
    if not isinstance(data, Mapping):
        problems.append(Problem(path, _("must be an object")))
        data = {}
    known = {one.name: one for one in fields(kind)}
    for key in data:
        if key not in known:
            problems.append(Problem(join(path, key), _("is not known here")))
    values = {}
    for name, one in known.items():
        if name in data:
            values[name] = decode(_hints(kind)[name], data[name], join(path, name), problems)
        elif one.default is MISSING and one.default_factory is MISSING:
            problems.append(Problem(join(path, name), _("is missing")))
            values[name] = None
    return kind(**values)


def _datetime(data: Any, path: str, problems: list[Problem]) -> datetime | None:
    if isinstance(data, datetime):
        found: datetime | None = data
    else:
        try:
            found = datetime.fromisoformat(data)
        except (TypeError, ValueError):
            found = None
    if found is None or found.tzinfo is None:
        problems.append(Problem(path, _("must be a time with its zone, for instance 2027-09-19T23:59:00Z")))
        return None
    return found.astimezone(UTC)


def _text(data: Any, path: str, problems: list[Problem]) -> Text:
    """A Text from its own JSON, or from the short form that people write: {"en": "Title", "fr": "Titre"}."""
    if isinstance(data, Text):
        return data
    if isinstance(data, Mapping):
        try:
            if "texts" in data:
                found = Text.from_json(data)
                if all(isinstance(one.value, str) for one in found.texts.values()):
                    return found
            elif all(isinstance(words, str) for words in data.values()):
                return Text.from_values(data, "en")
        except (AttributeError, KeyError, TypeError):
            pass
    problems.append(Problem(path, _("must be a text by language")))
    return Text()
