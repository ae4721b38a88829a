"""The variance ratios of the additive model by restricted maximum likelihood.

The restricted likelihood (Patterson and Thompson, Recovery of inter-block information when block sizes are
unequal, Biometrika 58, 1971), profiled over mean and noise as in lme4 (Bates and others 2015, equation 41),
is a function of the two ratios alone. Its logarithm, doubled and negative,

    f = log |M| + (n - 1) log r2

(M the matrix of the mixed-model equations, r2 the penalised sum of squares) is brought to its minimum by
Newton's method in the logarithms of the ratios. Slope and curvature are exact. With s_a the spherical effects
of factor a, q_a how many there are, and C = M^-1 in blocks,

    df/da    = q_a - tr C_aa - (n - 1) |s_a|^2 / r2
    d2f/dadb = [a=b] tr C_aa - |C_ab|^2
               + (n - 1) (([a=b] |s_a|^2 - 2 s_a' C_ab s_b) / r2 - |s_a|^2 |s_b|^2 / r2^2)

which follow from dM = (E_a (M - E) + (M - E) E_a) / 2 and need no more than S^-1 and one product with it."""

from dataclasses import dataclass

import numpy as np

from .equations import Design, Equations
from .marks import Floats

FLOOR, CEILING = 1e-4, 1e4  # of a ratio; at the floor it is taken as nothing
STEPS = 60
STRIDE = 2.0  # the longest step in a logarithm
ROUNDING = 1e-10  # of the likelihood: its terms are large and cancel, so it is known no better than this
STILL = 1e-9  # Newton's error is squared by each step: after so small a one, only rounding is left


@dataclass(frozen=True, slots=True)
class Found:
    """The ratios at the minimum, entry variance and juror variance by noise variance; how many steps it took,
    and the largest slope left in a ratio that is not at its bound."""

    entry: float
    juror: float
    steps: int
    slope: float


def criterion(equations: Equations) -> float:
    """f at these ratios."""
    return equations.log_determinant + (len(equations.design.marks) - 1) * float(np.log(equations.penalised))


def derivatives(equations: Equations) -> tuple[Floats, Floats]:
    """Slope (2,) and curvature (2, 2) of f in the logarithms of the ratios, entries first."""
    freedom = len(equations.design.marks) - 1
    inverse, own, found = equations.inverse, 1 / equations.diagonal, equations.effects
    inner = inverse[:-1, :-1]
    squared, cubed = equations.cross(2), equations.cross(3)
    product = squared @ inverse
    traces = np.array([own.sum() + np.vdot(inverse, squared), inner.trace()])
    shared = np.vdot(product[:, :-1], inverse[:, :-1])
    entries = own @ own + 2 * np.vdot(inverse, cubed) + np.vdot(product, product.T)
    norms = np.array([[entries, shared], [shared, np.vdot(inner, inner)]])
    effects = [found.entries, found.jurors]
    sizes = np.array([one @ one for one in effects])
    first = equations.solve(found.entries, np.zeros_like(found.jurors), 0.0)
    second = equations.solve(np.zeros_like(found.entries), found.jurors, 0.0)
    mixed = found.jurors @ first.jurors
    forms = np.array([[found.entries @ first.entries, mixed], [mixed, found.jurors @ second.jurors]])
    least = equations.penalised
    slope = np.array([len(one) for one in effects]) - traces - freedom * sizes / least
    curvature = np.diag(traces) - norms
    curvature += freedom * ((np.diag(sizes) - 2 * forms) / least - np.outer(sizes, sizes) / least**2)
    return slope, curvature


def estimate(design: Design) -> Found:
    """The ratios that make the marks likeliest; a ratio at FLOOR is given as 0.

    Raises ArithmeticError if no minimum is found in STEPS steps.
    """
    low, high = np.log(FLOOR), np.log(CEILING)
    at = np.zeros(2)
    equations = Equations(design, 1.0, 1.0)
    value = criterion(equations)
    for count in range(STEPS):
        slope, curvature = derivatives(equations)
        step = _step(slope, curvature, np.maximum(low - at, -STRIDE), np.minimum(high - at, STRIDE))
        target = np.clip(at + step, low, high)
        if np.abs(step).max() < STILL:
            inside = (target > low) & (target < high)
            entry, juror = np.where(target > low, np.exp(target), 0.0)
            return Found(float(entry), float(juror), count, float(np.abs(slope[inside]).max(initial=0)))
        for _halving in range(40):
            trial = Equations(design, *np.exp(target))
            reached = criterion(trial)
            if reached <= value + ROUNDING * (1 + abs(value)):
                break
            target = (at + target) / 2
        at, equations, value = target, trial, reached
    raise ArithmeticError("the restricted likelihood has no minimum that could be found")


def _step(slope: Floats, curvature: Floats, low: Floats, high: Floats) -> Floats:
    """Newton's step within a box: the lowest point there of the parabola with this slope and curvature (or,
    where the function curves the other way, with the curvature turned round)."""
    values, vectors = np.linalg.eigh(curvature)
    bend = (vectors * np.maximum(np.abs(values), 1e-12)) @ vectors.T
    inside = -np.linalg.solve(bend, slope)
    if (inside >= low).all() and (inside <= high).all():
        return np.asarray(inside)
    edges = []
    for one in (0, 1):
        other = 1 - one
        for edge in (low[one], high[one]):
            point = np.empty(2)
            point[one] = edge
            best = -(slope[other] + bend[other, one] * edge) / bend[other, other]
            point[other] = min(max(best, low[other]), high[other])
            edges.append(point)
    return min(edges, key=lambda point: float(slope @ point + point @ bend @ point / 2))
