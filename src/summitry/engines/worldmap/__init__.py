"""The world map: a projection, land drawn as ripples, and where pins stand. Pure: no Django, no database.

Method: Equal Earth (Šavrič, Patterson and Jenny 2018, doi:10.1080/13658816.2018.1504949), so that no part
of the world is drawn larger than it is. The central meridian is 11° E: the edge of the map then falls into
the Bering Strait and cuts no land. Units are those of the drawing, 1000 wide; y grows downwards. The
drawing ends at 83.7° N and 56° S.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from math import asin, cos, hypot, pi, radians, sin, sqrt

WIDTH = 1000
CENTRE = 11.0  # degrees east
NORTH, SOUTH = 83.7, -56.0  # degrees
MARGIN = 6.0  # above the northernmost land, for the width of its line
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796


def _raw_y(theta: float) -> float:
    square = theta * theta
    return theta * (_A1 + _A2 * square + square**3 * (_A3 + _A4 * square))


def _slope(theta: float) -> float:
    square = theta * theta
    return _A1 + 3 * _A2 * square + square**3 * (7 * _A3 + 9 * _A4 * square)


def _theta(lat: float) -> float:
    return asin(sqrt(3) / 2 * sin(radians(lat)))


_SCALE = WIDTH / (2 * (2 * sqrt(3) * pi / (3 * _A1)))
_TOP = _raw_y(_theta(NORTH)) * _SCALE + MARGIN
HEIGHT = round(_TOP - _raw_y(_theta(SOUTH)) * _SCALE + MARGIN)


def project(lon: float, lat: float) -> tuple[float, float]:
    """Degrees east and north to (x, y) of the drawing. Any longitude is taken; latitudes must be within ±90.

    >>> project(11, 0)
    (500.0, 247.2)
    """
    if not -90 <= lat <= 90:
        raise ValueError(f"latitude {lat} is not within -90 and 90")
    theta = _theta(lat)
    turn = (lon - CENTRE + 180) % 360 - 180
    x = 2 * sqrt(3) * radians(turn) * cos(theta) / (3 * _slope(theta))
    return round(WIDTH / 2 + x * _SCALE, 1), round(_TOP - _raw_y(theta) * _SCALE, 1)


def latitude(y: float) -> float:
    """The latitude of a horizontal line of the drawing: all points of a line have the same one."""
    target, theta = (_TOP - y) / _SCALE, 0.0
    for _ in range(20):  # Newton's method; it needs about five steps
        theta -= (_raw_y(theta) - target) / _slope(theta)
    return asin(max(-1.0, min(1.0, 2 / sqrt(3) * sin(theta)))) * 180 / pi


@cache
def _data() -> dict[str, dict]:
    return json.loads(files("summitry.engines.worldmap").joinpath("world.json").read_text(encoding="utf-8"))


def land_path(coarse: bool = False) -> str:
    """Land as horizontal strokes, the `d` of an SVG path; `coarse` is for small drawings. Made by
    scripts/world_map.py.
    """
    return str(_data()["land"]["coarse" if coarse else "fine"])


def country_point(code: str) -> tuple[float, float] | None:
    """Where a country's pin stands (ISO 3166-1 alpha-2): the middle of its largest piece of land."""
    place = _data()["countries"].get(code.upper())
    return project(*place) if place else None


def region_point(code: str) -> tuple[float, float] | None:
    """Where a region's pin stands (UN M.49, three digits): the city that is nearest to all people of the
    region.
    """
    place = _data()["regions"].get(code)
    return project(*place) if place else None


@dataclass(frozen=True, slots=True)
class Pin:
    """A number on the map. `x`, `y`, `radius` are in units of the drawing."""

    key: str
    label: str
    count: int
    top: int  # how many of them are of the highest tier
    x: float
    y: float
    radius: float = 16.0

    @property
    def baseline(self) -> float:
        return round(self.y + 5, 1)


def spread(pins: Sequence[Pin], gap: float = 3.0) -> list[Pin]:
    """Pins moved apart until they do not touch, the larger number yielding less; deterministic, at most 120
    rounds.

    Points that coincide are parted along the horizontal. The result keeps the order and stays inside the
    drawing.
    """
    return list(_spread(tuple(pins), gap))


@lru_cache(maxsize=512)
def _spread(pins: tuple[Pin, ...], gap: float) -> tuple[Pin, ...]:
    xs, ys = [pin.x for pin in pins], [pin.y for pin in pins]
    for turn in range(120):
        for i, pin in enumerate(pins):
            xs[i] = min(max(xs[i], pin.radius + 1), WIDTH - pin.radius - 1)
            ys[i] = min(max(ys[i], pin.radius + 1), HEIGHT - pin.radius - 1)
        moved = False
        for i in range(len(pins)):
            for j in range(i):
                need = pins[i].radius + pins[j].radius + gap
                dx, dy = xs[i] - xs[j], ys[i] - ys[j]
                apart = hypot(dx, dy)
                if apart >= need - 0.05:
                    continue
                moved = True
                ux, uy = (dx / apart, dy / apart) if apart > 1e-9 else (1.0, 0.0)
                push = need - apart
                # at a wall the small one cannot yield: after some rounds both do alike
                share = pins[j].count / (pins[i].count + pins[j].count) if turn < 20 else 0.5
                xs[i], ys[i] = xs[i] + ux * push * share, ys[i] + uy * push * share
                xs[j], ys[j] = xs[j] - ux * push * (1 - share), ys[j] - uy * push * (1 - share)
        if not moved:
            break
    xs = [min(max(x, pin.radius), WIDTH - pin.radius) for x, pin in zip(xs, pins, strict=True)]
    ys = [min(max(y, pin.radius), HEIGHT - pin.radius) for y, pin in zip(ys, pins, strict=True)]
    return tuple(replace(pin, x=round(x, 1), y=round(y, 1)) for pin, x, y in zip(pins, xs, ys, strict=True))
