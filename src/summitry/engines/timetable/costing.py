"""What any timetable costs and violates, by the same rules as the solver's, without the solver."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .problem import Problem, Timetable
from .rules import BARS, HARD, SOFT, Violation
from .rules.base import breach, placed


@dataclass(frozen=True, slots=True)
class Cost:
    """soft: points in all. by_rule: points of each rule that costs something. violations: every one, the hard
    ones first, then the dearest."""

    soft: int
    by_rule: Mapping[str, int]
    violations: tuple[Violation, ...]

    @property
    def hard(self) -> int:
        """How many demands are broken."""
        return sum(one.hard for one in self.violations)


def cost(problem: Problem, timetable: Timetable) -> Cost:
    """Costs a timetable, whole or not, sound or not. Raises ValueError if it has not one place per session,
    or names a slot, a room or a team that there is not."""
    _known(problem, timetable)
    found = [*_barred(problem, timetable)]
    for rule in HARD:
        found += rule.violations(problem, timetable)
    points: Counter[str] = Counter()
    for soft in SOFT:
        if problem.weight(soft.name):
            for one in soft.violations(problem, timetable):
                found.append(one)
                points[soft.name] += one.cost
    found.sort(key=lambda one: (not one.hard, -one.cost))
    return Cost(sum(points.values()), dict(points), tuple(found))


def _barred(problem: Problem, timetable: Timetable) -> Iterator[Violation]:
    for session, place in placed(timetable):
        for bar in BARS:
            for demand in bar.demands(problem, session):
                wrong_time = bar.barred_slot(problem, demand, place.slot)
                if wrong_time or bar.barred_room(problem, demand, place.room):
                    yield breach(demand, at=place.slot, stands=place.room)


def _known(problem: Problem, timetable: Timetable) -> None:
    if len(timetable) != len(problem.sessions):
        raise ValueError("a timetable has one place per session")
    for _session, place in placed(timetable):
        sound = 0 <= place.slot < len(problem.slots) and 0 <= place.room < len(problem.rooms)
        if not sound or not all(0 <= team < len(problem.teams) for _pair, team in place.teams):
            raise ValueError("a place names a slot, a room or a team that there is not")
