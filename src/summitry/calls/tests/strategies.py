"""Rule sets as Hypothesis makes them: every dataclass from its own types, within what the schema allows."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from summitry.calls.rules import FORMAT, RuleSet
from summitry.text.value import Text, Translation

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True)
CODES = st.sampled_from(["en", "fr", "ar", "zh-hans", "es", "ru"])
LINES = st.text(st.characters(codec="utf-8"), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | LINES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LINES, inner, max_size=3),
    max_leaves=6,
)
MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 1),
    max_value=datetime(2999, 1, 1),
    timezones=st.just(UTC),
)
# What the schema bounds more closely than the type does, by the name of the attribute.
BOUNDED: dict[str, st.SearchStrategy[Any]] = {
    "format": st.just(FORMAT),
    "key": KEYS,
    "languages": st.lists(CODES, unique=True, max_size=3).map(tuple),
    "tie_break": st.lists(KEYS, unique=True, max_size=2).map(tuple),
    "weights": st.dictionaries(KEYS, st.integers(0, 100), max_size=3),
    "weight": st.integers(0, 100),
    "percent": st.integers(1, 100),
    "count": st.integers(1, 10**6),
    "days": st.integers(1, 3650),
    "quota": st.none() | st.integers(0, 10**6),
    "places": st.none() | st.integers(0, 10**6),
    "reserve": st.integers(0, 10000),
    "past_years": st.integers(0, 50),
    "minimum": st.none() | st.from_regex(r"-?[0-9]{1,4}(\.[0-9]{1,3})?", fullmatch=True),
    "co_applicants": st.integers(0, 50),
    "appeal_days": st.integers(0, 365),
}


@st.composite
def texts(draw: st.DrawFn) -> Text:
    values = draw(
        st.dictionaries(CODES, st.builds(Translation, LINES, st.booleans(), st.integers(1, 9)), max_size=3)
    )
    source = draw(st.sampled_from(sorted(values))) if values else ""
    return Text(source, draw(st.integers(1, 9)), values)


def of(kind: Any, name: str = "") -> st.SearchStrategy[Any]:
    """Values of a type as `calls.rules` names them."""
    origin = get_origin(kind)
    if name in BOUNDED:
        return BOUNDED[name]
    if kind is Text:
        return texts()
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{one.name: of(hints[one.name], one.name) for one in fields(kind)})
    if kind is datetime:
        return MOMENTS
    if origin is tuple:
        return st.lists(of(get_args(kind)[0]), max_size=2).map(tuple)
    if origin is Literal:
        return st.sampled_from(get_args(kind))
    if origin in (Union, types.UnionType):
        return st.one_of(*(st.none() if one is type(None) else of(one) for one in get_args(kind)))
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(LINES, JSON, max_size=3)
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: LINES,
        int: st.integers(-(10**9), 10**9),
        bool: st.booleans(),
    }
    return plain[kind]


def rule_sets() -> st.SearchStrategy[RuleSet]:
    return of(RuleSet)
