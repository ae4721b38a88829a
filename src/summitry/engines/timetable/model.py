"""The model on CP-SAT: for each session and each slot in which it may begin, a boolean.

`exact` adds the choice of the room to it (and of the teams): right for few sessions, and for many once
their times are known. Else rooms and teams are only counted (`pools`): every timetable keeps what the model
demands and costs at least what the model says, so its bound holds for the exact problem too, and it closes
where the exact model would not."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ortools.sat.python import cp_model

from .pools import unions
from .problem import Placement, Problem
from .rules import BARS, HARD, SOFT, Demand

type Literal = Any  # of ortools, which has no stubs
type Floor = tuple[frozenset[int], int]  # sessions, and what they cost at least


class Model:
    """times, rooms: the slots in which each session may begin, and where, if that is narrower than what the
    problem says. kinds: of an exact model, a kind of rooms (by its first) instead of each. guarded: each
    demand holds only if its literal in `guards` does, and nothing has a price. optional: a session has a
    place only if its literal in `placed` says so, and nothing has a price. priced: false for any timetable,
    however dear. at_least: points that are known to be the least. floors: the same for groups of sessions,
    of the rules that divide (`Soft.divides`)."""

    def __init__(
        self,
        problem: Problem,
        *,
        exact: bool,
        times: Sequence[Sequence[int]] | None = None,
        rooms: Sequence[Sequence[int]] | None = None,
        kinds: bool = False,
        guarded: bool = False,
        optional: bool = False,
        priced: bool = True,
        at_least: int = 0,
        floors: Sequence[Floor] = (),
    ) -> None:
        self.problem, self.exact, self.guarded = problem, exact or guarded, guarded
        self.each = self.exact and not kinds
        self._kind_of = {room: kind[0] for kind in problem.kinds for room in kind} if kinds else {}
        self.cp = cp_model.CpModel()
        self.optional, self.placed = optional, list[Literal]()
        self.guards: list[tuple[Demand, Literal]] = []
        self._guard_of: dict[int, Literal] = {}
        self._prices: list[tuple[str, int, Literal, frozenset[int]]] = []
        self._going: dict[tuple[int, int], Literal | None] = {}
        self.teams: dict[tuple[int, str, int], Literal] = {}  # (session, pair, team)
        self.x: list[dict[int, Literal]] = []
        self.z: list[dict[tuple[int, int], Literal]] = []
        self._wanted: list[tuple[int, frozenset[int]]] = []  # (session, teams) counted
        self.k: list[dict[tuple[int, int], Literal]] = [{} for _session in problem.sessions]
        priced = priced and not (guarded or optional)
        for session in range(len(problem.sessions)):
            self._begin(session, times[session] if times else None, rooms[session] if rooms else None)
        if self.exact:
            self._rooms_apart()
        if not guarded and rooms is None:
            self._count_rooms(kept=priced and not self.exact)
        for hard in HARD:
            for demand in hard.demands(problem):
                hard.build(self, demand)
        self._teams_apart()
        if priced:
            for soft in SOFT:
                if problem.weight(soft.name):
                    soft.build(self)
            self._minimize(at_least, floors)

    # -- what rules use ----------------------------------------------------------------------------

    def beginnings(self) -> Iterator[tuple[int, int]]:
        return ((session, slot) for session, begins in enumerate(self.x) for slot in begins)

    def at(self, session: int, slot: int) -> Literal | None:
        """Whether the session goes on in this slot; None if it cannot."""
        key = (session, slot)
        if key not in self._going:
            length = self.problem.sessions[session].length
            begins = [one for start, one in self.x[session].items() if start <= slot < start + length]
            self._going[key] = self._one_of(begins) if begins else None
        return self._going[key]

    def stands(self, session: int, slot: int, room: int) -> Literal | None:
        """Whether the session begins in this slot in this room; None if it cannot, or rooms are counted."""
        return self.z[session].get((slot, room)) if self.each else None

    def served_by(self, team: int) -> Iterator[tuple[int, Literal]]:
        return ((session, serves) for (session, _pair, one), serves in self.teams.items() if one == team)

    def rooming(self, session: int) -> Iterator[tuple[int, int, Literal]]:
        """(day, room, whether the session is there); of rooms that are counted, the first of each kind."""
        if self.exact and not self.k[session]:
            there: dict[tuple[int, int], list[Literal]] = {}
            for (slot, room), here in self.z[session].items():
                there.setdefault((self.problem.slots[slot].day, room), []).append(here)
            for key, here_or_there in there.items():
                self.k[session][key] = self._one_of(here_or_there)
        return ((day, room, here) for (day, room), here in self.k[session].items())

    def _one_of(self, literals: list[Literal]) -> Literal:
        """Whether one of them holds, of which at most one does."""
        if len(literals) == 1:
            return literals[0]
        one = self.cp.new_bool_var("")
        self.cp.add(sum(literals) == one)
        return one

    def holds(self, room: int, chosen: int) -> bool:
        """Whether a room is the one chosen, or of its kind if kinds are."""
        return self._kind_of.get(room, room) == chosen

    def price(self, rule: str, of: Literal, amount: int, sessions: Iterable[int]) -> None:
        """A unit of `of` costs the rule's weight so many times. sessions: all that it depends on."""
        if points := self.problem.weight(rule) * amount:
            self._prices.append((rule, points, of, frozenset(sessions)))

    def at_most_one(self, demand: Demand, literals: Sequence[Literal | None]) -> None:
        given = [one for one in literals if one is not None]
        if len(given) < 2:
            return
        if self.guarded:
            self.cp.add(sum(given) <= 1).only_enforce_if(self._guard(demand))
        else:
            self.cp.add_at_most_one(given)

    def implies(self, demand: Demand, one: Literal, some: Sequence[Literal]) -> None:
        self.cp.add_bool_or([*some, ~one, *self._unless(demand)])

    def forbid(self, demand: Demand, one: Literal) -> None:
        self.cp.add_bool_or([~one, *self._unless(demand)])

    def not_both(self, demand: Demand, one: Literal, other: Literal) -> None:
        self.cp.add_bool_or([~one, ~other, *self._unless(demand)])

    def need_team(self, demand: Demand) -> None:
        """A team for the pair that the demand names."""
        session, pair = demand.sessions[0], str(demand.facts["pair"])
        offering = [team for team, one in enumerate(self.problem.teams) if pair in one.pairs]
        if not self.exact:
            self._wanted.append((session, frozenset(offering)))
            if not offering:
                self._never(session)
            return
        serves = []
        for team in offering:
            self.teams[session, pair, team] = self.cp.new_bool_var("")
            serves.append(self.teams[session, pair, team])
        if self.guarded:
            self.cp.add(sum(serves) == 1).only_enforce_if(self._guard(demand))
        else:
            self.cp.add_exactly_one(serves)

    # -- sessions ----------------------------------------------------------------------------------

    def _begin(self, session: int, times: Sequence[int] | None, rooms: Sequence[int] | None) -> None:
        problem = self.problem
        if times is None:
            times = list(problem.starts(session)) if self.guarded else problem.slots_for[session]
        if rooms is None:
            rooms = range(len(problem.rooms)) if self.guarded else problem.rooms_for[session]
        if self._kind_of:
            rooms = sorted({self._kind_of[room] for room in rooms})
        begins = {slot: self.cp.new_bool_var(f"{session}@{slot}") for slot in times}
        if self.optional:
            self.placed.append(self.cp.new_bool_var(""))
            self.cp.add(sum(begins.values()) == self.placed[-1])
        else:
            self.cp.add_exactly_one(begins.values())
        self.x.append(begins)
        self.z.append({})
        if not self.exact:
            return
        for slot, begin in begins.items():
            here = {(slot, room): self.cp.new_bool_var("") for room in rooms}
            self.z[session] |= here
            self.cp.add(sum(here.values()) == begin)
        if self.guarded:
            self._bar(session)

    def _never(self, session: int) -> None:
        for begin in self.x[session].values():
            self.cp.add(begin == 0)

    def _bar(self, session: int) -> None:
        for bar in BARS:
            for demand in bar.demands(self.problem, session):
                for slot, begin in self.x[session].items():
                    if bar.barred_slot(self.problem, demand, slot):
                        self.forbid(demand, begin)
                barred = [
                    r for r in range(len(self.problem.rooms)) if bar.barred_room(self.problem, demand, r)
                ]
                for (_slot, room), here in self.z[session].items():
                    if room in barred:
                        self.forbid(demand, here)

    def _rooms_apart(self) -> None:
        self._in: dict[tuple[int, int], list[Literal]] = {}  # (slot, room) -> all that could go on there
        for session, stands in enumerate(self.z):
            for (start, room), here in stands.items():
                for slot in self.problem.stay(session, start):
                    self._in.setdefault((slot, room), []).append(here)
        if not self.each:
            self._kinds_apart()
            return
        for there in self._in.values():
            self.cp.add_at_most_one(there)

    def _kinds_apart(self) -> None:
        for kind in self.problem.kinds:
            for slot in range(len(self.problem.slots)):
                there = self._in.get((slot, kind[0]), ())
                count = sum(slot not in self.problem.rooms[room].closed for room in kind)
                if len(there) > count:
                    self.cp.add(sum(there) <= count)

    def _minimize(self, at_least: int, floors: Sequence[Floor]) -> None:
        divides = {soft.name for soft in SOFT if soft.divides}
        cost = sum(points * of for _rule, points, of, _sessions in self._prices)
        if at_least and self._prices:
            self.cp.add(cost >= at_least)
        for group, least in floors:
            of_group = [
                points * of
                for rule, points, of, sessions in self._prices
                if rule in divides and sessions <= group
            ]
            if least:
                self.cp.add(sum(of_group) >= least)
        self.cp.minimize(cost)

    def _count_rooms(self, *, kept: bool) -> None:
        """Rooms by kind, and how many of each kind are in use in each slot. An exact model has it too: it is
        what its relaxation lacks. kept: which kind each session has on which day is part of the model."""
        sets = [frozenset(rooms) for rooms in self.problem.rooms_for]
        for session, rooms in enumerate(sets):
            if not rooms:
                self._never(session)
        confining = [
            (union, [session for session, rooms in enumerate(sets) if rooms <= union])
            for union in unions(sets)
        ]
        kinds = self.problem.kinds
        in_use: dict[tuple[int, int], list[Literal]] = {}  # (day, first room of a kind) -> slot by slot
        for slot in range(len(self.problem.slots)):
            used = []
            for kind in kinds:
                count = sum(slot not in self.problem.rooms[room].closed for room in kind)
                used.append(self.cp.new_int_var(0, count, ""))
                if self.exact:
                    there = [one for room in kind for one in self._in.get((slot, room), ())]
                    self.cp.add(sum(there) == used[-1])
            for kind, count_of in zip(kinds, used, strict=True):
                in_use.setdefault((self.problem.slots[slot].day, kind[0]), []).append(count_of)
            for union, sessions in confining:
                going = [one for session in sessions if (one := self.at(session, slot)) is not None]
                if going:
                    among = [one for kind, one in zip(kinds, used, strict=True) if kind[0] in union]
                    self.cp.add(sum(going) <= sum(among))

        if kept:
            self._keep_kinds([kind[0] for kind in kinds], in_use)

    def _keep_kinds(self, kinds: list[int], in_use: Mapping[tuple[int, int], list[Literal]]) -> None:
        slots_of: dict[tuple[int, int], list[Literal]] = {}
        for session, begins in enumerate(self.x):
            length = self.problem.sessions[session].length
            for day in self.problem.days:
                there = [one for slot, one in begins.items() if self.problem.slots[slot].day == day]
                if there:
                    for kind in kinds:
                        if kind in self.problem.rooms_for[session]:
                            here = self.cp.new_bool_var("")
                            self.k[session][day, kind] = here
                            slots_of.setdefault((day, kind), []).append(length * here)
                    self.cp.add(sum(self.k[session].get((day, kind), 0) for kind in kinds) == sum(there))
        for key, using in in_use.items():
            self.cp.add(sum(slots_of.get(key, ())) == sum(using))

    def _teams_apart(self) -> None:
        if not self.exact:
            self._count_teams()
            return
        for team in range(len(self.problem.teams)):
            serving = list(self.served_by(team))
            for slot in range(len(self.problem.slots)):
                there = []
                for session, serves in serving:
                    if (going := self.at(session, slot)) is not None:
                        there.append(self.cp.new_bool_var(""))
                        self.cp.add_bool_or([~serves, ~going, there[-1]])
                if len(there) > 1:
                    self.cp.add_at_most_one(there)

    def _count_teams(self) -> None:
        for union in unions(teams for _session, teams in self._wanted):
            confined = [session for session, teams in self._wanted if teams <= union]
            for slot in range(len(self.problem.slots)):
                going = [one for session in confined if (one := self.at(session, slot)) is not None]
                there = sum(slot not in self.problem.teams[team].away for team in union)
                if len(going) > there:
                    self.cp.add(sum(going) <= there)

    # -- guards ------------------------------------------------------------------------------------

    def _guard(self, demand: Demand) -> Literal:
        if id(demand) not in self._guard_of:
            self._guard_of[id(demand)] = self.cp.new_bool_var("")
            self.guards.append((demand, self._guard_of[id(demand)]))
        return self._guard_of[id(demand)]

    def _unless(self, demand: Demand) -> list[Literal]:
        return [~self._guard(demand)] if self.guarded else []

    # -- what comes out ----------------------------------------------------------------------------

    def times(self, value: Callable[[Literal], bool]) -> list[int]:
        """Where each session begins."""
        return [next(slot for slot, begin in begins.items() if value(begin)) for begins in self.x]

    def hint(self, timetable: Sequence[Placement]) -> None:
        """A timetable to begin with; only of an exact model."""
        for place, stands in zip(timetable, self.z, strict=True):
            room = self._kind_of.get(place.room, place.room)
            for key, here in stands.items():
                self.cp.add_hint(here, key == (place.slot, room))
        served = {(session, *one) for session, place in enumerate(timetable) for one in place.teams}
        for service, serves in self.teams.items():
            self.cp.add_hint(serves, service in served)

    def timetable(self, value: Callable[[Literal], bool]) -> tuple[Placement, ...]:
        """The whole timetable; only of an exact model."""
        teams: list[list[tuple[str, int]]] = [[] for _session in self.x]
        for (session, pair, team), serves in self.teams.items():
            if value(serves):
                teams[session].append((pair, team))
        return tuple(
            Placement(*next(key for key, here in stands.items() if value(here)), tuple(sorted(served)))
            for stands, served in zip(self.z, teams, strict=True)
        )
