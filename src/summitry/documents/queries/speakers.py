"""Who speaks and who may sign for which organisation."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from summitry.people.models import Mandate, Organisation, Role, User, scope_of
from summitry.text.ordering import sort_key

from ..models import Document, FullPowers
from ..models.signing import FullPowersQuerySet

_PREFIX = f"{Organisation._meta.label_lower}:"
SPEAKERS = (Role.DELEGATE, Role.FOCAL_POINT)


def spoken_for(user: Any) -> set[str]:
    """Slugs of the organisations whose delegate or focal point she is; no query once her roles are known."""
    return {
        scope.removeprefix(_PREFIX)
        for role, scope in getattr(user, "roles", ())
        if role in SPEAKERS and scope.startswith(_PREFIX)
    }


def represented() -> list[Organisation]:
    """Confirmed organisations that have a delegate or a focal point now. Two queries."""
    scopes = Mandate.objects.in_force().filter(role__in=SPEAKERS, scope__startswith=_PREFIX)
    slugs = {one.removeprefix(_PREFIX) for one in scopes.values_list("scope", flat=True)}
    return list(Organisation.objects.filter(slug__in=slugs, confirmed=True).order_by("pk"))


def accounts_for(organisations: Iterable[Organisation]) -> list[User]:
    """The accounts of those who speak for any of them now, each once. One query."""
    scopes = [scope_of(one) for one in organisations]
    found = Mandate.objects.in_force().filter(role__in=SPEAKERS, scope__in=scopes)
    people = found.filter(person__user__is_active=True).select_related("person__user").order_by("pk")
    return list({one.person.user_id: one.person.user for one in people if one.person.user}.values())


def signs_for(user: Any, organisation: Organisation | None = None) -> FullPowersQuerySet:
    """Her full powers in force, for one organisation or for all."""
    if not user.is_authenticated:
        return FullPowers.objects.none()
    held = FullPowers.objects.in_force().filter(person__user=user)
    return held if organisation is None else held.filter(organisation=organisation)


def powers_of(user: User, document: Document) -> list[FullPowers]:
    """Her full powers for a document, of every state, the newest first. One query."""
    found = FullPowers.objects.for_document(document).filter(person__user=user)
    return list(found.select_related("organisation", "document"))


def voices(user: Any) -> list[Organisation]:
    """Organisations for which she may state a position now, by name. Two queries."""
    if not user.is_authenticated:
        return []
    by_powers = signs_for(user).values("organisation")
    found = Organisation.objects.filter(Q(slug__in=spoken_for(user)) | Q(pk__in=by_powers), confirmed=True)
    return sorted(found, key=lambda one: sort_key(str(one.name)))
