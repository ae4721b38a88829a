"""What may be asked about people."""

from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.text.value import Text

from .models import (
    Institution,
    Invitation,
    Mandate,
    MandateQuerySet,
    Organisation,
    Person,
    Role,
    User,
)
from .permissions import scopes_of
from .waiting import Waiting


def institution() -> Institution:
    """The institution; before it has been set up, one without facts that is called Summitry. One query."""
    return Institution.objects.filter(pk=1).first() or Institution(pk=1, name=Text.of("Summitry"))


def person_of(user: User) -> Person:
    """The person behind an account; sign-up makes one. One query, none if it is known already."""
    return user.person


def holders(scope: str, *roles: str) -> MandateQuerySet:
    """Mandates in force in exactly this scope, with their persons and accounts. One query."""
    found = Mandate.objects.in_force().filter(scope=scope).select_related("person__user")
    return (found.filter(role__in=[str(role) for role in roles]) if roles else found).order_by("role", "pk")


def mandates_of(user: User, at: datetime | None = None) -> MandateQuerySet:
    """A user's mandates in force (now, or at a moment), the newest first. One query."""
    when = at or timezone.now()
    return (
        Mandate.objects.filter(person__user=user, since__lte=when)
        .filter(Q(until__isnull=True) | Q(until__gt=when))
        .order_by("-since", "-pk")
    )


def acting_as(user: User | None, obj: object, *roles: str) -> str:
    """The first of these roles that the user holds for the thing: what a public entry names as its author.

    None stands for the operator at the command line. Empty if the user holds none of them.
    """
    if user is None:
        return "operator"
    held = user.roles
    return next((str(role) for role in roles for scope in scopes_of(obj) if (str(role), scope) in held), "")


def waiting(user: User) -> list[Waiting]:
    """Invitations to the user's confirmed addresses and, for the secretariat, organisations to confirm.

    Two queries, three for the secretariat.
    """
    found = [
        Waiting(
            title=_("You are invited to serve as %(role)s") % {"role": Role(one.role).label},
            url=reverse("people:me") + "#invitations",
            icon="mail",
            area="people",
            due=one.expires_at,
        )
        for one in invitations_for(user)
    ]
    if user.has_perm("people.keep_organisations"):
        named = Organisation.objects.filter(confirmed=False).count()
        if named:
            title = ngettext("%(count)d organisation to confirm", "%(count)d organisations to confirm", named)
            url = reverse("people:organisations") + "?confirmed=no"
            found.append(Waiting(title % {"count": named}, url, "users", "people", count=named))
    return found


def invitations_for(user: User) -> QuerySet[Invitation]:
    """Open invitations to any address that the account has confirmed."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values("email")
    return Invitation.objects.filter(
        email__in=addresses, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).order_by("expires_at")


def known_to(users: Iterable[User]) -> dict[int, Person]:
    """Persons by the account's key. One query."""
    return {
        person.user_id: person for person in Person.objects.filter(user__in=list(users)) if person.user_id
    }
