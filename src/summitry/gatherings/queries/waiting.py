"""What waits for those who make programmes."""

from collections.abc import Iterator
from typing import Any

import rules
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import INSTITUTION, Person, Role
from summitry.people.waiting import Waiting

from ..models import Gathering, ReleasedSlot, Session
from .outcomes import owed_by, to_confirm


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
    """What waits for a reader as reporter, as focal point of a convener, and as programme desk. At most five
    queries."""
    person = getattr(user, "person", None)
    if person is not None:
        yield from _reports(person)
    for side in to_confirm(user):
        yield Waiting(
            title=_("“%(title)s”: the outcome document waits for %(name)s")
            % {"title": side.shown_title, "name": side.organisation.name},
            url=reverse("gatherings:outcome", args=[side.session.gathering.slug, side.session.slug]),
            icon="users",
            area="gatherings",
        )
    yield from _desk(user)


def _reports(person: Person) -> Iterator[Waiting]:
    """Reports of sessions that have ended, up to twenty. One query."""
    ended = owed_by(person).filter(
        Exists(ReleasedSlot.objects.filter(session=OuterRef("session"), ends__lte=timezone.now()))
    )
    for report in ended[:20]:
        session = report.session
        yield Waiting(
            title=_("“%(title)s”: the session’s report") % {"title": report.shown_title},
            url=reverse("gatherings:report", args=[session.gathering.slug, session.slug]),
            icon="doc",
            area="gatherings",
            due=report.due_at,
        )


def _desk(user: Any) -> Iterator[Waiting]:
    """Sessions without a slot and programmes with changes that are not released, of coming gatherings, and
    late reports of all. Two queries; none for those who make no programmes."""
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
    yield from _late(user, scopes)
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


def _late(user: Any, scopes: set[str]) -> Iterator[Waiting]:
    late = Gathering.objects.annotate(
        late=Count(
            "sessions__report",
            filter=Q(
                sessions__report__due_at__lt=timezone.now(),
                sessions__report__delivered_at=None,
                sessions__report__waived_at=None,
            ),
        )
    ).filter(late__gt=0)
    if INSTITUTION not in scopes:
        late = late.filter(slug__in=[scope.partition(":")[2] for scope in scopes])
    for gathering in late.order_by("starts", "pk"):
        if rules.has_perm("gatherings.edit_programme", user, gathering):
            yield Waiting(
                title=_("%(title)s: reports that are late") % {"title": gathering.title},
                url=reverse("gatherings:desk_reports", args=[gathering.slug]) + "?show=late",
                icon="doc",
                area="gatherings",
                count=gathering.late,
            )
