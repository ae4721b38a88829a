"""Pictures of a calibration as numbers: where a template puts lines, dots and words. Pure; no words in it.

Always drawn from left to right, as axes of numbers are in every script."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format

from summitry.engines.calibration import plots

from .calibrated import EntryLine, JurorLine

WIDTH, LEFT, RIGHT, TOP, ROW, FOOT = 720, 48, 24, 10, 18, 28


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One row: an interval with its middle, and the number by which the table beside knows it."""

    label: str
    y: float
    low: float
    middle: float
    high: float
    full: bool = True
    noted: bool = False

    @property
    def baseline(self) -> float:
        return self.y + 4


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture `width` x `height`; `cut` is the height of a line across, `zero` the place of one upright."""

    height: int
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    cut: float | None = None
    zero: float | None = None
    width: int = WIDTH
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP

    @property
    def bottom(self) -> int:
        return self.height - FOOT

    @property
    def foot(self) -> int:
        return self.height - 8


def of_entries(lines: Sequence[EntryLine], z: float, places: int | None) -> Chart | None:
    """Estimates with their intervals in order, and the cut if it lies among them."""
    if not lines:
        return None
    values, errors = [one.estimate for one in lines], [one.error for one in lines]
    along = plots.axis(plots.reach(values, errors, z))
    marks = [
        Mark(
            str(line.rank), _y(at), _x(found.low), _x(found.middle), _x(found.high), line.inside, line.discuss
        )
        for at, (line, found) in enumerate(zip(lines, plots.intervals(values, errors, z, along), strict=True))
    ]
    above = 0 if places is None else places - lines[0].rank + 1
    cut = TOP + above * ROW if 0 < above < len(lines) else None
    return Chart(_height(lines), _ticks(along), tuple(marks), cut)


def of_jurors(lines: Sequence[JurorLine], z: float, first: int) -> Chart | None:
    """Severities with their intervals, strictest first; numbered from `first`."""
    if not lines:
        return None
    values, errors = [one.severity for one in lines], [one.error for one in lines]
    along = plots.axis([0.0, *plots.reach(values, errors, z)])
    marks = [
        Mark(str(first + at), _y(at), _x(found.low), _x(found.middle), _x(found.high))
        for at, found in enumerate(plots.intervals(values, errors, z, along))
    ]
    return Chart(_height(lines), _ticks(along), tuple(marks), zero=_x(along.at(0.0)))


def _height(lines: Sequence[object]) -> int:
    return TOP + ROW * len(lines) + FOOT


def _x(share: float) -> float:
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(at: int) -> float:
    return TOP + ROW * (at + 0.5)


def _ticks(along: plots.Axis) -> tuple[Tick, ...]:
    return tuple(Tick(_x(along.at(one)), number_format(one, along.decimals)) for one in along.ticks)
