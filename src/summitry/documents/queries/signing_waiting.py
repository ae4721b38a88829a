"""What waits for somebody in adoption and signing, and the depositary's queue."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.people.waiting import Waiting

from ..models import Adoption, Document, FullPowers, Signature
from . import speakers


def powers_queue(state: str = "") -> QuerySet[FullPowers]:
    """Full powers in a state (all if none is named), those that wait longest first."""
    found = FullPowers.objects.select_related("person", "organisation", "document")
    rows = found.filter(state=state) if state else found
    return rows.order_by("given_at", "pk") if state == FullPowers.State.WAITING else rows


def signature_queue() -> QuerySet[Signature]:
    """Signatures to certify, those that wait longest first."""
    found = Signature.objects.filter(state=Signature.State.RECEIVED)
    return found.select_related("person", "organisation", "document").order_by("received_at", "pk")


def waiting(user: Any) -> Iterator[Waiting]:
    """For the depositary what is to be verified and certified; for those who speak for a body the windows
    that are open to it; for holders of full powers the texts that they may sign. Six queries at most."""
    if user.has_perm("documents.keep_signatures"):
        yield from _for_depositary()
    yield from _objections(user)
    yield from _to_sign(user)


def _for_depositary() -> Iterator[Waiting]:
    url = reverse("documents:signing_desk")
    powers = FullPowers.objects.filter(state=FullPowers.State.WAITING).count()
    if powers:
        title = ngettext("%(count)d full powers to verify", "%(count)d full powers to verify", powers)
        yield Waiting(title % {"count": powers}, url, "key", "signatures", count=powers)
    signed = Signature.objects.filter(state=Signature.State.RECEIVED).count()
    if signed:
        title = ngettext("%(count)d signature to certify", "%(count)d signatures to certify", signed)
        yield Waiting(title % {"count": signed}, url, "seal", "signatures", count=signed)


def _objections(user: Any) -> Iterator[Waiting]:
    slugs = speakers.spoken_for(user)
    if not slugs:
        return
    now = timezone.now()
    found = Adoption.objects.filter(state=Adoption.State.OPEN, opens_at__lte=now, closes_at__gte=now)
    found = found.filter(entitled__slug__in=slugs).annotate(mine=Count("entitled"))
    for one in found.select_related("version__document").order_by("closes_at"):
        document = one.version.document
        yield Waiting(
            _("“%(title)s” is put to adoption: your organisation may object") % {"title": document.title},
            reverse("documents:adoption", args=[document.slug]),
            "clock",
            "documents",
            due=one.closes_at,
        )


def _to_sign(user: Any) -> Iterator[Waiting]:
    held = list(speakers.signs_for(user).select_related("organisation"))
    if not held:
        return
    texts = Document.objects.filter(open_to_signature=True, versions__adopted_at__isnull=False)
    bodies = {one.organisation_id for one in held}
    standing = set(
        Signature.objects.filter(organisation__in=bodies, state__in=Signature.STANDING).values_list(
            "document", "organisation"
        )
    )
    for document in texts.order_by("pk"):
        for powers in held:
            fits = powers.document_id in (None, document.pk)
            if fits and (document.pk, powers.organisation_id) not in standing:
                yield Waiting(
                    _("%(body)s can sign “%(title)s”")
                    % {"body": powers.organisation.name, "title": document.title},
                    reverse("documents:sign", args=[document.slug]),
                    "seal",
                    "signatures",
                    due=powers.until,
                )
