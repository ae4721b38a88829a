"""Adopted texts, full powers and signatures for tests, as the acts leave them; a key as a browser has one."""

from base64 import b64encode
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from summitry.people.models import Organisation, User, scope_of
from summitry.people.tests.factories import make_mandate, make_organisation, make_user
from summitry.record.queries import changed_faces
from summitry.text.value import Text

from .. import acts, preparing, source
from ..models import Document, FullPowers, Signature, Version
from . import factories

PDF = b"%PDF-1.7\n%full powers\n"
MINISTER = Text.of("Minister of Foreign Affairs", fr="Ministre des affaires étrangères")


def a_file(name: str = "powers.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def a_final(slug: str = "initiative", number: int = 1, **columns: Any) -> Version:
    """A published final text with three provisions and its true digest."""
    columns = {"open_to_signature": True, **columns}
    document = Document.objects.filter(slug=slug).first() or factories.a_document(slug, **columns)
    version = factories.a_version(document, number, stage=Version.Stage.FINAL, digest="0" * 64)
    rows = factories.provisions(version, "We meet.", "We share what we know.", "We answer to all.")
    version.digest = source.digest(version, rows)
    version.save(update_fields=["digest"])
    return version


def an_adopted(slug: str = "initiative", **columns: Any) -> Version:
    """A text adopted by acclamation, open to signature."""
    version = a_final(slug, **columns)
    acts.begin_adoption(None, version, "acclamation", **acclaimed())
    version.refresh_from_db()
    return version


def acclaimed(**facts: Any) -> dict[str, Any]:
    return {
        "on": timezone.now().date(),
        "place": Text.of("Annual conference, Wuzhen"),
        "chair": Text.of("President of the conference"),
        "statement": Text.of("I hear no objection. It is so decided."),
        **facts,
    }


def a_speaker(organisation: Organisation, role: str = "delegate") -> User:
    return make_user(role, scope_of(organisation))


def a_state(name: str = "Egypt", country: str = "EG") -> Organisation:
    return make_organisation(name, kind="state", country=country)


def a_signatory(
    document: Document | None,
    organisation: Organisation | None = None,
    user: User | None = None,
    **columns: Any,
) -> FullPowers:
    """Verified full powers in force, of a fresh person for a fresh state."""
    now = timezone.now()
    user = user or make_user()
    columns = {
        "organisation": organisation or a_state(),
        "document": document,
        "capacity": MINISTER,
        "binding": True,
        "since": now - timedelta(days=1),
        "state": FullPowers.State.VERIFIED,
        "answered_at": now,
        "file_name": "powers.pdf",
        "file_digest": "f" * 64,
        **columns,
    }
    made = FullPowers(person=user.person, **columns)
    made.file.save("powers.pdf", a_file(), save=False)
    made.save()
    return made


class Browser:
    """An Ed25519 key and what a page does with it."""

    def __init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()

    def sign(self, message: bytes) -> dict[str, str]:
        public = self.key.public_key().public_bytes_raw()
        return {
            "key": b64encode(public).decode(),
            "signature": b64encode(self.key.sign(message)).decode(),
        }


def prepared(powers: FullPowers, version: Version, kind: str = "definitive", **more: Any) -> Any:
    return preparing.prepare(
        powers.person.user,
        version,
        powers,
        kind,
        more.get("reservation", Text()),
        more.get("anchors", []),
        more.get("now", timezone.now()),
    )


def a_signature(version: Version, powers: FullPowers | None = None, **more: Any) -> Signature:
    """A signature with a key, as its person gives it."""
    powers = powers or a_signatory(version.document)
    ready = prepared(powers, version, **more)
    return acts.sign(powers.person.user, version.document, ready.word, "key", Browser().sign(ready.message))


def a_certified(version: Version, powers: FullPowers | None = None, **more: Any) -> Signature:
    return acts.certify_signature(make_user("depositary"), a_signature(version, powers, **more))


def changed() -> list[str]:
    """Adoptions, positions and signatures that do not say what the record left there. Factories make other
    things without entries."""
    ours = ("adoption", "position", "signature", "roll")
    return [one for one in changed_faces() if one.startswith(tuple(f"documents.{name}:" for name in ours))]


def content_of(file: Any) -> bytes:
    with file.open("rb") as opened:
        return opened.read()


def grant(user: User, role: str) -> User:
    make_mandate(user, role)
    return user
