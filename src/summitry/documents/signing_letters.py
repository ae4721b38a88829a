"""Letters about adoption and signing, each in its reader's language, put into the outbox within the act."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from summitry.people import mail
from summitry.people.models import Institution, Organisation, User
from summitry.people.queries import institution

from .models import Adoption, FullPowers, Signature
from .queries import speakers


def _written(
    template: str, user: User, house: Institution, context: dict[str, Any], page: str, *args: Any
) -> tuple[str, str, str]:
    language = user.language or settings.LANGUAGE_CODE
    with translation.override(language):
        link = settings.BASE_URL + reverse(page, args=args)
    more = {**context, "institution": house, "link": link}
    return user.email, *mail.compose(f"documents/{template}", more, language)


def _to_all(template: str, users: Iterable[User], context: dict[str, Any], page: str, *args: Any) -> int:
    house = institution()
    return mail.post_all(_written(template, user, house, context, page, *args) for user in users)


def adoption_begun(adoption: Adoption, entitled: Iterable[Organisation]) -> int:
    """To all who speak for a body that may object. How many go. Two queries, and the letters."""
    document = adoption.version.document
    context = {"adoption": adoption, "document": document}
    return _to_all(
        "adoption_begun", speakers.accounts_for(entitled), context, "documents:adoption", document.slug
    )


def adoption_decided(adoption: Adoption) -> int:
    """To the same, when the window is over. Three queries, and the letters."""
    document = adoption.version.document
    context = {
        "adoption": adoption,
        "document": document,
        "objections": adoption.standing().count(),
    }
    users = speakers.accounts_for(adoption.entitled.all())
    return _to_all("adoption_decided", users, context, "documents:adoption", document.slug)


def powers_answered(powers: FullPowers) -> int:
    """To the holder: verified, or refused and why."""
    user, document = powers.person.user, powers.document
    if user is None or not user.is_active:
        return 0
    page, args = ("documents:sign", document.slug) if document else ("documents:powers", powers.uid)
    context = {"powers": powers, "document": document}
    return _to_all("powers_answered", [user], context, page, args)


def signature_answered(signature: Signature) -> int:
    """To whoever signed: certified, or refused and why."""
    user = signature.person.user if signature.person else None
    if user is None or not user.is_active:
        return 0
    slug, uid = signature.document.slug, signature.uid
    context = {"signature": signature, "document": signature.document}
    return _to_all("signature_answered", [user], context, "documents:signature", slug, uid)
