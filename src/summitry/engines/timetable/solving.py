"""solve: the best timetable that can be found in the time given, and how good it is."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from time import monotonic, sleep
from typing import Any

from ortools.sat.python import cp_model

from .answers import Progress, Solution
from .costing import Cost, cost
from .days import Days
from .hours import of_days, of_some
from .model import Model
from .problem import InfeasibleError, Placement, Problem, part
from .proving import Proving
from .search import FOUND, Limits, Run

EXACT = 20_000  # choices of slot and room up to which rooms are part of the model
LOOK = 0.1  # seconds between looks at the run
ROOMING, LAST_ROOMING = (0.3, 1.0), (4.0, 5.0)  # CP-SAT's deterministic time, and seconds, for a day's rooms
MOVES, MOST_MOVES = 300_000, 2_000_000  # of a search for days: the first, the longest
GROUP, PAIRS = 25, 2  # sessions that are let free without a track; couples of tracks after the tracks
MOVES_OF_EFFORT = 100_000  # moves for a unit of CP-SAT's deterministic time
TIGHT, MOST_TIGHT = 0.04, 0.1  # of rooms and teams, what a day leaves free: at first, and more if it must
PAUSE, SHARE = 5.0, 10  # between roomings while the search goes on: seconds, and times what the last one took


def solve(
    problem: Problem,
    *,
    seconds: float | None = 60.0,
    effort: float | None = None,
    workers: int = 2,
    seed: int = 0,
    gap: float = 0.0,
    exact: bool | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solution | None:
    """The best timetable found; None if none was found before the time was up or `should_stop` said so.

    seconds: by the clock. effort: instead of a clock, CP-SAT's deterministic time: the same problem, seed,
    workers and effort then give the same timetable (with `seconds=None`). gap: good enough, as a share of
    the cost. exact: rooms in the model or counted (default: by size). on_progress and should_stop are
    called in the caller's thread, about ten times a second. Raises InfeasibleError if no timetable keeps
    all demands."""
    return _Solving(
        problem, Limits(seconds, effort, workers, seed, gap), exact, on_progress, should_stop
    ).run()


def _by_size(problem: Problem) -> bool:
    choices = 0
    for session, rooms in enumerate(problem.rooms_for):
        choices += len(problem.slots_for[session]) * len(rooms)
    return choices <= EXACT


class _Solving:
    def __init__(
        self,
        problem: Problem,
        limits: Limits,
        exact: bool | None,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.problem, self.limits = problem, limits
        self.exact = _by_size(problem) if exact is None else exact
        self.on_progress, self.should_stop = on_progress, should_stop
        self.started = monotonic()
        self.best: tuple[Placement, ...] | None = None
        self.cost: Cost | None = None
        self.bound = 0
        self.first = 0.0
        self._roomed = 0  # the answer for which rooms were sought last
        self._next = 0.0  # when rooms are sought again
        self._stopped = False
        self._looked = 0.0
        self.chance = Random(limits.seed)  # noqa: S311  (a search, not a secret)
        self.proving: Proving | None = None

    def run(self) -> Solution | None:
        if not self.problem.sessions:
            return Solution((), cost(self.problem, ()), 0, True, 0.0, 0.0)
        if not self.exact:
            return self._large()
        run = self._search(exact=False, priced=False)  # any, so that there is one to keep
        if self._open(run):
            run = self._search(exact=False, before=run)
        if self._open(run):
            run = self._search(exact=True, before=run)
        return self._end(run)

    def _large(self) -> Solution | None:
        """Any timetable; then days, hours and rooms one after the other, again and again, while beside it a
        bound is sought."""
        run = self._search(exact=False, priced=False)
        if run.status in FOUND and not self._over():
            self._better()
        if self.best is None and self._open(run):  # long sessions between short ones
            run, self.exact = self._search(exact=True, before=run), True
        return self._end(run)

    def _better(self) -> None:
        self.proving = Proving(self.problem, replace(self._limits(), workers=max(1, self.limits.workers - 1)))
        moves, rest = MOVES, self.limits.effort
        tight = TIGHT
        days = Days(self.problem, self.limits.seed, tight)
        try:
            if rest is not None:  # nothing beside: it would not be repeatable
                while not self.proving.step():
                    self._watch(LOOK)
            while not self._over() and (rest is None or rest > 0):
                moves = moves if rest is None else min(moves, int(rest * MOVES_OF_EFFORT) + 1)
                for _some in days.anneal(moves):
                    if self._watch():
                        return
                if self.cost is None or days.best_cost < self.cost.soft:
                    made = of_days(self.problem, days.best, self._limits(workers=1), self._await)
                    self._keep(made)
                    if made is None and not self._over():
                        if self.best is None and tight > MOST_TIGHT:
                            return
                        tight += TIGHT
                        days = Days(self.problem, self.limits.seed, tight)
                if moves > MOVES:
                    self._mend()
                rest = None if rest is None else rest - moves / MOVES_OF_EFFORT
                moves = min(6 * moves, MOST_MOVES)
        finally:
            self.proving.stop()
            self.bound = max(self.bound, self.proving.bound)

    def _mend(self) -> None:
        """Lets the sessions of a track or two have any place that the others leave, the dearest tracks first
        by what they cost beyond what they would cost alone."""
        if self.best is None or self.cost is None or self.proving is None:
            return
        floors = self.proving.floors
        least = dict(floors)
        beyond = {group: -least.get(group, 0) for group in self._groups()}
        for one in self.cost.violations:
            for group in beyond:
                beyond[group] += one.cost * (not group.isdisjoint(one.sessions))
        dear = sorted((group for group in beyond if beyond[group] > 0), key=lambda group: -beyond[group])
        others = list(beyond)
        free = [*dear, *(one | self.chance.choice(others) for one in dear[:PAIRS])]
        for group in free:
            if self._watch():
                return
            self._keep(of_some(self.problem, self.best, group, floors, self._limits(workers=1), self._await))

    def _groups(self) -> list[frozenset[int]]:
        tracks = [sorted(sessions) for sessions in self.problem.tracks.values()]
        rest = [session for session, one in enumerate(self.problem.sessions) if one.track is None]
        self.chance.shuffle(rest)
        tracks += [rest[at : at + GROUP] for at in range(0, len(rest), GROUP)]
        return [frozenset(one if len(one) <= 2 * GROUP else self.chance.sample(one, GROUP)) for one in tracks]

    def _watch(self, seconds: float = 0.0) -> bool:
        """Looks around, at most ten times a second; whether to stop."""
        if seconds:
            sleep(seconds)
        if self._seconds() - self._looked >= LOOK:
            self._looked = self._seconds()
            self._prove()
            self._tell()
            self._stopped = self._stopped or bool(self.should_stop and self.should_stop())
        return self._over()

    def _prove(self) -> None:
        if self.proving is not None:
            self.proving.step()
            self.bound = max(self.bound, self.proving.bound)

    def _await(self, run: Run) -> None:
        while not run.wait(LOOK):
            if self._watch():
                run.stop()

    def _over(self) -> bool:
        late = self.limits.seconds is not None and self._seconds() >= self.limits.seconds
        return late or self._stopped or self._good()

    def _limits(self, **changed: Any) -> Limits:
        """What is left of the time."""
        left = None if self.limits.seconds is None else max(0.1, self.limits.seconds - self._seconds())
        return replace(self.limits, seconds=left, **changed)

    def _end(self, run: Run) -> Solution | None:
        if run.status == cp_model.INFEASIBLE:
            raise InfeasibleError("no timetable keeps all demands")
        if run.status == cp_model.MODEL_INVALID:
            raise ValueError("a number of the problem is too large")
        if self.best is None or self.cost is None:
            return None
        self._tell()
        bound = min(self.bound, self.cost.soft)
        return Solution(self.best, self.cost, bound, self.exact, self._seconds(), self.first)

    def _open(self, run: Run) -> bool:
        """Whether rooms in the model could still tell more than rooms counted."""
        return run.status != cp_model.INFEASIBLE and not self._over()

    def _good(self) -> bool:
        return self.cost is not None and self.cost.soft - self.bound <= self.limits.gap * self.cost.soft

    def _search(self, *, exact: bool, priced: bool = True, before: Run | None = None) -> Run:
        """Counted first, whatever the size: that closes fast, and what it proves holds for the exact
        model."""
        model = Model(self.problem, exact=exact, priced=priced, at_least=self.bound)
        self._hint(model, before)
        self._roomed = 0
        limits = self._limits()
        if limits.seconds is not None and self.exact and not exact:
            limits.seconds /= 2
        run = Run(model, limits)
        try:
            while not run.wait(LOOK):
                self._look(run, model)
        finally:
            run.stop()
            run.wait()
        self._take(run, model, LAST_ROOMING)
        return run

    def _look(self, run: Run, model: Model) -> None:
        due = model.exact or self._seconds() >= self._next or self.best is None
        if due and self.limits.effort is None:
            self._take(run, model, LAST_ROOMING if self.best is None else ROOMING)
        self._raise_bound(run)
        self._tell()
        if self._good():
            run.stop()
        if self.should_stop is not None and self.should_stop():
            self._stopped = True
            run.stop()

    def _take(self, run: Run, model: Model, most: tuple[float, float]) -> None:
        """Makes a whole timetable of the newest answer, if it is new, and keeps it if it is the best."""
        found = run.found
        if found.values is not None and found.number != self._roomed:
            self._roomed, before = found.number, self._seconds()
            if model.exact:
                made: tuple[Placement, ...] | None = model.timetable(found.value)
            else:
                made = self._rooms(model.times(found.value), most)
            self._next = self._seconds() + max(PAUSE, SHARE * (self._seconds() - before))
            self._keep(made)
        self._raise_bound(run)

    def _keep(self, made: tuple[Placement, ...] | None) -> None:
        if made is not None:
            costs = cost(self.problem, made)
            if self.cost is None or costs.soft <= self.cost.soft:
                self.first = self.first or self._seconds()
                self.best, self.cost = made, costs

    def _rooms(self, times: list[int], most: tuple[float, float]) -> tuple[Placement, ...] | None:
        """Rooms and teams for sessions whose times are known; None if there are none, or none was found. No
        rule about rooms looks beyond a day, so each day is done by itself."""
        days: dict[int, list[int]] = {}
        for session, slot in enumerate(times):
            days.setdefault(self.problem.slots[slot].day, []).append(session)
        places: dict[int, Placement] = {}
        for sessions in days.values():
            made = self._rooms_of_a_day(sessions, [times[session] for session in sessions], most)
            if made is None:
                return None
            places |= dict(zip(sessions, made, strict=True))
        return tuple(places[session] for session in range(len(times)))

    def _rooms_of_a_day(
        self, sessions: list[int], times: list[int], most: tuple[float, float]
    ) -> tuple[Placement, ...] | None:
        """First without the tracks, which is easy; from there with them, which is not (and which is left to
        `of_days` in a large problem)."""
        effort, seconds = most
        clock = seconds if self.limits.effort is None else None
        whole = part(self.problem, sessions)
        kept = {name: whole.weight(name) for name in ("room_fit", "moves")}
        steps = [replace(whole, weights=kept)]
        if self.exact and (tracks := whole.weight("track_room")):
            steps.append(replace(whole, weights={**kept, "track_room": tracks}))
        made = None
        for problem in steps:
            model = Model(problem, exact=True, times=[[slot] for slot in times])
            if made is not None:
                model.hint(made)
            run = Run(model, Limits(seconds=clock, effort=effort, seed=self.limits.seed))
            run.wait()
            if run.status in FOUND:
                made = model.timetable(run.found.value)
            elif made is None:
                return None
        return made

    def _raise_bound(self, run: Run) -> None:
        self.bound = max(self.bound, run.least)

    def _hint(self, model: Model, before: Run | None) -> None:
        for session, begins in enumerate(model.x):
            base = self.problem.base[session] if self.problem.base is not None else None
            for slot, begin in begins.items():
                if before is not None and before.found.values is not None:
                    model.cp.add_hint(begin, before.found.value(before.model.x[session][slot]))
                elif base is not None:
                    model.cp.add_hint(begin, slot == base.slot)

    def _tell(self) -> None:
        if self.on_progress is not None:
            soft = self.cost.soft if self.cost else None
            bound = self.bound if soft is None else min(self.bound, soft)
            self.on_progress(Progress(self._seconds(), soft, bound, self.best))

    def _seconds(self) -> float:
        return monotonic() - self.started
