"""What solve and explain answer: Progress, Solution, Shortage, Clash."""

from dataclasses import dataclass

from .costing import Cost
from .problem import Placement
from .rules import Demand


@dataclass(frozen=True, slots=True)
class Progress:
    """seconds: since the start. cost: points of the best timetable so far, None if there is none. bound:
    what no timetable can cost less than."""

    seconds: float
    cost: int | None
    bound: int
    timetable: tuple[Placement, ...] | None


@dataclass(frozen=True, slots=True)
class Solution:
    """timetable: one placement per session, no demand broken. bound: what no timetable can cost less than.
    exact: rooms were part of the model. seconds: to the end; first: to the first timetable."""

    timetable: tuple[Placement, ...]
    cost: Cost
    bound: int
    exact: bool
    seconds: float
    first: float

    @property
    def proven(self) -> bool:
        return self.cost.soft == self.bound

    @property
    def gap(self) -> float:
        """By how much of its cost it could be dearer than the best, from 0 (it is the best) to 1."""
        return (self.cost.soft - self.bound) / self.cost.soft if self.cost.soft else 0.0


@dataclass(frozen=True, slots=True)
class Shortage:
    """what: "rooms" or "teams". resources: these, by index. sessions: those that nothing else would do for.
    need, have: slots of them that are needed in all, and that there are."""

    what: str
    resources: tuple[int, ...]
    sessions: tuple[int, ...]
    need: int
    have: int


@dataclass(frozen=True, slots=True)
class Clash:
    """demands: they cannot all be kept. sessions: it shows in these alone. smallest: if any one of the
    demands is given up, the sessions can be placed (false: the time did not suffice to know). Without
    demands, it is the sessions' number and length that the grid and the rooms do not hold."""

    demands: tuple[Demand, ...]
    sessions: tuple[int, ...]
    smallest: bool
