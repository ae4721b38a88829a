"""Signed notes, checkpoints and keys as text, with Ed25519.

Sources: c2sp.org/signed-note and c2sp.org/tlog-checkpoint. A note is text that ends in a newline, an empty
line, and signature lines "— name base64(key id + signature)". A verifier key (vkey) is "name+key
id+base64(type + key)".
"""

import base64
import binascii
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
MAX_NOTE = 1_000_000  # bytes; more is refused before it is parsed
MAX_SIGNATURES = 100


class NoteError(ValueError):
    """A note, checkpoint or key is not what it should be; the message says why."""


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unb64(text: str, what: str) -> bytes:
    """Strict base64: canonical, padded, nothing around it."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError(f"{what} is not base64") from error
    if b64(data) != text:
        raise NoteError(f"{what} is not canonical base64")
    return data


def check_name(name: str) -> str:
    """A key name or origin: not empty, no spaces, no plus, no control characters."""
    if not name or "+" in name or any(char.isspace() or not char.isprintable() for char in name):
        raise NoteError(f"{name!r} is no key name: it must have no spaces and no plus sign")
    return name


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name. `str()` is its vkey."""

    name: str
    key: bytes  # 32 bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.key) != 32:
            raise NoteError(f"an Ed25519 key has 32 bytes, this has {len(self.key)}")

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64(ED25519 + self.key)}"

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        name, plus, rest = vkey.strip().partition("+")
        key_id, more, encoded = rest.partition("+")
        if not plus or not more:
            raise NoteError("a verifier key has the form name+id+key")
        data = unb64(encoded, "the key")
        if data[:1] != ED25519:
            raise NoteError("the key is not an Ed25519 key")
        found = cls(name, data[1:])
        if found.key_id.hex() != key_id:
            raise NoteError("the key's id does not fit its name and bytes")
        return found

    def verify(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key (its 32-byte seed) with its name."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> Verifier:
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, public.public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, text: str) -> str:
        """The signature line over this text, with its newline."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"— {self.name} {b64(self.verifier.key_id + signature)}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    key_id: bytes
    signature: bytes


def sign_note(text: str, *signers: Signer) -> str:
    """A signed note; the text ends in a newline."""
    _check_text(text)
    return f"{text}\n" + "".join(signer.sign(text) for signer in signers)


def _check_text(text: str) -> None:
    if not text.endswith("\n") or text == "\n":
        raise NoteError("a note's text ends in a newline")
    if any(ord(char) < 0x20 and char != "\n" for char in text):
        raise NoteError("a note holds no control characters")


def parse_note(note: str) -> tuple[str, list[Signature]]:
    """The text and the signatures, not yet verified."""
    if len(note.encode()) > MAX_NOTE:
        raise NoteError(f"the note is longer than {MAX_NOTE} bytes")
    head, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise NoteError("the note has no signatures")
    text = head + "\n"
    _check_text(text)
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"the note has more than {MAX_SIGNATURES} signatures")
    found = []
    for line in lines:
        dash, _, rest = line.partition(" ")
        name, space, encoded = rest.partition(" ")
        if dash != "—" or not space:
            raise NoteError(f"not a signature line: {line[:80]!r}")
        data = unb64(encoded, "a signature")
        if len(data) < 5:
            raise NoteError("a signature is too short")
        found.append(Signature(check_name(name), data[:4], data[4:]))
    return text, found


def open_note(note: str, *verifiers: Verifier) -> tuple[str, list[Verifier]]:
    """The text, and which of the keys signed it. Raises NoteError if none did or if a known key's signature
    is wrong. Signatures by unknown keys are ignored.
    """
    text, signatures = parse_note(note)
    known = {(one.name, one.key_id): one for one in verifiers}
    signed: list[Verifier] = []
    for signature in signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None or verifier in signed:
            continue
        if not verifier.verify(text.encode(), signature.signature):
            raise NoteError(f"the signature of {verifier.name} is wrong")
        signed.append(verifier)
    if not signed:
        raise NoteError("none of the keys signed the note")
    return text, signed


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a checkpoint says: of this origin, so many entries, this root."""

    origin: str
    size: int
    root: bytes
    extension: tuple[str, ...] = ()

    def text(self) -> str:
        return "\n".join((check_name(self.origin), str(self.size), b64(self.root), *self.extension)) + "\n"

    @classmethod
    def parse(cls, text: str) -> "TreeHead":
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() != "":
            raise NoteError("a checkpoint has at least three lines")
        origin, size, root, *extension = lines
        if not origin:
            raise NoteError("a checkpoint names its origin")
        if not (size.isascii() and size.isdigit()) or (size != "0" and size[0] == "0") or len(size) > 19:
            raise NoteError(f"{size[:30]!r} is no tree size")
        if not all(extension):
            raise NoteError("a checkpoint has no empty lines")
        digest = unb64(root, "the root")
        if len(digest) != 32:
            raise NoteError("a root has 32 bytes")
        return cls(origin, int(size), digest, tuple(extension))


def open_checkpoint(note: str, verifier: Verifier) -> TreeHead:
    """The tree head of a checkpoint that this key signed under its own name as origin."""
    text, _ = open_note(note, verifier)
    head = TreeHead.parse(text)
    if head.origin != verifier.name:
        raise NoteError(f"the checkpoint is of {head.origin}, not of {verifier.name}")
    return head
