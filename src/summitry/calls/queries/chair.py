"""The chair's table: the computed order beside the decisions."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from .. import verdicts
from ..models import Call, Decision, StageRun, Submission


@dataclass(frozen=True, slots=True)
class SheetRow:
    """An entry in the order. rank, mean and deviation are None without marks; `expected` is where the order
    alone would put it, with as many entries in each tier as are decided now."""

    submission: Submission
    rank: int | None
    mean: str | None
    deviation: str | None
    count: int
    drawn: bool
    conflicts: int
    decision: Decision | None
    departs: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The decision sheet as one chair sees it; `hidden` entries are those with which she has a conflict.
    `version` goes back with the form."""

    call: Call
    stage: StageRun
    version: int
    rows: list[SheetRow]
    hidden: int
    names: bool  # whether she may know who applied

    @property
    def undecided(self) -> int:
        return sum(row.decision is None for row in self.rows)


def chair_table(user: Any, call: Call) -> Sheet | None:
    """The sheet of a call, best first; None before deliberation has opened. Nine queries."""
    run = call.stages.allowing("decide").exclude(state=StageRun.State.PENDING).first()
    if run is None:
        return None
    run.call = call
    names = call.is_sealed or not call.rules.blind
    running = Submission.objects.filter(call=call).in_the_running()
    visible = running.on_duty_of(user).select_related("decision", "organisation")
    entries = list(
        visible.annotate(
            conflict_count=Count("conflicts", filter=Q(conflicts__lifted_at=None), distinct=True)
        ).order_by("number")
    )
    given = verdicts.inputs(call, call.frozen(), "")
    standings = verdicts.order(given)
    decided = {
        ref: (result, tier)
        for ref, result, tier in Decision.objects.filter(submission__in=running).values_list(
            "submission__ref", "result", "tier"
        )
    }
    departing = verdicts.departures(given, standings, decided)
    rows = []
    for entry in entries:
        entry.call = call
        standing = standings[entry.ref]
        decision = getattr(entry, "decision", None)
        rows.append(
            SheetRow(
                entry,
                standing.rank,
                standing.mean,
                standing.score.deviation,
                standing.score.count,
                standing.drawn,
                entry.conflict_count,
                decision,
                entry.ref in departing,
            )
        )
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0, row.submission.number or 0))
    return Sheet(call, run, call.sheet, rows, len(standings) - len(rows), names)
