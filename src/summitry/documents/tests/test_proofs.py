"""The certified copy, verified offline; what is seen of a touched one; passkeys by a soft authenticator."""

import json
from base64 import b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

from summitry.engines.merkle.note import Signer
from summitry.people.tests.factories import make_user
from summitry.record import canonical, keys
from summitry.text.value import Text

from .. import acts, certificate, proofs, roll
from ..means import means
from .signing import Browser, a_certified, a_signatory, a_state, an_adopted

MESSAGE = canonical.encode({"document": "initiative"})


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def assertion(message: bytes, **changed) -> dict[str, str]:
    """What a passkey of the house gives for a message."""
    key = ec.generate_private_key(ec.SECP256R1())
    client = {
        "type": changed.get("type", "webauthn.get"),
        "challenge": websafe_encode(changed.get("challenge", sha256(message).digest())),
        "origin": "https://example.org",
    }
    told = json.dumps(client).encode()
    rp = changed.get("rp", "example.org")
    data = sha256(rp.encode()).digest() + bytes([changed.get("flags", 1)]) + bytes(4)
    signed = key.sign(data + sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
    return {
        "key": b64(cbor.encode(dict(ES256.from_cryptography_key(key.public_key())))),
        "rp": "example.org",
        "client": b64(told),
        "authenticator": b64(data),
        "signature": b64(signed),
    }


def test_a_passkey_holds_for_its_message_alone():
    proofs.check("passkey", MESSAGE, assertion(MESSAGE), {"document": "initiative"})
    other = assertion(MESSAGE)
    for proof, said in (
        (assertion(b"another"), "something else"),
        (assertion(MESSAGE, type="webauthn.create"), "no assertion"),
        (assertion(MESSAGE, rp="evil.example"), "not one of this house"),
        (assertion(MESSAGE, flags=0), "nobody was present"),
        (assertion(MESSAGE) | {"key": other["key"]}, "not this passkey"),
        (assertion(MESSAGE) | {"key": b64(b"\xff")}, "not this passkey"),
        (assertion(MESSAGE) | {"client": b64(b"[]")}, "cannot be read"),
        (assertion(MESSAGE) | {"signature": "!"}, "not base64"),
        ({}, "no client"),
    ):
        with pytest.raises(proofs.ProofError, match=said):
            proofs.check("passkey", MESSAGE, proof, {})


def test_a_key_holds_for_its_message_alone():
    browser = Browser()
    proofs.check("key", MESSAGE, browser.sign(MESSAGE), {"document": "initiative"})
    for message, proof, said in (
        (MESSAGE, browser.sign(b"another"), "not this key"),
        (MESSAGE, {"signature": browser.sign(MESSAGE)["signature"]}, "no key"),
        (MESSAGE, browser.sign(MESSAGE) | {"key": "AAAA"}, "3 bytes instead of 32"),
        (b'{"document": "initiative"}', browser.sign(MESSAGE), "not canonical"),
        (b"[]", browser.sign(b"[]"), "not canonical"),
    ):
        with pytest.raises(proofs.ProofError, match=said):
            proofs.check("key", message, proof, {})
    with pytest.raises(proofs.ProofError, match="another document"):
        proofs.check("key", MESSAGE, browser.sign(MESSAGE), {"document": "declaration"})


def test_what_is_no_copy_at_all():
    for data in (b"", b"[]", b'{"copy": {}}', b"\xff", b'{"format": 1, "copy": {"document": []}}'):
        with pytest.raises(proofs.ProofError):
            proofs.verify(data)


@pytest.fixture
def copy(db):
    version = an_adopted()
    a_certified(version, reservation=Text.of("But not paragraph 2."), anchors=["p2"])
    simple = a_certified(version, a_signatory(version.document, a_state("Peru", "PE")), kind="simple")
    today = timezone.now().date()
    acts.confirm_signature(make_user("depositary"), simple, today, "Instrument of ratification")
    rows, _remarks = roll.read(b"name,category\nZed,company")
    acts.take_in_signatories(None, version.document, rows, source="elsewhere.example")
    return certificate.copy_of(version)


def verified(copy, key=None) -> proofs.Report:
    return proofs.verify(json.dumps(copy).encode(), key or keys.signer().verifier)


def test_a_copy_holds_and_every_touch_of_it_is_seen(copy):
    report = verified(copy)
    assert (report.holds, report.certified_by) == (True, keys.signer().name)
    assert [(one.organisation, one.checked, one.problem) for one in report.lines] == [
        ("egypt", True, ""),
        ("peru", True, ""),
        ("zed", False, ""),
    ]
    assert copy["copy"]["positions"][0]["text"] == {"en": "But not paragraph 2."}
    assert copy["copy"]["adoption"]["way"] == "acclamation"
    assert "salt" not in json.dumps(copy)

    def touched(change, key=None):
        other = json.loads(json.dumps(copy))
        change(other["copy"])
        found = verified(other, key)
        return found.faults + [one.problem for one in found.lines if one.problem]

    assert touched(lambda one: one["signatures"][2].update(state="certified")) == [
        "the certificate is of another copy"
    ]
    assert touched(lambda one: one["document"]["source"]["provisions"][0].update(words="We part.")) == [
        "the certificate is of another copy",
        "the words do not give the digest that was signed",
    ]
    assert touched(lambda one: one["signatures"][0].update(organisation="peru"))[1:] == [
        "the message names another organisation"
    ]
    assert touched(lambda one: one["signatures"][0].update(kind="simple"))[1:] == [
        "the message names another kind"
    ]
    assert touched(lambda one: one["signatures"].append({}))[1:] == ["this signature cannot be read"]
    stranger = Signer("other.example/record", b"0" * 32).verifier
    assert touched(lambda one: None, stranger) == ["the certificate: none of the keys signed the note"]


def test_means_that_prove_nothing_here():
    assert means("paper").problem("", {}, {}) is None
    assert means("elsewhere").problem("", {}, {}) is None
