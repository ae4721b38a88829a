"""A day of the working programme laid out for the editor: rooms beside each other, time to scale. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil, gcd

from .checks import Frame, Severity, Spot, World, brief, conflicts_at
from .programme import day_edges

STEPS = (5, 10, 15, 30, 60)  # minutes by which a session can be moved: the zoom
ROOMS = 6  # side by side
MORNING, EVENING = time(9), time(18)  # shown of a day at least
LOWEST = 1.75  # rem of the lowest card and of one step: a line that a finger can hit
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Card:
    """A session in the grid: column from 1, rows from 0, the end excluded; sessions that share a room at a
    time stand in lanes beside each other."""

    spot: Spot
    column: int
    first: int
    last: int
    lane: int
    lanes: int
    lines: int  # of its words that there is space for


@dataclass(frozen=True, slots=True)
class Target:
    """A place where the chosen session can go, and what would be wrong with it there."""

    room: int
    starts: datetime
    first: int  # row
    words: tuple[str, ...] = ()
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Hour:
    at: datetime  # in the gathering's zone
    first: int


@dataclass(frozen=True, slots=True)
class Layout:
    begins: datetime  # of the first row, in UTC
    unit: int  # minutes of a row
    step: int  # minutes by which one moves
    slots: int  # rows
    height: str  # of a row, in CSS
    hours: tuple[Hour, ...]
    cards: tuple[Card, ...]

    @property
    def rows(self) -> int:
        """Of one step."""
        return self.step // self.unit


def steps(own: int) -> tuple[int, ...]:
    """The zoom levels of an edition: the usual ones and its own time grid.

    >>> steps(20)
    (5, 10, 15, 20, 30, 60)
    """
    return tuple(sorted({*STEPS, own}))


def cut[T](rooms: Sequence[T], number: int) -> tuple[list[Sequence[T]], int]:
    """Rooms in groups of neighbours, and the number of the group that was asked for, from 1.

    >>> cut("abcdefgh", 2)
    (['abcd', 'efgh'], 2)
    >>> cut("", 7)
    ([''], 1)
    """
    count = max(ceil(len(rooms) / ROOMS), 1)
    size = ceil(len(rooms) / count)
    found = [rooms[at * size : (at + 1) * size] for at in range(count)]
    return found, min(max(number, 1), count)


def lay(
    spots: Iterable[Spot], rooms: Sequence[int], day: date, frame: Frame, step: int, *, whole: bool = False
) -> Layout:
    """The grid of a day in these rooms. Rows are as fine as the times need; a step is never lower than a
    finger. `whole` shows all hours of the day."""
    columns = {room: number for number, room in enumerate(rooms, 1)}
    first, last = (edge.astimezone(UTC) for edge in day_edges(day, frame.zone, frame.day_change))
    there = [spot for spot in spots if spot.room in columns and first <= spot.starts < last]
    if whole:
        begins, ends = first, last
    else:
        begins = min([datetime.combine(day, MORNING, frame.zone), *(spot.starts for spot in there)])
        ends = max([datetime.combine(day, EVENING, frame.zone), *(spot.ends for spot in there)])
    begins = max(begins.astimezone(frame.zone).replace(minute=0, second=0, microsecond=0), first)
    begins, ends = begins.astimezone(UTC), ends.astimezone(UTC)  # a difference of local times skips no hour
    marks = [(moment - begins) // _MINUTE for spot in there for moment in (spot.starts, spot.ends)]
    unit = gcd(step, *marks)
    hours = ceil((ends - begins) / timedelta(hours=1))
    shortest = min([max((spot.ends - spot.starts) // _MINUTE, 5) for spot in there], default=60)
    rem = unit * max(LOWEST / step, LOWEST / shortest)
    lanes = _lanes(there)
    cards = []
    for spot in there:
        start = int((spot.starts - begins) // _MINUTE) // unit
        end = max(int((spot.ends - begins) // _MINUTE) // unit, start + 1)
        lane, count = lanes[spot.session]
        lines = int(((end - start) * rem - 1.6) / 1.2)
        cards.append(Card(spot, columns[spot.room], start, end, lane, count, min(max(lines, 1), 9)))
    return Layout(
        begins=begins,
        unit=unit,
        step=step,
        slots=max(hours * 60 // unit, max((card.last for card in cards), default=1)),
        height=f"{rem:.3g}rem",
        hours=tuple(
            Hour((begins + timedelta(hours=n)).astimezone(frame.zone), n * 60 // unit) for n in range(hours)
        ),
        cards=tuple(sorted(cards, key=lambda card: (card.column, card.first, card.lane))),
    )


def _lanes(spots: Iterable[Spot]) -> dict[int, tuple[int, int]]:
    """For each session its lane and the number of lanes, among those that overlap it in its room."""
    found: dict[int, tuple[int, int]] = {}
    rooms: dict[int, list[Spot]] = {}
    for spot in sorted(spots, key=lambda one: (one.starts, one.session)):
        rooms.setdefault(spot.room, []).append(spot)
    for there in rooms.values():
        run: list[tuple[Spot, int]] = []  # sessions that hang together, each with its lane
        for spot in there:
            if run and spot.starts >= max(one.ends for one, _lane in run):
                found |= _counted(run)
                run = []
            busy = {lane for one, lane in run if one.ends > spot.starts}
            run.append((spot, next(n for n in range(len(run) + 1) if n not in busy)))
        found |= _counted(run)
    return found


def _counted(run: list[tuple[Spot, int]]) -> dict[int, tuple[int, int]]:
    count = max(lane for _spot, lane in run) + 1
    return {one.session: (lane, count) for one, lane in run}


def targets(world: World, spot: Spot, rooms: Sequence[int], layout: Layout) -> list[Target]:
    """The places of this grid where a session can go, one below the other for each room, with what would be
    wrong there."""
    found = []
    for room in rooms:
        for first in range(0, layout.slots - layout.rows + 1, layout.rows):
            starts = layout.begins + timedelta(minutes=first * layout.unit)
            wrong = conflicts_at(world, spot.at(room, starts))
            found.append(
                Target(
                    *(room, starts.astimezone(world.frame.zone), first),
                    words=tuple(brief(one, spot.session) for one in wrong[:2]),
                    is_error=any(one.severity == Severity.ERROR for one in wrong),
                )
            )
    return found
