"""Hard rules on several sessions: nobody and nothing in two places, closed rooms, interpreters, order."""

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from ..problem import Problem, Timetable
from .base import Demand, Violation, apart, breach, by_slot, placed

if TYPE_CHECKING:
    from ..model import Model


class Unplaced:
    """Every session has a place, and its length runs without a break."""

    name = "unplaced"

    def demands(self, problem: Problem) -> Iterator[Demand]:
        return iter(())  # every model has it

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for session, place in enumerate(timetable):
            if place is None:
                yield Violation(self.name, True, (session,))
            elif problem.run(place.slot, problem.sessions[session].length) is None:
                yield Violation("broken", True, (session,), {"slot": place.slot})

    def build(self, model: "Model", demand: Demand) -> None: ...


class RoomApart:
    """One session a room at a time."""

    name = "room_apart"

    def demands(self, problem: Problem) -> Iterator[Demand]:
        return iter(())  # every model has it

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        rooms: dict[int, list[int]] = {}
        for session, place in placed(timetable):
            rooms.setdefault(place.room, []).append(session)
        for room, sessions in sorted(rooms.items()):
            yield from _meeting(problem, timetable, sessions, Demand(self.name, (), {"room": room}))

    def build(self, model: "Model", demand: Demand) -> None: ...


class RoomClosed:
    """No session in a room that is closed."""

    name = "room_closed"

    def demands(self, problem: Problem) -> Iterator[Demand]:
        for number, room in enumerate(problem.rooms):
            if room.closed:
                yield Demand(self.name, (), {"room": number})

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for session, place in placed(timetable):
            if not problem.rooms[place.room].closed.isdisjoint(problem.stay(session, place.slot)):
                yield Violation(self.name, True, (session,), {"room": place.room, "slot": place.slot})

    def build(self, model: "Model", demand: Demand) -> None:
        room = int(demand.facts["room"])
        closed = model.problem.rooms[room].closed
        for session, slot in model.beginnings():
            if (here := model.stands(session, slot, room)) is not None and not closed.isdisjoint(
                model.problem.stay(session, slot)
            ):
                model.forbid(demand, here)


class PersonApart:
    """Nobody in two sessions at one time."""

    name = "person_apart"

    def demands(self, problem: Problem) -> Iterator[Demand]:
        for person, sessions in enumerate(problem.sessions_of):
            if len(sessions) > 1:
                yield Demand(self.name, tuple(sessions), {"person": person})

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for demand in self.demands(problem):
            yield from _meeting(problem, timetable, list(demand.sessions), demand)

    def build(self, model: "Model", demand: Demand) -> None:
        for slot in range(len(model.problem.slots)):
            model.at_most_one(demand, [model.at(session, slot) for session in demand.sessions])


class Order:
    """A session begins when those that come before it have ended."""

    name = "order"

    def demands(self, problem: Problem) -> Iterator[Demand]:
        for later, session in enumerate(problem.sessions):
            for earlier in sorted(session.after):
                yield Demand(self.name, (earlier, later))

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for demand in self.demands(problem):
            first, second = (timetable[one] for one in demand.sessions)
            if first and second and problem.stay(demand.sessions[0], first.slot).stop > second.slot:
                yield breach(demand)

    def build(self, model: "Model", demand: Demand) -> None:
        earlier, later = demand.sessions
        length = model.problem.sessions[earlier].length
        for slot, begins in model.x[later].items():
            before = [one for start, one in model.x[earlier].items() if start + length <= slot]
            if model.optional:
                before.append(~model.placed[earlier])
            model.implies(demand, begins, before)


class Interpretation:
    """A session has a team for each pair that it needs, and the team offers it."""

    name = "interpretation"

    def demands(self, problem: Problem) -> Iterator[Demand]:
        for number, session in enumerate(problem.sessions):
            for pair in sorted(session.interpretation):
                yield Demand(self.name, (number,), {"pair": pair})

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for demand in self.demands(problem):
            place = timetable[demand.sessions[0]]
            if place is None:
                continue
            team = dict(place.teams).get(str(demand.facts["pair"]))
            if team is None or demand.facts["pair"] not in problem.teams[team].pairs:
                yield breach(demand)

    def build(self, model: "Model", demand: Demand) -> None:
        model.need_team(demand)


class TeamApart:
    """A team serves one session at a time, and there one pair."""

    name = "team_apart"

    def demands(self, problem: Problem) -> Iterator[Demand]:
        return iter(())  # every model has it

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        teams: dict[int, list[int]] = {}
        for session, place in placed(timetable):
            for _pair, team in place.teams:
                teams.setdefault(team, []).append(session)
        for team, sessions in sorted(teams.items()):
            once = list(dict.fromkeys(sessions))
            about = Demand(self.name, (), {"team": team})
            yield from _meeting(problem, timetable, once, about)
            for session in once:
                if sessions.count(session) > 1:
                    yield Violation(self.name, True, (session,), {"team": team})

    def build(self, model: "Model", demand: Demand) -> None: ...


class TeamAway:
    """A team does not serve while it is away."""

    name = "team_away"

    def demands(self, problem: Problem) -> Iterator[Demand]:
        for number, team in enumerate(problem.teams):
            if team.away:
                yield Demand(self.name, (), {"team": number})

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for session, place in placed(timetable):
            for _pair, team in place.teams:
                if not problem.teams[team].away.isdisjoint(problem.stay(session, place.slot)):
                    yield Violation(self.name, True, (session,), {"team": team, "slot": place.slot})

    def build(self, model: "Model", demand: Demand) -> None:
        team = int(demand.facts["team"])
        away = model.problem.teams[team].away
        for session, serves in model.served_by(team):
            for slot, begins in model.x[session].items():
                if not away.isdisjoint(model.problem.stay(session, slot)):
                    model.not_both(demand, serves, begins)


def _meeting(
    problem: Problem, timetable: Timetable, sessions: list[int], about: Demand
) -> Iterator[Violation]:
    """Each two of the sessions that go on at one time."""
    together = {
        couple
        for there in by_slot(problem, timetable, sessions).values()
        for couple in combinations(sorted(there), 2)
    }
    for couple in sorted(together):
        if not apart(problem, timetable, *couple):
            yield Violation(about.kind, True, couple, about.facts)
