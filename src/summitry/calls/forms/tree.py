"""Lists inside a rule set, by their address: "fields", "fields.theme.choices", "stages.jury.criteria".

An address alternates names of attributes and keys of the things in a list. Pure: rules in, rules out.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..rules import RuleSet

LONGEST = 40  # characters of a key


class Nowhere(LookupError):
    """No list, or no thing in a list, stands at this address."""


def _child(node: Any, step: str) -> Any:
    if isinstance(node, tuple):
        for one in node:
            if one.key == step:
                return one
        raise Nowhere(step)
    try:
        return getattr(node, step)
    except AttributeError:
        raise Nowhere(step) from None


def items(rules: RuleSet, where: str) -> tuple[Any, ...]:
    """The list at an address. Raises Nowhere."""
    node: Any = rules
    for step in where.split("."):
        node = _child(node, step)
    if not isinstance(node, tuple):
        raise Nowhere(where)
    return node


def item(rules: RuleSet, where: str, key: str) -> Any:
    """One thing of a list. Raises Nowhere."""
    return _child(items(rules, where), key)


def _put(node: Any, steps: list[str], value: Any) -> Any:
    if not steps:
        return value
    step, *rest = steps
    changed = _put(_child(node, step), rest, value)
    if isinstance(node, tuple):
        return tuple(changed if one.key == step else one for one in node)
    return replace(node, **{step: changed})


def with_items(rules: RuleSet, where: str, found: Iterable[Any]) -> RuleSet:
    """The rules with another list at an address. Raises Nowhere."""
    items(rules, where)
    changed: RuleSet = _put(rules, where.split("."), tuple(found))
    return changed


def added(rules: RuleSet, where: str, one: Any) -> RuleSet:
    return with_items(rules, where, (*items(rules, where), one))


def changed(rules: RuleSet, where: str, key: str, one: Any) -> RuleSet:
    item(rules, where, key)
    return with_items(rules, where, (one if old.key == key else old for old in items(rules, where)))


def removed(rules: RuleSet, where: str, key: str) -> RuleSet:
    """Without one thing; what is gone already stays gone, so that a double click is harmless."""
    return with_items(rules, where, (one for one in items(rules, where) if one.key != key))


def doubled(rules: RuleSet, where: str, key: str) -> RuleSet:
    """With a copy of one thing right after it, under a key of its own. What only one can have, the use of an
    answer, stays with the first."""
    found = list(items(rules, where))
    one = item(rules, where, key)
    own = {"role": ""} if hasattr(one, "role") else {}
    copy = replace(one, key=free_key([each.key for each in found], key), **own)
    found.insert(found.index(one) + 1, copy)
    return with_items(rules, where, found)


def moved(rules: RuleSet, where: str, key: str, by: int) -> RuleSet:
    """One thing `by` places later (negative: earlier), at most to the end of its list."""
    found = list(items(rules, where))
    one = item(rules, where, key)
    at = found.index(one)
    found.remove(one)
    found.insert(max(0, min(len(found), at + by)), one)
    return with_items(rules, where, found)


def free_key(taken: Iterable[str], wanted: str) -> str:
    """A key that nothing in the list has: "theme", else "theme_2", "theme_3" and so on, at most 40 long."""
    used = set(taken)
    if wanted not in used:
        return wanted
    n = 2
    while (found := f"{wanted[: LONGEST - 1 - len(str(n))]}_{n}") in used:
        n += 1
    return found
