"""The picture of a series by years as numbers: where a template puts bars and words. Pure; no words in it.

Drawn in the order of the script: `mirrored` puts the oldest edition at the right."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT = 720, 240, 48, 8, 12, 28
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """Two bars side by side over a label."""

    label: str
    middle: float
    width: float
    sessions: tuple[float, float, float]  # x, y, height
    people: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Line:
    y: float
    value: int

    @property
    def baseline(self) -> float:
        return self.y + 4


@dataclass(frozen=True, slots=True)
class Picture:
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    mirrored: bool
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def left(self) -> int:
        return RIGHT if self.mirrored else LEFT

    @property
    def right(self) -> int:
        return WIDTH - (LEFT if self.mirrored else RIGHT)

    @property
    def ticks(self) -> int:
        """Where the words of the lines stand."""
        return WIDTH - LEFT + 6 if self.mirrored else LEFT - 6

    @property
    def ground(self) -> int:
        return HEIGHT - FOOT

    @property
    def foot(self) -> int:
        return HEIGHT - 8


def steps_to(most: int, lines: int = 4) -> list[int]:
    """Round numbers from 0 up to the first that is not below `most`, at most `lines` steps.

    >>> steps_to(37), steps_to(1043), steps_to(0)
    ([0, 10, 20, 30, 40], [0, 500, 1000, 1500], [0, 1])
    """
    wanted = max(most, 1)
    power = 1
    while True:
        for step in _STEPS:
            if step * power * lines >= wanted:
                size = step * power
                return list(range(0, -(-wanted // size) * size + 1, size))
        power *= 10


def picture(rows: Sequence[tuple[str, int, int]], *, mirrored: bool = False) -> Picture | None:
    """(label, sessions, people) of each edition, the oldest first. None for nothing to draw."""
    if not rows or not any(sessions or people for _label, sessions, people in rows):
        return None
    steps = steps_to(max(max(sessions, people) for _label, sessions, people in rows))
    ground, high = HEIGHT - FOOT, HEIGHT - FOOT - TOP
    left, right = (RIGHT, WIDTH - LEFT) if mirrored else (LEFT, WIDTH - RIGHT)
    place = (right - left) / len(rows)
    width = round(min(place * 0.36, 40), 1)

    def height(value: int) -> float:
        return round(high * value / steps[-1], 1)

    bars = []
    for at, (label, sessions, people) in enumerate(rows):
        middle = round(left + place * (at + 0.5), 1)
        if mirrored:
            middle = round(left + right - middle, 1)
        first, second = (middle, middle - width) if mirrored else (middle - width, middle)
        bars.append(
            Bar(
                label,
                middle,
                width,
                (round(first, 1), round(ground - height(sessions), 1), height(sessions)),
                (round(second, 1), round(ground - height(people), 1), height(people)),
            )
        )
    lines = tuple(Line(round(ground - height(step), 1), step) for step in steps)
    return Picture(tuple(bars), lines, mirrored)
