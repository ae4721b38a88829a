"""The description of the interface as a page: made from the same OpenAPI document that machines read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .v1 import api

PREFIX = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter or a part of an answer."""

    name: str
    type: str
    about: str


@dataclass(frozen=True, slots=True)
class Address:
    """One address: what it gives, what may be asked, what the answer holds."""

    id: str
    path: str
    summary: str
    about: str
    asks: list[Value]
    gives: list[Value]
    listed: bool  # whether the parts are those of each item of a list


@dataclass(frozen=True, slots=True)
class Group:
    """The addresses of one subject."""

    name: str
    addresses: list[Address]


@cache
def document() -> Mapping[str, Any]:
    """The OpenAPI document."""
    return dict(api.get_openapi_schema(path_prefix=PREFIX))


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _type(schema: Mapping[str, Any]) -> str:
    """A type in words of JSON: "string (date-time)", "array of Named", "integer or null"."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(f"“{one}”" for one in schema["enum"])
    if "const" in schema:
        return f"“{schema['const']}”"
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"array of {_type(schema.get('items', {}))}"
    extra = schema.get("additionalProperties")
    if kind == "object" and isinstance(extra, Mapping):
        return f"object of {_type(extra)}"
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _bounds(schema: Mapping[str, Any]) -> str:
    names = {"minimum": "≥", "maximum": "≤", "maxLength": "at most", "default": "default"}
    said = {name: schema[name] for name in names if schema.get(name) not in (None, "", [])}
    return ", ".join(f"{names[name]} {value}" for name, value in said.items())


def _asks(operation: Mapping[str, Any]) -> Iterator[Value]:
    for one in operation.get("parameters", ()):
        schema = one["schema"]
        about = " ".join(filter(None, [schema.get("description", ""), _bounds(schema)]))
        yield Value(one["name"], _type(schema), about)


def _gives(operation: Mapping[str, Any]) -> tuple[list[Value], bool]:
    schema = _resolved(operation["responses"][200]["content"]["application/json"]["schema"])
    items = schema.get("properties", {}).get("items")
    if items is not None:
        schema = _resolved(items["items"])
    parts = schema.get("properties", {}).items()
    return [_part(name, one) for name, one in parts], items is not None


def _part(name: str, schema: Mapping[str, Any]) -> Value:
    about = schema.get("description", "")
    if schema.get("additionalProperties") == {"type": "string"}:  # said once, above all addresses
        return Value(name, "words by language", "" if about.startswith("A text") else about)
    return Value(name, _type(schema), about)


@cache
def groups() -> list[Group]:
    """All addresses by subject."""
    found: dict[str, list[Address]] = {}
    for path, methods in document()["paths"].items():
        operation = methods["get"]
        gives, listed = _gives(operation)
        address = Address(
            operation["operationId"].rpartition("_resources_")[2] or operation["operationId"],
            path,
            operation["summary"],
            operation.get("description", ""),
            list(_asks(operation)),
            gives,
            listed,
        )
        found.setdefault(operation["tags"][0], []).append(address)
    return [Group(name, addresses) for name, addresses in found.items()]


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """What machines may read, and how. No query but those of the frame."""
    context = {"groups": groups(), "prefix": PREFIX, "host": request.build_absolute_uri("/").rstrip("/")}
    return render(request, "api/docs.html", context)
