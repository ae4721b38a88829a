"""Soft: which room a session has."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..problem import Problem, Timetable
from .base import Violation, placed, priced

if TYPE_CHECKING:
    from ..model import Literal, Model

TEN = 10  # seats are counted in tens, begun tens as whole ones


def tens(problem: Problem, room: int) -> int:
    return -(-(problem.rooms[room].capacity or 0) // TEN)


def least_tens(problem: Problem, session: int) -> int:
    """The smallest room that would do, in tens of seats. 0 if none would."""
    return min((tens(problem, room) for room in problem.rooms_for[session]), default=0)


def empty_tens(problem: Problem, session: int, room: int) -> int:
    """Tens of seats that the smallest room that would do has not. 0 for a session of which nobody knows how
    many will come: an audience of 0 is at home in any room."""
    if not problem.sessions[session].audience:
        return 0
    return tens(problem, room) - least_tens(problem, session)


class RoomFit:
    """The room is no larger than it must be: the empty tens of seats for each slot of the session."""

    name = "room_fit"
    divides = True

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for session, place in placed(timetable):
            more = empty_tens(problem, session, place.room)
            if more > 0:
                amount = more * problem.sessions[session].length
                yield priced(problem, self.name, (session,), amount, room=place.room)

    def build(self, model: "Model") -> None:
        problem = model.problem
        for session, asked in enumerate(problem.sessions):
            for _day, room, here in model.rooming(session):
                model.price(self.name, here, empty_tens(problem, session, room) * asked.length, (session,))


class TrackRoom:
    """A track stays in a room: on each day, all of its rooms beyond the first."""

    name = "track_room"
    divides = True

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for track, sessions in sorted(problem.tracks.items()):
            rooms: dict[int, set[int]] = {}
            there: dict[int, list[int]] = {}
            for session in sessions:
                if (place := timetable[session]) is not None:
                    day = problem.slots[place.slot].day
                    rooms.setdefault(day, set()).add(place.room)
                    there.setdefault(day, []).append(session)
            for day, used in sorted(rooms.items()):
                if len(used) > 1:
                    yield priced(problem, self.name, tuple(there[day]), len(used) - 1, track=track, day=day)

    def build(self, model: "Model") -> None:
        for sessions in model.problem.tracks.values():
            used: dict[int, dict[int, list[Literal]]] = {}
            for session in sessions:
                for day, room, here in model.rooming(session):
                    used.setdefault(day, {}).setdefault(room, []).append(here)
            for day, rooms in used.items():
                self._price(model, sessions, day, rooms)

    def _price(
        self, model: "Model", sessions: list[int], day: int, rooms: dict[int, list["Literal"]]
    ) -> None:
        used = []
        for there in rooms.values():
            one = model.cp.new_bool_var("")
            for here in there:
                model.cp.add_implication(here, one)
            used.append(one)
        beyond = model.cp.new_int_var(0, len(sessions) - 1, "")
        model.cp.add(beyond >= sum(used) - 1)
        if not model.each:  # of rooms of one kind, as many as go on at one time
            for slot in model.problem.slots_of[day]:
                going = [here for session in sessions if (here := model.at(session, slot)) is not None]
                if len(going) > 1:
                    model.cp.add(beyond >= sum(going) - 1)
        model.price(self.name, beyond, 1, sessions)


class Moves:
    """As little as possible differs from the base: 2 for a session that begins elsewhere, 1 for one that only
    changes its room. A session that the base does not place costs nothing."""

    name = "moves"
    divides = True

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for session, place in placed(timetable):
            before = problem.base[session] if problem.base is not None else None
            if before is None:
                continue
            if before.slot != place.slot:
                yield priced(problem, self.name, (session,), 2, slot=before.slot)
            elif before.room != place.room:
                yield priced(problem, self.name, (session,), 1, room=before.room)

    def build(self, model: "Model") -> None:
        for session, slot in model.beginnings():
            model.price(
                self.name, model.x[session][slot], self.alone(model.problem, session, slot), (session,)
            )
        if not model.exact:
            return
        for session, before in enumerate(model.problem.base or ()):
            for (slot, room), here in model.z[session].items():
                if before is not None and slot == before.slot and not model.holds(before.room, room):
                    model.price(self.name, here, 1, (session,))

    def alone(self, problem: Problem, session: int, slot: int) -> int:
        before = problem.base[session] if problem.base is not None else None
        return 0 if before is None or before.slot == slot else 2
