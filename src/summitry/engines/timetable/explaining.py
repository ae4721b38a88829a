"""explain: why there is no timetable.

First what can be counted: more sessions confined to some rooms, or to some teams, than these have slots.
Else the sessions that cannot all be placed, then their demands that cannot all be kept: each demand is an
assumption of the model, CP-SAT names assumptions that suffice for the contradiction, and those that can be
spared are taken out one by one. What is left clashes, and without any one of it there is a timetable (for
these sessions)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ortools.sat.python import cp_model

from .answers import Clash, Shortage
from .model import Literal, Model
from .pools import unions
from .problem import Problem, part

EFFORT = 20.0  # CP-SAT's deterministic time for each question


def explain(
    problem: Problem, *, effort: float = EFFORT, should_stop: Callable[[], bool] | None = None
) -> Shortage | Clash | None:
    """The smallest reason found why no timetable keeps all demands; None if none was found (there may be a
    timetable). effort: CP-SAT's deterministic time for each of the questions asked."""
    for shortage in _shortages(problem):
        return shortage
    stop = should_stop or (lambda: False)
    counted = Model(problem, exact=False, optional=True)
    sessions, _sure = _core(counted.cp, counted.placed, effort, stop)
    if sessions is None:  # counted they fit: then rooms and teams one by one, for all sessions
        sessions = list(range(len(problem.sessions)))
    alone = replace(part(problem, sessions), weights={}, base=None)
    guarded = Model(alone, exact=True, guarded=True)
    found, smallest = _core(guarded.cp, [guard for _demand, guard in guarded.guards], effort, stop)
    if found is None:
        return None
    demands = [guarded.guards[number][0] for number in found]
    named = tuple(replace(one, sessions=tuple(sessions[at] for at in one.sessions)) for one in demands)
    return Clash(named, tuple(sessions), smallest)


def _shortages(problem: Problem) -> Iterator[Shortage]:
    rooms = [(session, frozenset(found)) for session, found in enumerate(problem.rooms_for)]
    teams = [
        (number, frozenset(team for team, one in enumerate(problem.teams) if pair in one.pairs))
        for number, session in enumerate(problem.sessions)
        for pair in sorted(session.interpretation)
    ]
    missing = {
        "rooms": [len(room.closed) for room in problem.rooms],
        "teams": [len(team.away) for team in problem.teams],
    }
    for what, wanted in (("rooms", rooms), ("teams", teams)):
        for union in unions(found for _session, found in wanted if found):
            confined = [session for session, found in wanted if found and found <= union]
            need = sum(problem.sessions[session].length for session in confined)
            have = sum(len(problem.slots) - missing[what][one] for one in union)
            if need > have:
                yield Shortage(what, tuple(sorted(union)), tuple(dict.fromkeys(confined)), need, have)
                break


def _core(
    cp: Any, literals: Sequence[Literal], effort: float, stop: Callable[[], bool]
) -> tuple[list[int] | None, bool]:
    """Which literals cannot all hold, none of which can be spared, and whether that is sure. None if they
    can, or if nobody knows."""
    found = _ask(cp, literals, range(len(literals)), effort)
    if not isinstance(found, list):
        return None, False
    kept: list[int] = []  # those that cannot be spared
    sure = True
    while found:
        one = found.pop()
        if stop():
            return sorted([*kept, one, *found]), False
        smaller = _ask(cp, literals, [*kept, *found], effort)
        if isinstance(smaller, list):
            found = [other for other in smaller if other not in kept]
        else:
            kept.append(one)
            sure = sure and smaller is True
    return sorted(kept), sure


def _ask(cp: Any, literals: Sequence[Literal], among: Sequence[int], effort: float) -> list[int] | bool:
    """True if these literals can hold together; else those that cannot; False if it was too hard to tell."""
    cp.clear_assumptions()
    cp.add_assumptions([literals[number] for number in among])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = effort
    status = solver.solve(cp)
    if status == cp_model.INFEASIBLE:
        named = set(solver.sufficient_assumptions_for_infeasibility())
        return [number for number in among if literals[number].index in named]
    return status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
