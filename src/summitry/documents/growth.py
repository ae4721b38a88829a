"""How a list of signatories grew: months, and the picture of them as numbers. Pure; no words in it.

Drawn from left to right, as time is on every axis of the house."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT = 720, 240, 48, 16, 12, 28


@dataclass(frozen=True, slots=True)
class Month:
    """A month in which somebody signed: its first day, how many then, how many until its end."""

    first: date
    new: int
    total: int


@dataclass(frozen=True, slots=True)
class Mark:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A line that climbs, in units of a drawing 720 x 240; `years` along it, `counts` up it."""

    line: str
    years: tuple[Mark, ...]
    counts: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - FOOT


def months(days: Iterable[tuple[date, int]]) -> list[Month]:
    """From (day, how many) in any order to months in theirs; months without any are left out.

    >>> months([(date(2019, 3, 9), 2), (date(2019, 3, 1), 1), (date(2019, 6, 1), 1)])[-1]
    Month(first=datetime.date(2019, 6, 1), new=1, total=4)
    """
    by_month: dict[date, int] = {}
    for day, count in days:
        first = day.replace(day=1)
        by_month[first] = by_month.get(first, 0) + count
    found, total = [], 0
    for first in sorted(by_month):
        total += by_month[first]
        found.append(Month(first, by_month[first], total))
    return found


def step(most: int) -> int:
    """The distance of lines across: 1, 2 or 5 times a power of ten, so that there are at most six.

    >>> step(138), step(3), step(1222)
    (50, 1, 500)
    """
    size = 1
    while True:
        for lead in (1, 2, 5):
            if most <= 5 * lead * size:
                return lead * size
        size *= 10


def draw(rows: list[Month]) -> Chart | None:
    """A picture of months; None if there are fewer than two, which is no growth."""
    if len(rows) < 2:
        return None
    begin, end = _month(rows[0].first), _month(rows[-1].first) + 1
    most = rows[-1].total
    apart = step(most)
    high = apart * -(-most // apart)

    def x(month: int) -> float:
        return round(LEFT + (month - begin) / (end - begin) * (WIDTH - LEFT - RIGHT), 1)

    def y(count: int) -> float:
        return round(HEIGHT - FOOT - count / high * (HEIGHT - FOOT - TOP), 1)

    line = f"M{x(begin)} {y(0)}"
    for row in rows:
        line += f"H{x(_month(row.first) + 1)}V{y(row.total)}"
    line += f"H{x(end)}"
    years = [Mark(x(12 * year), str(year)) for year in range(-(-begin // 12), (end - 1) // 12 + 1)]
    return Chart(
        line,
        tuple(years or [Mark(x(begin), str(begin // 12))]),  # within one year, the year at its beginning
        tuple(Mark(y(count), str(count)) for count in range(0, high + 1, apart)),
    )


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
