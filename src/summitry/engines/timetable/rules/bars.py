"""Hard rules on one session: where it is pinned, who is away, how many seats and what equipment it needs."""

from collections.abc import Iterator

from ..problem import Problem
from .base import Demand


class _Bar:
    name = ""

    def barred_slot(self, problem: Problem, demand: Demand, slot: int) -> bool:
        return False

    def barred_room(self, problem: Problem, demand: Demand, room: int) -> bool:
        return False


class PinnedSlot(_Bar):
    """A pinned session begins where it is pinned."""

    name = "pinned_slot"

    def demands(self, problem: Problem, session: int) -> Iterator[Demand]:
        if (slot := problem.sessions[session].pinned_slot) is not None:
            yield Demand(self.name, (session,), {"slot": slot})

    def barred_slot(self, problem: Problem, demand: Demand, slot: int) -> bool:
        return slot != demand.facts["slot"]


class PinnedRoom(_Bar):
    """A session that is pinned to a room stands there."""

    name = "pinned_room"

    def demands(self, problem: Problem, session: int) -> Iterator[Demand]:
        if (room := problem.sessions[session].pinned_room) is not None:
            yield Demand(self.name, (session,), {"room": room})

    def barred_room(self, problem: Problem, demand: Demand, room: int) -> bool:
        return room != demand.facts["room"]


class Barred(_Bar):
    """A session does not go on in slots that are barred for it."""

    name = "barred"

    def demands(self, problem: Problem, session: int) -> Iterator[Demand]:
        if problem.sessions[session].barred:
            yield Demand(self.name, (session,))

    def barred_slot(self, problem: Problem, demand: Demand, slot: int) -> bool:
        session = demand.sessions[0]
        return not problem.sessions[session].barred.isdisjoint(problem.stay(session, slot))


class PersonAway(_Bar):
    """A session does not go on while one of its persons is away."""

    name = "person_away"

    def demands(self, problem: Problem, session: int) -> Iterator[Demand]:
        for person in sorted(problem.sessions[session].people):
            if problem.people[person].away:
                yield Demand(self.name, (session,), {"person": person})

    def barred_slot(self, problem: Problem, demand: Demand, slot: int) -> bool:
        away = problem.people[int(demand.facts["person"])].away
        return not away.isdisjoint(problem.stay(demand.sessions[0], slot))


class Seats(_Bar):
    """A room holds the audience."""

    name = "seats"

    def demands(self, problem: Problem, session: int) -> Iterator[Demand]:
        if seats := problem.sessions[session].audience:
            yield Demand(self.name, (session,), {"seats": seats})

    def barred_room(self, problem: Problem, demand: Demand, room: int) -> bool:
        capacity = problem.rooms[room].capacity
        return capacity is not None and capacity < int(demand.facts["seats"])


class Equipment(_Bar):
    """A room has what the session needs."""

    name = "equipment"

    def demands(self, problem: Problem, session: int) -> Iterator[Demand]:
        for thing in sorted(problem.sessions[session].equipment):
            yield Demand(self.name, (session,), {"equipment": thing})

    def barred_room(self, problem: Problem, demand: Demand, room: int) -> bool:
        return demand.facts["equipment"] not in problem.rooms[room].equipment
