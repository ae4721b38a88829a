"""One run of CP-SAT beside the caller's thread, which can look at it and stop it at any time."""

import threading
from dataclasses import dataclass, field
from math import ceil, isfinite
from typing import Any

from ortools.sat.python import cp_model

from .model import Literal, Model

FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)


@dataclass(slots=True)
class Limits:
    """seconds: by the clock, None for none. effort: CP-SAT's deterministic time, which does not depend on the
    machine; with it the run is repeatable for one seed and one number of workers."""

    seconds: float | None = None
    effort: float | None = None
    workers: int = 1
    seed: int = 0
    gap: float = 0.0

    def set_on(self, solver: Any) -> None:
        given = solver.parameters
        given.num_workers, given.random_seed, given.relative_gap_limit = self.workers, self.seed, self.gap
        given.catch_sigint_signal = False
        if self.seconds is not None:
            given.max_time_in_seconds = self.seconds
        if self.effort is not None:
            given.max_deterministic_time = self.effort
            given.interleave_search = self.workers > 1


@dataclass(slots=True)
class Found:
    """What is known at a moment: the values of the booleans that the best answer so far sets, and how good it
    is; no answer can be better than `bound`."""

    values: frozenset[int] | None = None
    objective: float | None = None
    bound: float | None = None
    number: int = 0  # of answers so far

    def value(self, literal: Literal) -> bool:
        assert self.values is not None  # noqa: S101  (asked only of an answer)
        return literal.index in self.values


class _Watch(cp_model.CpSolverSolutionCallback):
    def __init__(self, run: "Run") -> None:
        super().__init__()
        self.run = run

    def on_solution_callback(self) -> None:
        self.run.keep(
            self.boolean_value, self.objective_value if self.run.priced else 0, self.best_objective_bound
        )


@dataclass
class Run:
    """Starts at once. `found` is what is known; `status` is set when it has ended."""

    model: Model
    limits: Limits
    found: Found = field(default_factory=Found)
    status: Any = None  # of CP-SAT
    error: BaseException | None = None

    def __post_init__(self) -> None:
        self.priced = self.model.cp.has_objective()
        literals = [one for begins in self.model.x for one in begins.values()]
        literals += [one for stands in self.model.z for one in stands.values()]
        self._literals = [*literals, *self.model.teams.values()]
        self.solver = cp_model.CpSolver()
        self.limits.set_on(self.solver)
        self.solver.best_bound_callback = self._bound
        self._stopping = False
        self._thread = threading.Thread(target=self._solve, daemon=True)
        self._thread.start()

    @property
    def least(self) -> int:
        """What no answer can cost less than; of an infeasible model, 0."""
        bound = self.found.bound
        return 0 if bound is None or not isfinite(bound) else max(0, ceil(bound - 1e-6))

    def keep(self, value: Any, objective: float, bound: float) -> None:
        values = frozenset(one.index for one in self._literals if value(one))
        self.found = Found(values, objective, bound, self.found.number + 1)
        if self._stopping:
            self.solver.stop_search()

    def wait(self, seconds: float | None = None) -> bool:
        """Waits at most so long for the end; whether it has come. Raises what went wrong in the run."""
        self._thread.join(seconds)
        if self.error is not None:
            raise self.error
        return not self._thread.is_alive()

    def stop(self) -> None:
        self._stopping = True
        self.solver.stop_search()

    def _bound(self, bound: float) -> None:
        found = self.found
        self.found = Found(found.values, found.objective, bound, found.number)
        if self._stopping:
            self.solver.stop_search()

    def _solve(self) -> None:
        try:
            self.status = self.solver.solve(self.model.cp, _Watch(self))
            if self.status in FOUND:
                objective = self.solver.objective_value if self.priced else 0
                bound = self.solver.best_objective_bound if self.priced else 0
                self.keep(self.solver.boolean_value, objective, bound)
            elif self.priced and self.found.bound is None:
                self._bound(self.solver.best_objective_bound)
        except BaseException as error:
            self.error = error
