"""What an electronic signature signs: one message, made once, kept by nobody until it is signed.

The signer carries it through the page in a word that only this house makes: message, the salt of its
commitment to her, for whom and with which full powers. Nothing is written before she has signed."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.people.models import Organisation, User
from summitry.record import canonical
from summitry.record.acts import SALT, commitment
from summitry.text.value import Text

from .models import Document, FullPowers, Signature, Version

KEPT = timedelta(hours=1)  # how long a message can be signed
_SALT = "summitry.documents.signing"
ACT = "summitry signature 1"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message that waits for its signature. word: what the page carries."""

    word: str
    message: bytes
    kind: str
    salt: bytes
    powers: int
    reservation: Text
    anchors: list[str]

    @property
    def digest(self) -> str:
        return sha256(self.message).hexdigest()


def expected(version: Version, organisation: Organisation, kind: str, capacity: Text) -> dict[str, Any]:
    """What a message must say of whose signature it is, under which text."""
    return {
        "document": version.document.slug,
        "version": version.number,
        "digest": version.digest,
        "organisation": organisation.slug,
        "kind": kind,
        "capacity": capacity.values,
    }


def expected_of(signature: Signature) -> dict[str, Any]:
    """The same of a signature that is kept; its version and organisation should be selected."""
    return expected(signature.version, signature.organisation, signature.kind, signature.capacity)


def prepare(
    user: User,
    version: Version,
    powers: FullPowers,
    kind: str,
    reservation: Text,
    anchors: list[str],
    now: datetime,
) -> Prepared:
    """The message for a signature under a version, by the holder of full powers. Writes nothing."""
    salt = secrets.token_bytes(SALT)
    message = canonical.encode(
        {
            "act": ACT,
            "house": settings.RECORD_ORIGIN,
            **expected(version, powers.organisation, kind, powers.capacity),
            "name": powers.organisation.name,
            "person": commitment(salt, canonical.encode(str(user.person.uid))),
            "reservation": reservation.values or None,
            "provisions": anchors,
            "date": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }
    )
    held = [message.decode(), salt.hex(), user.pk, powers.pk, kind, reservation.to_json(), anchors]
    word = signing.dumps(held, salt=_SALT, compress=True)
    return Prepared(word, message, kind, salt, powers.pk, reservation, anchors)


def reserved(signature: Signature) -> tuple[Text, list[str]]:
    """The reservation that a signature's message holds, and the provisions that it names; empty for what was
    signed on paper or elsewhere."""
    said = json.loads(signature.message) if signature.message else {}
    values = said.get("reservation")
    return Text.from_values(values) if values else Text(), list(said.get("provisions") or [])


def take(word: str, user: User) -> Prepared:
    """What a word carries. Raises ValidationError if it is not whole, not hers, or too old."""
    try:
        held = signing.loads(word, salt=_SALT, max_age=KEPT)
        message, salt, owner, powers, kind, reservation, anchors = held
    except (signing.BadSignature, ValueError):
        held = None
    if held is None or owner != user.pk:
        raise ValidationError(
            _("This message is too old, or not yours. Nothing was signed; begin again."), code="old"
        )
    return Prepared(
        word, message.encode(), kind, bytes.fromhex(salt), powers, Text.from_json(reservation), anchors
    )


def text_to_sign(document: Document) -> Version | None:
    """The adopted version of a document; None if there is none. One query."""
    return document.versions.filter(adopted_at__isnull=False).select_related("document").first()
