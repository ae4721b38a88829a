"""A form that somebody has published as a JSON Schema, as the fields of a call; and what was filled in there
as answers to them.

What has an equal here becomes it: enumerations are choices, addresses links, lists of organisations lists of
organisations. A list of objects is taken apart: one field for each enumeration in it, and one text, a line
each, for the rest. Nothing is guessed from the data, so that the same schema always gives the same form."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from summitry.text.value import Text

from .rules import Choice, Field

ADDRESS = re.compile(r"(?:url|uri|website|link)\Z", re.IGNORECASE)
BODIES = re.compile(r"organi[sz]ations?\Z", re.IGNORECASE)
PRIVATE = re.compile(r"contact|e-?mail|phone", re.IGNORECASE)
LONGEST = 50_000


class SchemaError(ValueError):
    """What is no schema of a form."""


@dataclass(frozen=True, slots=True)
class Question:
    """A field, and how its answer is read out of a filled-in form. path: property, or property and part."""

    field: Field
    path: tuple[str, ...]

    def read(self, given: Mapping[str, Any]) -> Any:
        """The answer in a filled-in form, None if there is none."""
        found = given.get(self.path[0])
        if found in (None, "", [], {}):
            return None
        return _READERS[self.field.kind](self, found)


@dataclass(frozen=True, slots=True)
class Form:
    """The questions of a schema."""

    title: str
    questions: tuple[Question, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(one.field for one in self.questions)

    def answers(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What was filled in, by field."""
        found = {one.field.key: one.read(given) for one in self.questions}
        return {key: value for key, value in found.items() if value is not None}


def read(schema: Any, roles: Mapping[str, str] | None = None) -> Form:
    """The form of a schema whose top is an object. roles: property -> role of its field ("title").

    Raises SchemaError."""
    if not isinstance(schema, Mapping) or not isinstance(schema.get("properties"), Mapping):
        raise SchemaError("the schema describes no object with properties")
    needed = set(schema.get("required", []))
    found: list[Question] = []
    for name, about in schema["properties"].items():
        found += _questions(name, about, name in needed, (roles or {}).get(name, ""))
    seen = [one.field.key for one in found]
    if len(set(seen)) != len(seen):
        raise SchemaError("two properties have the same name but for their letters’ case")
    return Form(str(schema.get("title", "")), tuple(found))


def _questions(name: str, about: Mapping[str, Any], needed: bool, role: str) -> Iterator[Question]:
    of = about.get("items", {}) if about.get("type") == "array" else about
    label, many = str(about.get("description") or name), about.get("type") == "array"
    if of.get("type") == "object" and not BODIES.search(name):
        parts: Mapping[str, Any] = of.get("properties", {})
        listed = {part: each for part, each in parts.items() if "enum" in each}
        for part, each in listed.items():
            words = str(each.get("description") or part)
            yield Question(_field((name, part), words, "choices", each["enum"], needed), (name, part))
        rest = [part for part in parts if part not in listed and not PRIVATE.search(part)]
        if rest:
            kept = needed and not listed
            yield Question(_field((name,), label, "text", (), kept), (name, *rest))
        return
    kind = _kind(name, about, of, many, role)
    yield Question(_field((name,), label, kind, of.get("enum", ()), needed, role), (name,))


def _kind(name: str, about: Mapping[str, Any], of: Mapping[str, Any], many: bool, role: str) -> str:
    if "enum" in of:
        return "choices" if many else "choice"
    if of.get("type") == "object":
        return "organisations"
    if about.get("type") == "boolean":
        return "yesno"
    if about.get("type") in {"number", "integer"}:
        return "number"
    if not many and (ADDRESS.search(name) or about.get("format") == "uri"):
        return "url"
    return "line" if role == "title" else "text"


def _field(path: tuple[str, ...], label: str, kind: str, values: Any, needed: bool, role: str = "") -> Field:
    words = {"text": {"max_chars": LONGEST}, "line": {"max_chars": 500}}
    return Field(
        key=_key("_".join(path)),
        kind=kind,
        label=Text.of(label[:300]),
        required=needed,
        role=role,
        choices=tuple(Choice(_choice(one), Text.of(str(one))) for one in values),
        options=words.get(kind, {}),
    )


def _key(words: str) -> str:
    plain = re.sub(r"[^a-z0-9_]", "_", words.lower())[:40]
    return plain if plain[:1].isalpha() else f"f_{plain}"[:40]


def _choice(value: Any) -> str:
    return slugify(str(value).replace(".", "-"))[:40] or "none"


def _objects(found: Any) -> list[Mapping[str, Any]]:
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, Mapping)]


def _lines(question: Question, found: Any) -> str | None:
    """Texts one below the other; of objects their parts, with a dot between."""
    if len(question.path) > 1:
        each = (
            " · ".join(str(one[part]).strip() for part in question.path[1:] if one.get(part))
            for one in _objects(found)
        )
    else:
        each = (str(one) for one in (found if isinstance(found, list) else [found]))
    return "\n".join(line for line in each if line) or None


def _chosen(question: Question, found: Any) -> list[str] | None:
    part = question.path[-1]
    values = (
        [one[part] for one in _objects(found) if one.get(part) is not None]
        if len(question.path) > 1
        else found
    )
    return [_choice(one) for one in values] or None


def _bodies(question: Question, found: Any) -> list[dict[str, str]] | None:
    said = []
    for one in _objects(found):
        parts = {"name": one.get("name"), "website": one.get("website"), "role": one.get("org_type")}
        said.append({key: str(value).strip()[:300] for key, value in parts.items() if value})
    return [one for one in said if one.get("name")] or None


_READERS = {
    "text": _lines,
    "line": lambda question, found: str(found).strip(),
    "url": lambda question, found: str(found).strip(),
    "choice": lambda question, found: _choice(found),
    "choices": _chosen,
    "organisations": _bodies,
    "yesno": lambda question, found: found,
    "number": lambda question, found: found,
}
