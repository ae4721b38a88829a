"""Sealed verdicts: what the organ reads before it approves, and what an auditor recomputes."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from summitry.record.queries import entries_about

from .. import verdicts
from ..models import Allocation, Approval, Call, Decision, StageRun, Submission, Verdict
from ..rules import Unit


def decided_entries(user: Any, call: Call) -> QuerySet[Decision]:
    """The decisions of a sealed call on entries that this user's duties show her: accepted by tier and place,
    then the reserve list, then the rest. None before the seal."""
    if not call.is_sealed:
        return Decision.objects.none()
    visible = Submission.objects.on_duty_of(user).filter(call=call)
    return (
        Decision.objects.filter(submission__in=visible)
        .exclude(submission__state="withdrawn")
        .select_related("submission", "submission__organisation")
        .order_by("result", F("computed_rank").asc(nulls_last=True), "submission__number")
    )


def places(user: Any, call: Call) -> dict[int, int]:
    """Submission -> its place in the sealed order. Where some are hidden from this user, counted among those
    that she sees: a gap between two places would tell of what she may not know. One query."""
    seen = Exists(Submission.objects.on_duty_of(user).filter(pk=OuterRef("submission")))
    placed = Decision.objects.filter(submission__call=call, computed_rank__isnull=False)
    placed = placed.exclude(submission__state="withdrawn").annotate(seen=seen).order_by("computed_rank")
    found = list(placed.values_list("submission_id", "computed_rank", "seen"))
    if all(shown for _pk, _rank, shown in found):
        return {pk: rank or 0 for pk, rank, _shown in found}
    return {pk: at for at, pk in enumerate((pk for pk, _rank, shown in found if shown), 1)}


@dataclass(frozen=True, slots=True)
class Approving:
    """What the organ sees: the verdict in force, how much of it, and what was said of earlier ones."""

    run: StageRun
    verdict: Verdict | None
    accepted: int
    reserve: int
    rejected: int
    departures: int
    hidden: int
    said: list[Approval]


def approving(user: Any, run: StageRun) -> Approving:
    """Counts of the sealed verdict. Five queries."""
    call = run.call
    verdict = call.verdicts.filter(superseded_at=None).first()
    decisions = list(decided_entries(user, call).values_list("result", "departs"))
    every = Decision.objects.filter(submission__call=call).exclude(submission__state="withdrawn").count()
    results = [result for result, _departs in decisions]
    return Approving(
        run,
        verdict,
        results.count("accepted"),
        results.count("reserve"),
        results.count("rejected"),
        sum(departs for _result, departs in decisions),
        every - len(decisions) if verdict else 0,
        list(run.approvals.select_related("verdict").order_by("pk")),
    )


@dataclass(frozen=True, slots=True)
class Audited:
    """A sealed verdict with whether it can be computed again from itself, and its entry in the record."""

    verdict: Verdict
    holds: bool
    entry: Any


def audited(call: Call) -> list[Audited]:
    """Every verdict of a call, the newest first, each computed again. Two queries."""
    entries = {
        one.facts.get("verdict"): one
        for one in entries_about(f"calls.verdict:{call.slug}").filter(kind="calls.sealed")
    }
    found = call.verdicts.select_related("rules").order_by("-number")
    return [Audited(one, recomputes(one), entries.get(one.digest)) for one in found]


def recomputes(verdict: Verdict) -> bool:
    """Whether the verdict, computed again from nothing but its own text, is the same to the byte."""
    try:
        return verdicts.recompute(verdict.body) == verdict.body
    except (KeyError, TypeError, ValueError):
        return False


@dataclass(frozen=True, slots=True)
class Given:
    """An accepted entry with its unit, if it has one."""

    submission: Submission
    rank: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class Allocating:
    """What there is to give out, how much of it is left, and who gets it."""

    run: StageRun
    units: list[tuple[Unit, int]]
    rows: list[Given]
    hidden: int


def allocating(user: Any, run: StageRun) -> Allocating:
    """The accepted entries that this user's duties show her, best first. Four queries."""
    place = places(user, run.call)
    accepted = run.call.submissions.with_a_place()
    given = dict(
        Allocation.objects.filter(stage=run, submission__in=accepted).values_list("submission_id", "unit")
    )
    shown = accepted.on_duty_of(user).select_related("decision", "organisation")
    rows = []
    for one in shown.order_by(F("decision__computed_rank").asc(nulls_last=True), "number"):
        one.call = run.call
        rows.append(Given(one, place.get(one.pk), given.get(one.pk, "")))
    used = list(given.values())
    units = [(unit, unit.count - used.count(unit.key)) for unit in run.rule.units]
    return Allocating(run, units, rows, accepted.count() - len(rows))
