"""What contradicts itself in who may apply, in quotas, in letters and obligations."""

import re
from collections.abc import Iterator
from dataclasses import fields as attributes
from typing import Any

from django.utils.translation import gettext as _

from . import eligibility, fields, stages
from .codec import Problem, join
from .rules import RuleSet, called

LETTERS = ("accepted", "reserve", "rejected")
PLACEHOLDERS = ("call", "ref", "title", "tier", "reason", "name")
BRACES = re.compile(r"\{([^{}\n]*)\}")
_ADDRESS = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")  # what stands in the address of an editor's page
LONGEST = 3650  # days until something is owed


def unusable(rules: RuleSet) -> list[Problem]:
    """What no page here could show, and no editor put right: kinds that are not registered, options of
    another type, keys that are no keys or come twice. A draft never holds it."""
    return list(_unusable(rules))


def _unusable(rules: RuleSet) -> Iterator[Problem]:
    for path, things, registry in (
        ("eligibility", rules.eligibility, eligibility),
        ("fields", rules.fields, fields),
        ("stages", rules.stages, stages),
    ):
        for one in things:
            where = f"{path}.{one.key}"
            if not registry.known(one.kind):
                yield Problem(f"{where}.kind", _("there is no kind “%(kind)s” here") % {"kind": one.kind})
                continue
            known = registry.kind(one.kind).options
            for name, value in one.options.items():
                wanted = int if name == "keep" else known.get(name)
                if wanted is not None and not _is(value, wanted):
                    yield Problem(f"{where}.options.{name}", _("has the wrong type"))
    for path, listed in _lists(rules):
        seen: set[str] = set()
        for one in listed:
            if not _ADDRESS.match(one.key):
                yield Problem(f"{path}.{one.key}", _("this cannot be a key"))
            if one.key in seen:
                yield Problem(f"{path}.{one.key}", _("this key is used twice"))
            seen.add(one.key)


def _is(value: Any, wanted: type) -> bool:
    """Whether an option's value is of its type; a list holds words."""
    if isinstance(value, list):
        return wanted is list and all(isinstance(one, str) for one in value)
    return isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))


def _lists(thing: Any, path: str = "") -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every list of things with keys, however deep, with its path."""
    for one in attributes(thing):
        value = getattr(thing, one.name)
        if isinstance(value, tuple) and value and hasattr(value[0], "key"):
            where = join(path, one.name)
            yield where, value
            for inner in value:
                yield from _lists(inner, join(where, inner.key))
        elif one.name == "decision":
            yield from _lists(value, join(path, one.name))


def conditions(rules: RuleSet) -> Iterator[Problem]:
    """Conditions of a kind that is not known or comes twice, and what each kind says of its own."""
    seen: set[str] = set()
    for one in rules.eligibility:
        path = f"eligibility.{one.key}"
        if not eligibility.known(one.kind):
            yield Problem(f"{path}.kind", _("there is no kind of condition “%(kind)s”") % {"kind": one.kind})
            continue
        if one.kind in seen:
            yield Problem(f"{path}.kind", _("another condition asks the same"))
        seen.add(one.kind)
        yield from eligibility.kind(one.kind).problems(one, rules, path)


def quotas(rules: RuleSet) -> Iterator[Problem]:
    """Quotas that nothing can meet, or that leave places or a reserve which nothing can fill."""
    rule = rules.decision
    if not 0 <= rule.reserve <= 10000:
        yield Problem("decision.reserve", _("must be from 0 to %(most)d") % {"most": 10000})
    elif rule.reserve and rule.places is None and all(one.quota is None for one in rules.categories):
        yield Problem("decision.reserve", _("nobody waits where there is no end of places"))
    for path, things in (("categories", rules.categories), ("decision.tiers", rule.tiers)):
        for one in things:
            if one.quota == 0:
                yield Problem(f"{path}.{one.key}.quota", _("a quota of 0 lets nothing in"))
            if rule.places is not None and one.quota is not None and one.quota > rule.places:
                yield Problem(
                    f"{path}.{one.key}.quota",
                    _("%(quota)d is more than the %(places)d places of the call")
                    % {"quota": one.quota, "places": rule.places},
                )
        total = _total(things)
        if rule.places is not None and total is not None and total < rule.places:
            yield Problem(path, _("the quotas leave places that nothing can fill"))


def _total(things: Any) -> int | None:
    """The sum of quotas; None where there are none, or one is open."""
    found = [one.quota for one in things]
    return sum(found) if found and all(one is not None for one in found) else None


def letters(rules: RuleSet) -> Iterator[Problem]:
    """Letters for results that there are not, letters without words, placeholders that stand for nothing."""
    known = {*LETTERS, *(one.key for one in rules.decision.tiers)}
    for one in rules.letters:
        if one.key not in known:
            yield Problem(
                f"letters.{one.key}",
                _("a letter is for a result (%(results)s) or for a class of acceptance")
                % {"results": ", ".join(LETTERS)},
            )
        if not one.body:
            yield Problem(f"letters.{one.key}.body", _("is empty"))
        if one.key == "reserve" and not rules.decision.reserve:
            yield Problem("letters.reserve", _("the call keeps no reserve list"))
        for part, words in (("subject", one.subject), ("body", one.body)):
            for code, said in words.values.items():
                for name in sorted(set(BRACES.findall(said)) - set(PLACEHOLDERS)):
                    yield Problem(
                        f"letters.{one.key}.{part}.{code}",
                        _("“{%(name)s}” stands for nothing") % {"name": name},
                    )


def obligations(rules: RuleSet) -> Iterator[Problem]:
    for one in rules.obligations:
        if not 1 <= one.days <= LONGEST:
            yield Problem(f"obligations.{one.key}.days", _("must be from 1 to %(most)d") % {"most": LONGEST})


def unasked_ties(rules: RuleSet, stage: Any) -> Iterator[Problem]:
    """Criteria that are to break ties and are not asked in every category."""
    for key in rules.tie_break:
        criterion = stage.criterion(key) if stage is not None else None
        if criterion is None:
            continue  # said already
        for category in rules.categories:
            if key not in {one.key for one in stage.rubric(category.key)}:
                yield Problem(
                    "tie_break",
                    _("“%(key)s” is not asked in the category “%(category)s”")
                    % {"key": called(criterion), "category": called(category)},
                )
