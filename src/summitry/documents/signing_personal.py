"""What adoption and signing keep about a person: to take away, and to forget."""

from typing import Any

from summitry.people.shapes import TEXT, WORD, rows, thing
from summitry.record import acts as record
from summitry.record.queries import entries_about

from .models import FullPowers, Objection, Position, Signature

_PERHAPS = {"type": ["string", "null"]}


SCHEMA = thing(
    full_powers=rows(
        organisation=TEXT,
        document=_PERHAPS,
        capacity=TEXT,
        since=WORD,
        until=_PERHAPS,
        state=WORD,
        answer=TEXT,
        file=WORD,
        sha256=WORD,
    ),
    signatures=rows(
        document=WORD,
        organisation=TEXT,
        capacity=TEXT,
        kind=WORD,
        means=WORD,
        state=WORD,
        received=WORD,
        message=WORD,
        salt=_PERHAPS,
    ),
    positions=rows(document=WORD, organisation=TEXT, kind=WORD, words=TEXT, at=WORD),
    objections=rows(document=WORD, organisation=TEXT, reason=TEXT, at=WORD),
)


def _at(value: Any) -> str | None:
    return value.isoformat() if value else None


def give(user: Any) -> dict[str, Any]:
    """Her full powers, what she signed (with what opens the commitment to her), stated and objected to for
    organisations. Four queries."""
    powers = FullPowers.objects.filter(person__user=user).select_related("organisation", "document")
    signed = Signature.objects.filter(person__user=user).select_related("organisation", "document")
    stated = Position.objects.filter(person__user=user)
    objected = Objection.objects.filter(person__user=user)
    return {
        "full_powers": [
            {
                "organisation": one.organisation.name.values,
                "document": one.document.slug if one.document else None,
                "capacity": one.capacity.values,
                "since": _at(one.since),
                "until": _at(one.until),
                "state": one.state,
                "answer": one.answer.values,
                "file": one.file_name,
                "sha256": one.file_digest,
            }
            for one in powers.order_by("pk")
        ],
        "signatures": [
            {
                "document": one.document.slug,
                "organisation": one.organisation.name.values,
                "capacity": one.capacity.values,
                "kind": one.kind,
                "means": one.means,
                "state": one.state,
                "received": _at(one.received_at),
                "message": one.message,
                "salt": one.salt.hex() if one.salt else None,
            }
            for one in signed.order_by("pk")
        ],
        "positions": [
            {
                "document": one.version.document.slug,
                "organisation": one.organisation.name.values,
                "kind": one.kind,
                "words": one.text.values,
                "at": _at(one.at),
            }
            for one in stated.select_related("organisation", "version__document").order_by("pk")
        ],
        "objections": [
            {
                "document": one.adoption.version.document.slug,
                "organisation": one.organisation.name.values,
                "reason": one.reason.values,
                "at": _at(one.at),
            }
            for one in objected.select_related("organisation", "adoption__version__document").order_by("pk")
        ],
    }


def forget(user: Any, person: Any) -> None:
    """What she signed, stated and objected to is the organisation's and stays; what leads from it to her
    goes: the salts of the messages, the openings of the record's commitments. Full powers on which no
    signature rests go with their file; those on which one rests stay with the depositary, as does the scan of
    a signature: they are the organisation's evidence that it signed."""
    for powers in FullPowers.objects.filter(person=person):
        for entry in entries_about(powers.subject):
            record.forget(entry, "person")
        if not powers.signatures.exists():
            powers.file.delete(save=False)
            powers.delete()
    for signature in Signature.objects.filter(person=person).select_related("document"):
        for entry in entries_about(signature.subject):
            record.forget(entry, "person")
        signature.salt = None
        signature.save(update_fields=["salt"])
