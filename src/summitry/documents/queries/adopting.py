"""What is asked about adoption and positions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from summitry import kept
from summitry.people.models import Organisation
from summitry.text.ordering import sort_key

from ..models import Adoption, Document, Objection, Position, Version
from ..parts import Visit
from . import speakers


@dataclass(frozen=True, slots=True)
class AdoptionPage:
    """An adoption, its objections in their order, and whether objections are taken now."""

    adoption: Adoption
    objections: list[Objection]
    entitled: list[Organisation]
    open_now: bool
    ahead: bool

    @property
    def standing(self) -> int:
        return sum(one.withdrawn_at is None for one in self.objections)


def final_versions(document: Document) -> QuerySet[Version]:
    """Published final texts, the latest first, with their adoptions."""
    found = document.versions.filter(published_at__isnull=False, stage=Version.Stage.FINAL)
    return found.select_related("document", "adoption").order_by("-number")


def adoptions_of(document: Document) -> list[AdoptionPage]:
    """All that a document went through, the latest first. Three queries."""
    found = Adoption.objects.filter(version__document=document).select_related("version__document")
    rows = list(found.prefetch_related("objections__organisation", "entitled").order_by("-version__number"))
    kept.depends(*(f"adoption:{one.version_id}" for one in rows), f"document:{document.pk}")
    return [_page(one) for one in rows]


def _page(adoption: Adoption) -> AdoptionPage:
    now = timezone.now()
    waits = adoption.state == Adoption.State.OPEN and adoption.opens_at and adoption.closes_at
    if waits:
        kept.until(adoption.opens_at, adoption.closes_at)
    entitled = sorted(adoption.entitled.all(), key=lambda one: sort_key(str(one.name)))
    return AdoptionPage(
        adoption,
        list(adoption.objections.all()),
        entitled,
        bool(waits and adoption.opens_at <= now <= adoption.closes_at),  # type: ignore[operator]
        bool(waits and now < adoption.opens_at),  # type: ignore[operator]
    )


def aside(visit: Visit) -> AdoptionPage | None:
    """The state of adoption beside a version's heading. Three queries at most."""
    kept.depends(f"adoption:{visit.version.pk}")
    found = Adoption.objects.filter(version=visit.version).prefetch_related("objections", "entitled").first()
    if found is None:
        return None
    found.version = visit.version
    return _page(found)


def positions_of(version: Version) -> list[Position]:
    """What organisations stated about a version, in its order; what was withdrawn too. One query."""
    kept.depends(f"positions:{version.pk}")
    return list(version.positions.select_related("organisation"))


def at_provisions(visit: Visit) -> Mapping[str, Any]:
    """How many positions that stand name each provision; and, at the one that is open, which. One query, none
    for a text that is not final."""
    if visit.version.stage != Version.Stage.FINAL:
        return {}
    found: dict[str, list[Position]] = defaultdict(list)
    for one in positions_of(visit.version):
        for anchor in one.anchors if one.withdrawn_at is None else ():
            found[anchor].append(one)
    return {
        anchor: {"positions": rows, "anchor": anchor, "at": anchor == visit.at, "version": visit.version}
        for anchor, rows in found.items()
    }


def may_object(user: Any, adoption: Adoption) -> list[Organisation]:
    """The entitled organisations for which she speaks. One query, none for those who speak for nobody."""
    slugs = speakers.spoken_for(user)
    powers = speakers.signs_for(user).values("organisation") if user.is_authenticated else []
    return list(adoption.entitled.filter(Q(slug__in=slugs) | Q(pk__in=powers)).order_by("pk"))


def without_objection(page: AdoptionPage, bodies: Iterable[Organisation]) -> list[Organisation]:
    """Those of these organisations that have no objection standing. No query."""
    standing = {one.organisation_id for one in page.objections if one.withdrawn_at is None}
    return [one for one in bodies if one.pk not in standing]


def objection_of(adoption: Adoption, pk: int) -> Objection | None:
    """One objection. One query."""
    return adoption.objections.filter(pk=pk).select_related("organisation").first()
