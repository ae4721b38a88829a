"""Who speaks where."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet

from summitry.people.models import Person

from ..models import Gathering, ReleasedSlot, SessionPerson


def sessions_of(person: Person) -> QuerySet[ReleasedSlot]:
    """All sessions of a person in the current releases of all public gatherings, the newest first. One
    query."""
    return (
        ReleasedSlot.objects.filter(session__parts__person=person, release=F("session__gathering__released"))
        .exclude(session__gathering__state=Gathering.State.DRAFT)
        .select_related("session__gathering", "room", "track")
        .distinct()
        .order_by("-starts", "pk")
    )


def persons_of_sessions(sessions: Iterable[int]) -> dict[int, list[SessionPerson]]:
    """The parts of sessions by session, in their order. One query."""
    found: dict[int, list[SessionPerson]] = {}
    parts: Any = SessionPerson.objects.filter(session__in=list(sessions)).select_related("person")
    for part in parts.order_by("session", "position", "pk"):
        found.setdefault(part.session_id, []).append(part)
    return found
