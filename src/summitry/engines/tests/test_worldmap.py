"""The projection, the land, and pins that do not touch."""

import itertools
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitry.engines import worldmap


@pytest.mark.parametrize(
    ("lon", "lat", "x", "y"),
    # Equal Earth by its published polynomial, computed apart with 40 digits: (λ = lon - 11°) scaled to 1000
    # units
    [
        (11, 0, 500.0, 247.2),
        (-169, 0, 0.0, 247.2),
        (-79, 0, 250.0, 247.2),
        (11, 90, 500.0, 3.9),
        (191, 0, 0.0, 247.2),
    ],
)
def test_places_on_the_drawing(lon, lat, x, y):
    assert worldmap.project(lon, lat) == pytest.approx((x, y), abs=0.11)


def test_areas_stay_equal():
    """A cell of 10° by 10° at 60° N has half the area of one at the equator (to the accuracy of its curved
    sides).
    """

    def area(lat: float) -> float:
        steps = [lat - 5 + n / 10 for n in range(101)]
        rows = [
            (worldmap.project(16, one)[0] - worldmap.project(6, one)[0], worldmap.project(11, one)[1])
            for one in steps
        ]
        return sum((a[0] + b[0]) / 2 * (a[1] - b[1]) for a, b in itertools.pairwise(rows))

    assert area(60) / area(0) == pytest.approx(0.5, rel=0.01)


@given(st.floats(-56, 83))
def test_a_line_of_the_drawing_has_one_latitude(lat):
    assert worldmap.latitude(worldmap.project(0, lat)[1]) == pytest.approx(lat, abs=0.3)


@given(st.floats(-720, 720), st.floats(-56, 83.7))
def test_everything_is_within_the_drawing(lon, lat):
    x, y = worldmap.project(lon, lat)
    assert 0 <= x <= worldmap.WIDTH
    assert 0 <= y <= worldmap.HEIGHT


def test_a_latitude_beyond_the_poles_is_refused():
    with pytest.raises(ValueError, match="latitude 91"):
        worldmap.project(0, 91)


@pytest.mark.parametrize("coarse", [False, True])
def test_land_is_drawn_within_the_drawing(coarse):
    path = worldmap.land_path(coarse)
    assert len(path) < 4000
    x = y = 0
    for stroke in path[1:].split("m"):
        move, length = stroke.split("h")
        dx, dy = map(int, move.replace("-", " -").split())
        x, y = x + dx, y + dy
        assert 0 <= x < x + int(length) <= worldmap.WIDTH
        assert 0 < y < worldmap.HEIGHT
        x += int(length)


@pytest.mark.parametrize(
    ("code", "lon", "lat"),
    [("CN", 103.0, 35.8), ("UG", 32.4, 1.3), ("FJ", 178.0, -17.8), ("TV", 179.2, -8.5)],
)
def test_countries_have_a_place(code, lon, lat):
    assert worldmap.country_point(code.lower()) == worldmap.project(lon, lat)


def test_what_is_nowhere_has_no_place():
    assert (worldmap.country_point("QQ"), worldmap.region_point("999")) == (None, None)


pins = st.lists(
    st.builds(
        lambda n, x, y: worldmap.Pin("k", "l", n, 0, x, y),
        st.integers(1, 500),
        st.floats(0, worldmap.WIDTH),
        st.floats(0, worldmap.HEIGHT),
    ),
    max_size=12,
)


@given(pins)
def test_pins_do_not_touch_and_stay_inside(given):
    spread = worldmap.spread(given)
    assert [pin.count for pin in spread] == [pin.count for pin in given]
    for i, one in enumerate(spread):
        assert one.radius <= one.x <= worldmap.WIDTH - one.radius
        assert one.radius <= one.y <= worldmap.HEIGHT - one.radius
        assert all(hypot(one.x - other.x, one.y - other.y) >= one.radius * 2 - 1 for other in spread[:i])


def test_pins_with_room_stay_where_they_are():
    given = [worldmap.Pin("a", "A", 1, 0, 100.0, 100.0), worldmap.Pin("b", "B", 1, 0, 200.0, 100.0)]
    assert worldmap.spread(given) == given
