"""What documents keep about a reader with an account: to take away, and to forget."""

from typing import Any

from summitry.people.shapes import TEXT, rows

from .models import Reader

SCHEMA = rows(
    document=TEXT,
    version={"type": ["integer", "null"]},
    read_at={"type": ["string", "null"]},
    follows={"type": "boolean"},
)


def give(user: Any) -> list[dict[str, Any]]:
    """What she marked as read, and what she follows. One query."""
    rows = Reader.objects.filter(user=user).select_related("document", "version").order_by("pk")
    return [
        {
            "document": one.document.title.values,
            "version": one.version.number if one.version else None,
            "read_at": one.read_at.isoformat() if one.read_at else None,
            "follows": one.follows,
        }
        for one in rows
    ]


def forget(user: Any, person: Any) -> None:
    """Nothing of it is anybody else's."""
    Reader.objects.filter(user=user).delete()
