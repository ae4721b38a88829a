"""What the public sees of a case, as plain data: the record keeps its digest, and machines read it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from summitry.people.models import scope_of
from summitry.text.value import Text

from .models import Case


def url(key: str) -> str | None:
    """The page of a case by its slug."""
    return reverse("atlas:case", args=[key])


def _text(text: Text) -> dict[str, Any] | None:
    """A text with the state of its translations: pages show both."""
    return text.to_json() if text else None


def face(case: Case) -> dict[str, Any]:
    """Every public column of a case. Countries, languages, topics, organisations and documents should be
    prefetched."""
    return {
        "slug": case.slug,
        "title": _text(case.title),
        "summary": _text(case.summary),
        "body": _text(case.body),
        "evidence": _text(case.evidence),
        "year": case.year,
        "since": case.since,
        "topics": sorted(topic.slug for topic in case.topics.all()),
        "worldwide": case.worldwide,
        "countries": [[row.country, row.region, row.subregion] for row in case.countries.all()],
        "languages": [row.code for row in case.languages.all()],
        "tier": case.tier,
        "tier_label": _text(case.tier_label),
        "top": case.top,
        "organisations": sorted(body.slug for body in case.organisations.all()),
        # Left out where there is none, so that the face of an older case is what its entry says.
        **({"documents": claimed} if (claimed := sorted(one.slug for one in case.documents.all())) else {}),
        "carried_by": _text(case.carried_by),
        "website": case.website,
        "decision": scope_of(case.decision) if case.decision else None,
        "source": _text(case.source),
        "source_url": case.source_url,
        "state": case.state,
        "published_at": case.published_at.isoformat(),
        "withdrawn_at": case.withdrawn_at.isoformat() if case.withdrawn_at else None,
        "withdrawn_reason": _text(case.withdrawn_reason),
    }


def faces(keys: Iterable[str]) -> Mapping[str, Any]:
    """The faces of many cases by slug, in seven queries a thousand."""
    cases = Case.objects.filter(slug__in=list(keys)).select_related("decision__submission__call")
    parts = ("topics", "countries", "languages", "organisations", "documents")
    return {case.slug: face(case) for case in cases.prefetch_related(*parts).iterator(chunk_size=1000)}


def keys() -> Iterable[str]:
    """The slugs of all cases: each has a face, also once it is withdrawn."""
    return Case.objects.order_by("pk").values_list("slug", flat=True).iterator()
