"""The work of screeners and jurors."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from ..models import Assessment, Assignment, Call, Screening, StageRun, Submission


def screening_queue(user: Any, call: Call) -> QuerySet[Submission]:
    """The entries that a screener sees, those without a finding first; each has `screening_at_hand`
    (bool)."""
    run = call.stages.allowing("screen").order_by("position").first()
    done = Screening.objects.filter(submission=OuterRef("pk"), stage=run)
    found = Submission.objects.filter(call=call).on_duty_of(user).filter(state=Submission.State.SUBMITTED)
    return found.annotate(screened=Exists(done)).prefetch_related("screenings").order_by("screened", "number")


@dataclass(frozen=True, slots=True)
class JuryRow:
    """An entry on a juror's list. See `state`."""

    submission: Submission
    assignment: Assignment
    assessment: Assessment | None

    @property
    def state(self) -> str:
        """ "sent", "begun", "open", or "asked" while she has not said whether she has a conflict."""
        if self.assessment and self.assessment.counts:
            return "sent"
        if self.assignment.cleared_at is None and self.submission.call.rules.conflicts.declare:
            return "asked"
        return "begun" if self.assessment else "open"


@dataclass(frozen=True, slots=True)
class JuryList:
    """A juror's list in the stage that is open, else in the last that was."""

    stage: StageRun
    rows: list[JuryRow]

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def done(self) -> int:
        return sum(row.state == "sent" for row in self.rows)

    @property
    def next(self) -> JuryRow | None:
        """The first that is not sent."""
        return next((row for row in self.rows if row.state != "sent"), None)

    def beside(self, ref: str) -> tuple[JuryRow | None, JuryRow | None]:
        """The rows before and after an entry."""
        at = next((n for n, row in enumerate(self.rows) if row.submission.ref == ref), None)
        if at is None:
            return (None, None)
        return (
            self.rows[at - 1] if at else None,
            self.rows[at + 1] if at + 1 < len(self.rows) else None,
        )


def jury_list(user: Any, call: Call) -> JuryList | None:
    """What a juror has to mark, in the order of the entries' numbers; None without an assignment. Three
    queries."""
    runs = call.stages.allowing("assess").exclude(state=StageRun.State.PENDING).order_by("position")
    open_or_last = sorted(runs, key=lambda run: (run.is_open, run.position))
    if not open_or_last:
        return None
    run = open_or_last[-1]
    run.call = call
    person = user.person
    visible = Submission.objects.filter(call=call).on_duty_of(user)
    listed = (
        run.assignments.filter(juror=person, ended_at=None, submission__in=visible)
        .select_related("submission")
        .order_by("submission__number")
    )
    marks = {one.submission_id: one for one in run.assessments.filter(juror=person)}
    rows = []
    for one in listed:
        one.submission.call = call
        one.stage = run
        rows.append(JuryRow(one.submission, one, marks.get(one.submission_id)))
    return JuryList(run, rows)
