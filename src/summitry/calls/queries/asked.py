"""What is asked of those behind entries while a call is being judged: supplements, mergers, objections."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.waiting import Waiting
from summitry.text.value import Text

from .. import fields, stages
from ..models import Merger, MergerConsent, Objection, StageRun, Submission, Supplement
from ..stages.base import Sight
from .entries import Row, rows_of, visible_fields


def asked_of(user: Any) -> Iterator[Waiting]:
    """What waits for those behind entries. Four queries."""
    yield from _supplements(user)
    yield from _mergers(user)
    yield from _objections(user)


def _supplements(user: Any) -> Iterator[Waiting]:
    """What stages ask for and was not sent, or was changed since. Two queries."""
    kinds = [kind.key for kind in stages.every() if kind.questions]
    runs = StageRun.objects.open().filter(kind__in=kinds)
    sent = Supplement.objects.filter(submission=OuterRef("pk"), stage__in=runs).values("sent_at")[:1]
    own = Submission.objects.of(user).in_the_running().filter(Exists(runs.filter(call=OuterRef("call"))))
    entries = list(own.annotate(supplemented_at=Subquery(sent)).select_related("call").order_by("pk"))
    asking = {run.call_id: run for run in runs.filter(call__in=[one.call_id for one in entries])}
    for one in entries:
        run = asking[one.call_id]
        run.call = one.call
        words = _unsent(one, one.supplemented_at)
        if words:
            yield Waiting(
                words % {"call": one.call.title, "stage": run.rule.name},
                reverse("calls:supplement", args=[one.uid, run.key]),
                "doc",
                "calls",
                due=run.closes_at,
                late=run.is_late,
            )


def _unsent(entry: Submission, sent: datetime | None) -> str:
    if sent is None:
        return _("“%(call)s” asks you for more: %(stage)s")
    if entry.saved_at and entry.saved_at > sent and entry.has_unsent_changes:
        return _("Your changes for “%(call)s” have not been sent: %(stage)s")
    return ""


def _mergers(user: Any) -> Iterator[Waiting]:
    """Proposals to merge entries that wait for one's word. One query."""
    own = Submission.objects.of(user).values("pk")
    said = MergerConsent.objects.filter(merger=OuterRef("pk"), person__user=user.pk)
    found = Merger.objects.filter(
        Q(into__in=own) | Q(submission__in=own),
        state=Merger.State.PROPOSED,
        stage__state=StageRun.State.OPEN,
    ).exclude(Exists(said))
    mine = Submission.objects.of(user).filter(pk__in=[OuterRef("submission_id"), OuterRef("into_id")])
    found = found.annotate(entry=mine.order_by("pk").values("uid")[:1])
    for one in found.select_related("stage__call").order_by("stage__closes_at", "pk"):
        yield Waiting(
            _("Two entries of “%(call)s” may become one: say whether you agree")
            % {"call": one.stage.call.title},
            reverse("calls:merging", args=[one.entry, one.stage.key]),
            "users",
            "calls",
            due=one.stage.closes_at,
            late=one.stage.is_late,
        )


def _objections(user: Any) -> Iterator[Waiting]:
    """Objections to one's entries that have neither reply nor answer. One query."""
    own = Submission.objects.of(user).in_the_running().values("pk")
    found = unanswered().filter(submission__in=own, replied_at=None, stage__state=StageRun.State.OPEN)
    for one in found.select_related("stage__call", "submission").order_by("filed_at", "pk"):
        yield Waiting(
            _("Somebody objects to your entry in “%(call)s”: read it and reply")
            % {"call": one.stage.call.title},
            reverse("calls:objected", args=[one.submission.uid, one.stage.key]),
            "alert",
            "calls",
        )


def unanswered() -> QuerySet[Objection]:
    """The objections that wait for the chair."""
    return Objection.objects.filter(upheld=None, withdrawn_at=None)


# -- the pages of those behind an entry ------------------------------------------------------------


def own_run(user: Any, uid: Any, key: str, deed: str) -> tuple[Submission, StageRun] | None:
    """One's own entry and a stage of its call in which this is done, once it has been opened. Two queries."""
    entry = Submission.objects.of(user).filter(uid=uid).select_related("call", "applicant").first()
    if entry is None:
        return None
    run = entry.call.stages.allowing(deed).exclude(state=StageRun.State.PENDING).filter(key=key).first()
    if run is None:
        return None
    run.call = entry.call
    return (entry, run)


def pages_of(entry: Submission) -> list[tuple[Any, str]]:
    """The pages of one's own entry in the stages that asked something of it: (name, address). One query, two
    more for a stage that is open."""
    runs = entry.call.stages.exclude(state=StageRun.State.PENDING).annotate(
        sent=Exists(Supplement.objects.filter(stage=OuterRef("pk"), submission=entry)),
        proposed=Exists(Merger.objects.filter(Q(into=entry) | Q(submission=entry), stage=OuterRef("pk"))),
        objected=Exists(Objection.objects.filter(stage=OuterRef("pk"), submission=entry)),
    )
    found: list[tuple[Any, str]] = []
    for run in runs.order_by("position"):
        run.call = entry.call
        asks = run.is_open and run.component.asks_more(run, entry) is not None
        pages = {
            "calls:supplement": run.sent or asks,
            "calls:merging": run.proposed,
            "calls:objected": run.objected,
        }
        found += [
            (run.rule.name, reverse(page, args=[entry.uid, run.key]))
            for page, there in pages.items()
            if there
        ]
    return found


@dataclass(frozen=True, slots=True)
class SupplementPage:
    """under: the key under which the questions stand that can be answered now; None: nothing can. sent: when
    it was sent last. unsent: something was written since."""

    submission: Submission
    run: StageRun
    under: str | None
    sent: Supplement | None
    unsent: bool
    rows: list[Any]


def supplement_page(user: Any, uid: Any, key: str) -> SupplementPage | None:
    """One's own entry in a stage that asks for more. At most six queries."""
    entry = Submission.objects.of(user).filter(uid=uid).select_related("call", "applicant").first()
    run = entry.call.stages.filter(key=key).exclude(state=StageRun.State.PENDING).first() if entry else None
    if entry is None or run is None:
        return None
    run.call = entry.call
    sent = run.supplements.filter(submission=entry).first()
    over = run.closes_at is not None and timezone.now() > run.closes_at
    under = run.component.asks_more(run, entry) if run.is_open and not over else None
    if under is None and sent is None and not run.component.questions:
        return None
    asked = run.key if run.component.questions else ""
    listed = entry.call.rules.asked(asked).fields
    keys = {field.key for field in listed}
    unsent = any(entry.draft.get(one) != entry.answers.get(one) for one in keys)
    return SupplementPage(entry, run, under, sent, unsent, rows_of(entry, listed, True) if sent else [])


@dataclass(frozen=True, slots=True)
class MergerRow:
    """A proposal as one of those behind an entry reads it. other: the other entry, of which she sees what
    the rules make public and what names nobody. agreed, asked: how many of those behind both."""

    merger: Merger
    other: Submission
    title: Text | str
    taken: bool  # the reader's own entry is the one that would be taken up
    rows: list[tuple[Any, list[Row]]]
    said: bool | None
    agreed: int
    asked: int


def own_mergers(user: Any, entry: Submission, run: StageRun) -> list[MergerRow]:
    """What was proposed with one's own entry in a stage, the newest first. Six queries."""
    found = []
    person = getattr(user, "person", None)
    for merger in mergers_of(run).filter(Q(into=entry) | Q(submission=entry)):
        taken = merger.submission_id == entry.pk
        other = merger.into if taken else merger.submission
        other.call = run.call
        public = [
            one
            for one in visible_fields(run.call.rules, Sight())
            if one.visibility == "public" and not fields.kind(one.kind).holds_files
        ]
        said = {one.person_id: one.agrees for one in merger.consents.all()}
        people = both_behind(merger)
        found.append(
            MergerRow(
                merger,
                other,
                _public_title(other),
                taken,
                rows_of(other, public, False),
                said.get(person.pk) if person else None,
                sum(said.get(one, False) for one in people),
                len(people),
            )
        )
    return found


def _public_title(entry: Submission) -> Text | str:
    """What somebody may call another's entry before anything is published: its number if its title is not for
    the public or tells who applies."""
    field = entry.call.rules.by_role("title")
    plain = field is not None and field.visibility == "public" and not field.identifies
    return (entry.title if plain else "") or entry.ref


def mergers_of(run: StageRun) -> QuerySet[Merger]:
    """The proposals of a stage with what their pages need, the newest first. Six queries in all."""
    return (
        run.mergers.select_related("into", "submission")
        .prefetch_related("consents", "into__co_applicants", "submission__co_applicants")
        .order_by("-proposed_at", "-pk")
    )


def both_behind(merger: Merger) -> set[int]:
    """Who stands behind the two entries of a merger from `mergers_of`. No query."""
    found = {merger.into.applicant_id, merger.submission.applicant_id}
    for entry in (merger.into, merger.submission):
        found |= {one.person_id for one in entry.co_applicants.all() if one.is_confirmed and one.person_id}
    return found


def own_objections(entry: Submission, run: StageRun) -> list[Objection]:
    """The objections to one's own entry, the oldest first; of who objects only what the rules tell. One
    query."""
    found = run.objections.filter(submission=entry).order_by("filed_at", "pk")
    if run.rule.option("named"):
        found = found.select_related("person")
    listed = list(found)
    for one in listed:
        one.submission, one.stage = entry, run
    return listed


def in_the_running(entry: Submission) -> bool:
    """One query."""
    return Submission.objects.in_the_running().filter(pk=entry.pk).exists()


def running_among(entries: list[int]) -> set[int]:
    """Which of these entries are in the running. One query."""
    found = Submission.objects.in_the_running().filter(pk__in=entries)
    return set(found.values_list("pk", flat=True))
