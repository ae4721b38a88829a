"""Answers in the cells of a table, as people type them there, and back.

What a kind of answer looks like in a cell is one entry here, under its key; a kind without one is written as
it is kept if that is a text, else as JSON. Whatever would not come back as it is kept is written as JSON too,
after "json:": so every answer comes back the same."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.text import languages
from summitry.text.sheets import TOO_LONG
from summitry.text.tables import Column
from summitry.text.value import Text

from .. import fields
from ..fields import Context
from ..fields.parties import Parties
from ..rules import Field

JSON = "json:"
_PARTS = re.compile(r"[;\n]")
type Write = Callable[[Field, Any], str]
type Read = Callable[[Field, str], Any]
_cells: dict[str, tuple[Write, Read]] = {}


def _as_is(field: Field, stored: Any) -> str:
    return stored if isinstance(stored, str) else JSON + json.dumps(stored, ensure_ascii=False)


def _same(field: Field, words: str) -> Any:
    return words


def _number(field: Field, stored: Any) -> str:
    return str(stored)


def _list(field: Field, stored: Any) -> str:
    return "; ".join(str(one) for one in stored)


def _listed(field: Field, words: str) -> list[str]:
    return [one.strip() for one in _PARTS.split(words) if one.strip()]


def _yes(field: Field, stored: Any) -> str:
    return "yes" if stored else "no"


def _said_yes(field: Field, words: str) -> str:
    return words.strip().lower()


def _choice(field: Field, words: str) -> str:
    """A choice by its key, else by its label in any language."""
    words = words.strip()
    if field.choice(words):
        return words
    named = [
        one.key
        for one in field.choices
        if words.lower() in {_low(said) for said in one.label.values.values()}
    ]
    return named[0] if len(named) == 1 else words


def _low(words: str) -> str:
    return words.strip().lower()


def _choices(field: Field, words: str) -> list[str]:
    return [_choice(field, one) for one in _listed(field, words)]


def _parts(field: Field) -> tuple[str, ...]:
    kind = fields.kind(field.kind)
    return kind.parts if isinstance(kind, Parties) else ()


def _parties(field: Field, stored: Any) -> str:
    """A line each, its parts divided by bars."""
    lines = (" | ".join(one.get(part, "") for part in _parts(field)) for one in stored)
    return "\n".join(line.rstrip(" |") for line in lines)


def _named(field: Field, words: str) -> list[dict[str, str]]:
    parts, found = _parts(field), []
    for at, line in enumerate((one for one in words.splitlines() if one.strip()), 1):
        given = [one.strip() for one in line.split("|")]
        if len(given) > len(parts):
            raise ValidationError(
                _("Number %(number)d: more parts than %(parts)s.")
                % {"number": at, "parts": " | ".join(parts)},
                code="parts",
            )
        found.append(dict(zip(parts, given, strict=False)))
    return found


_cells |= {
    "number": (_number, _same),
    "year": (_number, _same),
    "yesno": (_yes, _said_yes),
    "choice": (_as_is, _choice),
    "choices": (_list, _choices),
    "countries": (_list, _listed),
    "persons": (_parties, _named),
    "organisations": (_parties, _named),
    "place": (_parties, _named),
    "budget": (_parties, _named),
}


def columns(field: Field, codes: tuple[str, ...] = ()) -> list[Column]:
    """The columns of a question: its own, and one for each language into which answers may be translated."""
    found = [Column(field.key, str(field.label), fields.kind(field.kind).holds_files)]
    if field.translatable:
        found += [
            Column(f"{field.key}:{code}", f"{field.label} ({languages.local_name(code)})") for code in codes
        ]
    return found


def write(field: Field, stored: Any, context: Context) -> dict[str, str]:
    """An answer by the key of the column. Files by their names alone."""
    if stored is None:
        return {}
    kind = fields.kind(field.kind)
    if kind.holds_files:
        return {field.key: "; ".join(one.name for one in kind.value(field, stored, context))}
    if field.translatable and isinstance(stored, Mapping):
        values = Text.from_json(stored).values
        given = {
            field.key if code == context.language else f"{field.key}:{code}": words
            for code, words in values.items()
        }
    else:
        given = {field.key: _cells.get(field.kind, (_as_is, _same))[0](field, stored)}
    return given if _comes_back(field, given, stored, context) else {field.key: _json(stored)}


def _json(stored: Any) -> str:
    return JSON + json.dumps(stored, ensure_ascii=False)


def _comes_back(field: Field, given: Mapping[str, str], stored: Any, context: Context) -> bool:
    try:
        found = fields.kind(field.kind).clean(field, read(field, given, context.language), context)
    except ValidationError:
        return False
    if isinstance(found, Mapping) and isinstance(stored, Mapping):  # how far a translation is stays behind
        one, other = Text.from_json(found), Text.from_json(stored)
        return (one.source, one.values) == (other.source, other.values)
    return bool(found == stored)


def read(field: Field, given: Mapping[str, str], language: str) -> Any:
    """What stands in the cells of a question, as `FieldKind.clean` takes it; None if they are empty. Raises
    ValidationError."""
    words = given.get(field.key, "").strip("\ufeff")
    if words.strip() == TOO_LONG:
        raise ValidationError(
            _("This did not fit in a cell of the workbook. Take the table out as CSV instead."), code="cell"
        )
    if words.startswith(JSON):
        try:
            return json.loads(words[len(JSON) :])
        except (ValueError, RecursionError) as error:
            raise ValidationError(_("What stands after “json:” is not JSON."), code="json") from error
    if field.translatable:
        # In one order, wherever the columns stand: without words in the entry’s language, the first is the
        # source.
        codes = {
            key.partition(":")[2]: said for key, said in sorted(given.items()) if ":" in key and said.strip()
        }
        if words.strip() and language in codes:
            raise ValidationError(
                _("The words in the entry’s own language stand in two columns."), code="languages"
            )
        return ({language: words} if words.strip() else {}) | codes or None
    return _cells.get(field.kind, (_as_is, _same))[1](field, words) if words.strip() else None
