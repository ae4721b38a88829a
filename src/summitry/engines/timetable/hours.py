"""From days and kinds of rooms to a timetable: the hours and teams of each day, then each kind's rooms; and
a timetable bettered where it is dearer than it must be, a few tracks at a time (Shaw, Using constraint
programming and local search methods to solve vehicle routing problems, CP 1998)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from .days import Place
from .model import Floor, Model
from .problem import Placement, Problem, part
from .search import FOUND, Limits, Run

HOURS, ROOMS, SOME = 4.0, 1.0, 4.0  # CP-SAT's deterministic time: a day, its rooms of a kind, `of_some`
BY_DAYS = ("travel_days", "regions")  # what days decide, not hours

type Await = Callable[[Run], None]


def of_days(
    problem: Problem, state: Sequence[Place], limits: Limits, wait: Await
) -> tuple[Placement, ...] | None:
    """A timetable with these days and kinds; None if none was found. wait: is given each run to wait for."""
    made: dict[int, Placement] = {}
    for day in problem.days:
        sessions = [session for session, place in enumerate(state) if place.day == day]
        for kinds in (True, False):  # if rooms of a kind do not suffice one by one: which is rare
            found = _hours(problem, sessions, state, limits, wait, kinds=kinds)
            if found is not None and kinds:
                found = _rooms(problem, found, limits, wait)
            if found is not None:
                break
        if found is None:
            return None
        made |= found
    return tuple(made[session] for session in range(len(state)))


def of_some(
    problem: Problem,
    timetable: Sequence[Placement],
    free: frozenset[int],
    floors: Sequence[Floor],
    limits: Limits,
    wait: Await,
) -> tuple[Placement, ...] | None:
    """A timetable no dearer, where some sessions may have any day, hour and room that the others leave."""
    model = Model(
        problem,
        exact=True,
        kinds=True,
        times=[
            problem.slots_for[session] if session in free else [place.slot]
            for session, place in enumerate(timetable)
        ],
        rooms=[
            problem.rooms_for[session] if session in free else [place.room]
            for session, place in enumerate(timetable)
        ],
        floors=[floor for floor in floors if floor[0] <= free],
    )
    model.hint(timetable)
    everybody = list(range(len(timetable)))
    found = _answer(model, everybody, replace(limits, effort=SOME), wait)
    if found is None:
        return None
    made: dict[int, Placement] = {}
    for day in problem.days:
        today = {one: place for one, place in found.items() if problem.slots[place.slot].day == day}
        roomed = _rooms(problem, today, limits, wait)
        if roomed is None:
            return None
        made |= roomed
    return tuple(made[session] for session in everybody)


def _hours(
    problem: Problem, sessions: list[int], state: Sequence[Place], limits: Limits, wait: Await, *, kinds: bool
) -> dict[int, Placement] | None:
    asked = part(problem, sessions)
    asked = replace(asked, weights={name: of for name, of in asked.weights.items() if name not in BY_DAYS})
    slots = problem.slots
    model = Model(
        asked,
        exact=True,
        kinds=kinds,
        times=[
            [slot for slot in problem.slots_for[session] if slots[slot].day == state[session].day]
            for session in sessions
        ],
        rooms=[problem.kinds[state[session].kind] for session in sessions],
    )
    return _answer(model, sessions, replace(limits, effort=HOURS), wait)


def _rooms(
    problem: Problem, places: dict[int, Placement], limits: Limits, wait: Await
) -> dict[int, Placement] | None:
    made: dict[int, Placement] = {}
    for kind in problem.kinds:
        sessions = [session for session, place in places.items() if place.room in kind]
        if not sessions:
            continue
        asked = part(problem, sessions)
        bare = [
            replace(one, people=frozenset(), interpretation=frozenset(), after=frozenset())
            for one in asked.sessions
        ]
        weights = {name: asked.weight(name) for name in ("track_room", "moves")}
        model = Model(
            replace(asked, sessions=bare, similar=(), joint=(), weights=weights),
            exact=True,
            times=[[places[session].slot] for session in sessions],
            rooms=[kind] * len(sessions),
        )
        found = _answer(model, sessions, replace(limits, effort=ROOMS), wait)
        if found is None:
            return None
        made |= {one: replace(place, teams=places[one].teams) for one, place in found.items()}
    return made


def _answer(model: Model, sessions: list[int], limits: Limits, wait: Await) -> dict[int, Placement] | None:
    run: Any = Run(model, replace(limits, gap=0.0))
    wait(run)
    if run.status not in FOUND:
        return None
    return dict(zip(sessions, model.timetable(run.found.value), strict=True))
