"""What the secretariat asks: what waits for an answer, and who reported an error."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from summitry.people.waiting import Waiting

from ..consulting import is_open_to_all
from ..consulting_faces import wanted
from ..models import Amendment, Comment, Contribution, Report, Version
from .consulting import KINDS, Shown
from .disposition import disposition_rows

State = Contribution.State
OPEN = Q(state=State.SHOWN, outcome="")
STATES: dict[str, tuple[str | Promise, Q]] = {
    "open": (gettext_lazy("Without an answer"), OPEN),
    "draft": (
        gettext_lazy("Answered, not published"),
        Q(answer_published_at=None) & ~Q(outcome="") & ~Q(state=State.COMBINED),
    ),
    "public": (gettext_lazy("Answer published"), Q(answer_published_at__isnull=False)),
    "removed": (gettext_lazy("Removed"), Q(state=State.REMOVED)),
    "all": (gettext_lazy("All"), Q()),
}


def _count(model: type[Comment] | type[Amendment]) -> Any:
    rows = model._default_manager.filter(OPEN, version=OuterRef("pk")).order_by()
    counted = rows.values("version").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), Value(0))


def consulted() -> QuerySet[Version]:
    """Versions on which comments were opened or to which an amendment was proposed, the newest first, with
    how many of what was said wait for an answer (`open_comments`, `open_amendments`). One query."""
    found = Version.objects.filter(Q(comments_from__isnull=False) | Q(amendments__isnull=False)).distinct()
    return (
        found.annotate(open_comments=_count(Comment), open_amendments=_count(Amendment))
        .select_related("document")
        .order_by("-published_at", "-pk")
    )


def unanswered(version: Version) -> int:
    """How many comments and amendments wait for an answer. Two queries."""
    return sum(model._default_manager.filter(OPEN, version=version).count() for model in KINDS.values())


@dataclass(frozen=True, slots=True)
class Behind:
    """An earlier version that the next one would leave behind: its comments still run, or some have no
    answer."""

    version: Version
    unanswered: int
    running: bool


def left_behind(draft: Version) -> list[Behind]:
    """What whoever publishes a draft should know of the versions before it. One query."""
    now, found = timezone.now(), []
    for version in consulted().filter(document=draft.document_id, number__lt=draft.number):
        count = version.open_comments + version.open_amendments  # type: ignore[attr-defined]
        running = version.comments_until is not None and now <= version.comments_until
        if count or running:
            found.append(Behind(version, count, running))
    return found


def waiting(user: Any) -> list[Waiting]:
    """For the secretariat: what waits for an answer, answers that wait to be published, reported errors. Two
    queries; none for somebody who answers nowhere."""
    if not any(role == "secretariat" for role, _scope in user.roles):
        return []
    found, now = [], timezone.now()
    for version in consulted().filter(disposed_at=None):
        if not user.has_perm("documents.answer", version):
            continue
        count = version.open_comments + version.open_amendments  # type: ignore[attr-defined]
        over = version.comments_until is not None and version.comments_until < now
        title = version.document.title
        if count:
            words = ngettext(
                "%(count)d comment or amendment to answer: %(title)s",
                "%(count)d comments and amendments to answer: %(title)s",
                count,
            )
        elif over:
            words = _("The answers can be published: %(title)s")
        else:
            continue
        found.append(
            Waiting(
                title=words % {"count": count, "title": title},
                url=reverse("documents:consultation", args=[version.document.slug, version.number]),
                icon="comment",
                area="documents",
                count=count or 1,
            )
        )
    reports = Report.objects.filter(replied_at=None).select_related("version__document").order_by("made_at")
    for report in reports[:100]:
        if user.has_perm("documents.answer", report.version):
            found.append(
                Waiting(
                    title=_("A reported error in the answers: %(title)s")
                    % {"title": report.version.document.title},
                    url=reverse(
                        "documents:reply",
                        args=[report.version.document.slug, report.version.number, report.number],
                    ),
                    icon="alert",
                    area="documents",
                )
            )
    return found


def queue(version: Version, state: str = "open", name: str = "") -> list[tuple[str, int]]:
    """(name, key) of what is in a state, by provision and number. Three queries."""
    asked = STATES.get(state, STATES["open"])[1]
    place = dict(version.provisions.values_list("anchor", "position"))
    found = []
    for kind, model in KINDS.items():
        if name and name != kind:
            continue
        rows = model._default_manager.filter(asked, version=version)
        for pk, anchor, number in rows.values_list("pk", "anchor", "number"):
            found.append((place.get(anchor, 0), kind != "comments", number, kind, pk))
    return [(kind, pk) for _at, _later, _number, kind, pk in sorted(found)]


def chosen(version: Version, places: Iterable[str]) -> list[Shown]:
    """What "comments/14", "amendments/3" name, in this order; what is not there is left out. Four queries at
    most."""
    named: dict[str, list[int]] = {name: [] for name in KINDS}
    for place in places:
        name, _slash, number = place.partition("/")
        if name in named and number.isdecimal() and len(number) < 10:
            named[name].append(int(number))
    keys = []
    for name, model in KINDS.items():
        rows = model._default_manager.filter(version=version, number__in=named[name])
        keys += [(name, pk) for pk in rows.order_by("number").values_list("pk", flat=True)]
    return disposition_rows(version, keys)


def current_versions() -> QuerySet[Version]:
    """The newest published version of each document that is not adopted. One query."""
    public = Version.objects.filter(published_at__isnull=False)
    later = public.filter(document=OuterRef("document"), number__gt=OuterRef("number"))
    adopted = public.filter(document=OuterRef("document"), adopted_at__isnull=False)
    found = public.filter(~Exists(later), ~Exists(adopted)).select_related("document")
    return found.order_by("-published_at", "-pk")


def amendments_by_subject(subjects: Iterable[str]) -> dict[str, Amendment]:
    """Amendments that everybody may read, by how the record names them. One query."""
    keys = [subject.partition(":")[2] for subject in subjects]
    found = Amendment.objects.filter(wanted(keys)).select_related("version__document")
    return {one.subject: one for one in found if is_open_to_all(one.version)}
