"""What no timetable can cost less than: first each track by itself, then all with rooms counted.

A track alone in the building costs no more than it does among the others, so what the tracks cost by
themselves can be added up, for the rules that divide (`Soft.divides`). The model of all sessions is told
these sums: by itself it would hardly see them."""

from dataclasses import replace

from .model import Floor, Model
from .problem import Problem, part
from .rules import SOFT
from .search import Limits, Run

ALONE = 5.0  # CP-SAT's deterministic time for a track; what is proven by then is a bound too


class Proving:
    """`step` is called now and then; `bound` is what is known. `run` is the search for all sessions, once it
    has begun."""

    def __init__(self, problem: Problem, limits: Limits) -> None:
        self.problem, self.limits = problem, limits
        self.run: Run | None = None
        self.floors: list[Floor] = []
        self._tracks = list(problem.tracks.values()) if any(map(problem.weight, _dividing())) else []
        self._at: Run | None = None

    @property
    def bound(self) -> int:
        known = self.run.least if self.run is not None else 0
        return max(known, sum(points for _sessions, points in self.floors))

    def step(self) -> bool:
        """Goes on if something has ended; whether there is nothing left to prove."""
        if self.run is not None:
            return self.run.wait(0)
        if self._at is not None and not self._at.wait(0):
            return False
        if self._at is not None:
            self.floors.append((frozenset(self._tracks.pop()), self._at.least))
            self._at = None
        if self._tracks:
            alone = part(self.problem, self._tracks[-1])
            weights = {name: self.problem.weight(name) for name in _dividing()}
            model = Model(replace(alone, weights=weights), exact=False)
            self._at = Run(model, replace(self.limits, workers=1, effort=ALONE, gap=0.0))
        else:
            self.run = Run(Model(self.problem, exact=False, floors=self.floors), self.limits)
        return False

    def stop(self) -> None:
        for run in (self._at, self.run):
            if run is not None:
                run.stop()
                run.wait()


def _dividing() -> list[str]:
    return [rule.name for rule in SOFT if rule.divides]
