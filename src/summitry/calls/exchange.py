"""A rule set as a file: written, read, and what putting it in place would change."""

import json
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from . import checks, terms
from .codec import Problem
from .compare import Change, changes
from .models import Call
from .rules import RulesError, RuleSet, parse

LARGEST = 500_000  # bytes of a file; the longest template has 40,000


def write(rules: RuleSet) -> str:
    """Rules as a file for people and machines: the JSON of the published schema, indented."""
    return json.dumps(rules.to_json(), ensure_ascii=False, indent=1) + "\n"


def too_large() -> ValidationError:
    return ValidationError(_("The file is larger than %(size)d kB.") % {"size": LARGEST // 1000})


def read(content: bytes) -> Any:
    """A file's JSON. Raises ValidationError for one that is too large, is no JSON or cannot be stored."""
    if len(content) > LARGEST:
        raise too_large()
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
        words = json.dumps(found, ensure_ascii=False)
        words.encode()
    except (ValueError, RecursionError) as error:
        raise ValidationError(_("The file is not JSON in UTF-8.")) from error
    if "\\u0000" in words:
        raise ValidationError(_("The file holds characters that cannot be stored."))
    return found


def _refuse(name: str) -> None:
    raise ValueError(name)


@dataclass(frozen=True, slots=True)
class Look:
    """What a rule set would do to a draft. refused: why it cannot be put in place (then `rules` is None);
    open: what would still keep the call from being opened; changes: what would be another one."""

    rules: RuleSet | None
    refused: list[Problem] = field(default_factory=list)
    open: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def look(call: Call, data: Any, now: datetime) -> Look:
    """A dry run: nothing is written. `data` is what `read` gave."""
    try:
        rules = parse(data)
    except RulesError as error:
        return Look(None, error.problems)
    if refused := [*terms.unusable(rules), *_unstorable(call, rules)]:
        return Look(None, refused)
    return Look(rules, [], checks.problems(rules, call, now), changes(call.rules, rules))


def _unstorable(call: Call, rules: RuleSet) -> list[Problem]:
    """What the call's own columns refuse, and what has no canonical form."""
    try:
        rules.canonical()
    except (TypeError, ValueError) as error:
        return [Problem("", str(error))]
    trial = copy(call)
    trial.set_rules(rules)
    try:
        trial.full_clean()
    except ValidationError as error:
        return [Problem(name, words) for name, listed in _by_name(error) for words in listed]
    return []


def _by_name(error: ValidationError) -> list[tuple[str, list[str]]]:
    return [("" if name == "__all__" else name, words) for name, words in error.message_dict.items()]
