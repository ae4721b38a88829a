"""What the public sees of documents and of their versions, as plain data: the record keeps its digest."""

import hashlib
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.urls import reverse

from summitry.people.models import scope_of
from summitry.record import canonical
from summitry.text.value import Text

from .models import Document, Provision, Version

_WORDS = ("position", "anchor", "kind", "depth", "number", "text")


def url(key: str) -> str | None:
    """The page of a document by its slug."""
    return reverse("documents:detail", args=[key])


def version_url(key: str) -> str | None:
    """The page of a version by its document's slug and its number."""
    slug, _slash, number = key.partition("/")
    return reverse("documents:version", args=[slug, number])


def _text(text: Text) -> dict[str, Any] | None:
    return text.to_json() if text else None


def _moment(value: Any) -> str | None:
    return value.isoformat() if value else None


def face(document: Document) -> dict[str, Any]:
    """Every public column that acts change. `derives_from` should be selected."""
    return {
        "slug": document.slug,
        **{field: _text(getattr(document, field)) for field in ("title", "summary", "issued_by")},
        **{field: list(getattr(document, field)) for field in ("languages", "authentic")},
        "derives_from": scope_of(document.derives_from) if document.derives_from else None,
        "comment_days": document.comment_days,
        "objection_days": document.objection_days,
        "open_to_signature": document.open_to_signature,
    }


def faces(keys: Iterable[str]) -> Mapping[str, Any]:
    """The faces of many documents by slug, those of which nothing is published left out. One query."""
    public = Document.objects.public().filter(slug__in=list(keys)).select_related("derives_from")
    return {one.slug: face(one) for one in public}


def keys() -> Iterable[str]:
    """The slugs of all documents that the public sees."""
    return Document.objects.public().order_by("pk").values_list("slug", flat=True).iterator()


def version_face(version: Version, texts: str) -> dict[str, Any]:
    """Every public column of a version; `texts` is the digest of its provisions in all languages."""
    return {
        "document": scope_of(version.document),
        **{field: getattr(version, field) for field in ("number", "stage", "digest", "commenters")},
        "note": _text(version.note),
        **{
            field: _moment(getattr(version, field))
            for field in ("published_at", "comments_from", "comments_until", "disposed_at", "adopted_at")
        },
        "texts": texts,
    }


def _digests(versions: Iterable[int]) -> dict[int, str]:
    """SHA-256 of the canonical provisions of each version, with the states of their translations."""
    rows = Provision.objects.filter(version__in=list(versions)).order_by("version", "position")
    found = {}
    for version, group in groupby(rows.values_list("version", *_WORDS).iterator(), key=lambda row: row[0]):
        said = [[*row[1:-1], row[-1].to_json()] for row in group]
        found[version] = hashlib.sha256(canonical.encode(said)).hexdigest()
    return found


def version_faces(keys: Iterable[str]) -> Mapping[str, Any]:
    """The faces of many versions by key, drafts left out. Two queries."""
    wanted = Q(pk__in=[])
    for key in keys:
        slug, _slash, number = key.partition("/")
        if number.isdecimal() and len(number) < 10:
            wanted |= Q(document__slug=slug, number=int(number))
    public = Version.objects.filter(wanted, published_at__isnull=False).select_related("document")
    found = {one.pk: one for one in public}
    digests = _digests(found)
    empty = hashlib.sha256(canonical.encode([])).hexdigest()
    return {one.key: version_face(one, digests.get(pk, empty)) for pk, one in found.items()}


def version_keys() -> Iterable[str]:
    """The keys of all published versions."""
    public = Version.objects.filter(published_at__isnull=False).order_by("pk")
    for slug, number in public.values_list("document__slug", "number").iterator():
        yield f"{slug}/{number}"
