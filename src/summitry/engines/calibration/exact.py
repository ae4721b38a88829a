"""The estimates of a fit to six decimals, the same to the byte on every machine.

Floating-point sums differ between processors in their last bits, so a digit that is rounded from them may
differ too. Here the solution is refined instead: the equations' residuals are taken in whole numbers, without
any rounding (36 decimals, the ratios and marks as the exact fractions they are), and the correction for them
in floating point is added until it no longer matters (mixed-precision iterative refinement: Wilkinson,
Rounding Errors in Algebraic Processes, 1963; Higham, Accuracy and Stability of Numerical Algorithms, 2nd
edition, chapter 12). Each pass gains about twelve decimals.

The last correction is below 1e-24. A value is then rounded to 18 decimals and from there to 6, halves away
from zero, so that an estimate that lies exactly on a half is rounded the same way everywhere. Two machines
could differ only if an exact value lay within 1e-24 of a boundary at 18 decimals that rounding carries on to
the sixth: of ten thousand estimates, about one in 1e14 calls. Where the ratios are estimated rather than
given, they are determined to some 1e-10 and rounded to four digits: there two machines could differ in about
one call of a million, which is why a verdict should keep its ratios and be recomputed from them.

Entries that are equal to six decimals are tied: nothing here tells them apart, the tie-break does."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from .equations import Equations
from .marks import Floats
from .means import decimal
from .model import Fit

DIGITS = 36
SCALE = 10**DIGITS
STILL = 10 ** (DIGITS - 24)  # a correction below this is the last
SAFE = 10 ** (DIGITS - 18)
MICRO = 10**12  # from 18 decimals to 6
PASSES = 20


@dataclass(frozen=True, slots=True)
class Rounded:
    """Millionths of a mark: the estimates (mean + entry) by entry, the severities by juror, and the mean."""

    estimates: tuple[int, ...]
    severities: tuple[int, ...]
    mean: int


def rounded(fit: Fit) -> Rounded:
    """The exact solution of a fit's equations at its ratios, rounded.

    Raises ArithmeticError if the refinement does not settle; at ratios within the bounds of `reml` it does.
    """
    entries, jurors, mean = _refined(fit)
    return Rounded(
        tuple(_micro(mean + one) for one in entries), tuple(_micro(-one) for one in jurors), _micro(mean)
    )


def written(millionths: int) -> str:
    """With six decimals: "3.500000"."""
    return decimal(Fraction(millionths, 10**6), 6)


def _refined(fit: Fit) -> tuple[list[int], list[int], int]:
    """Effects of entries and of jurors, and the mean, in units of 10^-DIGITS."""
    marks = fit.marks
    lines = list(zip(marks.entry.tolist(), marks.juror.tolist(), _scaled(marks.value), strict=True))
    entries, jurors, mean = [0] * marks.entries, [0] * marks.jurors, 0
    for _pass in range(PASSES):
        by_entry, by_juror, total = [0] * marks.entries, [0] * marks.jurors, 0
        for entry, juror, value in lines:
            left = value - mean - entries[entry] - jurors[juror]
            by_entry[entry] += left
            by_juror[juror] += left
            total += left
        change = _correction(
            fit.equations,
            _slack(fit.ratios.entry, by_entry, entries),
            _slack(fit.ratios.juror, by_juror, jurors),
            total / SCALE,
        )
        entries = [one + more for one, more in zip(entries, change[0], strict=True)]
        jurors = [one + more for one, more in zip(jurors, change[1], strict=True)]
        mean += change[2]
        if max(map(abs, [*change[0], *change[1], change[2]])) < STILL:
            return entries, jurors, mean
    raise ArithmeticError("the refinement does not settle")


def _scaled(values: Floats) -> list[int]:
    """A float is a fraction with a power of two below: exact, whatever the machine."""
    return [round(Fraction(one) * SCALE) for one in values.tolist()]


def _slack(ratio: Decimal, sums: list[int], effects: list[int]) -> Floats:
    """ratio * sum of residuals - effect, nothing at the solution: exact, and only then made a float."""
    above, below = ratio.as_integer_ratio()
    return np.array(
        [(above * one - below * effect) / (below * SCALE) for one, effect in zip(sums, effects, strict=True)]
    )


def _correction(
    equations: Equations, entries: Floats, jurors: Floats, mean: float
) -> tuple[list[int], list[int], int]:
    """What the equations, solved in floating point, answer to a slack."""
    roots = (float(equations.root_u), float(equations.root_v))
    found = equations.solve(_spherical(entries, roots[0]), _spherical(jurors, roots[1]), mean)
    return (
        _whole(roots[0] * found.entries),
        _whole(roots[1] * found.jurors),
        _whole(np.array([found.mean]))[0],
    )


def _spherical(slack: Floats, root: float) -> Floats:
    """Without variance there is no effect, and nothing to correct."""
    return slack / root if root else np.zeros_like(slack)


def _whole(values: Floats) -> list[int]:
    return [int(one * SCALE) for one in values.tolist()]


def _micro(value: int) -> int:
    return _halves_away(_halves_away(value, SAFE), MICRO)


def _halves_away(value: int, unit: int) -> int:
    found = (2 * abs(value) + unit) // (2 * unit)
    return -found if value < 0 else found
