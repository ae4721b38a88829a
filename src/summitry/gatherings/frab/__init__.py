"""The frab/Pentabarf schedule XML that conference systems and apps exchange: read, check, write.

Sources: https://c3voc.de/wiki/schedule and its XSD; the dialects of FOSDEM, frab and pretalx as published.
"""

from .check import overlaps
from .data import Conference, Day, Element, Event, Extra, Link, Person, PersonRef, Room, Schedule, Track
from .problems import FrabError, Problem
from .read import read
from .write import write

__all__ = [
    "Conference",
    "Day",
    "Element",
    "Event",
    "Extra",
    "FrabError",
    "Link",
    "Person",
    "PersonRef",
    "Problem",
    "Room",
    "Schedule",
    "Track",
    "overlaps",
    "read",
    "write",
]
