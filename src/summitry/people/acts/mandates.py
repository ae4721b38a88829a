"""Mandates: given, and ended; never deleted."""

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.value import Text

from .. import changes, scopes
from ..models import INSTITUTION, Mandate, Person, Role, User, scope_of
from ..permissions import Duty
from ..queries import acting_as

# Duties that one person may not hold in one scope: whoever runs a call neither scores nor decides in it, and
# whoever reads all of it by a standing duty does not score. One for the institution counts in every scope.
APART = (
    frozenset({Role.CALL_MANAGER, Role.JUROR}),
    frozenset({Role.CALL_MANAGER, Role.JURY_CHAIR}),
    frozenset({Role.SCREENER, Role.JUROR}),
    frozenset({Role.SECRETARIAT, Role.JUROR}),
    frozenset({Role.AUDITOR, Role.JUROR}),
    frozenset({Role.ORGAN, Role.JUROR}),
    frozenset({Role.ORGAN, Role.JURY_CHAIR}),
    frozenset({Role.ORGAN, Role.CALL_MANAGER}),
)


def check_duty(role: str, scope: str) -> None:
    """Raise ValidationError, by field, for a role or a scope that does not exist."""
    if role not in Role.values:
        raise ValidationError({"role": _("There is no role “%(role)s”.") % {"role": role[:40]}})
    if not scopes.exists(scope):
        raise ValidationError(
            {"scope": _("There is nothing here that is called “%(scope)s”.") % {"scope": scope[:80]}}
        )


def check_apart(person: Person, role: str, scope: str) -> None:
    """Raise ValidationError if the person holds a duty in the scope, or for the institution, that excludes
    this one."""
    standing = Mandate.objects.in_force().filter(person=person, scope__in={scope, INSTITUTION})
    held = set(standing.values_list("role", flat=True))
    for pair in APART:
        if role in pair and (others := (pair - {role}) & held):
            raise ValidationError(
                {
                    "role": _("Whoever is %(held)s here cannot be %(role)s too.")
                    % {"held": Role(next(iter(others))).label, "role": Role(role).label}
                }
            )


_guards: list[Callable[[Person, str, str], None]] = []


def guard(check: Callable[[Person, str, str], None]) -> None:
    """Ask before every mandate: `check(person, role, scope)` raises ValidationError to refuse it. For apps
    above whose rules keep somebody from a duty. Called in AppConfig.ready()."""
    if check not in _guards:
        _guards.append(check)


def forget_roles(*holders: User | Person | None) -> None:
    """Accounts that are in memory ask the database anew what they may do."""
    for holder in holders:
        user = holder._state.fields_cache.get("user") if isinstance(holder, Person) else holder
        if user is not None:
            user.__dict__.pop("roles", None)


@act
def grant(
    actor: User | None,
    person: Person,
    role: str,
    scope: str = INSTITUTION,
    *,
    label: Text | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Mandate:
    """Give a person a role in a scope, from now or a moment on, without end or until another (UTC).

    `label` is how the public knows the holder ("Juror 3"). None as the actor is the operator at the command
    line. An open mandate for the same is returned as it is. Nobody grants anything to herself.
    """
    if actor is not None:
        require(actor, "people.grant_mandate", Duty(role, scope))
        if person.user_id == actor.pk:
            raise ValidationError(
                _("Nobody can give a mandate to herself: ask somebody else of the secretariat.")
            )
    return give(
        person,
        role,
        scope,
        label or Text(),
        since,
        until,
        acting_as(actor, Duty(role, scope), *_GRANTORS),
        actor,
    )


_GRANTORS = (Role.SECRETARIAT, Role.CALL_MANAGER)


def give(
    person: Person,
    role: str,
    scope: str,
    label: Text,
    since: datetime | None,
    until: datetime | None,
    by: str,
    actor: User | None,
) -> Mandate:
    """The part of granting that an accepted invitation shares. Within an act, permission already checked."""
    check_duty(role, scope)
    given = person
    person = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
    if person.erased_at:
        raise ValidationError(_("This person’s data have been erased."))
    start = since or timezone.now()
    if until and until <= start:
        raise ValidationError({"until": _("A mandate ends after it begins.")})
    standing = Mandate.objects.filter(person=person, role=role, scope=scope)
    standing = standing.filter(Q(until__isnull=True) | Q(until__gt=timezone.now()))
    if found := standing.first():
        return found
    check_apart(person, role, scope)
    for check in _guards:
        check(person, role, scope)
    mandate = Mandate.objects.create(
        person=person, role=role, scope=scope, label=label, since=start, until=until
    )
    forget_roles(given, person, actor)
    enter(
        "people.mandate_granted",
        subject=scope_of(mandate),
        facts=mandate.public(),
        by=by,
        actor=actor,
        private={"person": str(person.uid)},
    )
    changes.tell_duty(mandate)
    return mandate


@act
def end_mandate(actor: User | None, mandate: Mandate) -> Mandate:
    """End a mandate now. Its power goes at once; ending it twice changes nothing. A holder may resign.

    The last mandate of the secretariat for the institution cannot end: nobody could give another.
    """
    given = mandate._state.fields_cache.get("person")
    mandate = (
        Mandate.objects.select_for_update(of=("self",)).select_related("person__user").get(pk=mandate.pk)
    )
    holder = mandate.person.user
    resigns = actor is not None and holder == actor
    if actor is not None and not resigns:
        require(actor, "people.end_mandate", Duty(mandate.role, mandate.scope))
    by = mandate.role if resigns else acting_as(actor, Duty(mandate.role, mandate.scope), *_GRANTORS)
    ended = stop(mandate, by, actor)
    forget_roles(given)
    return ended


def stop(mandate: Mandate, by: str, actor: User | None) -> Mandate:
    """The part of ending that an erasure shares. Within an act, the mandate locked, permission already
    checked."""
    now = timezone.now()
    if mandate.until and mandate.until <= now:
        return mandate
    if (mandate.role, mandate.scope) == (Role.SECRETARIAT, INSTITUTION):
        sisters = Mandate.objects.in_force().filter(role=Role.SECRETARIAT, scope=INSTITUTION)
        list(sisters.select_for_update().order_by("pk"))  # of two who end each other's, one waits
        others = sisters.exclude(pk=mandate.pk).exclude(person=mandate.person)
        if not others.filter(person__user__is_active=True).exists():
            raise ValidationError(
                _(
                    "This is the last mandate of the secretariat. "
                    "Give one to somebody else first, then end this one."
                )
            )
    mandate.since = min(mandate.since, now)
    mandate.until = now
    mandate.save(update_fields=["since", "until"])
    forget_roles(mandate.person, actor)
    enter(
        "people.mandate_ended",
        subject=scope_of(mandate),
        facts=mandate.public(),
        by=by,
        actor=actor,
    )
    changes.tell_duty(mandate)
    return mandate
