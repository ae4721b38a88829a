"""Who speaks where."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet

from summitry import kept
from summitry.people.models import Person

from ..models import Gathering, ReleasedSlot, SessionPerson


def sessions_of(person: Person) -> QuerySet[ReleasedSlot]:
    """All sessions of a person in the current releases of all public gatherings, the newest first. One
    query, and one more for what a kept page depends on."""
    if kept.is_making():
        _depend_on(person)
    return (
        ReleasedSlot.objects.filter(session__parts__person=person, release=F("session__gathering__released"))
        .exclude(session__gathering__state=Gathering.State.DRAFT)
        .select_related("session__gathering", "room", "track")
        .distinct()
        .order_by("-starts", "pk")
    )


def _depend_on(person: Person) -> None:
    """On her parts, and on where each of these sessions stands in a release, now or later."""
    kept.depends(f"parts:{person.pk}")
    parts = SessionPerson.objects.filter(person=person).values_list("session", "session__gathering")
    for session, gathering in parts.distinct():
        kept.depends(
            f"row:{session}", f"session:{session}", f"gathering:{gathering}", f"programme:{gathering}"
        )


def persons_of_sessions(
    sessions: Iterable[int], among: QuerySet[Any] | None = None
) -> dict[int, list[SessionPerson]]:
    """The parts of sessions by session, in their order. One query. among: the same sessions as a query, where
    they are so many that to name each is slow."""
    found: dict[int, list[SessionPerson]] = {}
    keys = list(sessions)
    kept.depends(*(f"cast:{key}" for key in keys))
    chosen: Any = keys if among is None else among
    parts: Any = SessionPerson.objects.filter(session__in=chosen).select_related("person", "organisation")
    parts = parts.defer("person__biography", "person__languages")
    for part in parts.order_by("session", "position", "pk"):
        found.setdefault(part.session_id, []).append(part)
        kept.depends(f"person:{part.person_id}")
        if part.organisation_id:
            kept.depends(f"organisation:{part.organisation_id}")
    return found
