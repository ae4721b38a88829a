"""The grid: every session of a group has its cell, and no page has too many."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from summitry.gatherings import queries
from summitry.gatherings.grid import CELLS, COLUMNS, grid, groups
from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room

pytestmark = pytest.mark.django_db
UTC_ZONE = ZoneInfo("UTC")


def test_cells_stand_where_room_and_time_say():
    gathering = make_gathering()
    hall, annex = make_room(gathering, "Hall"), make_room(gathering, "Annex")
    make_placed(gathering, hall, at(9, 30), "A", length=45)
    make_placed(gathering, annex, at(10), "B", length=60)
    [group] = groups(queries.working(gathering))
    found = grid(group, UTC_ZONE)
    assert (found.minutes, found.slots, [room.slug for room in found.rooms]) == (15, 8, ["hall", "annex"])
    assert [(str(cell.row.title), cell.column, cell.first, cell.last) for cell in found.cells] == [
        ("A", 1, 2, 5),
        ("B", 2, 4, 8),
    ]
    assert [(hour.at.hour, hour.first) for hour in found.hours] == [(9, 0), (10, 4)]


def test_short_sessions_have_a_line_and_long_ones_their_title():
    gathering = make_gathering()
    hall = make_room(gathering)
    make_placed(gathering, hall, at(9), length=5)
    make_placed(gathering, hall, at(10), length=60)
    found = grid(groups(queries.working(gathering))[0], UTC_ZONE)
    assert [(cell.is_brief, cell.lines) for cell in found.cells] == [(True, 1), (False, 9)]
    assert found.height == "1.75rem"


def test_odd_minutes_do_not_make_a_grid_of_minutes():
    gathering = make_gathering()
    make_placed(gathering, make_room(gathering), at(9, 1), length=7)
    found = grid(groups(queries.working(gathering))[0], UTC_ZONE)
    assert (found.minutes, [(cell.first, cell.last) for cell in found.cells]) == (5, [(0, 2)])


def test_a_session_without_length_still_has_a_row():
    gathering = make_gathering()
    make_placed(gathering, make_room(gathering), at(9), length=0)
    found = grid(groups(queries.working(gathering))[0], UTC_ZONE)
    assert [(cell.first, cell.last) for cell in found.cells] == [(0, 1)]


def test_many_rooms_are_cut_into_groups_that_hold_all_sessions():
    gathering = make_gathering()
    rooms = [make_room(gathering, f"Room {n}") for n in range(20)]
    for room in rooms:
        for n in range(3):
            make_placed(gathering, room, at(9) + timedelta(hours=n))
    rows = queries.working(gathering)
    found = groups(rows)
    assert [len(group.rooms) for group in found] == [6, 6, 6, 2]
    assert sorted(row.session_id for group in found for row in group.rows) == sorted(
        row.session_id for row in rows
    )
    assert max(len(group.rooms) for group in found) <= COLUMNS
    assert max(len(group.rows) for group in found) <= CELLS
