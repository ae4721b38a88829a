"""Who may speak of a version, for whom, until when; and who reads what was said."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry import kept
from summitry.people.models import Organisation, Role, User
from summitry.text.moments import exact
from summitry.text.ordering import by_name

from .models import Amendment, Version

_SPEAK = (Role.DELEGATE, Role.FOCAL_POINT)  # mandates that let one speak for an organisation
_ON_DUTY = (Role.SECRETARIAT, Role.TRANSLATOR, Role.AUDITOR)
_SCOPE = "people.organisation:"


def _is_member(user: Any) -> bool:
    return any(role == Role.DELEGATE for role, _scope in getattr(user, "roles", ()))


def refusal(user: Any, version: Version) -> str:
    """Why this user may not speak of this version, in words; empty if she may. At most one query
    (mandates)."""
    if not user.is_authenticated:
        return _("Sign in first: whoever comments is named.")
    if not user.is_active:
        return _("This account is closed.")
    if version.commenters == Version.Commenters.MEMBERS and not _is_member(user):
        return _("Only delegates of members comment on this version.")
    return ""


def may_read(user: Any, version: Version) -> bool:
    """Whether she reads what others have said: all do, but where only members are asked; there they and the
    house read it until the answers are published. At most one query (mandates)."""
    if is_open_to_all(version):
        return True
    held: Iterable[tuple[str, str]] = getattr(user, "roles", ())
    here = set(version.scopes())
    return _is_member(user) or any(role in _ON_DUTY and scope in here for role, scope in held)


def is_open_to_all(version: Version) -> bool:
    """Whether everybody reads what is said of this version."""
    return version.commenters != Version.Commenters.MEMBERS or version.disposed_at is not None


def takes(version: Version, now: datetime | None = None) -> bool:
    """Whether a comment that arrives at this moment (now) is in time; at the last instant it is."""
    kept.until(version.comments_from, version.comments_until)
    now = now or timezone.now()
    return (
        version.comments_from is not None
        and version.comments_until is not None
        and version.comments_from <= now <= version.comments_until
    )


def closed(version: Version, now: datetime) -> str:
    """Why nothing can be said of this version at this moment, in words; empty while comments run."""
    return "" if takes(version, now) else _("Comments on this version are not open.")


def settled(said: Amendment) -> str:
    """Why an amendment can be neither taken back nor supported, in words; empty while it can."""
    if said.state != Amendment.State.SHOWN:
        return _("This amendment does not stand any more.")
    return _("This amendment has been answered.") if said.outcome else ""


def check_open(version: Version, now: datetime) -> None:
    """Refuses, with the exact times, what arrives outside the period. Raises ValidationError."""
    if takes(version, now):
        return
    if version.comments_from is None or version.comments_until is None:
        raise ValidationError(_("Comments on this version are not open."), code="closed")
    if now < version.comments_from:
        raise ValidationError(
            _("Comments are taken from %(from)s; yours arrived at %(now)s. Nothing was saved.")
            % {"from": exact(version.comments_from), "now": exact(now)},
            code="early",
        )
    raise ValidationError(
        _("Comments were taken until %(until)s; yours arrived at %(now)s. Nothing was saved.")
        % {"until": exact(version.comments_until), "now": exact(now)},
        code="late",
    )


def organisations_of(user: User) -> QuerySet[Organisation]:
    """The confirmed organisations for which she may speak: where she has a place today, and whose delegate or
    focal point she is. One query, and one for her mandates."""
    today = timezone.localdate()
    mandated = [
        scope.removeprefix(_SCOPE)
        for role, scope in user.roles
        if role in _SPEAK and scope.startswith(_SCOPE)
    ]
    present = (
        Q(affiliations__person__user=user)
        & (Q(affiliations__since__isnull=True) | Q(affiliations__since__lte=today))
        & (Q(affiliations__until__isnull=True) | Q(affiliations__until__gte=today))
    )
    return (
        Organisation.objects.filter(present | Q(slug__in=mandated), confirmed=True)
        .distinct()
        .order_by(by_name("name", "search"), "pk")
    )


def check_speaker(user: User, organisation: Organisation | None) -> None:
    """Raises ValidationError under "organisation" unless she may speak for this one; None is herself, who
    needs a name."""
    if organisation is None:
        if not user.person.name:
            raise ValidationError(
                {"organisation": _("Write your name in your profile first: whoever comments is named.")}
            )
    elif not organisations_of(user).filter(pk=organisation.pk).exists():
        raise ValidationError(
            {
                "organisation": _(
                    "You may not speak for %(name)s: add your place in it to your profile first. "
                    "An organisation that is new here has to be confirmed by the secretariat."
                )
                % {"name": organisation.name}
            }
        )
