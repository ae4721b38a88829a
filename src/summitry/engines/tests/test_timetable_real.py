"""W3C Breakouts Day 2024: the real rooms and times, costed by our rules, beside what the solver finds."""

import json
import re
from pathlib import Path

from summitry.engines.timetable import Couple, Person, Placement, Problem, Room, Session, Slot, cost, solve

IDENTITY = frozenset({3, 7, 9, 12})  # the sessions that #12 calls "other identity sessions": a track
UNWELCOME = {21: (2, 3), 18: (1, 2, 3), 12: (2, 3)}  # slots, as their instructions to the planners say
WEIGHTS = {"similar": 10, "track_room": 2, "track_parallel": 5, "rest": 1, "wishes": 3}


def breakouts(folder: Path) -> tuple[Problem, list[Placement]]:
    """The problem and the real timetable. Chairs are in one place at a time; conflicts that a session names
    are to be avoided."""
    data = json.loads((folder / "breakouts-day-2024.json").read_text())
    begins = [one.split(" ")[1].split("-")[0] for one in data["slots"]]
    hours = [int(one.split(":")[0]) for one in begins]
    slots = [Slot(hour * 60, hour * 60 + 60) for hour in hours]
    found = data["sessions"]
    numbers = [one["number"] for one in found]
    chairs, couples = [], set()
    for one in found:
        parts = dict(re.findall(r"### ([^\n]*)\n\n(.*?)(?=\n\n###|\Z)", one["body"], re.DOTALL))
        more = parts.get("Additional session chairs (Optional)", "")
        chairs.append({one["author"], *re.findall(r"@([\w-]+)", more)})
        avoid = parts.get("Other sessions where we should avoid scheduling conflicts (Optional)", "")
        for other in map(int, re.findall(r"#(\d+)", avoid)):
            couples.add(tuple(sorted((numbers.index(one["number"]), numbers.index(other)))))
    names = sorted(set().union(*chairs))
    sessions = [
        Session(
            people=frozenset(names.index(name) for name in who),
            track=0 if number in IDENTITY else None,
            wishes=dict.fromkeys(UNWELCOME.get(number, ()), 1),
        )
        for number, who in zip(numbers, chairs, strict=True)
    ]
    problem = Problem(
        slots,
        [Room() for _room in data["rooms"]],
        sessions,
        [Person() for _name in names],
        similar=[Couple(*couple) for couple in sorted(couples)],
        weights=WEIGHTS,
    )
    real = [
        Placement(begins.index(one["slot"].split(" ")[1]), data["rooms"].index(one["room"])) for one in found
    ]
    return problem, real


def test_the_breakouts_of_2024_no_worse_than_they_were(shared_data):
    problem, real = breakouts(shared_data / "programme" / "w3c_tpac")
    assert (len(problem.sessions), len(problem.rooms), len(problem.slots), len(problem.similar)) == (
        19,
        7,
        4,
        13,
    )
    then = cost(problem, real)
    assert (then.hard, then.soft, then.by_rule) == (0, 2, {"rest": 2})
    found = solve(problem, seconds=120)
    assert (found.cost.hard, found.proven) == (0, True)
    assert found.cost.soft <= then.soft
