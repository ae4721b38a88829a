"""Key: an Ed25519 key that the browser made, and whose private part never leaves it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from summitry.people.models import User

from .. import proofs
from .base import Means, register


@register
class Key(Means):
    key = "key"
    label = _("with a key")
    electronic = True
    template = "documents/signing/by_key.html"

    def prove(self, message: bytes, posted: Any, user: User) -> dict[str, Any]:
        given: Mapping[str, Any] = posted if isinstance(posted, Mapping) else {}
        proof = {name: str(given.get(name, ""))[:200] for name in ("key", "signature")}
        try:
            proofs.check_key(message, proof)
        except proofs.ProofError:
            raise ValidationError(
                gettext("The signature does not fit the message and the key. Nothing was signed; try again."),
                code="proof",
            ) from None
        return proof
