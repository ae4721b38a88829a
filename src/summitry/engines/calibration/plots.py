"""Numbers for pictures of a fit: positions as shares of an axis; whoever draws chooses sizes and words."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10


@dataclass(frozen=True, slots=True)
class Axis:
    """A straight scale from `low` to `high` with round numbers on it."""

    low: float
    high: float
    ticks: tuple[float, ...]
    decimals: int  # that tell the ticks apart

    def at(self, value: float) -> float:
        """0 at the low end, 1 at the high one."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and its interval as shares of an axis."""

    low: float
    middle: float
    high: float


def axis(values: Iterable[float], most: int = 6) -> Axis:
    """The shortest scale with at most `most` round ticks (1, 2 or 5 times a power of ten) that holds every
    value; both its ends are ticks. Raises ValueError for no values or fewer than three ticks."""
    found = list(values)
    if not found or most < 3:
        raise ValueError("an axis needs values, and room for three ticks")
    low, high = min(found), max(found)
    if high == low:
        low, high = low - 0.5, high + 0.5
    power = floor(log10((high - low) / most)) - 1
    while True:
        for digit in (1, 2, 5):
            step = digit * 10.0**power
            first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
            if last - first < most:
                decimals = max(0, -power)
                ticks = tuple(round(at * step, decimals) for at in range(first, last + 1))
                return Axis(ticks[0], ticks[-1], ticks, decimals)
        power += 1


def intervals(values: Iterable[float], errors: Iterable[float], z: float, along: Axis) -> list[Interval]:
    """Each value with z standard errors either side."""
    return [
        Interval(along.at(value - z * error), along.at(value), along.at(value + z * error))
        for value, error in zip(values, errors, strict=True)
    ]


def reach(values: Iterable[float], errors: Iterable[float], z: float) -> list[float]:
    """The ends of all intervals: what an axis must hold."""
    return [
        end
        for value, error in zip(values, errors, strict=True)
        for end in (value - z * error, value + z * error)
    ]
