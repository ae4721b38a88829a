"""What is wrong with the working programme: the database's rows as a world of the checks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from summitry.text.value import Text

from .. import checks
from ..checks import Conflict, Frame, Place, Spot, Team, World
from ..models import Couple, Gathering, Room, Service, Session, SessionDemand, SessionPerson, Track
from ..timetabling.periods import Period, read


def frame_of(gathering: Gathering) -> Frame:
    """The days and the zone of an edition; no query."""
    return Frame(
        first=gathering.starts,
        last=gathering.ends,
        zone=ZoneInfo(gathering.time_zone),
        day_change=gathering.day_change,
        turnround=timedelta(minutes=gathering.turnround_minutes),
    )


def parts_of(gathering: Gathering) -> tuple[dict[int, list[int]], dict[int, Text]]:
    """The keys of the people of each session, and their names. One query."""
    parts: dict[int, list[int]] = {}
    names: dict[int, Text] = {}
    rows = SessionPerson.objects.filter(session__gathering=gathering).order_by("position", "pk")
    for session, person, name in rows.values_list("session_id", "person_id", "person__name"):
        if person not in parts.setdefault(session, []):
            parts[session].append(person)
        names[person] = name
    return parts, names


@dataclass(frozen=True, slots=True)
class Known:
    """A session that takes place, wherever it stands or waits."""

    session: int
    slug: str
    version: int
    title: Text
    kind: str
    track: int | None
    minutes: int | None  # planned
    room: int | None
    starts: datetime | None
    ends: datetime | None
    people: tuple[int, ...]
    teams: tuple[int, ...]  # of interpreters
    audience: int | None
    equipment: frozenset[str]
    after: tuple[int, ...]
    similar: tuple[int, ...]
    joint: tuple[tuple[int, int], ...]

    def spot(self) -> Spot | None:
        """Where it stands; None if it is unscheduled."""
        if self.room is None or self.starts is None or self.ends is None:
            return None
        return self._spot(self.room, self.starts, self.ends)

    @property
    def length(self) -> int:
        """Minutes: as it stands, else as planned, else half an hour."""
        if self.starts and self.ends:
            return int((self.ends - self.starts) // timedelta(minutes=1))
        return self.minutes or 30

    def at(self, room: int, starts: datetime) -> Spot:
        """It somewhere else, as long as it is."""
        return self._spot(room, starts, starts + timedelta(minutes=self.length))

    def _spot(self, room: int, starts: datetime, ends: datetime) -> Spot:
        return Spot(
            *(self.session, self.title, room, starts, ends, self.track, self.kind, self.people),
            *(self.teams, self.audience, self.equipment, self.after, self.similar, self.joint),
        )


@dataclass(frozen=True, slots=True)
class Named:
    """What sessions refer to: people by name, the times when they are away, teams of interpreters."""

    people: Mapping[int, Text]
    absent: Mapping[int, tuple[Period, ...]]
    teams: Mapping[int, Team]


def _gathered[T](rows: Iterable[tuple[int, T]]) -> dict[int, tuple[T, ...]]:
    found: dict[int, tuple[T, ...]] = {}
    for one, other in rows:
        found[one] = (*found.get(one, ()), other)
    return found


def _couples(gathering: Gathering) -> dict[str, list[tuple[int, int, int]]]:
    """By kind, each couple from both sides: a session, the other one, how many want both. One query."""
    found: dict[str, list[tuple[int, int, int]]] = {kind: [] for kind in Couple.Kind.values}
    rows = gathering.couples.order_by("pk").values_list("kind", "first_id", "second_id", "amount")
    for kind, first, second, amount in rows:
        found[kind] += [(first, second, amount), (second, first, amount)]
    return found


def known(gathering: Gathering) -> tuple[list[Known], Named]:
    """All sessions that take place, and what they refer to. Seven queries."""
    parts, names = parts_of(gathering)
    services = Service.objects.filter(session__gathering=gathering).order_by("pk")
    teams = _gathered(services.values_list("session_id", "team_id"))
    orders = SessionDemand.after.through.objects.filter(sessiondemand__session__gathering=gathering)
    after = _gathered(orders.order_by("pk").values_list("sessiondemand__session_id", "session_id"))
    couples = _couples(gathering)
    similar = _gathered((one, other) for one, other, _amount in couples[Couple.Kind.SIMILAR])
    joint = _gathered((one, (other, amount)) for one, other, amount in couples[Couple.Kind.JOINT])
    rows = gathering.sessions.filter(state=Session.State.ACCEPTED).order_by("pk")
    columns = ("pk", "slug", "version", "title", "kind", "track_id", "minutes")
    places = ("slot__room_id", "slot__starts", "slot__ends")
    found = rows.values_list(*columns, *places, "demand__audience", "demand__equipment")
    sessions = []
    for row in found:
        *facts, audience, equipment = row
        demanded: Any = (parts, teams, after, similar, joint)
        people, own, *others = (tuple(dict.fromkeys(one.get(row[0], ()))) for one in demanded)
        values: Any = (*facts, people, own, audience, frozenset(equipment or ()), *others)
        sessions.append(Known(*values))
    return sessions, Named(
        names,
        {key: tuple(read(lines)) for key, lines in gathering.presences.values_list("person_id", "absent")},
        {team.pk: Team(team.name, tuple(read(team.absent))) for team in gathering.teams.all()},
    )


def rooms_of(gathering: Gathering) -> list[Room]:
    """The rooms in their order, with what they have. One query."""
    return list(gathering.rooms.select_related("facts"))


def world_of(
    gathering: Gathering,
    sessions: Iterable[Known],
    named: Named,
    rooms: Iterable[Room],
    tracks: Iterable[Track],
) -> World:
    """The checks' world of rows that were read already; no query."""
    return World(
        frame_of(gathering),
        [spot for one in sessions if (spot := one.spot())],
        rooms={room.pk: _place(room) for room in rooms},
        people=named.people,
        tracks={track.pk: track.name for track in tracks},
        absent=named.absent,
        teams=named.teams,
    )


def _place(room: Room) -> Place:
    facts = getattr(room, "facts", None)
    if facts is None:
        return Place(room.name, room.capacity)
    return Place(room.name, room.capacity, frozenset(facts.equipment), tuple(read(facts.closed)))


def world(gathering: Gathering) -> World:
    """The placed sessions of the working programme, as checks see them. Nine queries."""
    sessions, named = known(gathering)
    return world_of(gathering, sessions, named, rooms_of(gathering), gathering.tracks.all())


def conflicts(gathering: Gathering, only: Iterable[str] | None = None) -> list[Conflict]:
    """Everything that is wrong with the working programme, errors first. Nine queries."""
    return checks.all_conflicts(world(gathering), only)


def conflicts_of(session: Session) -> list[Conflict]:
    """What is wrong with where one session stands. Nine queries."""
    found = world(session.gathering)
    spot = found.spots.get(session.pk)
    return checks.conflicts_at(found, spot) if spot else []


def room_clashes(gathering: Gathering) -> list[Conflict]:
    """Pairs of sessions that share a room at a time: what a release refuses. Nine queries."""
    return conflicts(gathering, only=("room",))


def clash_words(conflict: Conflict, gathering: Gathering) -> str:
    """A conflict as a sentence, with the time in the gathering's zone; no query."""
    return checks.sentence(conflict, frame_of(gathering))
