"""What is stated for a timetable, and what the solver proposes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from summitry.people.models import Person

from ..models import (
    Couple,
    Gathering,
    InterpreterTeam,
    Presence,
    Proposal,
    Room,
    Session,
    SessionDemand,
    Slot,
)


def presences(gathering: Gathering) -> QuerySet[Presence]:
    """Who is away at times or joins remotely. One query."""
    return gathering.presences.select_related("person").order_by("person__slug")


def presence_of(gathering: Gathering, person: Person) -> Presence | None:
    """What is said of one person. One query."""
    return gathering.presences.filter(person=person).first()


def people_of(gathering: Gathering) -> QuerySet[Person]:
    """Who takes part in sessions of an edition. One query."""
    return Person.objects.filter(parts__session__gathering=gathering).distinct().order_by("slug")


def teams(gathering: Gathering) -> QuerySet[InterpreterTeam]:
    """The interpreters of an edition. One query."""
    return gathering.teams.order_by("name", "pk")


def couples(gathering: Gathering) -> QuerySet[Couple]:
    """Sessions that should not be at one time. One query."""
    return gathering.couples.select_related("first", "second").order_by("-pk")


def demand_of(session: Session) -> SessionDemand | None:
    """What a session needs. One query, and one for what it comes after."""
    return SessionDemand.objects.filter(session=session).prefetch_related("after").first()


def last_proposal(gathering: Gathering) -> Proposal | None:
    """The newest that was not discarded. One query."""
    found = gathering.proposals.exclude(state=Proposal.State.DISCARDED).select_related("gathering", "shift")
    return found.first()


@dataclass(frozen=True, slots=True)
class Proposed:
    """Where a session would stand, and where it stands now (None: nowhere)."""

    session: Session
    room: Room
    starts: datetime
    ends: datetime
    now: Slot | None
    teams: tuple[tuple[str, str], ...]  # (pair of languages, name of the interpreters)

    @property
    def new_time(self) -> bool:
        return self.now is None or self.now.starts != self.starts

    @property
    def new_room(self) -> bool:
        return self.now is None or self.now.room_id != self.room.pk


def proposed(proposal: Proposal) -> list[Proposed]:
    """What a proposal would change, in order of time: sessions that would stand elsewhere than now.
    Sessions and rooms that are no longer there are left out. Three queries."""
    gathering = proposal.gathering
    sessions = {
        one.pk: one
        for one in gathering.sessions.filter(pk__in=[one["session"] for one in proposal.places])
        .select_related("slot__room", "track")
        .defer("abstract", "description")
    }
    rooms = {one.pk: one for one in gathering.rooms.all()}
    names = {one.pk: one.name for one in gathering.teams.all()}
    found = []
    for one in proposal.places:
        session, room = sessions.get(one["session"]), rooms.get(one["room"])
        if session is None or room is None:
            continue
        starts = datetime.fromisoformat(one["starts"])
        ends = starts + timedelta(minutes=one["minutes"])
        served = tuple((pair, names.get(team, "–")) for pair, team in sorted(one["teams"].items()))
        found.append(Proposed(session, room, starts, ends, getattr(session, "slot", None), served))
    moved = [one for one in found if one.new_time or one.new_room]
    return sorted(moved, key=lambda one: (one.starts, one.room.position, one.room.pk))
