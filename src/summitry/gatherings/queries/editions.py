"""Which gatherings there are."""

from typing import Any

import rules
from django.db.models import QuerySet
from django.utils import timezone

from ..models import Gathering


def _public() -> QuerySet[Gathering]:
    return Gathering.objects.exclude(state=Gathering.State.DRAFT).select_related("series", "released")


def upcoming(limit: int = 3, *, partners: bool = False) -> list[Gathering]:
    """Announced gatherings that are not over, the next one first. One query."""
    today = timezone.now().date()
    found = _public().filter(ends__gte=today, state=Gathering.State.ANNOUNCED)
    return list((found if partners else found.filter(partner=False)).order_by("starts", "slug")[:limit])


def next_gathering() -> Gathering | None:
    """The institution's own next gathering, or the one that is on. One query."""
    found = upcoming(1)
    return found[0] if found else None


def editions() -> QuerySet[Gathering]:
    """All public editions of the institution's own gatherings, the newest first. One query."""
    return _public().filter(partner=False).order_by("-starts", "slug")


def partner_gatherings() -> QuerySet[Gathering]:
    """Public gatherings of other conveners, the newest first. One query."""
    return _public().filter(partner=True).order_by("-starts", "slug")


def for_reader(user: Any) -> QuerySet[Gathering]:
    """The gatherings that this reader may open: public ones, and drafts for those who work on them. The
    roles are those of `gatherings.see_working`; a scope names one gathering or the institution."""
    everything = Gathering.objects.select_related("series", "released")
    if rules.has_perm("gatherings.see_working", user):
        return everything
    label = Gathering._meta.label_lower
    own = {
        scope.partition(":")[2]
        for _role, scope in getattr(user, "roles", ())
        if scope.startswith(f"{label}:")
    }
    visible = everything.exclude(state=Gathering.State.DRAFT)
    return visible | everything.filter(slug__in=own) if own else visible


def gathering_of_scope(scope: str) -> Gathering | None:
    """The gathering of a scope such as "gatherings.gathering:summit-2027". One query, none if it is
    another's."""
    label, _colon, slug = scope.partition(":")
    if label != Gathering._meta.label_lower:
        return None
    return Gathering.objects.filter(slug=slug).first()
