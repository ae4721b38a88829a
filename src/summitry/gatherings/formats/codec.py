"""The neutral description as plain JSON values and back, whole: what its types say, and nothing by name."""

import dataclasses
import types
import typing
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from summitry.text.value import Text

from .data import Element, Extra


def plain(value: Any) -> Any:
    """JSON values. Fields that hold what they hold by default are left out."""
    match value:
        case Text() | Extra() | Element():
            return value.to_json()
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case tuple():
            return [plain(one) for one in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            name: plain(given)
            for name, default in defaults(type(value))
            if (given := getattr(value, name)) != default
        }
    return value


@cache
def defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    """The names of the fields that count in a comparison, with their default values."""
    return tuple((one.name, one.default) for one in dataclasses.fields(kind) if one.compare)


@cache
def hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def value(kind: Any, given: Any) -> Any:
    """JSON values as what the type says. Raises ValueError, TypeError or KeyError for what cannot be one."""
    if isinstance(kind, typing.TypeAliasType):
        return value(kind.__value__, given)
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return None if given is None else value(next(one for one in inside if one is not type(None)), given)
    if origin is tuple:
        _need(given, list)
        if inside[-1] is Ellipsis:
            return tuple(value(inside[0], one) for one in given)
        return tuple(value(one, found) for one, found in zip(inside, given, strict=True))
    if kind in _SCALARS:
        return _SCALARS[kind](given)
    return build(kind, given)


def build[T](kind: type[T], given: Any) -> T:
    """One of the dataclasses."""
    _need(given, dict)
    types_: dict[str, Any] = hints(kind)  # type: ignore[arg-type]
    return kind(**{name: value(types_[name], found) for name, found in given.items()})


def _need(given: Any, kind: type) -> Any:
    if type(given) is not kind:
        raise TypeError(f"a {kind.__name__} is wanted")
    return given


def _stored(kind: Any) -> Any:
    return lambda given: kind.from_json(_need(given, dict))


def _seconds(given: Any) -> timedelta:
    if type(given) not in (int, float) or not 0 <= given < 10**9:
        raise TypeError("a number of seconds is wanted")
    return timedelta(seconds=given)


def _moment(given: Any) -> datetime:
    found = datetime.fromisoformat(_need(given, str))
    if found.tzinfo is None:
        raise ValueError("a moment needs an offset")
    return found


_SCALARS: dict[Any, Any] = {
    str: lambda given: _need(given, str),
    int: lambda given: _need(given, int),
    bool: lambda given: _need(given, bool),
    datetime: _moment,
    date: lambda given: date.fromisoformat(_need(given, str)),
    time: lambda given: time.fromisoformat(_need(given, str)),
    timedelta: _seconds,
    Text: _stored(Text),
    Extra: _stored(Extra),
    Element: _stored(Element),
}
