"""The chair's table: the computed order beside the decisions."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from .. import verdicts
from ..models import Call, Decision, StageRun, Submission
from ..orders import order_of
from .calibration import calibrated_lines


@dataclass(frozen=True, slots=True)
class SheetRow:
    """An entry in the order of those that this chair sees. rank, mean and deviation are None without marks;
    `departs` is told by the order of all."""

    submission: Submission
    rank: int | None
    mean: str | None
    deviation: str | None
    count: int
    drawn: bool
    conflicts: int
    decision: Decision | None
    departs: bool
    discuss: bool  # where calibrated estimates make the order: its place is not settled


@dataclass(frozen=True, slots=True)
class Tally:
    """How the entries before one chair are decided."""

    accepted: int = 0
    reserve: int = 0
    rejected: int = 0
    undecided: int = 0
    departures: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of the decision sheet as one chair sees it; `hidden` entries are those with which she has a
    conflict. `tally` counts all that she sees. `version` goes back with the form."""

    call: Call
    stage: StageRun
    version: int
    rows: list[SheetRow]
    page: Page[int]
    tally: Tally
    hidden: int
    names: bool  # whether she may know who applied

    @property
    def undecided(self) -> int:
        return self.tally.undecided


def chair_table(user: Any, call: Call, page: Any = 1, size: int = 50) -> Sheet | None:
    """A page of the sheet of a call, best first; None before deliberation has opened. Eleven queries, two
    more when the order has to be computed.

    Where entries are hidden from her, places and values are computed as if there were none of them: a gap
    between two places, or a value that leans on all marks, would tell of what she may not know."""
    run = call.stages.allowing("decide").exclude(state=StageRun.State.PENDING).first()
    if run is None:
        return None
    run.call = call
    names = call.is_sealed or not call.rules.blind
    running = Submission.objects.filter(call=call).in_the_running()
    given, standings = order_of(call)
    visible = dict(running.on_duty_of(user).order_by("number").values_list("ref", "pk"))
    hidden = len(standings) - len(visible)
    seen = order_of(call, frozenset(visible))[1] if hidden else standings
    placed = [visible[ref] for ref in seen]
    shown = Paginator(placed, size).get_page(page)
    decided = {
        ref: (result, tier)
        for ref, result, tier in Decision.objects.filter(submission__in=running).values_list(
            "submission__ref", "result", "tier"
        )
    }
    departing = verdicts.departures(given, standings, decided)
    lines = calibrated_lines(user, call)
    entries = (
        Submission.objects.filter(pk__in=list(shown.object_list))
        .select_related("decision", "organisation")
        .annotate(conflict_count=Count("conflicts", filter=Q(conflicts__lifted_at=None), distinct=True))
    )
    found = {entry.pk: entry for entry in entries}
    rows = []
    for pk in shown.object_list:
        entry = found[pk]
        entry.call = call
        standing = seen[entry.ref]
        rows.append(
            SheetRow(
                entry,
                standing.rank,
                standing.mean,
                standing.deviation,
                standing.count,
                standing.drawn,
                entry.conflict_count,
                getattr(entry, "decision", None),
                entry.ref in departing,
                entry.ref in lines and lines[entry.ref].discuss,
            )
        )
    said = Counter(decided[ref][0] for ref in visible if ref in decided)
    tally = Tally(
        said["accepted"],
        said["reserve"],
        said["rejected"],
        len(visible) - sum(said.values()),
        sum(ref in departing for ref in visible),
    )
    return Sheet(call, run, call.sheet, rows, shown, tally, hidden, names)
