"""What waits for those who make programmes."""

from collections.abc import Iterator
from typing import Any

import rules
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import INSTITUTION, Role
from summitry.people.waiting import Waiting

from ..models import Gathering, Session


def unscheduled(gathering: Gathering) -> QuerySet[Session]:
    """Accepted sessions that have no room and time yet. One query."""
    return (
        gathering.sessions.filter(state=Session.State.ACCEPTED, slot__isnull=True)
        .select_related("track")
        .order_by("pk")
    )


def unreleased_changes(gathering: Gathering) -> bool:
    """Whether the working programme was touched since the last release; no query."""
    return gathering.changed_at is not None


def waiting(user: Any) -> Iterator[Waiting]:
    """Sessions without a slot and programmes with changes that are not released, of coming gatherings. One
    query; none for those who make no programmes."""
    scopes = {scope for role, scope in user.roles if role in {Role.SECRETARIAT, Role.PROGRAMME}}
    if not scopes:
        return
    found = (
        Gathering.objects.filter(ends__gte=timezone.now().date(), partner=False)
        .exclude(state=Gathering.State.CANCELLED)
        .annotate(
            loose=Count(
                "sessions", filter=Q(sessions__state=Session.State.ACCEPTED, sessions__slot__isnull=True)
            )
        )
        .order_by("starts", "pk")
    )
    if INSTITUTION not in scopes:
        found = found.filter(slug__in=[scope.partition(":")[2] for scope in scopes])
    for gathering in found:
        if not rules.has_perm("gatherings.edit_programme", user, gathering):
            continue
        url = reverse("gatherings:desk_edition", args=[gathering.slug])
        if gathering.loose:
            yield Waiting(
                title=_("%(title)s: sessions without a room and a time") % {"title": gathering.title},
                url=f"{url}?show=loose",
                icon="calendar",
                area="gatherings",
                count=gathering.loose,
            )
        if gathering.changed_at and gathering.released_id:
            yield Waiting(
                title=_("%(title)s: changes that the public does not see yet") % {"title": gathering.title},
                url=reverse("gatherings:desk_release", args=[gathering.slug]),
                icon="bridge",
                area="gatherings",
            )
