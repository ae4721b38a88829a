"""Small problems for tests, and every timetable of one: the truth by brute force."""

from collections.abc import Iterator
from itertools import product

from hypothesis import strategies as st

from summitry.engines.timetable import (
    SOFT,
    Couple,
    Person,
    Placement,
    Problem,
    Room,
    Session,
    Slot,
    Team,
    cost,
)

PAIRS = ("en-fr", "en-zh")


def grid(days: int = 1, hours: int = 3, gap_after: int | None = None) -> list[Slot]:
    """Hours from 9:00 on each day, with an hour's break after one of them if asked."""
    found = []
    for day in range(days):
        for hour in range(hours):
            late = hour + (gap_after is not None and hour > gap_after)
            begins = day * 1440 + (9 + late) * 60
            found.append(Slot(begins, begins + 60, day))
    return found


def subsets(size: int, most: int | None = None) -> st.SearchStrategy[frozenset[int]]:
    return st.frozensets(st.integers(0, size - 1), max_size=most) if size else st.just(frozenset())


@st.composite
def problems(draw: st.DrawFn, sessions: int = 3) -> Problem:
    """At most 3 sessions, 4 slots, 2 rooms, 3 persons, 2 teams, with every rule somewhere."""
    slots = grid(draw(st.integers(1, 2)), 2, draw(st.sampled_from([None, 0])))
    rooms = [
        Room(
            draw(st.sampled_from([None, 10, 40, 90])),
            draw(st.sampled_from([frozenset(), frozenset({"stage"})])),
            draw(subsets(len(slots), 1)),
        )
        for _room in range(draw(st.integers(1, 2)))
    ]
    people = [
        Person(draw(subsets(len(slots), 1)), draw(st.sampled_from([None, None, 480, -300])))
        for _person in range(3)
    ]
    teams = [
        Team(draw(st.frozensets(st.sampled_from(PAIRS), min_size=1)), draw(subsets(len(slots), 1)))
        for _team in range(draw(st.integers(0, 2)))
    ]
    count = draw(st.integers(1, sessions))
    asked = [
        Session(
            length=draw(st.sampled_from([1, 1, 2])),
            people=draw(subsets(3, 2)),
            audience=draw(st.sampled_from([0, 10, 35])),
            equipment=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"stage"})])),
            interpretation=draw(st.frozensets(st.sampled_from(PAIRS), max_size=1)) if teams else frozenset(),
            track=draw(st.sampled_from([None, 0, 0])),
            pinned_slot=draw(st.sampled_from([None, None, None, 0])),
            pinned_room=draw(st.sampled_from([None, None, None, 0])),
            after=frozenset({number - 1})
            if number and draw(st.booleans()) and draw(st.booleans())
            else frozenset(),
            wishes=draw(st.dictionaries(st.integers(0, len(slots) - 1), st.integers(0, 3), max_size=2)),
            regions=draw(st.frozensets(st.sampled_from(["asia", "africa"]), max_size=1)),
        )
        for number in range(count)
    ]
    couples = [Couple(0, 1, draw(st.integers(0, 5)))] if count > 1 else []
    base = draw(
        st.none()
        | st.lists(
            st.none() | st.builds(Placement, st.integers(0, len(slots) - 1), st.integers(0, len(rooms) - 1)),
            min_size=count,
            max_size=count,
        )
    )
    weights = {rule.name: draw(st.integers(0, 3)) for rule in SOFT}
    return Problem(slots, rooms, asked, people, teams, couples, couples, weights, base)


def every(problem: Problem) -> Iterator[tuple[Placement, ...]]:
    """All timetables in which every session has a slot, a room and some team for each pair."""
    choices = []
    for session in problem.sessions:
        teams = product(range(len(problem.teams)), repeat=len(session.interpretation))
        served = [tuple(zip(sorted(session.interpretation), chosen, strict=True)) for chosen in teams]
        choices.append(
            [
                Placement(slot, room, one)
                for slot in range(len(problem.slots))
                for room in range(len(problem.rooms))
                for one in served
            ]
        )
    return product(*choices)


def least(problem: Problem) -> int | None:
    """What the best timetable costs; None if none keeps all demands."""
    costs = (cost(problem, one) for one in every(problem))
    return min((one.soft for one in costs if not one.hard), default=None)
