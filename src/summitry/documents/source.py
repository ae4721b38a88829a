"""The words of a version in its source language as one sequence of bytes: what its digest is taken of, and
what anybody can fetch to compute it again."""

import hashlib
from collections.abc import Iterable

from summitry.record import canonical

from .models import Provision, Version


def written(version: Version, provisions: Iterable[Provision]) -> bytes:
    """Canonical JSON: {"document", "language", "provisions": [{"anchor", "depth", "kind", "number",
    "words"}], "version"}."""
    source = version.document.source
    return canonical.encode(
        {
            "document": version.document.slug,
            "version": version.number,
            "language": source,
            "provisions": [
                {
                    "anchor": one.anchor,
                    "kind": one.kind,
                    "depth": one.depth,
                    "number": one.number,
                    "words": one.text.get(source),
                }
                for one in provisions
            ],
        }
    )


def digest(version: Version, provisions: Iterable[Provision]) -> str:
    """SHA-256 of it, in hex."""
    return hashlib.sha256(written(version, provisions)).hexdigest()
