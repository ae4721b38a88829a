"""Soft: when a session is, for those who take part in it."""

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from ..problem import DAY, Problem, Timetable
from .base import Violation, placed, priced

if TYPE_CHECKING:
    from ..model import Model

MORNING, EVENING = 8 * 60, 20 * 60  # the comfortable part of a day, local minutes


class TravelDays:
    """Who is on site comes for few days: days from one's first session to one's last."""

    name = "travel_days"
    divides = False

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for person, sessions in on_site(problem):
            days = [problem.slots[place.slot].day for one in sessions if (place := timetable[one])]
            if days and max(days) > min(days):
                there = tuple(one for one in sessions if timetable[one])
                yield priced(problem, self.name, there, max(days) - min(days), person=person)

    def build(self, model: "Model") -> None:
        days = model.problem.days
        for _person, sessions in on_site(model.problem):
            for day in range(days[0], days[-1]):
                early, late = [], []  # each session: whether it is on or before this day, and the opposite
                for session in sessions:
                    by = [
                        one for slot, one in model.x[session].items() if model.problem.slots[slot].day <= day
                    ]
                    early.append(sum(by))
                    late.append(1 - sum(by))
                stays = model.cp.new_bool_var("")
                model.price(self.name, stays, 1, sessions)
                for one in range(len(sessions)):
                    for other in range(len(sessions)):
                        if one != other:
                            model.cp.add(stays >= early[one] + late[other] - 1)


def on_site(problem: Problem) -> Iterator[tuple[int, list[int]]]:
    for person, sessions in enumerate(problem.sessions_of):
        if len(sessions) > 1 and problem.people[person].offset is None:
            yield person, sessions


class Rest:
    """Between two sessions of a person there is a rest: 1 for each two with less between them."""

    name = "rest"
    divides = True

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for person, sessions in enumerate(problem.sessions_of):
            for first, second in combinations(sessions, 2):
                one, other = timetable[first], timetable[second]
                if one and other and _close(problem, first, one.slot, second, other.slot):
                    yield priced(problem, self.name, (first, second), 1, person=person)

    def build(self, model: "Model") -> None:
        problem = model.problem
        for sessions in problem.sessions_of:
            for first, second in combinations(sessions, 2):
                met = None
                for slot, begins in model.x[first].items():
                    near = [
                        one
                        for other, one in model.x[second].items()
                        if _close(problem, first, slot, second, other)
                    ]
                    if near:
                        if met is None:
                            met = model.cp.new_bool_var("")
                            model.price(self.name, met, 1, (first, second))
                        model.cp.add(met >= begins + sum(near) - 1)


def _close(problem: Problem, first: int, one: int, second: int, other: int) -> bool:
    """Whether two sessions follow each other, beginning in these slots, with less than the rest between."""
    here, there = problem.stay(first, one), problem.stay(second, other)
    if there.start < here.start:
        here, there = there, here
    if there.start < here.stop:  # at one time: no question of rest
        return False
    return problem.slots[there.start].starts - problem.slots[here.stop - 1].ends < problem.rest


class Comfort:
    """A remote person is not asked for at night: begun hours by which a session lies outside of 8 to 20
    o'clock where she sits, the whole of it."""

    name = "comfort"
    divides = True

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for session, place in placed(timetable):
            for person in sorted(problem.sessions[session].people):
                if hours := _hours_outside(problem, session, person, place.slot):
                    yield priced(problem, self.name, (session,), hours, person=person, slot=place.slot)

    def build(self, model: "Model") -> None:
        for session, slot in model.beginnings():
            hours = self.alone(model.problem, session, slot)
            model.price(self.name, model.x[session][slot], hours, (session,))

    def alone(self, problem: Problem, session: int, slot: int) -> int:
        people = problem.sessions[session].people
        return sum(_hours_outside(problem, session, person, slot) for person in people)


def _hours_outside(problem: Problem, session: int, person: int, slot: int) -> int:
    offset = problem.people[person].offset
    if offset is None:
        return 0
    stay = problem.stay(session, slot)
    starts = (problem.slots[stay.start].starts + offset) % DAY
    ends = starts + problem.slots[stay.stop - 1].ends - problem.slots[stay.start].starts
    # The nearest comfortable day is this one or the next: what begins at 23:00 is late, or early.
    outside = min(max(morning - starts, ends - evening, 0) for morning, evening in _comfortable())
    return -(-outside // 60)


def _comfortable() -> Iterator[tuple[int, int]]:
    return ((MORNING + shift, EVENING + shift) for shift in (-DAY, 0, DAY))


class Regions:
    """Each region speaks on all days: its sessions on one day beyond an even share, rounded up."""

    name = "regions"
    divides = False

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for region, sessions, share in regions(problem):
            days: dict[int, list[int]] = {}
            for session in sessions:
                if (place := timetable[session]) is not None:
                    days.setdefault(problem.slots[place.slot].day, []).append(session)
            for day, there in sorted(days.items()):
                if len(there) > share:
                    yield priced(problem, self.name, tuple(there), len(there) - share, region=region, day=day)

    def build(self, model: "Model") -> None:
        for _region, sessions, share in regions(model.problem):
            for day in model.problem.days:
                there = [
                    one
                    for session in sessions
                    for slot, one in model.x[session].items()
                    if model.problem.slots[slot].day == day
                ]
                beyond = model.cp.new_int_var(0, max(0, len(sessions) - share), "")
                model.cp.add(beyond >= sum(there) - share)
                model.price(self.name, beyond, 1, sessions)


def regions(problem: Problem) -> Iterator[tuple[str, list[int], int]]:
    for region in sorted({region for session in problem.sessions for region in session.regions}):
        sessions = [number for number, one in enumerate(problem.sessions) if region in one.regions]
        yield region, sessions, -(-len(sessions) // max(1, len(problem.days)))


class Wishes:
    """A session begins where it is welcome."""

    name = "wishes"
    divides = True

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for session, place in placed(timetable):
            if amount := problem.sessions[session].wishes.get(place.slot, 0):
                yield priced(problem, self.name, (session,), amount, slot=place.slot)

    def build(self, model: "Model") -> None:
        for session, slot in model.beginnings():
            amount = self.alone(model.problem, session, slot)
            model.price(self.name, model.x[session][slot], amount, (session,))

    def alone(self, problem: Problem, session: int, slot: int) -> int:
        return problem.sessions[session].wishes.get(slot, 0)
