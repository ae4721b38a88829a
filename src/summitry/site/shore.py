"""What the frame of every page says of the house: only what there is something to see of."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from django.core.cache import cache
from django.db.models import Exists, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry import kept
from summitry.atlas.queries import published as published_cases
from summitry.calls.models import Call
from summitry.documents.models import Document
from summitry.gatherings.models import Gathering
from summitry.gatherings.queries import editions
from summitry.opinions.models import Conversation
from summitry.people.models import Institution
from summitry.people.queries import institution
from summitry.record.models import Checkpoint

from . import queries

KEPT = 60  # seconds


@dataclass(frozen=True, slots=True)
class Facts:
    """The same for every reader and language."""

    institution: Institution
    pages: queries.InFrame = field(default_factory=queries.InFrame)
    programme: str = ""  # the slug of the next gathering whose programme is published
    gatherings: bool = False
    open_calls: bool = False
    cases: bool = False
    opinions: bool = False
    documents: bool = False  # texts with versions; pages that are documents are the pages' own
    until: datetime | None = None  # what opens, ends or begins by the clock alone next

    def holds(self) -> float:
        """Seconds until then."""
        return max(0.0, (self.until - timezone.now()).total_seconds()) if self.until else KEPT


@dataclass(frozen=True, slots=True)
class Item:
    label: str
    url: str
    current: bool = False


def facts(checkpoint: Checkpoint | None) -> Facts:
    """Kept while the record does not grow, for what is published is entered there. Two queries, then none.

    Before the first entry nothing has been published: one query.
    """
    if checkpoint is None:
        return Facts(institution())
    key = f"site.shore.{checkpoint.root.hex()}"
    known: Facts | None = cache.get(key)
    if known is None:
        known = found()
        cache.set(key, known, min(KEPT, known.holds()))
    return known


def found() -> Facts:
    """What there is to see of now. Two queries."""
    kept.depends("institution", "pages", "gatherings", "calls", "cases", "conversations", "documents")
    now = timezone.now()
    calls = Call.objects.filter(state=Call.State.OPEN).order_by()
    programmes = editions().filter(
        ends__gte=now.date(), state=Gathering.State.ANNOUNCED, released__isnull=False
    )
    row = (
        Institution.objects.filter(pk=1)
        .annotate(
            programme=Subquery(programmes.order_by("starts", "slug").values("slug")[:1]),
            gatherings=Exists(editions()),
            open_calls=Exists(Call.objects.accepting()),
            cases=Exists(published_cases()),
            opinions=Exists(Conversation.objects.public()),
            texts=Exists(Document.objects.public()),
            opens=Subquery(calls.filter(opens_at__gt=now).order_by("opens_at").values("opens_at")[:1]),
            closes=Subquery(calls.filter(closes_at__gt=now).order_by("closes_at").values("closes_at")[:1]),
        )
        .first()
    )
    if row is None:
        return Facts(institution(), queries.in_frame())
    until = min(one for one in (kept.tomorrow(), row.opens, row.closes) if one)
    kept.until(until)
    shown = queries.in_frame()
    return Facts(
        *(row, shown, row.programme or "", row.gatherings, row.open_calls, row.cases),
        *(row.opinions, row.texts, until),
    )


def _digest(known: Facts) -> str:
    said = (
        known.institution.name.values,
        known.institution.name.source,
        [(slug, title.values, title.source) for slug, title in known.pages.foot],
        *(
            known.pages.documents,
            known.programme,
            known.gatherings,
            known.open_calls,
            known.cases,
            known.opinions,
            known.documents,
        ),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()


FRAME = kept.Value("site.frame", found, _digest)


def items(known: Facts, path: str) -> list[Item]:
    """The links, in the reader's language; the one that this path lies under is current."""
    home = reverse("site:home")
    links = []
    if known.programme:
        links.append((_("Programme"), reverse("gatherings:programme", args=[known.programme])))
    if known.open_calls:
        links.append((_("Open now"), f"{home}#open"))
    if known.cases:
        links.append((_("Practice cases"), reverse("atlas:cases")))
    if known.opinions:
        links.append((_("Opinion votes"), reverse("opinions:list")))
    if known.gatherings:
        links.append((_("Gatherings"), reverse("gatherings:archive")))
    if known.documents or known.pages.documents:
        links.append((_("Documents"), reverse("site:documents")))
    links.append((_("Public record"), reverse("record:index")))
    if known.pages.foot:  # the first page of the foot says what the institution is
        links.append((_("About"), reverse("site:page", args=[known.pages.foot[0][0]])))
    current = max((url for _label, url in links if path.startswith(url)), key=len, default="")
    return [Item(label, url, url == current) for label, url in links]
