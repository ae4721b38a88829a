"""mark = mean + entry - severity of the juror + noise: what each entry would have got from an average juror.

Entries and jurors are random effects: both are shrunk towards the mean, the more the fewer their marks (best
linear unbiased prediction: Henderson 1975; Robinson, That BLUP is a good thing, Statistical Science 6, 1991).
The variance ratios come from restricted maximum likelihood (`reml`), rounded to four significant digits
before anything is computed with them: so few digits are the same on every machine, and sealed with a
verdict they let anybody repeat the rest exactly (`exact`). Standard errors are roots of the prediction error
variance (the inverse of the mixed-model equations, covariances included), with the ratios taken as known.

Both effects are taken to be independent of who marks what. Where jurors keep to fields that differ in merit,
part of that difference is taken for severity (measured in benchmarks/README.md)."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from .equations import Design, Equations
from .marks import Floats, Indexes, Indistinct, Marks, Refused, check
from .reml import estimate

LEAST = 3  # marks of a juror
SETTLED = 1.96  # of the standard normal distribution: 19 times out of 20


@dataclass(frozen=True, slots=True)
class Ratios:
    """Variance of the entries, and of the jurors, by that of the noise."""

    entry: Decimal
    juror: Decimal

    @classmethod
    def of(cls, entry: float, juror: float) -> "Ratios":
        """Rounded to four significant digits."""
        return cls(*(Decimal(f"{one:.3e}").normalize() for one in (entry, juror)))


@dataclass(frozen=True, slots=True)
class Variances:
    """Of entries, jurors and noise, on the squared scale of the marks."""

    entry: float
    juror: float
    noise: float


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What the model says. E entries, J jurors; everything on the scale of the marks."""

    marks: Marks
    ratios: Ratios
    variances: Variances
    mean: float
    estimates: Floats  # (E,): mean + entry
    errors: Floats  # (E,): standard errors of these
    severities: Floats  # (J,): how much lower than an average juror she marks
    severity_errors: Floats  # (J,)
    order: Indexes  # (E,): entries, best first; equal ones by index
    step_errors: Floats  # (E - 1,): standard errors of the differences between neighbours in the order
    steps: int  # that the ratios took; 0 if they were given
    slope: float  # of the likelihood where they stopped
    equations: Equations

    def difference_errors(self, left: Indexes, right: Indexes) -> Floats:
        """Standard errors of the differences of estimates, left - right, entry by entry."""
        return np.sqrt(self.variances.noise * self.equations.difference_variances(left, right))


def fit(marks: Marks, *, least: int = LEAST, ratios: Ratios | None = None) -> Fit:
    """The model fitted to the marks; with `ratios` given these are used, not estimated.

    Raises Refused if the marks do not connect or a juror has fewer than `least` of them, Indistinct if they
    show no difference between entries, ArithmeticError if no estimate of the ratios converges.
    """
    found = check(marks, least)
    if not found.passed:
        raise Refused(found)
    if not np.ptp(marks.value):
        raise Indistinct(found)
    design, steps, slope = Design(marks), 0, 0.0
    if ratios is None:
        best = estimate(design)
        ratios, steps, slope = Ratios.of(best.entry, best.juror), best.steps, best.slope
    if not ratios.entry:
        raise Indistinct(found)
    equations = Equations(design, float(ratios.entry), float(ratios.juror))
    noise = equations.penalised / (len(marks) - 1)
    mean = design.centre + equations.effects.mean
    estimates = mean + equations.root_u * equations.effects.entries
    order = placed(estimates)
    return Fit(
        marks=marks,
        ratios=ratios,
        variances=Variances(float(ratios.entry) * noise, float(ratios.juror) * noise, noise),
        mean=mean,
        estimates=estimates,
        errors=np.sqrt(noise * equations.entry_variances()),
        severities=-equations.root_v * equations.effects.jurors,
        severity_errors=np.sqrt(noise * equations.juror_variances()),
        order=order,
        step_errors=np.sqrt(noise * equations.difference_variances(order[:-1], order[1:])),
        steps=steps,
        slope=slope,
        equations=equations,
    )


def placed(estimates: Floats) -> Indexes:
    """The indexes of estimates, highest first. What differs by less than a billionth is equal, and goes by
    index."""
    return np.lexsort((np.arange(len(estimates)), -np.round(estimates, 9)))
