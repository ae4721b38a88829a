"""One case, and how it came to be here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from summitry import kept
from summitry.calls import queries as calls
from summitry.documents.lineage import Claim
from summitry.documents.models import Document
from summitry.people import countries
from summitry.people.models import scope_of
from summitry.record import queries as record
from summitry.record.models import Entry

from ..faces import faces
from ..models import Case
from .facets import place_name
from .filters import WORLDWIDE
from .library import ENTERED

MOST = 200  # cases that a document lists


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with what its page says beside the text."""

    case: Case
    entries: list[Entry]  # of the record about the case, oldest first
    proven: record.Proven | None  # the entry with which it came in, and its way to the root
    story: "calls.Story | None"  # how it was chosen; None for a case from elsewhere

    @property
    def entry(self) -> Entry | None:
        return self.proven.entry if self.proven else None

    @property
    def places(self) -> list[tuple[str, str, str]]:
        """(facet, key, name) of each place, in the reader's language."""
        named = [("country", code, countries.name(code)) for code in self.case.country_codes]
        return [("region", WORLDWIDE, str(place_name(WORLDWIDE))), *named] if self.case.worldwide else named


def case_page(slug: str) -> CasePage | None:
    """A case by its slug, also one that was withdrawn; None if there is none."""
    parts = ("topics", "countries", "languages", "organisations", "documents")
    case = (
        Case.objects.select_related("decision__submission__call")
        .defer("search")
        .prefetch_related(*parts)
        .filter(slug=slug)
        .first()
    )
    if case is None:
        return None
    kept.depends(f"case:{slug}", *(f"document:{one.pk}" for one in case.documents.all()))
    entries = list(record.entries_about(scope_of(case)))
    first = next((entry for entry in entries if entry.kind in ENTERED), None)
    return CasePage(
        case,
        entries,
        record.proven(first.index) if first else None,
        calls.chosen_story(case.decision) if case.decision else None,
    )


def claims(document: Document) -> list[Claim]:
    """The cases that say that they put a document into practice, the newest first. One query."""
    kept.depends("cases")
    found = Case.objects.filter(documents=document, state=Case.State.PUBLISHED).only("slug", "title", "year")
    return [Claim(one.title, reverse("atlas:case", args=[one.slug]), str(one.year)) for one in found[:MOST]]


def case_face(slug: str) -> Mapping[str, Any] | None:
    """The public face of a case that is shown; None if there is none."""
    kept.depends(f"case:{slug}")
    return faces(
        Case.objects.filter(slug=slug, state=Case.State.PUBLISHED).values_list("slug", flat=True)
    ).get(slug)
