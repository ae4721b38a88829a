"""Does a signature hold, and does a certified copy? From the data alone: no Django, no database, no network.

A key's proof is {"key", "signature"}: an Ed25519 public key of 32 bytes and its signature over the message
(RFC 8032). A passkey's is {"key", "rp", "client", "authenticator", "signature"}: a COSE key, the relying
party, and a WebAuthn assertion whose challenge is the SHA-256 of the message (WebAuthn level 3, 7.2). Bytes
are in base64.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from summitry.engines.merkle import note
from summitry.record import canonical

FORMAT = "summitry certified copy 1"
HEADING = "summitry certified copy"
MOST = 100_000_000  # bytes of a copy
_PRESENT = 0x01  # of an authenticator's flags


class ProofError(ValueError):
    """A signature that does not hold; the message says why."""


def _bytes(proof: Mapping[str, Any], name: str, size: int | None = None) -> bytes:
    try:
        found = note.unb64(str(proof[name]), name)
    except KeyError:
        raise ProofError(f"the proof has no {name}") from None
    except note.NoteError as error:
        raise ProofError(str(error)) from None
    if size is not None and len(found) != size:
        raise ProofError(f"the {name} has {len(found)} bytes instead of {size}")
    return found


def check_key(message: bytes, proof: Mapping[str, Any]) -> None:
    """Raises ProofError unless an Ed25519 key signed the message."""
    key, signature = _bytes(proof, "key", 32), _bytes(proof, "signature", 64)
    if not note.Verifier("key", key).verify(message, signature):
        raise ProofError("the signature is not this key's over this message")


def check_passkey(message: bytes, proof: Mapping[str, Any]) -> None:
    """Raises ProofError unless a passkey asserted, with somebody present, the digest of the message."""
    from fido2 import cbor
    from fido2.cose import CoseKey
    from fido2.utils import websafe_decode

    client, data = _bytes(proof, "client"), _bytes(proof, "authenticator")
    try:
        said = json.loads(client)
        challenge = websafe_decode(said["challenge"])
        kind = said["type"]
    except (ValueError, KeyError, TypeError) as error:
        raise ProofError("what the browser signed cannot be read") from error
    if kind != "webauthn.get":
        raise ProofError("this is no assertion of a passkey")
    if challenge != hashlib.sha256(message).digest():
        raise ProofError("the passkey signed something else than this message")
    if len(data) < 37 or data[:32] != hashlib.sha256(str(proof.get("rp", "")).encode()).digest():
        raise ProofError("the passkey is not one of this house")
    if not data[32] & _PRESENT:
        raise ProofError("nobody was present when the passkey signed")
    try:
        key = CoseKey.parse(cast(Mapping[int, Any], cbor.decode(_bytes(proof, "key"))))
        key.verify(data + hashlib.sha256(client).digest(), _bytes(proof, "signature"))
    except ProofError:
        raise
    except Exception as error:  # whatever the bytes of a key make the library raise
        raise ProofError("the signature is not this passkey's over this message") from error


# How the proof of each electronic means is checked.
CHECKS: dict[str, Callable[[bytes, Mapping[str, Any]], None]] = {"key": check_key, "passkey": check_passkey}


def is_electronic(means: str) -> bool:
    return means in CHECKS


def check(means: str, message: bytes, proof: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Raises ProofError unless the message says what is expected of it, and the proof holds for it. For the
    means in `CHECKS`."""
    try:
        said = json.loads(message)
        if canonical.encode(said) != message or not isinstance(said, dict):
            raise ValueError("not canonical")
    except (ValueError, TypeError) as error:
        raise ProofError("the message is not canonical JSON") from error
    for name, value in expected.items():
        if said.get(name) != value:
            raise ProofError(f"the message names another {name}")
    CHECKS[means](message, proof)


@dataclass(slots=True)
class Line:
    """What is found of one signature. problem: why it does not hold; checked: whether there was something to
    check."""

    organisation: str
    state: str
    means: str
    checked: bool
    problem: str = ""


@dataclass(slots=True)
class Report:
    """What is found of a copy."""

    document: str
    version: int
    digest: str
    certified_by: str = ""
    lines: list[Line] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults and not any(line.problem for line in self.lines)


def certify(copy: Mapping[str, Any], signer: note.Signer) -> dict[str, Any]:
    """The copy as a file: with a note in which the house's key signs its digest."""
    digest = hashlib.sha256(canonical.encode(copy)).hexdigest()
    text = f"{HEADING}\n{copy['document']['slug']}\n{digest}\n"
    return {"format": FORMAT, "copy": dict(copy), "note": note.sign_note(text, signer)}


def verify(data: bytes, key: note.Verifier | None = None) -> Report:
    """A certified copy, whole: that the house's key signed it (if a key is given), that the words give the
    digest, that each electronic signature holds over these words and no others.

    Raises ProofError if it is no such file at all.
    """
    if len(data) > MOST:
        raise ProofError(f"a copy has at most {MOST:,} bytes")
    try:
        file = json.loads(data)
        copy, document = file["copy"], file["copy"]["document"]
        report = Report(document["slug"], document["version"], document["digest"])
        signatures = list(copy["signatures"])
        said = canonical.encode(copy)
        words = canonical.encode(document["source"])
        if file["format"] != FORMAT:
            raise ValueError("another format")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProofError("this is no certified copy of a document") from error
    expected = f"{HEADING}\n{report.document}\n{hashlib.sha256(said).hexdigest()}\n"
    if key is not None:
        try:
            text, _signed = note.open_note(str(file.get("note")), key)
        except note.NoteError as error:
            report.faults.append(f"the certificate: {error}")
        else:
            report.certified_by = key.name
            if text != expected:
                report.faults.append("the certificate is of another copy")
    if hashlib.sha256(words).hexdigest() != report.digest:
        report.faults.append("the words do not give the digest that was signed")
    report.lines = [_line(one, report) for one in signatures]
    return report


def _line(one: Any, report: Report) -> Line:
    try:
        line = Line(one["organisation"], one["state"], one["means"], is_electronic(one["means"]))
        if line.checked:
            expected = {
                "document": report.document,
                "version": report.version,
                "digest": report.digest,
                **{name: one[name] for name in ("organisation", "kind", "capacity")},
            }
            check(line.means, one["message"].encode(), one["proof"], expected)
        return line
    except ProofError as error:
        line.problem = str(error)
        return line
    except (KeyError, TypeError, AttributeError):
        return Line("?", "?", "?", False, "this signature cannot be read")
