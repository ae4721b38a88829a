"""What is true about gatherings: series, editions, rooms, tracks, sessions, and published programmes."""

from .gathering import Gathering, Room, Series, Track
from .programme import Release, ReleasedSlot, Slot
from .session import Link, Session, SessionPerson, Speaker

__all__ = [
    "Gathering",
    "Link",
    "Release",
    "ReleasedSlot",
    "Room",
    "Series",
    "Session",
    "SessionPerson",
    "Slot",
    "Speaker",
    "Track",
]
