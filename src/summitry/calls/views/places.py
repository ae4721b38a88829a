"""Where in the editor of rules something is: its path in words, and the page where it is put right.

"stages.jury.criteria.novelty.weight" is Stages › Scoring › Criteria › Novelty › Weight in percent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from summitry.text import languages

from ..codec import Problem
from ..forms import parts, tree
from ..labels import option_label
from ..rules import RulesError, RuleSet
from .base import said
from .outline import PARTS, WEIGHTS, ListPart, is_list, list_part


@dataclass(frozen=True, slots=True)
class Place:
    """words: the way to it, step by step; rest: the end of its path, for which no page has words; url: of the
    page where it is put right, empty where there is none."""

    words: tuple[Any, ...]
    rest: str = ""
    url: str = ""

    def __str__(self) -> str:
        return " › ".join([*map(str, self.words), *filter(None, [self.rest])])


@dataclass(frozen=True, slots=True)
class Placed:
    """A problem of rules with its place."""

    path: str
    message: str
    place: Place

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.path else self.message


def placed(slug: str, rules: RuleSet, problems: Iterable[Problem]) -> list[Placed]:
    """Problems of these rules, which are those of the call at this address or shall be."""
    return [Placed(one.path, one.message, place_of(slug, rules, one.path)) for one in problems]


def sentences(slug: str, rules: RuleSet, error: ValidationError) -> list[str]:
    """What an act refused, as sentences: what is wrong with rules by the words of its place."""
    if not isinstance(error, RulesError):
        return said(error)
    return [str(one) for one in placed(slug, rules, error.problems)]


def place_of(slug: str, rules: RuleSet, path: str) -> Place:
    """The place of a path of these rules; the words of a language have that language's name."""
    found = _found(slug, rules, path)
    if found.words and found.rest in settings.CONTENT_LANGUAGES:
        return Place((*found.words, languages.local_name(found.rest)), "", found.url)
    return found


def _found(slug: str, rules: RuleSet, path: str) -> Place:
    steps = path.split(".")
    for size in (2, 1):
        if is_list(where := ".".join(steps[:size])):
            return _in_list(slug, rules, where, steps[size:], ())
    return _in_part(slug, rules, path)


def _in_part(slug: str, rules: RuleSet, path: str) -> Place:
    steps, found = path.split("."), Place((), path)
    for key, one in PARTS.items():
        at = one.at.split(".") if one.at else []
        if steps[: len(at)] != at:
            continue
        url, rest = reverse("calls:part", args=[slug, key]), steps[len(at) :]
        if rest and (field := one.form.base_fields.get(rest[0])):
            return Place((one.label, field.label), ".".join(rest[1:]), url)
        if at:  # the deepest of those that it lies in; what it has of each stage has the stage's name
            stage = rules.stage(rest[0]) if rest else None
            words, rest = ((one.label, stage.name), []) if stage else ((one.label,), rest)
            found = Place(words, ".".join(rest), url)
    return found


def _in_list(slug: str, rules: RuleSet, where: str, steps: list[str], before: tuple[Any, ...]) -> Place:
    one = list_part(where)
    words = (*before, one.label)
    url = reverse("calls:items", args=[slug, where])
    try:
        thing = tree.item(rules, where, steps[0]) if steps else None
    except tree.Nowhere:
        thing = None
    if thing is None:
        return Place(words, ".".join(steps), url)
    key, *rest = steps
    words = (*words, parts.label_of(thing) or key)
    if rest and is_list(inner := f"{where}.{key}.{rest[0]}"):
        return _in_list(slug, rules, inner, rest[1:], words)
    if rest[:1] == ["weights"]:  # they have a page of their own, by category
        url = reverse("calls:part", args=[slug, f"{WEIGHTS}{where.split('.')[1]}"])
        named = [known.name for known in rules.categories if rest[1:] == [known.key]]
        return Place((*words, _("Weights by category"), *named), "" if named else ".".join(rest[1:]), url)
    url = reverse("calls:item", args=[slug, where, key])
    label, rest = _input(one, thing, rest)
    return Place((*words, label) if label else words, ".".join(rest), url)


def _input(one: ListPart, thing: Any, steps: list[str]) -> tuple[Any, list[str]]:
    """What the input that these steps lead to is called, and the steps that lead further."""
    if not steps:
        return "", []
    name, *rest = steps
    if name == "options" and rest:
        return option_label(thing.kind, rest[0]), rest[1:]
    fields = {**one.new.base_fields, **one.form.base_fields}
    return (fields[name].label, rest) if name in fields else ("", steps)
