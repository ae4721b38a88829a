"""Passkey: one that the account has registered asserts the digest of the message (WebAuthn)."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from fido2 import cbor
from fido2.utils import websafe_encode
from fido2.webauthn import AuthenticationResponse, UserVerificationRequirement

from summitry.people.models import User

from .. import proofs
from .base import Means, register

_VERIFIED = UserVerificationRequirement.PREFERRED


@register
class Passkey(Means):
    key = "passkey"
    label = _("with a passkey")
    electronic = True
    template = "documents/signing/by_passkey.html"

    def offer(self, message: bytes, user: User) -> Mapping[str, Any] | None:
        """What the browser's `navigator.credentials.get` is asked; None without a registered passkey."""
        credentials = auth.get_credentials(user)
        if not credentials:
            return None
        options, _state = auth.get_server().authenticate_begin(
            credentials=credentials, user_verification=_VERIFIED, challenge=sha256(message).digest()
        )
        return dict(options)

    def prove(self, message: bytes, posted: Any, user: User) -> dict[str, Any]:
        server, credentials = auth.get_server(), auth.get_credentials(user)
        state = {"challenge": websafe_encode(sha256(message).digest()), "user_verification": _VERIFIED}
        try:
            used = server.authenticate_complete(state, credentials, posted)
            answer = AuthenticationResponse.from_dict(posted).response
            proof = {
                "key": _b64(cbor.encode(dict(used.public_key))),
                "rp": server.rp.id,
                "client": _b64(answer.client_data),
                "authenticator": _b64(answer.authenticator_data),
                "signature": _b64(answer.signature),
            }
            proofs.check_passkey(message, proof)
        except (proofs.ProofError, ValueError, TypeError, KeyError, AttributeError):
            raise ValidationError(
                gettext("The passkey’s answer does not fit the message. Nothing was signed; try again."),
                code="proof",
            ) from None
        return proof


def _b64(data: bytes) -> str:
    return b64encode(data).decode()
