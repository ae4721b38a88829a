"""What may be asked about people."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Case, Count, F, Q, QuerySet, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.text.ordering import by_name
from summitry.text.value import Text

from .fields import normal
from .models import (
    Affiliation,
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


def invitation(secret: str) -> Invitation | None:
    """The invitation behind a link, whatever its state. One query."""
    return Invitation.objects.filter(secret_hash=hashed(secret)).first()


def affiliations_of(person: Person) -> QuerySet[Affiliation]:
    """A person's affiliations: present ones first, then the latest. One query."""
    ended = Case(When(until__lt=timezone.localdate(), then=1), default=0)
    found = person.affiliations.select_related("organisation")
    return found.order_by(ended, F("since").desc(nulls_last=True), "pk")


def organisations_to_choose(person: Person, wanted: str = "") -> QuerySet[Organisation]:
    """Confirmed organisations, and those that the person has named herself; by name. One query."""
    found = Organisation.objects.filter(Q(confirmed=True) | Q(affiliations__person=person)).distinct()
    if wanted:
        found = found.filter(search__contains=normal(wanted))
    return found.order_by(by_name("name", "search"), "pk")


def organisations_named(names: Iterable[str]) -> dict[str, Organisation]:
    """The organisations that bear these names, in any language or as another name, by the normalised name; of
    several the confirmed one, then the oldest. One query, which reads all of them."""
    wanted, found = {normal(one) for one in names}, dict[str, Organisation]()
    for one in Organisation.objects.order_by("-confirmed", "pk").iterator(chunk_size=2000):
        for name in wanted.intersection(one.search.split("\n")):
            found.setdefault(name, one)
    found.pop("", None)
    return found


@dataclass(frozen=True, slots=True)
class Security:
    """How an account is guarded."""

    email: str
    password: bool
    totp: bool
    passkeys: int
    recovery_codes: bool


def security_of(user: User) -> Security:
    """One query."""
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return Security(
        user.email,
        user.has_usable_password(),
        Authenticator.Type.TOTP in kinds,
        kinds.count(Authenticator.Type.WEBAUTHN),
        Authenticator.Type.RECOVERY_CODES in kinds,
    )


def organisations(wanted: str = "", kind: str = "", confirmed: bool | None = None) -> QuerySet[Organisation]:
    """For the desk: all organisations, those to confirm first, with the number of their people (`people`)."""
    found = Organisation.objects.annotate(people=Count("affiliations__person", distinct=True))
    if wanted:
        found = found.filter(search__contains=normal(wanted))
    if kind:
        found = found.filter(kind=kind)
    if confirmed is not None:
        found = found.filter(confirmed=confirmed)
    return found.order_by("confirmed", by_name("name", "search"), "pk")


def people_of(organisation: Organisation) -> QuerySet[Affiliation]:
    """Who belongs or belonged to an organisation."""
    return organisation.affiliations.select_related("person").order_by(
        by_name("person__name", "person__search"), "pk"
    )


def persons(wanted: str = "") -> QuerySet[Person]:
    """For the desk: persons by name or e-mail, with account and number of mandates in force (`duties`)."""
    now = timezone.now()
    in_force = Q(mandates__since__lte=now) & (Q(mandates__until__isnull=True) | Q(mandates__until__gt=now))
    found = Person.objects.filter(erased_at=None).select_related("user")
    found = found.annotate(duties=Count("mandates", filter=in_force, distinct=True))
    if wanted:
        found = found.filter(Q(search__contains=normal(wanted)) | Q(user__email__icontains=wanted))
    return found.order_by(by_name("name", "search"), "pk")


def mandates(wanted: str = "", role: str = "", ended: bool = False) -> QuerySet[Mandate]:
    """For the desk: mandates in force (or those that have ended), the newest first, with persons and
    accounts."""
    now = timezone.now()
    over = Q(until__lte=now)
    found = Mandate.objects.filter(over if ended else ~over | Q(until__isnull=True)).select_related(
        "person__user"
    )
    if wanted:
        found = found.filter(
            Q(person__search__contains=normal(wanted)) | Q(person__user__email__icontains=wanted)
        )
    if role:
        found = found.filter(role=role)
    return found.order_by("-since", "-pk")


def invitations(state: str = "open") -> QuerySet[Invitation]:
    """For the desk: invitations in a state (open, expired, accepted, revoked; else all), the newest first."""
    now = timezone.now()
    pending = Q(accepted_at=None, revoked_at=None)
    states = {
        "open": pending & Q(expires_at__gt=now),
        "expired": pending & Q(expires_at__lte=now),
        "accepted": Q(accepted_at__isnull=False),
        "revoked": Q(revoked_at__isnull=False),
    }
    found = Invitation.objects.select_related("invited_by")
    return found.filter(states.get(state, Q())).order_by("-created_at", "-pk")


def hashed(secret: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def at_address[T: (Person, Organisation)](model: type[T], slug: str) -> tuple[T | None, bool]:
    """The person or organisation of a short name, and whether the name is a former one. Two queries at
    most."""
    if found := model._default_manager.filter(slug=slug).first():
        return found, False
    return model._default_manager.filter(former__slug=slug).first(), True


def address_taken(thing: Person | Organisation, slug: str) -> bool:
    """Whether another of its kind has, or had, this short name. Two queries at most."""
    model = type(thing)
    others = model._default_manager.exclude(pk=thing.pk)
    return others.filter(slug=slug).exists() or others.filter(former__slug=slug).exists()


def known_to(users: Iterable[User]) -> dict[int, Person]:
    """Persons by the account's key. One query."""
    return {
        person.user_id: person for person in Person.objects.filter(user__in=list(users)) if person.user_id
    }
