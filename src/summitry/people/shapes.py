"""The parts of which the schema of one's own data is made (`export`): JSON Schema 2020-12."""

from typing import Any

WORD = {"type": "string"}
WORDS = {"type": "array", "items": WORD}
TEXT = {"type": "object", "additionalProperties": {"type": "string"}}  # {language: words}
MOMENT = {"type": "string", "format": "date-time"}
PERHAPS = {"type": ["string", "null"], "format": "date-time"}  # a moment, or none yet


def thing(**properties: Any) -> dict[str, Any]:
    """An object with exactly these properties."""
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def rows(**properties: Any) -> dict[str, Any]:
    """A list of such objects."""
    return {"type": "array", "items": thing(**properties)}
