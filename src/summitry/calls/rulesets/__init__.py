"""Templates of calls, written out in full: each JSON file here but the schema is one."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..rules import RuleSet, parse

HERE = Path(__file__).resolve().parent


@cache
def _read(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def names() -> list[str]:
    """The keys of all templates."""
    return sorted(path.stem for path in HERE.glob("*.json") if path.stem != "schema")


@cache
def _load(name: str) -> RuleSet:
    return parse(_read(name))


def load(name: str) -> RuleSet:
    """A template's rules. Raises ValidationError if there is no such template."""
    if name not in names():
        raise ValidationError({"template": _("There is no such template.")})
    return _load(name)


def schema() -> Any:
    """The published JSON Schema of rule sets."""
    return _read("schema")
