"""Jurors to entries: every entry gets the jurors it wants, the fairest way, with a proof; or the reasons why
that cannot be.

    problem   what is asked and answered: Problem, Solution, Shortage
    network   the exact flow and its certificate
    alone     a sharper bound: each entry by itself, at the prices of the flow
    fair      the worst-served entry first, then the sum
    solving   solve
    shortage  explain and attainable, for what cannot be done
    words     similarity of texts

>>> import numpy as np
>>> affinity = np.array([[0.9, 0.8], [0.7, 0.1]])
>>> problem = Problem(affinity, np.zeros((2, 2), bool), np.array([1, 1]), np.array([1, 1]))
>>> solve(problem).pairs
((0, 1), (1, 0))
"""

from typing import TYPE_CHECKING

from ..late import late
from .problem import BARRED, CAPS, LEAST, REGIONS, InfeasibleError, Pair, Problem, Shortage, Solution
from .words import similarity

if TYPE_CHECKING:
    from .shortage import attainable, explain
    from .solving import solve

__all__ = [
    "BARRED",
    "CAPS",
    "LEAST",
    "REGIONS",
    "InfeasibleError",
    "Pair",
    "Problem",
    "Shortage",
    "Solution",
    "attainable",
    "explain",
    "similarity",
    "solve",
]

__getattr__ = late(
    __name__,
    {"attainable": "shortage", "explain": "shortage", "solve": "solving"},
)
