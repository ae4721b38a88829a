"""Positions in a picture, by hand and by their properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitry.engines.calibration.plots import Interval, axis, intervals, reach

NUMBERS = st.floats(-1000, 1000)


def test_an_axis_by_hand():
    found = axis([1.3, 4.4])
    assert (found.low, found.high, found.ticks, found.decimals) == (1, 5, (1, 2, 3, 4, 5), 0)
    assert (found.at(1), found.at(3), found.at(5)) == (0, 0.5, 1)


def test_a_small_range_has_decimals():
    assert axis([0.12, 0.31]).ticks == (0.1, 0.15, 0.2, 0.25, 0.3, 0.35)


def test_one_value_stands_in_the_middle():
    found = axis([3])
    assert (found.low, found.high, found.at(3)) == (2.5, 3.5, pytest.approx(0.5))


@pytest.mark.parametrize(("values", "most"), [([], 6), ([1, 2], 2)])
def test_no_axis_for_nothing(values, most):
    with pytest.raises(ValueError, match="needs"):
        axis(values, most)


@given(st.lists(NUMBERS, min_size=1, max_size=20), st.integers(3, 12))
def test_an_axis_holds_every_value_with_few_ticks(values, most):
    found = axis(values, most)
    assert 2 <= len(found.ticks) <= most
    assert all(-1e-6 <= found.at(value) <= 1 + 1e-6 for value in values)
    assert (found.ticks[0], found.ticks[-1]) == (found.low, found.high)


def test_intervals_and_their_reach():
    along = axis(reach([2, 3], [0.5, 0.25], 2))
    assert (along.low, along.high) == (1, 3.5)
    assert intervals([2, 3], [0.5, 0.25], 2, along) == [
        Interval(0, pytest.approx(0.4), pytest.approx(0.8)),
        Interval(pytest.approx(0.6), pytest.approx(0.8), 1),
    ]
