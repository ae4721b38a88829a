"""A day's programme as a grid of rooms and times, cut so that one page of it stays light. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, gcd
from zoneinfo import ZoneInfo

from .models import ReleasedSlot, Room

COLUMNS = 6  # rooms side by side
CELLS = 130  # sessions on one page of a grid
FINEST = 5  # minutes of the finest row
LOWEST = 1.75  # rem of the lowest cell: one line that a finger can hit
_PAD, _TIME, _LINE = 1.05, 1.1, 1.18  # rem: a cell's padding and gap, its time, one line of its title


@dataclass(frozen=True, slots=True)
class Cell:
    """A session in the grid: column from 1, rows from 0, the end excluded."""

    row: ReleasedSlot
    column: int
    first: int
    last: int
    lines: int  # of its title that there is space for
    is_brief: bool  # too low for more than one line


@dataclass(frozen=True, slots=True)
class Hour:
    at: datetime  # in the gathering's zone
    first: int


@dataclass(frozen=True, slots=True)
class Grid:
    rooms: tuple[Room, ...]
    cells: tuple[Cell, ...]
    hours: tuple[Hour, ...]
    slots: int
    minutes: int  # of one row
    height: str  # of one row, in CSS


@dataclass(frozen=True, slots=True)
class Group:
    """Rooms that share a page of the grid."""

    number: int  # from 1
    rooms: tuple[Room, ...]
    rows: tuple[ReleasedSlot, ...]


def groups(rows: Sequence[ReleasedSlot]) -> list[Group]:
    """Cuts a day into groups of neighbouring rooms, at most COLUMNS rooms and about CELLS sessions each."""
    rooms: dict[int, Room] = {}
    held: dict[int, list[ReleasedSlot]] = {}
    for row in rows:
        rooms[row.room_id] = row.room
        held.setdefault(row.room_id, []).append(row)
    found: list[list[Room]] = []
    count = 0
    for room in sorted(rooms.values(), key=lambda one: (one.position, one.pk)):
        size = len(held[room.pk])
        if not found or len(found[-1]) >= COLUMNS or count + size > CELLS:
            found.append([])
            count = 0
        found[-1].append(room)
        count += size
    keys = [{room.pk for room in group} for group in found]
    return [
        Group(number, tuple(group), tuple(row for row in rows if row.room_id in keys[number - 1]))
        for number, group in enumerate(found, 1)
    ]


def grid(group: Group, zone: ZoneInfo) -> Grid:
    """The grid of one group. The row is as fine as the sessions' times need, from FINEST minutes up."""
    begins = min(row.starts for row in group.rows).astimezone(zone)
    first = begins.replace(minute=0, second=0, microsecond=0)
    marks = [
        int((moment - first).total_seconds() // 60) for row in group.rows for moment in (row.starts, row.ends)
    ]
    step = 60
    for mark in marks:
        step = gcd(step, mark)
    step = max(FINEST, step)
    last = max(marks)
    shortest = max(min((row.ends - row.starts).total_seconds() / 60 for row in group.rows), step)
    rem = min(2.6, max(0.95, LOWEST * step / shortest))
    columns = {room.pk: number for number, room in enumerate(group.rooms, 1)}
    cells = []
    for row in group.rows:
        start = int((row.starts - first).total_seconds() // 60) // step
        end = ceil((row.ends - first).total_seconds() / 60 / step)
        end = max(end, start + 1)
        height = (end - start) * rem
        lines = int((height - _PAD - _TIME) / _LINE)
        cells.append(Cell(row, columns[row.room_id], start, end, min(max(lines, 1), 9), lines < 1))
    hours = [
        Hour((first + timedelta(minutes=mark)).astimezone(zone), mark // step) for mark in range(0, last, 60)
    ]
    return Grid(
        rooms=group.rooms,
        cells=tuple(sorted(cells, key=lambda one: (one.row.starts, one.column))),
        hours=tuple(hours),
        slots=max(ceil(last / step), max((cell.last for cell in cells), default=1)),
        minutes=step,
        height=f"{rem:.3g}rem",
    )
