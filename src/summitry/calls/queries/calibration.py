"""What a scoring stage's marks mean, for the chair: estimates beside means, jurors, and what hangs on whom.

Everything is computed from the entries that this reader may see, as if there were no others: with the whole
in hand she could work out the marks of an entry that is hidden from her."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Sum

from summitry.text.value import Text

from ..calibrated import Analysis, EntryLine, places_of
from ..checks import ordering_stages
from ..models import Call, StageRun, Submission
from .entries import juror_labels

KEPT = 3600  # seconds: marks that are sent do not change, and the key tells which ones count


@dataclass(frozen=True, slots=True)
class Calibration:
    """The chair's page of one scoring stage. labels: person -> the name that a juror has towards applicants.
    places: None if the rules name none. calibrated: the order of the stage is made by the estimates."""

    call: Call
    stage: StageRun
    stages: tuple[StageRun, ...]
    analysis: Analysis
    labels: Mapping[int, Text | str]
    places: int | None
    confidence: str
    calibrated: bool
    hidden: int


def stages_of(call: Call) -> list[StageRun]:
    """The call's stages whose marks the model reads, once deliberation has opened; none before. One query."""
    runs = list(call.stages.all())
    if not any("decide" in run.component.allows and run.state != StageRun.State.PENDING for run in runs):
        return []
    found = [run for run in runs if "calibrated" in run.component.options]
    for run in found:
        run.call = call
    return found


def calibration_page(user: Any, call: Call, key: str = "") -> Calibration | None:
    """The page of the stage under this key, or of the first; None before deliberation, or without such a
    stage. At most seven queries, five if the numbers are known already."""
    runs = stages_of(call)
    run = next((one for one in runs if not key or one.key == key), None)
    if run is None:
        return None
    seen, found = _analysed(user, run)
    total = Submission.objects.filter(call=call).in_the_running().count()
    rules = call.rules
    return Calibration(
        call,
        run,
        tuple(runs),
        found,
        juror_labels(call),
        None if rules.decision.by_category else places_of(rules),
        rules.decision.confidence,
        bool(run.rule.option("calibrated")),
        total - seen,
    )


def calibrated_lines(user: Any, call: Call) -> dict[str, EntryLine]:
    """ref -> what the one stage that makes the order by calibrated estimates says, from the entries that
    this user sees; empty for any other order. At most five queries, one for a call without such a stage."""
    ordering = {stage.key for stage, _percent in ordering_stages(call.rules)}
    runs = [run for run in stages_of(call) if {run.key} == ordering and run.rule.option("calibrated")]
    return {line.ref: line for run in runs for line in _analysed(user, run)[1].entries}


def _analysed(user: Any, run: StageRun) -> tuple[int, Analysis]:
    """How many entries the user sees, and the numbers that follow from them alone. Two queries, four for
    marks that have not been analysed yet."""
    call = run.call
    running = Submission.objects.filter(call=call).in_the_running().on_duty_of(user)
    seen = list(running.order_by("number").values_list("pk", flat=True))
    sent = run.assessments.filter(submission__in=running, sent_at__isnull=False, voided_at=None)
    state = sent.aggregate(Count("pk"), Sum("pk"), Sum("version"), Max("sent_at"))
    facts = (run.pk, call.rules.digest, seen, sorted(state.items()))
    known = "calls.calibration:" + hashlib.sha256(repr(facts).encode()).hexdigest()
    found: Analysis | None = cache.get(known)
    if found is None:
        from ..calibrating import analyse, reading  # scipy is loaded where something is computed

        visible = list(running.only("pk", "ref", "category", "call_id").order_by("number"))
        data = run.component.gather(run, visible, lambda person: str(person.pk))
        categories = {one.ref: one.category for one in visible}
        found = analyse(reading(data, categories), categories, call.rules, data.get("ratios"))
        cache.set(known, found, KEPT)
    return len(seen), found
