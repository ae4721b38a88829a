"""All that the house keeps about one person, as plain data she can take away.

Each app that keeps personal data registers one section in its AppConfig.ready():
`export.register("calls", queries.personal_data, schema={…})`. A section's function gets the account and gives
plain JSON data; its schema says what that is (JSON Schema 2020-12), and goes out with the data.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

FORMAT = "summitry personal data 1"
type Json = bool | int | str | list[Any] | dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    give: Callable[[Any], Json]
    schema: dict[str, Any] | None


_sections: dict[str, Section] = {}


def register(name: str, give: Callable[[Any], Json], schema: dict[str, Any] | None = None) -> None:
    """Add a section. `give(user)` returns JSON data of what this app keeps about the user, and of nobody
    else."""
    _sections[name] = Section(name, give, schema)


def sections() -> list[Section]:
    return [_sections[name] for name in sorted(_sections)]


def schema() -> dict[str, Any]:
    """JSON Schema of the whole file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FORMAT,
        "type": "object",
        "required": ["format", "made_at", "sections"],
        "properties": {
            "format": {"const": FORMAT},
            "made_at": {"type": "string", "format": "date-time"},
            "schema": {"type": "object"},
            "sections": {
                "type": "object",
                "required": [section.name for section in sections()],
                "properties": {section.name: section.schema or True for section in sections()},
            },
        },
    }


def stream(user: Any) -> Iterator[str]:
    """The file, section by section."""

    def written(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, indent=1)

    now = timezone.now().isoformat()
    yield f'{{"format": {written(FORMAT)},\n"made_at": {written(now)},\n"sections": {{\n'
    for number, section in enumerate(sections()):
        yield f"{',' if number else ''}{written(section.name)}: {written(section.give(user))}\n"
    yield f'}},\n"schema": {written(schema())}}}\n'
