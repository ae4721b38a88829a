"""The two questions: who should judge what, and why it cannot be done."""

from fractions import Fraction

import numpy as np

from .fair import best_worst, simple_bound, sums, under
from .network import Optimum, optimum
from .problem import GRAIN, Bools, Frame, InfeasibleError, Problem, Solution, frame


def solve(problem: Problem, fairness: bool = True) -> Solution:
    """The assignment in which every entry has the jurors it wants and no demand is broken.

    With `fairness`, of all such assignments those whose worst-served entry is served best (by the mean
    affinity of its jurors, fixed ones counted), and of these the one with the largest sum of affinities;
    without, the largest sum. Affinities are taken in whole millionths. `Solution.proven` says whether both
    are proven; what cannot be proven is bounded. The same problem gives the same answer.

    The sum without fairness is always proven, by prices in whole numbers over every possible pair. With
    fairness the problem is NP-hard for more than one juror per entry; see `fair` for how far proof goes.
    There the branch-and-bound of HiGHS is trusted, in floating point, on values that are whole numbers.

    Raises InfeasibleError if not every entry can have its jurors; `explain` then says why."""
    asked = frame(problem)
    plain = optimum(asked, asked.units)
    if plain is None:
        raise InfeasibleError
    possible = max(int(asked.open.sum()), 1)
    pruned = 1 - min(int(plain.among.sum()), possible) / possible
    total = int(sums(asked, plain.chosen).sum())
    if not fairness or not len(asked.alive):
        worst = asked.worst(sums(asked, plain.chosen))
        return _solution(problem, asked, plain.chosen, total, worst, True, pruned)
    return _fair(problem, asked, plain, pruned)


def _fair(problem: Problem, asked: Frame, plain: Optimum, pruned: float) -> Solution:
    ceiling = simple_bound(asked) or Fraction(0)
    found, sure = under(asked, asked.floor(ceiling))
    if found is None:
        reached, ceiling, chosen = best_worst(asked, plain.chosen)
        found, sure = under(asked, asked.floor(reached))
        if found is None or (asked.worst(sums(asked, found.chosen)) or 0) < reached:
            total = int(sums(asked, plain.chosen).sum())
            return _solution(problem, asked, chosen, total, ceiling, False, pruned)
    worst = asked.worst(sums(asked, found.chosen))
    return _solution(problem, asked, found.chosen, found.bound, ceiling, sure and worst == ceiling, pruned)


def _solution(
    problem: Problem,
    asked: Frame,
    chosen: Bools,
    bound: int,
    worst_bound: Fraction | None,
    proven: bool,
    pruned: float,
) -> Solution:
    """Fixed pairs and chosen ones together, in affinities again."""
    brought = sums(asked, chosen)
    given = int(asked.given.sum())
    worst = asked.worst(brought)
    pairs = sorted({*problem.fixed, *((int(e), int(j)) for e, j in zip(*np.nonzero(chosen), strict=True))})
    return Solution(
        tuple((int(e), int(j)) for e, j in pairs),
        (int(brought.sum()) + given) / GRAIN,
        None if worst is None else float(worst / GRAIN),
        (bound + given) / GRAIN,
        None if worst_bound is None else float(worst_bound / GRAIN),
        proven,
        pruned,
    )
