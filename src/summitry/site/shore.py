"""What the frame of every page says of the house: only what there is something to see of."""

from dataclasses import dataclass, field

from django.core.cache import cache
from django.db.models import Exists, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.atlas.queries import published as published_cases
from summitry.calls.models import Call
from summitry.gatherings.models import Gathering
from summitry.gatherings.queries import editions
from summitry.people.models import Institution
from summitry.people.queries import institution
from summitry.record.models import Checkpoint

from . import queries

KEPT = 60  # seconds: what opens or ends by the clock alone appears this late at most


@dataclass(frozen=True, slots=True)
class Facts:
    """The same for every reader and language."""

    institution: Institution
    pages: queries.InFrame = field(default_factory=queries.InFrame)
    programme: str = ""  # the slug of the next gathering whose programme is published
    gatherings: bool = False
    open_calls: bool = False
    cases: bool = False


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
    kept: Facts | None = cache.get(key)
    if kept is None:
        kept = _found()
        cache.set(key, kept, KEPT)
    return kept


def _found() -> Facts:
    programmes = editions().filter(
        ends__gte=timezone.now().date(), state=Gathering.State.ANNOUNCED, released__isnull=False
    )
    row = (
        Institution.objects.filter(pk=1)
        .annotate(
            programme=Subquery(programmes.order_by("starts", "slug").values("slug")[:1]),
            gatherings=Exists(editions()),
            open_calls=Exists(Call.objects.accepting()),
            cases=Exists(published_cases()),
        )
        .first()
    )
    if row is None:
        return Facts(institution(), queries.in_frame())
    return Facts(row, queries.in_frame(), row.programme or "", row.gatherings, row.open_calls, row.cases)


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
    if known.gatherings:
        links.append((_("Gatherings"), reverse("gatherings:archive")))
    if known.pages.documents:
        links.append((_("Documents"), reverse("site:documents")))
    links.append((_("Public record"), reverse("record:index")))
    if known.pages.foot:  # the first page of the foot says what the institution is
        links.append((_("About"), reverse("site:page", args=[known.pages.foot[0][0]])))
    current = max((url for _label, url in links if path.startswith(url)), key=len, default="")
    return [Item(label, url, url == current) for label, url in links]
