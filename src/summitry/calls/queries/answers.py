"""What applicants read once they have their answers, and the reserve list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from ..models import Appeal, Assessment, Call, Decision, Revision, Submission
from .entries import MarkSheet


def published_marks(call: Call, submissions: Iterable[Submission]) -> dict[int, list[MarkSheet]]:
    """The jurors' marks and comments by submission, as the rules give them to applicants: without names or
    notes. At most two queries."""
    rules = call.rules
    found: dict[int, list[MarkSheet]] = {}
    if not rules.publish_scores and not rules.publish_comments:
        return found
    stages = {run.pk: rules.stage(run.key) for run in call.stages.all()}
    sent = Assessment.objects.filter(
        submission__in=[one.pk for one in submissions], sent_at__isnull=False, voided_at=None
    )
    for one in sent.order_by("stage__position", "pk"):
        marks = dict(one.marks) if rules.publish_scores else {}
        comment = one.comment if rules.publish_comments else ""
        stage = stages.get(one.stage_id)
        if stage and (marks or comment):
            found.setdefault(one.submission_id, []).append(MarkSheet("", stage, marks, comment, "", False))
    return found


def reserve_list(call: Call) -> list[Decision]:
    """Who waits for a place, the next first: by the computed order, then by number. One query."""
    found = Decision.objects.filter(submission__call=call, result=Decision.Result.RESERVE)
    found = found.exclude(submission__state__in=[Submission.State.WITHDRAWN, Submission.State.DECLINED])
    listed = list(
        found.select_related("submission__applicant__user").order_by(
            F("computed_rank").asc(nulls_last=True), "submission__number"
        )
    )
    for one in listed:
        one.submission.call = call
    return listed


def place_of(decision: Decision) -> int | None:
    """The place on the reserve list, 1 for the next; None if it is not on it. One query."""
    refs = [one.pk for one in reserve_list(decision.submission.call)]
    return refs.index(decision.pk) + 1 if decision.pk in refs else None


def vacant(call: Call) -> list[Decision]:
    """Places given back that nobody has moved into, in the order in which they became free; not those that an
    appeal had added. Two queries."""
    gone = Revision.objects.filter(
        decision__submission__call=call, cause=Revision.Cause.DECLINED, before__startswith="accepted"
    ).exclude(decision__revisions__cause=Revision.Cause.APPEAL)
    moved = Revision.objects.filter(decision__submission__call=call, cause=Revision.Cause.MOVED_UP).count()
    return [one.decision for one in gone.select_related("decision__submission").order_by("pk")][moved:]


def embargo_of(call: Call) -> datetime | None:
    """Until when what applicants were told is to be kept; None where they are free to speak. One query."""
    if call.told_at is None or call.is_published:
        return None
    run = call.stages.allowing("publish").first()
    return run.closes_at if run else None


@dataclass(frozen=True, slots=True)
class Appeals:
    """How many appeals a call has had, and how they ended."""

    filed: int
    upheld: int
    dismissed: int

    @property
    def open(self) -> int:
        return self.filed - self.upheld - self.dismissed


def appeals_of(call: Call) -> Appeals | None:
    """None while nobody can have appealed. One query once somebody can."""
    if call.appeals_until is None:
        return None
    counts = Appeal.objects.filter(submission__call=call).aggregate(
        filed=Count("pk"), won=Count("pk", filter=Q(upheld=True)), lost=Count("pk", filter=Q(upheld=False))
    )
    return Appeals(counts["filed"], counts["won"], counts["lost"])
