"""The computed order of a call, what departs from it, and the sealed text from which both can be made again.

`inputs` gathers from the database; everything after that is pure: `seal` makes the canonical text of a
verdict from its inputs and decisions, and `recompute` makes it again from nothing but that text."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from summitry.engines import calibration

from .checks import ordering_stage
from .codec import canonical
from .models import Call, RuleSet, Submission

FORMAT = "summitry.verdict/1"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the marks say of one entry. rank: 1 is the best; None without a mark. Means are exact."""

    ref: str
    rank: int | None
    score: calibration.Score
    drawn: bool = False

    @property
    def mean(self) -> str | None:
        """To three decimals."""
        return None if self.score.mean is None else calibration.decimal(self.score.mean, 3)


def inputs(call: Call, rules: RuleSet, salt: str) -> dict[str, Any]:
    """Everything that the order is computed from. Jurors are numbered in an order that only the salt
    tells."""
    stage = ordering_stage(rules.parsed)
    entries = list(Submission.objects.filter(call=call).in_the_running().order_by("number"))
    sheets: dict[int, list[tuple[str, dict[str, int]]]] = {entry.pk: [] for entry in entries}
    if stage is not None:
        run = call.stages.get(key=stage.key)
        sent = run.assessments.filter(submission__in=entries, sent_at__isnull=False, voided_at=None)
        for found in sent.select_related("juror").order_by("submission__number", "pk"):
            sheets[found.submission_id].append((str(found.juror.uid), found.marks))
    jurors = {uid for listed in sheets.values() for uid, _marks in listed}
    lots = sorted(jurors, key=lambda uid: hashlib.sha256(f"{salt}:{uid}".encode()).hexdigest())
    names = {uid: f"j{at}" for at, uid in enumerate(lots, 1)}
    decision = rules.parsed.decision
    return {
        "call": call.slug,
        "rules": {"version": rules.version, "digest": rules.digest},
        "stage": stage.key if stage else None,
        "weights": {one.key: one.weight for one in stage.criteria} if stage else {},
        "tie_break": list(rules.parsed.tie_break),
        "by_category": decision.by_category,
        "minimum": decision.minimum,
        "places": decision.places,
        "tiers": [{"key": one.key, "quota": one.quota} for one in decision.tiers],
        "seed": call.seed,
        "jurors": len(jurors),
        "entries": [
            {
                "ref": entry.ref,
                "category": entry.category,
                "sheets": sorted(
                    ({"juror": names[uid], "marks": dict(marks)} for uid, marks in sheets[entry.pk]),
                    key=lambda sheet: int(sheet["juror"][1:]),
                ),
            }
            for entry in entries
        ],
    }


def order(given: Mapping[str, Any]) -> dict[str, Standing]:
    """The computed order of the entries in inputs, by ref, best first, those without a mark last. Pure."""
    refs = [entry["ref"] for entry in given["entries"]]
    if given["stage"] is None:
        bare = calibration.scores([], {}, refs)
        return {ref: Standing(ref, None, bare[ref]) for ref in refs}
    sheets = [
        calibration.Sheet(entry["ref"], sheet["juror"], sheet["marks"])
        for entry in given["entries"]
        for sheet in entry["sheets"]
    ]
    found = calibration.scores(sheets, given["weights"], refs)
    placed = calibration.order(found.values(), given["seed"], given["tie_break"])
    ranked = {one.entry: Standing(one.entry, one.rank, found[one.entry], one.drawn) for one in placed}
    return ranked | {ref: Standing(ref, None, found[ref]) for ref in refs if ref not in ranked}


def departures(
    given: Mapping[str, Any], standings: Mapping[str, Standing], decided: Mapping[str, tuple[str, str]]
) -> set[str]:
    """The refs whose decision departs from the computed order. Pure.

    decided: ref -> (result, tier). The order, with as many entries in each tier as were decided, would put
    the best in the first tier, the next in the second and so on, and reject the rest: an entry that ended
    elsewhere departs. With `by_category` this is asked in each category. So does an accepted entry below the
    minimum, or without a mark."""
    if given["stage"] is None:
        return set()
    tiers = {tier["key"]: at for at, tier in enumerate(given["tiers"])}
    lowest = len(tiers) + 1
    levels = {
        ref: tiers.get(tier, 0) if result == "accepted" else lowest for ref, (result, tier) in decided.items()
    }
    groups: dict[str, list[str]] = {}
    for entry in given["entries"]:
        if entry["ref"] in decided:
            groups.setdefault(entry["category"] if given["by_category"] else "", []).append(entry["ref"])
    found: set[str] = set()
    for refs in groups.values():
        ranked = sorted(
            (ref for ref in refs if standings[ref].rank), key=lambda ref: standings[ref].rank or 0
        )
        for ref, level in zip(ranked, sorted(levels[ref] for ref in ranked), strict=True):
            if levels[ref] != level:
                found.add(ref)
        found |= {ref for ref in refs if not standings[ref].rank and levels[ref] < lowest}
    if given["minimum"] is not None:
        least = Fraction(given["minimum"])
        for ref, level in levels.items():
            mean = standings[ref].score.mean
            if level < lowest and mean is not None and mean < least:
                found.add(ref)
    return found


def seal(given: Mapping[str, Any], decisions: Iterable[Mapping[str, Any]], salt: str) -> str:
    """The canonical text of a verdict. Pure. decisions: {"ref", "result", "tier"} of every entry that was
    decided."""
    decisions = list(decisions)
    standings = order(given)
    running = {entry["ref"] for entry in given["entries"]}
    judged = {one["ref"]: (one["result"], one["tier"]) for one in decisions if one["ref"] in running}
    departing = departures(given, standings, judged)
    return canonical(
        {
            "format": FORMAT,
            "salt": salt,
            "inputs": dict(given),
            "order": [_line(standing) for standing in standings.values()],
            "decisions": [
                {
                    "ref": one["ref"],
                    "result": one["result"],
                    "tier": one["tier"],
                    "rank": standings[one["ref"]].rank if one["ref"] in standings else None,
                    "departs": one["ref"] in departing,
                }
                for one in decisions
            ],
        }
    )


def _line(standing: Standing) -> dict[str, Any]:
    score = standing.score
    return {
        "ref": standing.ref,
        "rank": standing.rank,
        "count": score.count,
        "mean": None if score.mean is None else str(score.mean),
        "variance": None if score.variance is None else str(score.variance),
        "drawn": standing.drawn,
    }


def recompute(sealed: str) -> str:
    """A verdict's text made again from its own inputs and decisions; equal to the byte if nothing was
    altered. Pure.

    Raises KeyError, TypeError or ValueError for what is no verdict.
    """
    found = json.loads(sealed)
    if found["format"] != FORMAT:
        raise ValueError(found["format"])
    return seal(found["inputs"], found["decisions"], found["salt"])
