"""Documents for tests, as the acts would leave them."""

from typing import Any

from django.utils import timezone

from summitry.text.value import Text

from ..models import Document, Provision, Version
from ..structure import Kind


def a_document(
    slug: str = "initiative", languages: tuple[str, ...] = ("en", "zh-hans"), **columns: Any
) -> Document:
    columns.setdefault("title", Text.of("Initiative on digital cooperation", zh_hans="数字合作倡议"))
    columns.setdefault("authentic", list(languages[:1]))
    return Document.objects.create(slug=slug, languages=list(languages), **columns)


def a_version(document: Document, number: int = 1, *, published: bool = True, **columns: Any) -> Version:
    """A version with no provisions yet; published at once unless told otherwise."""
    columns.setdefault("stage", Version.Stage.ZERO)
    if published:
        columns.setdefault("published_at", timezone.now())
        columns.setdefault("digest", "0" * 64)
    return Version.objects.create(document=document, number=number, **columns)


def provisions(version: Version, *words: str | Text, kind: str = Kind.PARAGRAPH) -> list[Provision]:
    """One provision for each of these words, with the next free anchors p1, p2 … of the document."""
    document = version.document
    made = []
    for at, one in enumerate(words, version.provisions.count() + 1):
        document.anchors += 1
        made.append(
            Provision(
                version=version,
                anchor=f"p{document.anchors}",
                position=at,
                kind=kind,
                text=one if isinstance(one, Text) else Text.of(one, document.source),
            )
        )
    document.save(update_fields=["anchors"])
    return Provision.objects.bulk_create(made)
