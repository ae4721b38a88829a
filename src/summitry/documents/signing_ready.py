"""What adoption and signing tell the rooms below when the software starts."""

from django.utils.translation import gettext_lazy, gettext_noop, ngettext_lazy

from summitry import kept
from summitry.people import erasure, export, waiting
from summitry.record import registry

from . import (
    lineage,
    parts,
    signing_permissions,  # noqa: F401  (they register themselves)
)
from . import signing_faces as faces
from . import signing_personal as personal
from .models import Adoption, Objection, Position, Signature
from .queries import adopting, signatures, signing_waiting

_KINDS = (
    ("adoption_begun", gettext_noop("Version %(number)s put to adoption: %(title)s"), "clock"),
    (
        "objected",
        gettext_noop("%(organisation)s objects to the adoption of version %(number)s: %(title)s. %(reason)s"),
        "alert",
    ),
    (
        "objection_withdrawn",
        gettext_noop("%(organisation)s withdraws its objection to version %(number)s: %(title)s"),
        "minus",
    ),
    ("adoption_held", gettext_noop("No objection stands to version %(number)s: %(title)s"), "check"),
    ("adoption_failed", gettext_noop("Version %(number)s is not adopted: %(title)s"), "cross"),
    ("adopted", gettext_noop("Version %(number)s adopted: %(title)s"), "seal"),
    ("position_stated", gettext_noop("%(organisation)s states its position on %(title)s"), "comment"),
    ("position_withdrawn", gettext_noop("%(organisation)s withdraws its position on %(title)s"), "minus"),
    ("powers_verified", gettext_noop("Full powers to sign for %(organisation)s verified"), "key"),
    ("powers_ended", gettext_noop("Full powers to sign for %(organisation)s ended"), "minus"),
    ("signed", gettext_noop("%(organisation)s signs %(title)s"), "seal"),
    ("certified", gettext_noop("Signature of %(organisation)s certified: %(title)s"), "check"),
    ("refused", gettext_noop("Signature of %(organisation)s not certified: %(title)s. %(reason)s"), "cross"),
    ("confirmed", gettext_noop("%(organisation)s confirms its signature of %(title)s"), "seal"),
    ("signature_withdrawn", gettext_noop("%(organisation)s withdraws its signature of %(title)s"), "minus"),
    (
        "signatories_taken_in",
        ngettext_lazy(
            "%(count)d signatory taken in from %(source)s: %(title)s",
            "%(count)d signatories taken in from %(source)s: %(title)s",
            "count",
        ),
        "download",
    ),
)


def ready() -> None:
    """Called once, from AppConfig.ready()."""
    kept.watch(Adoption, adoption="version_id")
    kept.watch(Objection, adoption="adoption.version_id")
    kept.watch(Position, positions="version_id")
    kept.watch(Signature, signatures="document_id", signed="organisation_id", unseen=("salt",))

    export.register("documents_signing", personal.give, personal.SCHEMA)
    erasure.register("documents_signing", personal.forget)
    waiting.register(signing_waiting.waiting)
    parts.register("adoption", parts.Place.ASIDE, "documents/signing/aside.html", adopting.aside)
    parts.register("positions", parts.Place.PROVISION, "documents/signing/at.html", adopting.at_provisions)
    parts.register("signing", parts.Place.FOOT, "documents/signing/foot.html", signatures.foot)
    lineage.register("signatures", lineage.SIGNATURES, signatures.steps)

    registry.role("signatory", gettext_lazy("signatory"))
    for name, sentence, icon in _KINDS:
        registry.kind(f"documents.{name}", sentence, icon=icon)
    registry.subject(
        "documents.adoption", url=faces.adoption_url, faces=faces.adoption_faces, keys=faces.adoption_keys
    )
    registry.subject(
        "documents.position", url=faces.position_url, faces=faces.position_faces, keys=faces.position_keys
    )
    registry.subject(
        "documents.signature", url=faces.signature_url, faces=faces.signature_faces, keys=faces.signature_keys
    )
    registry.subject("documents.roll", url=faces.roll_url, faces=faces.roll_faces, keys=faces.roll_keys)
