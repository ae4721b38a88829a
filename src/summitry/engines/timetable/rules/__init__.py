"""The rules of a timetable, each once: the solver, the costing and the explanation ask these. A new rule is a
class and a line here."""

from ..problem import Problem
from .bars import Barred, Equipment, PersonAway, PinnedRoom, PinnedSlot, Seats
from .base import Alone, Bar, Demand, Hard, Soft, Violation
from .hard import (
    Interpretation,
    Order,
    PersonApart,
    RoomApart,
    RoomClosed,
    TeamApart,
    TeamAway,
    Unplaced,
)
from .parallel import Joint, Similar, TrackParallel
from .rooming import Moves, RoomFit, TrackRoom
from .times import Comfort, Regions, Rest, TravelDays, Wishes

BARS: tuple[Bar, ...] = (PinnedSlot(), PinnedRoom(), Barred(), PersonAway(), Seats(), Equipment())
HARD: tuple[Hard, ...] = (
    Unplaced(),
    RoomApart(),
    RoomClosed(),
    PersonApart(),
    Order(),
    Interpretation(),
    TeamApart(),
    TeamAway(),
)
SOFT: tuple[Soft, ...] = (
    TrackParallel(),
    Similar(),
    Joint(),
    RoomFit(),
    TrackRoom(),
    TravelDays(),
    Rest(),
    Comfort(),
    Regions(),
    Wishes(),
    Moves(),
)
ALONE: tuple[Alone, ...] = (Comfort(), Wishes(), Moves())

__all__ = [
    "ALONE",
    "BARS",
    "HARD",
    "SOFT",
    "Bar",
    "Demand",
    "Hard",
    "Soft",
    "Violation",
    "allowed_rooms",
    "allowed_slots",
]


def allowed_slots(problem: Problem, session: int) -> list[int]:
    """Where a session may begin, by what it demands alone."""
    asked = [(bar, demand) for bar in BARS for demand in bar.demands(problem, session)]
    return [
        slot
        for slot in problem.starts(session)
        if not any(bar.barred_slot(problem, demand, slot) for bar, demand in asked)
    ]


def allowed_rooms(problem: Problem, session: int) -> tuple[int, ...]:
    """Which rooms would do for a session by what it demands alone, closed or not."""
    asked = [(bar, demand) for bar in BARS for demand in bar.demands(problem, session)]
    return tuple(
        room
        for room in range(len(problem.rooms))
        if not any(bar.barred_room(problem, demand, room) for bar, demand in asked)
    )
