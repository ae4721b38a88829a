"""The certified true copy of an adopted text: its words, its adoption, all signatures and positions, and the
house's signature over them. Anybody verifies it with `summitry signatures FILE`, offline."""

import json
from typing import Any

from django.utils import timezone

from summitry.record import canonical, keys
from summitry.record.log import moment

from . import proofs, source
from . import signing_faces as faces
from .models import Version
from .queries import adopting, signatures


def key() -> str:
    """The key that verifies copies: the record's (vkey of c2sp.org/signed-note)."""
    return str(keys.signer().verifier)


def copy_of(version: Version) -> dict[str, Any]:
    """The copy as it is now. Seven queries."""
    document = version.document
    adoption = next(
        (one for one in adopting.adoptions_of(document) if one.adoption.version_id == version.pk), None
    )
    copy = {
        "house": keys.signer().name,
        "made_at": moment(timezone.now()),
        "document": {
            "slug": document.slug,
            "title": document.title.values,
            "version": version.number,
            "digest": version.digest,
            "source": json.loads(source.written(version, version.provisions.all())),
        },
        "adopted_at": moment(version.adopted_at) if version.adopted_at else None,
        "adoption": faces.adoption_face(adoption.adoption) if adoption else None,
        "signatures": [
            {"uid": str(one.uid), "name": one.organisation.name.values, **faces.signature_face(one)}
            for one in signatures.certified_rows(version)
        ],
        "positions": [faces.position_face(one) for one in _positions(version)],
    }
    return proofs.certify(json.loads(canonical.encode(copy)), keys.signer())


def _positions(version: Version) -> list[Any]:
    rows = adopting.positions_of(version)
    for one in rows:
        one.version = version
    return rows
