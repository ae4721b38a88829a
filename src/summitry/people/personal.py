"""What people itself keeps about an account: its section of the personal data that one can take away."""

from typing import Any

from allauth.account.models import EmailAddress

from .models import Invitation, Mandate, User
from .shapes import PERHAPS, TEXT, rows, thing

_DAY = {"type": ["string", "null"], "format": "date"}


SCHEMA = thing(
    account=thing(
        uid={"type": "string", "format": "uuid"},
        email={"type": "string", "format": "email"},
        addresses=rows(email={"type": "string"}, verified={"type": "boolean"}),
        language={"type": "string"},
        time_zone={"type": "string"},
        joined=PERHAPS,
        last_sign_in=PERHAPS,
    ),
    profile=thing(
        name=TEXT,
        biography=TEXT,
        country={"type": "string"},
        languages={"type": "array", "items": {"type": "string"}},
    ),
    affiliations=rows(organisation=TEXT, title=TEXT, since=_DAY, until=_DAY),
    mandates=rows(
        role={"type": "string"}, scope={"type": "string"}, label=TEXT, since=PERHAPS, until=PERHAPS
    ),
    invitations=rows(
        role={"type": "string"},
        scope={"type": "string"},
        state={"enum": ["open", "accepted", "revoked", "expired"]},
        sent=PERHAPS,
    ),
)


def _moment(value: Any) -> str | None:
    return value.isoformat() if value else None


def give(user: User) -> dict[str, Any]:
    """Account, profile, affiliations, mandates and invitations of one account. Five queries."""
    person = user.person
    addresses = list(EmailAddress.objects.filter(user=user).order_by("pk"))
    return {
        "account": {
            "uid": str(user.uid),
            "email": user.email,
            "addresses": [{"email": one.email, "verified": one.verified} for one in addresses],
            "language": user.language,
            "time_zone": user.time_zone,
            "joined": _moment(user.date_joined),
            "last_sign_in": _moment(user.last_login),
        },
        "profile": {
            "name": person.name.values,
            "biography": person.biography.values,
            "country": person.country,
            "languages": person.languages,
        },
        "affiliations": [
            {
                "organisation": one.organisation.name.values,
                "title": one.title.values,
                "since": _moment(one.since),
                "until": _moment(one.until),
            }
            for one in person.affiliations.select_related("organisation").order_by("pk")
        ],
        "mandates": [
            {
                "role": one.role,
                "scope": one.scope,
                "label": one.label.values,
                "since": _moment(one.since),
                "until": _moment(one.until),
            }
            for one in Mandate.objects.filter(person=person).order_by("pk")
        ],
        "invitations": [
            {"role": one.role, "scope": one.scope, "state": one.state, "sent": _moment(one.created_at)}
            for one in Invitation.objects.filter(
                email__in=[address.email.lower() for address in addresses if address.verified]
            ).order_by("pk")
        ],
    }
