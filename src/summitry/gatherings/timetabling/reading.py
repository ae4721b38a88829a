"""The problem of an edition: its rows as the engine wants them, and which row is which number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from summitry.engines import timetable as engine
from summitry.people import countries
from summitry.people.models import Person

from .. import kinds, queries
from ..models import (
    Couple,
    Gathering,
    InterpreterTeam,
    Presence,
    Proposal,
    ReleasedSlot,
    Room,
    Service,
    Session,
    SessionDemand,
    SessionPerson,
    Slot,
)
from . import periods
from .grid import EPOCH, MINUTE, Grid, grid_of, planning_of
from .rules import WEIGHTS


@dataclass(frozen=True)
class Asked:
    """problem, and the rows behind its numbers. working: where the sessions stand now, as far as the grid
    knows such a place. standing: pinned sessions at times that are not of the grid; they stay, and nobody
    of them is free then. mark: of the programme as it was read."""

    gathering: Gathering
    grid: Grid
    problem: engine.Problem
    sessions: list[Session]
    rooms: list[Room]
    people: list[Person]
    teams: list[InterpreterTeam]
    working: tuple[engine.Placement | None, ...]
    standing: tuple[Session, ...]
    mark: int

    def minutes(self, number: int) -> int:
        """The planned length of a session."""
        return _minutes(self.sessions[number], self.grid.step)


def read(gathering: Gathering, base: str = Proposal.Base.NOTHING) -> Asked:
    """The problem as the rows state it now. A fixed number of queries (`QUERIES`)."""
    mark = queries.mark(gathering)
    planning = planning_of(gathering)
    found = list(
        gathering.sessions.filter(state=Session.State.ACCEPTED)
        .select_related("demand", "slot")
        .defer("abstract", "description")
        .order_by("pk")
    )
    pauses = [one for one in found if one.kind == kinds.PAUSE]
    placed = [(slot.starts, slot.ends) for one in pauses if (slot := _slot(one))]
    grid = grid_of(gathering, planning, placed)
    sessions = [one for one in found if one.kind != kinds.PAUSE]
    standing = [one for one in sessions if _stands(one, grid)]
    sessions = [one for one in sessions if one not in standing]
    rows = _Rows(gathering, grid, sessions, standing)
    rows.order([*standing, *(one for one in pauses if _slot(one))])
    released = base == Proposal.Base.RELEASED and gathering.released_id is not None
    working = rows.places((slot for one in sessions if (slot := _slot(one))), rows.services)
    before = (
        rows.places(ReleasedSlot.objects.filter(release=gathering.released_id), {}) if released else working
    )
    weights = {name: int(planning.weights.get(name, points)) for name, points in WEIGHTS.items()}
    problem = engine.Problem(
        slots=grid.slots,
        rooms=[rows.room(one) for one in rows.rooms],
        sessions=[rows.session(one) for one in sessions],
        people=[rows.person(one) for one in rows.people],
        teams=[rows.team(one) for one in rows.teams],
        similar=rows.couples(Couple.Kind.SIMILAR),
        joint=rows.couples(Couple.Kind.JOINT),
        weights=weights,
        base=None if base == Proposal.Base.NOTHING else before,
        rest=planning.rest,
    )
    return Asked(
        gathering,
        grid,
        problem,
        sessions,
        rows.rooms,
        rows.people,
        rows.teams,
        working,
        tuple(standing),
        mark,
    )


FAR = timedelta(days=1_000)  # behind every edition
QUERIES = 10  # and one for the base if it is the released programme


class _Rows:
    def __init__(
        self, gathering: Gathering, grid: Grid, sessions: list[Session], standing: list[Session]
    ) -> None:
        self.gathering, self.grid, self.sessions = gathering, grid, sessions
        self.number = {one.pk: number for number, one in enumerate(sessions)}
        self.rooms = list(gathering.rooms.select_related("facts").order_by("position", "pk"))
        self.teams = list(gathering.teams.order_by("name", "pk"))
        self.room_number = {one.pk: number for number, one in enumerate(self.rooms)}
        self.team_number = {one.pk: number for number, one in enumerate(self.teams)}
        presences = Presence.objects.filter(gathering=gathering)
        self.presences = {one.person_id: one for one in presences}
        self.after: dict[int, set[int]] = {}
        self.barred: dict[int, set[int]] = {}
        self.services: dict[int, list[tuple[str, int]]] = {}
        for one in Service.objects.filter(session__gathering=gathering).order_by("pair"):
            self.services.setdefault(one.session_id, []).append((one.pair, self.team_number[one.team_id]))
        self._couples = list(Couple.objects.filter(gathering=gathering))
        self._parts(standing)
        self.offered = {pair for team in self.teams for pair in team.pairs}
        self.taken_rooms: dict[int, set[int]] = {}
        self.taken_teams: dict[int, set[int]] = {}
        for session in standing:
            slot = session.slot
            taken = grid.taken(slot.starts, slot.ends)
            self.taken_rooms.setdefault(slot.room_id, set()).update(taken)
            for _pair, team in self.services.get(session.pk, ()):
                self.taken_teams.setdefault(team, set()).update(taken)

    def order(self, fixed: list[Session]) -> None:
        """What comes after what; beside those that stand fixed, as slots that are barred. One query."""
        there = {one.pk: one.slot for one in fixed}
        rows = SessionDemand.after.through.objects.filter(sessiondemand__session__gathering=self.gathering)
        for later, earlier in rows.values_list("sessiondemand__session_id", "session_id"):
            if later in self.number and earlier in self.number:
                self.after.setdefault(later, set()).add(self.number[earlier])
            elif later in self.number and earlier in there:
                before = self.grid.taken(EPOCH, there[earlier].ends)
                self.barred.setdefault(later, set()).update(before)
            elif earlier in self.number and later in there:
                behind = self.grid.taken(there[later].starts, there[later].starts + FAR)
                self.barred.setdefault(earlier, set()).update(behind)

    def _parts(self, standing: list[Session]) -> None:
        self.part_of: dict[int, set[int]] = {}
        people: dict[int, Person] = {}
        busy = {one.pk: self.grid.taken(one.slot.starts, one.slot.ends) for one in standing}
        self.busy: dict[int, set[int]] = {}
        parts = SessionPerson.objects.filter(session__gathering=self.gathering).select_related("person")
        for part in parts.order_by("pk"):
            if part.session_id in self.number:
                people.setdefault(part.person_id, part.person)
                self.part_of.setdefault(part.session_id, set()).add(part.person_id)
            elif part.session_id in busy:
                self.busy.setdefault(part.person_id, set()).update(busy[part.session_id])
        self.people = list(people.values())
        self.person_number = {one.pk: number for number, one in enumerate(self.people)}

    def room(self, room: Room) -> engine.Room:
        facts = getattr(room, "facts", None)
        closed = self.grid.within(periods.read(facts.closed)) if facts else frozenset()
        taken = frozenset(self.taken_rooms.get(room.pk, ()))
        return engine.Room(room.capacity, frozenset(facts.equipment if facts else ()), closed | taken)

    def team(self, team: InterpreterTeam) -> engine.Team:
        taken = frozenset(self.taken_teams.get(self.team_number[team.pk], ()))
        return engine.Team(frozenset(team.pairs), self.grid.within(periods.read(team.absent)) | taken)

    def person(self, person: Person) -> engine.Person:
        said = self.presences.get(person.pk)
        away = frozenset(self.busy.get(person.pk, ()))
        if said is None:
            return engine.Person(away)
        offset = None
        if said.zone:
            noon = self.grid.moment(0) if self.grid.slots else None
            found = noon.astimezone(ZoneInfo(said.zone)).utcoffset() if noon else timedelta(0)
            offset = (found or timedelta(0)) // MINUTE
        return engine.Person(away | self.grid.within(periods.read(said.absent)), offset)

    def session(self, session: Session) -> engine.Session:
        demand = getattr(session, "demand", None)
        people = frozenset(self.person_number[one] for one in self.part_of.get(session.pk, ()))
        regions = {countries.region_of(self.people[one].country) for one in people} - {""}
        slot = _slot(session)
        pinned = bool(demand and demand.pinned and slot)
        return engine.Session(
            length=self.grid.length(_minutes(session, self.grid.step)),
            people=people,
            audience=(demand.audience or 0) if demand else 0,
            equipment=frozenset(demand.equipment if demand else ()),
            interpretation=self._pairs(session, demand.interpretation if demand else ()),
            track=session.track_id,
            pinned_slot=self.grid.at(slot.starts) if pinned and slot else None,
            pinned_room=self.room_number[slot.room_id] if pinned and slot else None,
            after=frozenset(self.after.get(session.pk, ())),
            barred=frozenset(self.barred.get(session.pk, ())),
            wishes=self._wishes(demand.wanted) if demand and demand.wanted else {},
            regions=frozenset(regions),
        )

    def _pairs(self, session: Session, stated: Iterable[str]) -> frozenset[str]:
        """What is demanded, else from the language spoken into those that readers are promised, as far as
        the edition has interpreters for such a pair."""
        if told := frozenset(stated):
            return told
        return frozenset(pair_of(session.language, code) for code in session.interpreted) & self.offered

    def _wishes(self, wanted: list[str]) -> dict[int, int]:
        welcome = self.grid.within(periods.read(wanted))
        return {slot: 1 for slot in range(len(self.grid.slots)) if slot not in welcome}

    def couples(self, kind: str) -> list[engine.Couple]:
        return [
            engine.Couple(self.number[one.first_id], self.number[one.second_id], one.amount)
            for one in self._couples
            if one.kind == kind and one.first_id in self.number and one.second_id in self.number
        ]

    def places(
        self, slots: Iterable[Any], services: dict[int, list[tuple[str, int]]]
    ) -> tuple[engine.Placement | None, ...]:
        """Where sessions stand, of those that stand at a time of the grid."""
        found: list[engine.Placement | None] = [None] * len(self.sessions)
        for one in slots:
            number, at = self.number.get(one.session_id), self.grid.at(one.starts)
            room = self.room_number.get(one.room_id)
            if number is not None and at is not None and room is not None:
                found[number] = engine.Placement(at, room, tuple(services.get(one.session_id, ())))
        return tuple(found)


def pair_of(spoken: str, other: str) -> str:
    """The pair of two languages as demands name it, whatever their scripts and regions.

    >>> pair_of("zh-hans", "en")
    'en-zh'
    """
    return "-".join(sorted(code.partition("-")[0].lower() for code in (spoken, other)))


def _slot(session: Session) -> Slot | None:
    return getattr(session, "slot", None)


def _minutes(session: Session, otherwise: int) -> int:
    slot = _slot(session)
    if slot is not None and slot.ends > slot.starts:
        return (slot.ends - slot.starts) // MINUTE
    return session.minutes or otherwise


def _stands(session: Session, grid: Grid) -> bool:
    """Whether a session is pinned at a time that the grid does not have."""
    slot, demand = _slot(session), getattr(session, "demand", None)
    return bool(slot and demand and demand.pinned and grid.at(slot.starts) is None)
