"""The computed order of a call, what departs from it, and the sealed text from which both can be made again.

`inputs` gathers from the database; everything after that is pure: `seal` makes the canonical text of a
verdict from its inputs and decisions, and `recompute` makes it again from nothing but that text. What a stage
says of the entries is asked of its kind: here is only how they are put together."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from fractions import Fraction
from typing import Any

from summitry.engines import calibration
from summitry.people.models import Person

from . import stages
from .checks import ordering_stages
from .codec import canonical
from .models import Call, RuleSet, StageRun, Submission
from .stages.base import Weighed

FORMAT = "summitry.verdict/2"
NO_RANK = Weighed(None)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the stages say of one entry. rank: 1 is the best; None if nothing was said. value: on the scale of
    the one stage that makes the order, from 0 to 100 where several do. drawn: only the draw set it apart from
    a neighbour."""

    ref: str
    rank: int | None
    value: Fraction | None
    weighed: Weighed = NO_RANK
    drawn: bool = False
    parts: Mapping[str, Fraction] = default(default_factory=dict)

    @property
    def mean(self) -> str | None:
        """The value to three decimals."""
        return None if self.value is None else calibration.decimal(self.value, 3)

    @property
    def count(self) -> int:
        return self.weighed.count

    @property
    def deviation(self) -> str | None:
        """The sample standard deviation to three decimals; None for fewer than two."""
        variance = self.weighed.variance
        return None if variance is None else calibration.root(variance, 3)


def inputs(
    call: Call,
    rules: RuleSet,
    salt: str,
    only: StageRun | None = None,
    among: Collection[str] | None = None,
) -> dict[str, Any]:
    """Everything that the order is computed from; with `only`, the order that this one stage makes; with
    `among`, refs, as if there were no other entries. Persons are numbered in an order that only the salt
    tells."""
    shares = ordering_stages(rules.parsed) if only is None else [(only.rule, 100)]
    entries = list(Submission.objects.filter(call=call).in_the_running().order_by("number"))
    if among is not None:
        entries = [entry for entry in entries if entry.ref in among]
    runs = {run.key: run for run in call.stages.all()}
    for run in runs.values():
        run.call = call
    chosen = [(runs[stage.key], percent) for stage, percent in shares]
    people = {str(one.uid) for run, _percent in chosen for one in run.component.people(run, entries)}
    lots = sorted(people, key=lambda uid: hashlib.sha256(f"{salt}:{uid}".encode()).hexdigest())
    names = {uid: f"j{at}" for at, uid in enumerate(lots, 1)}

    def pen(person: Person) -> str:
        return names[str(person.uid)]

    decision = rules.parsed.decision
    return {
        "call": call.slug,
        "rules": {"version": rules.version, "digest": rules.digest},
        "seed": call.seed,
        "tie_break": list(rules.parsed.tie_break),
        "by_category": decision.by_category,
        "minimum": decision.minimum,
        "places": decision.places,
        "reserve": decision.reserve,
        "tiers": [{"key": one.key, "quota": one.quota} for one in decision.tiers],
        "categories": [{"key": one.key, "quota": one.quota} for one in rules.parsed.categories],
        "jurors": len(people),
        "stages": [
            {
                "key": run.key,
                "kind": run.kind,
                "percent": percent,
                "data": run.component.gather(run, entries, pen),
            }
            for run, percent in chosen
        ],
        "entries": [{"ref": entry.ref, "category": entry.category} for entry in entries],
    }


def order(given: Mapping[str, Any]) -> dict[str, Standing]:
    """The computed order of the entries in inputs, by ref, best first, those of which nothing was said last.
    Pure."""
    entries = {entry["ref"]: entry["category"] for entry in given["entries"]}
    weighings = [
        (one["key"], one["percent"], stages.kind(one["kind"]).weigh(one["data"], entries, given["tie_break"]))
        for one in given["stages"]
    ]
    if not weighings:
        return {ref: Standing(ref, None, None) for ref in entries}
    if len(weighings) == 1:
        key, _percent, only = weighings[0]
        found = {ref: only.entries.get(ref, NO_RANK) for ref in entries}
        values = {ref: one.value for ref, one in found.items()}
        parts = {ref: {key: one.value} for ref, one in found.items() if one.value is not None}
    else:
        parts = {ref: {key: one.stretched(ref) for key, _p, one in weighings} for ref in entries}
        said = {
            ref for _k, _p, one in weighings for ref, each in one.entries.items() if each.value is not None
        }
        found = {
            ref: Weighed(None, (), sum(one.entries.get(ref, NO_RANK).count for _k, _p, one in weighings))
            for ref in entries
        }
        values = {
            ref: sum((parts[ref][key] * percent / 100 for key, percent, _w in weighings), Fraction())
            if ref in said
            else None
            for ref in entries
        }
    placed = _placed(
        {ref: (one, found[ref].ties) for ref, one in values.items() if one is not None}, given["seed"]
    )
    ranked = {
        ref: Standing(ref, rank, values[ref], found[ref], drawn, parts[ref]) for ref, rank, drawn in placed
    }
    rest = {ref: Standing(ref, None, None, found[ref]) for ref in entries if ref not in ranked}
    return ranked | rest


def _placed(
    said: Mapping[str, tuple[Fraction, Sequence[Fraction]]], seed: str
) -> list[tuple[str, int, bool]]:
    """(ref, rank, drawn), best first: by value, then by what breaks ties, then by lot."""
    levels = {ref: (-value, *(-one for one in ties)) for ref, (value, ties) in said.items()}
    refs = sorted(levels, key=lambda ref: (levels[ref], calibration.draw(seed, ref)))
    return [
        (
            ref,
            at + 1,
            any(levels[other] == levels[ref] for other in refs[max(0, at - 1) : at] + refs[at + 1 : at + 2]),
        )
        for at, ref in enumerate(refs)
    ]


LEVELS = {"accepted": 0, "reserve": 1, "rejected": 2}


def departures(
    given: Mapping[str, Any], standings: Mapping[str, Standing], decided: Mapping[str, tuple[str, str]]
) -> set[str]:
    """The refs whose decision departs from the computed order. Pure.

    decided: ref -> (result, tier). The order, with as many entries in each tier as were decided, would put
    the best in the first tier, the next in the second and so on, then on the reserve list, and reject the
    rest: an entry that ended elsewhere departs. With `by_category` this is asked in each category. So does an
    entry on either list below the minimum, or of which nothing was said."""
    if not given["stages"]:
        return set()
    tiers = {tier["key"]: at for at, tier in enumerate(given["tiers"])}
    width = len(tiers) + 1
    lowest = LEVELS["rejected"] * width
    levels = {ref: LEVELS[result] * width + tiers.get(tier, 0) for ref, (result, tier) in decided.items()}
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
            value = standings[ref].value
            if level < lowest and value is not None and value < least:
                found.add(ref)
    return found


def kept(given: Mapping[str, Any], keep: int) -> set[str]:
    """The refs of the best `keep` entries, with `by_category` of each category. Pure."""
    categories = {entry["ref"]: entry["category"] for entry in given["entries"]}
    room: dict[str, int] = {}
    found: set[str] = set()
    for ref, standing in order(given).items():
        group = categories[ref] if given["by_category"] else ""
        if standing.rank is not None and room.setdefault(group, keep) > 0:
            room[group] -= 1
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
    weighed = standing.weighed
    return {
        "ref": standing.ref,
        "rank": standing.rank,
        "count": weighed.count,
        "value": None if standing.value is None else str(standing.value),
        "variance": None if weighed.variance is None else str(weighed.variance),
        "error": weighed.error,
        "parts": {key: str(one) for key, one in standing.parts.items()},
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
