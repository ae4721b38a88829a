"""The finals on stage: who is on, who is next, and how far the jury is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from summitry.text.value import Text

from .. import fields
from ..models import Assessment, StageRun, Submission, Turn
from .voting import answer_shown


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A place in the running order. entry: None where this user's duties do not show it to her; marks: her
    own."""

    turn: Turn
    entry: Submission | None
    marks: Assessment | None = None

    @property
    def state(self) -> str:
        """ "now", "had" or "waits"."""
        if self.turn.began_at is None:
            return "waits"
        return "now" if self.turn.ended_at is None else "had"

    @property
    def sent(self) -> bool:
        return self.marks is not None and self.marks.counts


@dataclass(frozen=True, slots=True)
class RunningOrder:
    """The running order as one user sees it."""

    run: StageRun
    rows: list[TurnRow]

    @property
    def now(self) -> TurnRow | None:
        return next((row for row in self.rows if row.state == "now"), None)

    @property
    def next(self) -> TurnRow | None:
        return next((row for row in self.rows if row.state == "waits"), None)

    def row(self, ref: str) -> TurnRow | None:
        return next((row for row in self.rows if row.entry is not None and row.entry.ref == ref), None)

    @property
    def to_mark(self) -> TurnRow | None:
        """What a juror marks now: the entry on stage, else the first that had its turn and is not sent."""
        open_ones = [
            row for row in self.rows if row.state != "waits" and row.entry is not None and not row.sent
        ]
        return next((row for row in open_ones if row.state == "now"), open_ones[0] if open_ones else None)


def running_order(user: Any, run: StageRun) -> RunningOrder:
    """The turns of the entries in the running. An entry of which a conflict shows this user nothing keeps its
    place and nothing else. Three queries."""
    visible = Submission.objects.filter(call=run.call).on_duty_of(user).in_the_running().in_bulk()
    marks = {one.submission_id: one for one in run.assessments.filter(juror__user=user)}
    turns = run.turns.filter(submission__in=Submission.objects.in_the_running()).order_by("position")
    rows = []
    for turn in turns:
        turn.stage = run
        entry = visible.get(turn.submission_id)
        if entry is not None:
            entry.call = run.call
        rows.append(TurnRow(turn, entry, marks.get(turn.submission_id) if entry else None))
    return RunningOrder(run, rows)


def marks_sent(run: StageRun) -> Mapping[int, tuple[int, int]]:
    """By entry: how many jurors have sent their marks, of how many; never a mark. Two queries."""
    due = dict(
        run.assignments.filter(ended_at=None).order_by().values_list("submission").annotate(n=Count("pk"))
    )
    sent = run.assessments.filter(sent_at__isnull=False, voided_at=None)
    done = dict(sent.order_by().values_list("submission").annotate(n=Count("pk")))
    return {entry: (done.get(entry, 0), count) for entry, count in due.items()}


def organisation_of(entry: Submission) -> fields.Shown | None:
    """The organisation as the hall may read it: where the answer is public and, in a blind call, tells
    nobody's name. No query."""
    rules = entry.call.rules
    field = rules.by_role("organisation")
    if field is None or field.visibility != "public" or (rules.blind and field.identifies):
        return None
    return answer_shown(entry, field)


def title_on_screen(entry: Submission) -> Text | str:
    """What the hall reads: the title where it is public, else the number. No query."""
    rules = entry.call.rules
    field = rules.by_role("title")
    if field is None or field.visibility != "public" or (rules.blind and field.identifies):
        return entry.ref
    return entry.title or entry.ref
