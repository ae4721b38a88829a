"""What is true about gatherings: series, editions, rooms, tracks, sessions, and published programmes."""

from .demands import Couple, InterpreterTeam, Planning, Presence, RoomFacts, Service, SessionDemand
from .gathering import Gathering, Room, Series, Track
from .moves import Move, Shift
from .outcome import Convener, OutcomeDocument, SessionReport, Stance
from .programme import AgendaWatch, PreparedRelease, PreparedSlot, Release, ReleasedSlot, Slot
from .proposal import Proposal
from .session import Link, Session, SessionPerson, Speaker

__all__ = [
    "AgendaWatch",
    "Convener",
    "Couple",
    "Gathering",
    "InterpreterTeam",
    "Link",
    "Move",
    "OutcomeDocument",
    "Planning",
    "PreparedRelease",
    "PreparedSlot",
    "Presence",
    "Proposal",
    "Release",
    "ReleasedSlot",
    "Room",
    "RoomFacts",
    "Series",
    "Service",
    "Session",
    "SessionDemand",
    "SessionPerson",
    "SessionReport",
    "Shift",
    "Slot",
    "Speaker",
    "Stance",
    "Track",
]
