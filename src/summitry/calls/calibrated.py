"""What calibration says of a stage's marks, as plain values: what pages show and a cache keeps."""

from dataclasses import dataclass

from .rules import RuleSet

Z = {"80": 1.2816, "90": 1.6449, "95": 1.96}  # of the standard normal distribution, two-sided


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry: plain mean, estimate with its standard error, and the best and worst rank that it gets when
    one juror is left out. step: standard error of the difference from the next entry."""

    ref: str
    rank: int
    count: int
    mean: float
    estimate: float
    error: float
    step: float | None
    best: int
    worst: int
    inside: bool  # among the first places
    discuss: bool


@dataclass(frozen=True, slots=True)
class JurorLine:
    """A juror: marks given, their mean and standard deviation; how much lower than an average juror she
    marks; and without her marks, how far an entry moves at most and how many of the first places change."""

    person: int
    count: int
    mean: float
    spread: float | None
    severity: float
    error: float
    farthest: int
    fallen: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the model says nothing. groups: (entries, jurors) connected with nobody else, if more than one."""

    groups: tuple[tuple[int, tuple[int, ...]], ...] = ()
    sparse: tuple[int, ...] = ()
    least: int = 0
    tight: bool = False  # no marks left to tell noise by
    indistinct: bool = False
    unsettled: bool = False


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that is computed; no names. Entries best first, jurors by severity, strictest first. Without a fit
    `refused` says why, by juror (person) and entry (ref), and there are no lines."""

    entries: tuple[EntryLine, ...] = ()
    jurors: tuple[JurorLine, ...] = ()
    spreads: tuple[float, float, float] | None = None  # standard deviations: entries, jurors, noise
    refused: Refusal | None = None
    unmarked: int = 0


def places_of(rules: RuleSet) -> int | None:
    """How many the rules accept over all: the places, or the tiers' quotas if each has one."""
    quotas = [tier.quota for tier in rules.decision.tiers]
    counted = sum(quota or 0 for quota in quotas) if quotas and all(quotas) else None
    return counted if rules.decision.places is None else rules.decision.places
