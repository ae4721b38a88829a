"""A day laid out: rows to scale, lanes for what overlaps, places to go. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summitry.gatherings.board import STEPS, lay, targets
from summitry.gatherings.checks import Frame, Place, Spot, World
from summitry.text.value import Text

DAY = date(2027, 11, 3)
FRAME = Frame(DAY, DAY, ZoneInfo("UTC"))


def spot(key, begins, ends, room=1, day=DAY, **fields):
    """Times in minutes after midnight."""
    first = datetime.combine(day, time(0), UTC)
    return Spot(
        key,
        Text.of(f"S{key}"),
        room,
        first + timedelta(minutes=begins),
        first + timedelta(minutes=ends),
        **fields,
    )


def clock(layout):
    return [f"{hour.at:%H:%M}" for hour in layout.hours]


def test_an_empty_day_is_a_working_day():
    layout = lay([], [1, 2], DAY, FRAME, 15)
    assert (clock(layout)[0], clock(layout)[-1], layout.unit, layout.slots) == ("09:00", "17:00", 15, 36)


def test_early_and_late_sessions_widen_the_day_and_rows_are_as_fine_as_times_need():
    layout = lay([spot(1, 8 * 60 + 10, 9 * 60), spot(2, 19 * 60, 20 * 60 + 5)], [1], DAY, FRAME, 15)
    assert (clock(layout)[0], clock(layout)[-1], layout.unit, layout.rows) == ("08:00", "20:00", 5, 3)
    assert [(card.first, card.last) for card in layout.cards] == [(2, 12), (132, 145)]
    assert len(lay([], [1], DAY, FRAME, 60, whole=True).hours) == 24


def test_other_days_and_rooms_are_not_laid_out():
    tomorrow = DAY + timedelta(days=1)
    layout = lay(
        [spot(1, 600, 630), spot(2, 600, 630, 9), spot(3, 600, 630, day=tomorrow)], [1], DAY, FRAME, 15
    )
    assert [card.spot.session for card in layout.cards] == [1]


def test_a_day_may_end_in_the_night():
    frame = Frame(DAY, DAY, ZoneInfo("UTC"), day_change=time(4))
    layout = lay([spot(1, 25 * 60, 26 * 60)], [1], DAY, frame, 30)
    assert (clock(layout)[-1], layout.cards[0].last) == ("01:00", layout.slots)


def test_the_clocks_may_change_within_the_day():
    """Berlin, 31 October 2027: the hour from 02:00 comes twice, and the day has 25 hours."""
    day = date(2027, 10, 31)
    layout = lay([], [1], day, Frame(day, day, ZoneInfo("Europe/Berlin")), 60, whole=True)
    assert (len(layout.hours), clock(layout)[:5]) == (25, ["00:00", "01:00", "02:00", "02:00", "03:00"])


@pytest.mark.parametrize("step", STEPS)
def test_no_step_and_no_session_is_lower_than_a_finger(step):
    layout = lay([spot(1, 600, 605), spot(2, 610, 700)], [1], DAY, FRAME, step)
    row = float(layout.height.removesuffix("rem"))
    assert row * layout.rows >= 1.74
    assert all(row * (card.last - card.first) >= 1.74 for card in layout.cards)


def test_the_places_say_what_would_be_wrong():
    world = World(
        FRAME, [spot(1, 600, 660), spot(2, 600, 660, 2)], rooms={n: Place(Text.of(f"R{n}")) for n in (1, 2)}
    )
    layout = lay(world.spots.values(), [1, 2], DAY, FRAME, 30)
    found = targets(world, world.spots[1], [1, 2], layout)
    assert [one.starts.hour * 60 + one.starts.minute for one in found if one.room == 2 and one.words] == [
        570,
        600,
        630,
    ]
    assert {one.words for one in found} == {(), ("Same room as “S2”",)}
    assert [one for one in found if one.room == 1 and one.words] == []
    assert {one.is_error for one in found if one.words} == {True}


@settings(suppress_health_check=[HealthCheck.too_slow])  # of a busy machine
@given(st.lists(st.tuples(st.integers(540, 700), st.integers(0, 60), st.sampled_from([1, 2])), max_size=12))
def test_lanes_keep_apart_what_overlaps(rows):
    made = [spot(key, begins, begins + length, room) for key, (begins, length, room) in enumerate(rows)]
    layout = lay(made, [1, 2], DAY, FRAME, 15)
    assert sorted(card.spot.session for card in layout.cards) == list(range(len(made)))
    assert all(0 <= card.lane < card.lanes for card in layout.cards)
    for one, other in combinations(layout.cards, 2):
        if (
            one.column == other.column
            and one.spot.starts < other.spot.ends
            and other.spot.starts < one.spot.ends
        ):
            assert (one.lane, one.lanes) != (other.lane, other.lanes)
            assert one.lanes == other.lanes
