"""What gatherings keep about a person: to take away, and to forget."""

from typing import Any

from .models import SessionPerson, Speaker

_TEXT = {"type": "object", "additionalProperties": {"type": "string"}}


def _rows(**properties: Any) -> dict[str, Any]:
    row = {"type": "object", "required": list(properties), "additionalProperties": False}
    return {"type": "array", "items": {**row, "properties": properties}}


SCHEMA = {
    "type": "object",
    "required": ["sessions", "biographies"],
    "additionalProperties": False,
    "properties": {
        "sessions": _rows(gathering=_TEXT, session=_TEXT, role={"type": "string"}),
        "biographies": _rows(gathering=_TEXT, biography=_TEXT),
    },
}


def give(user: Any) -> dict[str, Any]:
    """The sessions in which she takes part and the biographies that she gave for them. Two queries."""
    parts = (
        SessionPerson.objects.filter(person__user=user).select_related("session__gathering").order_by("pk")
    )
    speakers = Speaker.objects.filter(person__user=user).select_related("gathering").order_by("pk")
    return {
        "sessions": [
            {
                "gathering": part.session.gathering.title.values,
                "session": part.session.title.values,
                "role": part.role,
            }
            for part in parts
        ],
        "biographies": [
            {"gathering": one.gathering.title.values, "biography": one.biography.values}
            for one in speakers
            if one.biography
        ],
    }


def forget(user: Any, person: Any) -> None:
    """Takes away her biographies and what files said of her; that somebody took part in a session stays."""
    Speaker.objects.filter(person=person).delete()
    for part in SessionPerson.objects.filter(person=person).exclude(extra={}):
        part.extra = {name: value for name, value in part.extra.items() if name in {"own", "again"}}
        part.save(update_fields=["extra"])
