"""What jurors' marks say about an order: exact weighted means, their spread, and ties broken by a published
draw.

Pure and exact: integers and fractions in, fractions out; the same marks give the same order on every
machine. A juror's score of an entry is the mean of her marks, weighted by criterion; an entry's mean is the
plain mean of its jurors' scores; its spread is the sample standard deviation (divisor n - 1) of these
scores. Ties go first by the means of the criteria that the rules name, then by the SHA-256 of seed and
entry: in the manner of RFC 3797, whoever knows the seed can repeat the draw, and nobody can choose its
result once the seed is fixed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt


@dataclass(frozen=True, slots=True)
class Sheet:
    """One juror's marks for one entry: criterion -> whole number."""

    entry: str
    juror: str
    marks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Score:
    """What the marks of one entry come to. `mean` is on the scale of the marks; without a mark it is None."""

    entry: str
    count: int
    mean: Fraction | None
    variance: Fraction | None  # of the jurors' scores, divisor n - 1; None for fewer than two
    by_criterion: Mapping[str, Fraction]

    @property
    def deviation(self) -> str | None:
        """The sample standard deviation to three decimals, rounded half up; None for fewer than two
        jurors."""
        return None if self.variance is None else root(self.variance, 3)


@dataclass(frozen=True, slots=True)
class Place:
    """An entry's place in the order; the best is 1. `drawn` if only the draw set it apart from a
    neighbour."""

    entry: str
    rank: int
    drawn: bool


def weighted(marks: Mapping[str, int], weights: Mapping[str, int]) -> Fraction:
    """One juror's score of one entry, on the scale of the marks.

    Raises ValueError if a criterion has no mark, a mark no criterion, or the weights sum to nothing.

    >>> weighted({"effect": 5, "evidence": 2}, {"effect": 60, "evidence": 40})
    Fraction(19, 5)
    """
    if set(marks) != set(weights):
        raise ValueError("marks and weights name different criteria")
    total = sum(weights.values())
    if total <= 0 or any(weight < 0 for weight in weights.values()):
        raise ValueError("weights must be positive and sum to more than nothing")
    return Fraction(sum(weights[key] * mark for key, mark in marks.items()), total)


def scores(
    sheets: Iterable[Sheet], weights: Mapping[str, int], entries: Iterable[str] = ()
) -> dict[str, Score]:
    """The score of every entry that has marks, and of those in `entries`, by entry.

    Raises ValueError for two sheets of one juror for one entry, and as `weighted` does.
    """
    grouped: dict[str, list[Sheet]] = {entry: [] for entry in entries}
    seen: set[tuple[str, str]] = set()
    for sheet in sheets:
        if (sheet.entry, sheet.juror) in seen:
            raise ValueError(f"{sheet.juror} has marked {sheet.entry} twice")
        seen.add((sheet.entry, sheet.juror))
        grouped.setdefault(sheet.entry, []).append(sheet)
    return {entry: _score(entry, found, weights) for entry, found in grouped.items()}


def _score(entry: str, sheets: Sequence[Sheet], weights: Mapping[str, int]) -> Score:
    values = [weighted(sheet.marks, weights) for sheet in sheets]
    count = len(values)
    mean = sum(values, Fraction()) / count if count else None
    variance = None
    if mean is not None and count > 1:
        variance = sum(((value - mean) ** 2 for value in values), Fraction()) / (count - 1)
    by_criterion = {
        key: Fraction(sum(sheet.marks[key] for sheet in sheets), count) for key in weights if count
    }
    return Score(entry, count, mean, variance, by_criterion)


def draw(seed: str, entry: str) -> str:
    """The lot of an entry, in hexadecimal: SHA-256 of "SEED:ENTRY" in UTF-8. The lowest lot comes first."""
    return hashlib.sha256(f"{seed}:{entry}".encode()).hexdigest()


def order(found: Iterable[Score], seed: str, tie_break: Sequence[str] = ()) -> list[Place]:
    """The order of all entries that have a mark: by mean, then by the means of the criteria in `tie_break`,
    then by lot.

    Entries without a mark have no place.
    """
    marked = [one for one in found if one.mean is not None]

    def level(one: Score) -> tuple[Fraction, ...]:
        return (-(one.mean or Fraction()), *(-one.by_criterion[key] for key in tie_break))

    placed = sorted(marked, key=lambda one: (level(one), draw(seed, one.entry)))
    levels = [level(one) for one in placed]
    return [
        Place(
            one.entry,
            at + 1,
            levels[at] in levels[max(0, at - 1) : at] or levels[at] in levels[at + 1 : at + 2],
        )
        for at, one in enumerate(placed)
    ]


def decimal(value: Fraction, places: int) -> str:
    """A fraction as a decimal, rounded half away from zero.

    >>> decimal(Fraction(2, 3), 3), decimal(Fraction(-1, 8), 2)
    ('0.667', '-0.13')
    """
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = f"{whole:0{places + 1}d}"
    sign = "-" if value < 0 and whole else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def root(value: Fraction, places: int) -> str:
    """The square root of a fraction as a decimal, rounded half up, in integers alone.

    >>> root(Fraction(2), 3), root(Fraction(1, 4), 1)
    ('1.414', '0.5')
    """
    if value < 0:
        raise ValueError("no real root")
    scaled = value * 10 ** (2 * places)  # floor(sqrt(x) + 1/2) is (floor(sqrt(4x)) + 1) // 2
    whole = (isqrt(4 * scaled.numerator // scaled.denominator) + 1) // 2
    return decimal(Fraction(whole, 10**places), places)
