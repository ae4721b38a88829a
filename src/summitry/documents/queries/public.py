"""What everybody reads of documents: the list, the way of one, its versions."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry import kept
from summitry.people.models import scope_of
from summitry.record.models import Entry
from summitry.record.queries import entries_about, story

from .. import consulting
from .. import lineage as ways
from ..lineage import Claim, Step
from ..models import Document, Reader, Version

MOST = 200  # documents in the list


def public_versions() -> QuerySet[Version]:
    """All published versions, with their documents' addresses."""
    return Version.objects.filter(published_at__isnull=False).select_related("document")


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list: a document and its newest version."""

    version: Version
    adopted_at: datetime | None
    takes_comments: bool

    @property
    def document(self) -> Document:
        return self.version.document


def listed() -> list[Listed]:
    """Documents of which a version is published: those that take comments first, then by their newest
    version. One query."""
    kept.depends("documents")
    now = timezone.now()
    of_it = Version.objects.filter(document=OuterRef("document"), published_at__isnull=False)
    newest = (
        public_versions()
        .filter(pk=Subquery(of_it.order_by("-number").values("pk")[:1]))
        .annotate(adopted=Subquery(of_it.filter(adopted_at__isnull=False).values("adopted_at")[:1]))
        .order_by("-published_at", "-pk")[:MOST]
    )
    found = [Listed(one, one.adopted, consulting.takes(one, now)) for one in newest]
    return sorted(found, key=lambda line: not line.takes_comments)


def by_slug(slug: str) -> Document | None:
    """A document that everybody may read, with what it derives from. One query."""
    kept.depends("documents")
    found = Document.objects.public().filter(slug=slug).select_related("derives_from").first()
    if found is not None:
        kept.depends(f"document:{found.pk}")
    return found


def published(document: Document) -> list[Version]:
    """Its published versions, the oldest first. One query."""
    kept.depends(f"document:{document.pk}")
    public = document.versions.filter(published_at__isnull=False).select_related("adoption")
    found = list(public.order_by("number"))
    for one in found:
        one.document = document
        kept.until(one.comments_from, one.comments_until)
    return found


def version(slug: str, number: int) -> Version | None:
    """A published version, with its document. One query."""
    kept.depends("documents")
    found = (
        Version.objects.filter(document__slug=slug, number=number, published_at__isnull=False)
        .select_related("document")
        .first()
    )
    if found is not None:
        kept.depends(f"document:{found.document_id}")
        kept.until(found.comments_from, found.comments_until)
    return found


def publication(version: Version) -> Entry | None:
    """The entry of the record with which a version was published. One query."""
    return entries_about(version.subject).filter(kind="documents.published").first()


@dataclass(frozen=True, slots=True)
class Lineage:
    """All that the page of a document says."""

    document: Document
    versions: list[Version]  # the newest first
    steps: list[Step]
    claims: list[Claim]
    parent: Document | None
    children: list[Document]
    entries: dict[int, Entry]  # of each version's publication, by its number

    @property
    def before(self) -> dict[int, int]:
        """The published version before each, by number."""
        numbers = [one.number for one in self.versions]
        return dict(pairwise(numbers))


def lineage(document: Document) -> Lineage:
    """The way of a document. Three queries, and what the steps and claims of other concerns ask."""
    versions = published(document)
    kept.depends("documents")
    children = list(Document.objects.public().filter(derives_from=document).order_by("pk"))
    parent = document.derives_from
    if parent is not None and not parent.versions.filter(published_at__isnull=False).exists():
        parent = None
    told = story([scope_of(document), *(one.subject for one in versions)])
    entries = {one.facts["number"]: one for one in told if one.kind == "documents.published"}
    claims = ways.claims(document)
    steps = [*_steps(document, versions, children), *ways.further(document), *_claimed(claims)]
    return Lineage(document, versions[::-1], steps, claims, parent, children, entries)


_EARLY = (Version.Stage.QUESTIONS, Version.Stage.CONCEPT)


def _steps(document: Document, versions: list[Version], children: list[Document]) -> list[Step]:
    """Stages that came one after the other, then what is still to come. The way of a concept from which
    another document derives goes on there."""
    adopted = next((one for one in versions if one.adopted_at), None)
    runs = [(stage, list(group)) for stage, group in groupby(versions, key=lambda one: one.stage)]
    carried_on = bool(children) and all(stage in _EARLY for stage, _group in runs)
    steps = []
    for at, (stage, group) in enumerate(runs):
        last = group[-1]
        many = len(group) > 1
        said = {"first": group[0].number, "last": last.number, "number": last.number}
        steps.append(
            Step(
                label=Version.Stage(stage).label,
                state="done" if adopted or carried_on or at + 1 < len(runs) else "now",
                detail=(_("versions %(first)d to %(last)d") if many else _("version %(number)d")) % said,
                url=reverse("documents:version", args=[document.slug, last.number]),
                at=last.published_at,
            )
        )
    if carried_on:
        return [*steps, *(_onward(one) for one in children)]
    if not adopted and not any(stage == Version.Stage.FINAL for stage, _group in runs):
        steps.append(Step(Version.Stage.FINAL.label, "todo"))
    if adopted:
        steps.append(_adopted(adopted))
    else:
        steps.append(Step(_("adopted"), "todo"))
    return steps


def _onward(child: Document) -> Step:
    return Step(_("carried on"), "done", str(child.title), reverse("documents:detail", args=[child.slug]))


def _adopted(version: Version) -> Step:
    """With the day that the act of a gathering names, else the moment of the decision."""
    on = version.adoption.on or version.adopted_at
    return Step(_("adopted"), "done", url=reverse("documents:adoption", args=[version.document.slug]), at=on)


def _claimed(claims: list[Claim]) -> list[Step]:
    if not claims:
        return []
    return [Step(_("put into practice"), "done", str(len(claims)), "#practice")]


def reader_of(user: Any, document: Document) -> Reader | None:
    """What somebody with an account keeps of a document. One query, none without an account."""
    if not user.is_authenticated:
        return None
    return Reader.objects.filter(user=user, document=document).select_related("version").first()
