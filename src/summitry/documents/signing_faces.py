"""What the public sees of adoptions, positions and signatures, as plain data: the record keeps its digest."""

import hashlib
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from summitry.people.models import scope_of
from summitry.record import canonical

from .models import Adoption, Document, Position, Signature


def _at(value: Any) -> str | None:
    return value.isoformat() if value else None


def _uuids(keys: Iterable[str]) -> list[UUID]:
    found = []
    for key in keys:
        try:
            found.append(UUID(key))
        except ValueError:
            continue
    return found


# -- adoption -------------------------------------------------------------------------------------


def adoption_url(key: str) -> str:
    """The page of the adoption of a version by its key."""
    return reverse("documents:adoption", args=[key.partition("/")[0]])


def adoption_face(adoption: Adoption) -> dict[str, Any]:
    """Every public column, with the objections. Entitled and objections should be prefetched."""
    return {
        "version": adoption.version.subject,
        **{name: getattr(adoption, name) for name in ("way", "state", "link")},
        **{name: getattr(adoption, name).values for name in ("place", "chair", "statement", "reference")},
        **{name: _at(getattr(adoption, name)) for name in ("opens_at", "closes_at", "on", "decided_at")},
        "evidence": adoption.file_digest or None,
        "entitled": sorted(one.slug for one in adoption.entitled.all()),
        "objections": [
            {
                "organisation": one.organisation.slug,
                "reason": one.reason.values,
                "at": _at(one.at),
                "withdrawn_at": _at(one.withdrawn_at),
            }
            for one in adoption.objections.all()
        ],
    }


def adoption_faces(keys: Iterable[str]) -> Mapping[str, Any]:
    """The faces of many adoptions by the key of their version. Three queries."""
    wanted = Q(pk__in=[])
    for key in keys:
        slug, _slash, number = key.partition("/")
        if number.isdecimal() and len(number) < 10:
            wanted |= Q(version__document__slug=slug, version__number=int(number))
    found = Adoption.objects.filter(wanted).select_related("version__document")
    found = found.prefetch_related("entitled", "objections__organisation")
    return {one.version.key: adoption_face(one) for one in found}


def adoption_keys() -> Iterable[str]:
    """The keys of all versions that were put to adoption."""
    rows = Adoption.objects.order_by("pk").values_list("version__document__slug", "version__number")
    return (f"{slug}/{number}" for slug, number in rows.iterator())


# -- positions ------------------------------------------------------------------------------------


def position_url(key: str) -> str | None:
    """Where a position stands. One query."""
    found = Position.objects.filter(uid__in=_uuids([key])).select_related("version__document").first()
    return f"{reverse('documents:positions', args=[found.version.document.slug])}#{key}" if found else None


def position_face(position: Position) -> dict[str, Any]:
    """Every public column. Version and organisation should be selected."""
    return {
        "version": position.version.subject,
        "organisation": position.organisation.slug,
        "kind": position.kind,
        "text": position.text.values,
        "anchors": list(position.anchors),
        "at": _at(position.at),
        "withdrawn_at": _at(position.withdrawn_at),
    }


def position_faces(keys: Iterable[str]) -> Mapping[str, Any]:
    """The faces of many positions by uid. One query."""
    found = Position.objects.filter(uid__in=_uuids(keys)).select_related("version__document", "organisation")
    return {str(one.uid): position_face(one) for one in found}


def position_keys() -> Iterable[str]:
    """The uids of all positions."""
    return (str(uid) for uid in Position.objects.order_by("pk").values_list("uid", flat=True).iterator())


# -- signatures -----------------------------------------------------------------------------------


def signature_url(key: str) -> str | None:
    """The page of a signature. One query."""
    found = Signature.objects.filter(uid__in=_uuids([key])).select_related("document").first()
    return reverse("documents:signature", args=[found.document.slug, key]) if found else None


def signature_face(signature: Signature) -> dict[str, Any]:
    """Every public column: never the person, never a file. Version and organisation should be selected."""
    return {
        "version": signature.version.number,
        "organisation": signature.organisation.slug,
        **{name: getattr(signature, name) for name in ("kind", "means", "state", "message", "proof")},
        **{name: getattr(signature, name) for name in ("source", "external_id")},
        **{
            name: getattr(signature, name).values
            for name in ("capacity", "answer", "confirmation", "withdrawal")
        },
        **{name: _at(getattr(signature, name)) for name in ("signed_on", "confirmed_on", "ends_on")},
        **{name: _at(getattr(signature, name)) for name in ("received_at", "answered_at", "withdrawn_at")},
        "scan": signature.file_digest or None,
    }


def signature_faces(keys: Iterable[str]) -> Mapping[str, Any]:
    """The faces of many signatures by uid, without those that were taken in. One query."""
    own = Signature.objects.filter(source="", uid__in=_uuids(keys))
    rows = own.select_related("version", "organisation")
    return {str(one.uid): signature_face(one) for one in rows}


def signature_keys() -> Iterable[str]:
    """The uids of all signatures that were not taken in."""
    uids = Signature.objects.filter(source="").order_by("pk").values_list("uid", flat=True)
    return (str(uid) for uid in uids.iterator())


def roll_url(key: str) -> str:
    """The list of signatories of a document by its slug."""
    return reverse("documents:signatures", args=[key])


def roll_faces(keys: Iterable[str]) -> Mapping[str, Any]:
    """What was taken in from elsewhere, a document at a time: how many, and the digest of their faces in the
    order of their ids there. One query."""
    rows = Signature.objects.filter(document__slug__in=list(keys)).exclude(source="")
    rows = rows.select_related("version", "organisation", "document").order_by("document_id", "external_id")
    found = {}
    for _pk, group in groupby(rows.iterator(), key=lambda one: one.document_id):
        listed = list(group)
        said = canonical.encode([signature_face(one) for one in listed])
        document: Document = listed[0].document
        found[document.slug] = {
            "document": scope_of(document),
            "count": len(listed),
            "digest": hashlib.sha256(said).hexdigest(),
        }
    return found


def roll_keys() -> Iterable[str]:
    """The slugs of the documents with signatures that were taken in."""
    slugs = (
        Signature.objects.exclude(source="")
        .order_by("document__slug")
        .values_list("document__slug", flat=True)
    )
    return iter(slugs.distinct())
