"""Invitations by e-mail: an offer of a mandate through a secret link."""

import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from summitry.record.act import act, require
from summitry.text.value import Text

from .. import changes, checks, mail, scopes
from ..models import INSTITUTION, Invitation, Mandate, Role, User
from ..permissions import Duty
from ..queries import acting_as, hashed, person_of
from .mandates import check_duty, give

LASTS = timedelta(days=14)


def _fresh() -> str:
    return secrets.token_urlsafe(32)  # 256 bits


def _post(invitation: Invitation, secret: str) -> None:
    language = invitation.language or settings.LANGUAGE_CODE
    with translation.override(language):
        context = {
            "name": str(invitation.name),
            "role": Role(invitation.role).label,
            "scope": ""
            if invitation.scope == INSTITUTION
            else scopes.names([invitation.scope])[invitation.scope],
            "link": settings.BASE_URL + reverse("people:invitation", args=[secret]),
            "expires": invitation.expires_at,
        }
    mail.send("people/mail/invitation.txt", invitation.email, context, language)


@act
def invite(
    actor: User,
    email: str,
    role: str,
    scope: str = INSTITUTION,
    *,
    name: Text | None = None,
    label: Text | None = None,
    language: str = "",
) -> Invitation:
    """Offer somebody a role in a scope: she gets a link that works once, for 14 days, for this address only.

    An invitation for the same that is still open is returned, and no second letter goes; `renew_invitation`
    sends one.
    """
    require(actor, "people.grant_mandate", Duty(role, scope))
    check_duty(role, scope)
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as problem:
        raise ValidationError({"email": problem.messages}) from None
    if actor.email.lower() == address:
        raise ValidationError(
            {"email": _("Nobody can give a mandate to herself: ask somebody else of the secretariat.")}
        )
    held = Mandate.objects.in_force().filter(person__user__email=address, role=role, scope=scope)
    if held.exists():
        raise ValidationError({"email": _("Whoever has this address holds this mandate already.")})
    open_ones = Invitation.objects.select_for_update().filter(
        email=address, role=role, scope=scope, accepted_at=None, revoked_at=None
    )
    if found := open_ones.first():
        if found.state == "open":
            return found
        found.revoked_at = found.expires_at
        found.save(update_fields=["revoked_at"])
    secret = _fresh()
    invitation = Invitation.objects.create(
        email=address,
        name=checks.title(name or Text(), "name", required=False),
        label=checks.title(label or Text(), "label", required=False),
        role=role,
        scope=scope,
        language=checks.language(language),
        secret_hash=hashed(secret),
        invited_by=actor,
        invited_as=acting_as(actor, Duty(role, scope), Role.SECRETARIAT, Role.CALL_MANAGER),
        expires_at=timezone.now() + LASTS,
    )
    _post(invitation, secret)
    return invitation


def _locked(invitation: Invitation) -> Invitation:
    return Invitation.objects.select_for_update().get(pk=invitation.pk)


@act
def renew_invitation(actor: User, invitation: Invitation) -> Invitation:
    """Send a new link for 14 days; the old one stops working."""
    require(actor, "people.grant_mandate", Duty(invitation.role, invitation.scope))
    invitation = _locked(invitation)
    if invitation.state not in {"open", "expired"}:
        raise ValidationError(_("This invitation was accepted or revoked."))
    secret = _fresh()
    invitation.secret_hash, invitation.expires_at = hashed(secret), timezone.now() + LASTS
    invitation.save(update_fields=["secret_hash", "expires_at"])
    _post(invitation, secret)
    return invitation


@act
def revoke_invitation(actor: User, invitation: Invitation) -> Invitation:
    """Take an offer back; its link stops working. Twice changes nothing."""
    require(actor, "people.grant_mandate", Duty(invitation.role, invitation.scope))
    invitation = _locked(invitation)
    if invitation.accepted_at:
        raise ValidationError(_("This invitation was accepted already. End the mandate instead."))
    if not invitation.revoked_at:
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
    return invitation


def why_not(invitation: Invitation | None) -> str:
    """Why a link does not work, in words for its reader; empty if it works."""
    if invitation is None:
        return _(
            "This link is not one of ours, or a newer letter has replaced it. "
            "Check that the whole address was copied."
        )
    return {
        "accepted": _("This invitation has been accepted already. Each link works once."),
        "revoked": _(
            "This invitation has been withdrawn. Write to the secretariat if you think that this is an error."
        ),
        "expired": _("This invitation has expired. Ask the secretariat for a new one."),
        "open": "",
    }[invitation.state]


def is_for(invitation: Invitation, user: User) -> bool:
    """The account has shown that it reads the mail of the invited address."""
    return EmailAddress.objects.filter(user=user, email__iexact=invitation.email, verified=True).exists()


@act
def accept(user: User, secret: str) -> Mandate:
    """Take the offer behind a link. Only an account that has confirmed the invited address may: a forwarded
    link gives nobody else the mandate. ValidationError for a link that does not work; the same reader twice
    gets her mandate again."""
    return _take(user, Invitation.objects.select_for_update().filter(secret_hash=hashed(secret)).first())


@act
def accept_offered(user: User, invitation: Invitation) -> Mandate:
    """Take an offer that one sees on one's own page; the same conditions as through its link."""
    return _take(user, Invitation.objects.select_for_update().filter(pk=invitation.pk).first())


def _take(user: User, invitation: Invitation | None) -> Mandate:
    person = person_of(user)
    if invitation and invitation.mandate and invitation.mandate.person_id == person.pk:
        return invitation.mandate
    if problem := why_not(invitation):
        raise ValidationError(problem)
    assert invitation is not None  # noqa: S101  (why_not has said so)
    if not is_for(invitation, user):
        raise PermissionDenied(
            _("This invitation is for another e-mail address than those that you have confirmed.")
        )
    by = invitation.invited_as
    mandate = give(person, invitation.role, invitation.scope, invitation.label, None, None, by, user)
    if not person.name and invitation.name:
        person.name = invitation.name
        person.save(update_fields=["name", "search"])
        changes.tell([person])
    invitation.accepted_at, invitation.mandate = timezone.now(), mandate
    invitation.save(update_fields=["accepted_at", "mandate"])
    return mandate
