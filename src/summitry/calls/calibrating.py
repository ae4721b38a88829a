"""What the additive model says of a scoring stage's sheets, as its `gather` writes them down.

Pure, and the one place where sheets become the engine's arrays: the order that is sealed and the chair's
page read the same numbers. The variance ratios are part of what is gathered: a verdict is computed again
from them, to the byte, on any machine."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from summitry.engines import calibration
from summitry.engines.calibration import exact, influence, model
from summitry.engines.calibration.marks import Check, Indistinct, Marks, Refused

from .calibrated import Analysis, EntryLine, JurorLine, Refusal, Z, places_of
from .rules import RuleSet


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The entries and jurors that have marks, in the order of their indexes in `marks`."""

    refs: tuple[str, ...]
    jurors: tuple[str, ...]
    marks: Marks


def reading(data: Mapping[str, Any], entries: Mapping[str, str]) -> Reading:
    """One mark for each sheet: the mean of its criteria by the weights of the entry's category.

    entries: ref -> category. Raises ValueError where a sheet does not fit its weights."""
    refs: dict[str, int] = {}
    jurors: dict[str, int] = {}
    rows: list[tuple[int, int, float]] = []
    for ref, category in entries.items():
        for sheet in data["sheets"].get(ref, ()):
            mark = calibration.weighted(sheet["marks"], data["weights"][category])
            rows.append(
                (refs.setdefault(ref, len(refs)), jurors.setdefault(sheet["juror"], len(jurors)), float(mark))
            )
    entry, juror, value = zip(*rows, strict=True) if rows else ((), (), ())
    return Reading(tuple(refs), tuple(jurors), Marks.of(entry, juror, value))


def ratios(data: Mapping[str, Any], entries: Mapping[str, str]) -> dict[str, str] | None:
    """The variance ratios that go with these sheets, as decimals; None where the model refuses them."""
    found = _ratios(*_packed(reading(data, entries).marks))
    return None if found is None else dict(zip(("entry", "juror"), found, strict=True))


def estimates(data: Mapping[str, Any], entries: Mapping[str, str]) -> dict[str, tuple[Fraction, str]]:
    """ref -> estimate, exact to six decimals, and standard error to three; empty where the model refused."""
    given = data.get("ratios")
    if given is None:
        return {}
    found = reading(data, entries)
    lines = _estimates(*_packed(found.marks), given["entry"], given["juror"])
    return {
        ref: (Fraction(millionths, 10**6), error)
        for ref, (millionths, error) in zip(found.refs, lines, strict=True)
    }


def _packed(marks: Marks) -> tuple[bytes, bytes, bytes]:
    """Arrays as keys of a cache: a page asks again what it asked before."""
    return (marks.entry.tobytes(), marks.juror.tobytes(), marks.value.tobytes())


def _unpacked(entry: bytes, juror: bytes, value: bytes) -> Marks:
    return Marks.of(
        np.frombuffer(entry, np.intp), np.frombuffer(juror, np.intp), np.frombuffer(value, np.float64)
    )


@lru_cache(maxsize=8)
def _ratios(entry: bytes, juror: bytes, value: bytes) -> tuple[str, str] | None:
    try:
        found = model.fit(_unpacked(entry, juror, value)).ratios
    except (Refused, ArithmeticError):
        return None
    return f"{found.entry:f}", f"{found.juror:f}"


@lru_cache(maxsize=8)
def _estimates(entry: bytes, juror: bytes, value: bytes, *given: str) -> tuple[tuple[int, str], ...]:
    of_entry, of_juror = (Decimal(one) for one in given)
    found = model.fit(_unpacked(entry, juror, value), ratios=model.Ratios(of_entry, of_juror))
    written = exact.rounded(found).estimates
    return tuple((one, f"{error:.3f}") for one, error in zip(written, found.errors, strict=True))


def _cuts(found: Reading, categories: Mapping[str, str], rules: RuleSet) -> list[influence.Cut]:
    """Where the order is cut: over all, or in each category that has a quota."""
    if not rules.decision.by_category:
        places = places_of(rules)
        return [] if places is None else [influence.Cut(np.arange(len(found.refs)), places)]
    return [
        influence.Cut(
            np.array([at for at, ref in enumerate(found.refs) if categories[ref] == one.key], dtype=np.intp),
            one.quota,
        )
        for one in rules.categories
        if one.quota is not None
    ]


def analyse(
    found: Reading, categories: Mapping[str, str], rules: RuleSet, given: Mapping[str, str] | None = None
) -> Analysis:
    """All numbers of a page. Pure. categories: ref -> category; given: variance ratios, if they are known."""
    unmarked = len(categories) - len(found.refs)
    try:
        known = given and model.Ratios(Decimal(given["entry"]), Decimal(given["juror"]))
        fit = model.fit(found.marks, ratios=known or None)
    except Refused as error:
        reason = _refusal(error.check, found, isinstance(error, Indistinct))
        return Analysis(refused=reason, unmarked=unmarked)
    except ArithmeticError:
        return Analysis(refused=Refusal(unsettled=True), unmarked=unmarked)
    cuts = _cuts(found, categories, rules)
    moved = influence.moves(fit, cuts)
    spreads = fit.variances
    return Analysis(
        tuple(_entries(fit, found, moved, cuts, Z[rules.decision.confidence])),
        tuple(sorted(_jurors(fit, found, moved), key=lambda one: (-one.severity, one.person))),
        (spreads.entry**0.5, spreads.juror**0.5, spreads.noise**0.5),
        unmarked=unmarked,
    )


def _refusal(check: Check, found: Reading, indistinct: bool) -> Refusal:
    people = [int(juror) for juror in found.jurors]
    groups = [(len(one.entries), tuple(people[at] for at in one.jurors)) for one in check.groups]
    return Refusal(
        tuple(groups) if len(groups) > 1 else (),
        tuple(people[at] for at in check.sparse),
        check.least,
        check.freedom <= 0,
        indistinct,
    )


def _entries(
    fit: model.Fit, found: Reading, moved: influence.Moves, cuts: Sequence[influence.Cut], z: float
) -> Iterator[EntryLine]:
    marks = fit.marks
    counts = np.bincount(marks.entry, minlength=marks.entries)
    means = np.bincount(marks.entry, marks.value, marks.entries) / counts
    inside = influence.accepted(moved.ranks, cuts)
    band: set[int] = set()
    for cut in cuts:
        ordered = cut.entries[np.argsort(moved.ranks[cut.entries])]
        band |= influence.discuss_band(fit, cut.places, z, [int(at) for at in ordered]).entries
    steps = [*fit.step_errors.tolist(), None]
    for place, at in enumerate(fit.order.tolist()):
        yield EntryLine(
            ref=found.refs[at],
            rank=place + 1,
            count=int(counts[at]),
            mean=float(means[at]),
            estimate=float(fit.estimates[at]),
            error=float(fit.errors[at]),
            step=steps[place],
            best=int(moved.best[at]),
            worst=int(moved.worst[at]),
            inside=bool(inside[at]),
            discuss=at in band,
        )


def _jurors(fit: model.Fit, found: Reading, moved: influence.Moves) -> Iterator[JurorLine]:
    marks = fit.marks
    for at, juror in enumerate(found.jurors):
        hers = marks.value[marks.juror == at]
        yield JurorLine(
            person=int(juror),
            count=len(hers),
            mean=float(hers.mean()),
            spread=float(hers.std(ddof=1)) if len(hers) > 1 else None,
            severity=float(fit.severities[at]),
            error=float(fit.severity_errors[at]),
            farthest=int(moved.farthest[at]),
            fallen=int(moved.fallen[at]),
        )
