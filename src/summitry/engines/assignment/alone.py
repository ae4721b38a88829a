"""A sharper bound than the flow's: with a price on every juror's place each entry chooses by itself, floor
and all, and what it chooses is exact (Lagrangian relaxation of the limits of jurors; Geoffrion, 1974).

The flow knows a floor only as a multiplier, and half a pair may then stand for a whole one; here a set of
jurors reaches the floor or does not. Everything is in whole numbers. A region's limit is left aside, so that
the bound holds but is not sharper; where regions bind, the flow's is taken."""

from bisect import bisect_left, insort

import numpy as np

from .problem import Bools, Frame, Ints

NEVER = np.int64(1) << 60


def alone(frame: Frame, floor: Ints, price: Ints, scale: int) -> tuple[int, Ints]:
    """What no assignment under the floor exceeds, times `scale`; and per pair (n x m) what is lost at least
    against that bound: by taking it where positive, by leaving it where negative.

    price: per juror, for a place, times `scale`; of any sign. Every floor must be within reach of its entry's
    open pairs."""
    n, m = frame.open.shape
    value = np.where(frame.open, frame.units * scale - price, -NEVER)
    most = int(frame.need.max())
    room = np.full((n, most + 1), -NEVER)
    size = min(most + 1, m)
    room[:, :size] = -np.sort(-np.partition(value, m - size, axis=1)[:, m - size :], axis=1)
    rows = np.arange(n)
    last, following = room[rows, np.maximum(frame.need - 1, 0)], room[rows, frame.need]
    best = np.where(np.arange(most + 1) < frame.need[:, None], room, 0).sum(1)
    taken = _top(value, last, frame.need) & frame.open
    loss = np.where(taken, following[:, None] - value, np.where(frame.open, last[:, None] - value, NEVER))
    loss = np.clip(loss, -NEVER, NEVER)
    for entry in np.flatnonzero(np.where(taken, frame.units, 0).sum(1) < floor):
        at = np.flatnonzero(frame.open[entry])
        best[entry], loss[entry, at] = _under(
            value[entry, at], frame.units[entry, at], int(frame.need[entry]), int(floor[entry])
        )
    places = np.where(price > 0, price * frame.room, price * frame.least)
    return int(best.sum() + places.sum()), loss


def _top(value: Ints, last: Ints, need: Ints) -> Bools:
    """Per row the `need` largest values; of those equal to the last of them the first ones."""
    above = value > last[:, None]
    equal = value == last[:, None]
    return (above | (equal & (np.cumsum(equal, axis=1) <= (need - above.sum(1))[:, None]))) & (need > 0)[
        :, None
    ]


def _under(value: Ints, units: Ints, need: int, floor: int) -> tuple[int, Ints]:
    """The largest value of `need` jurors whose units reach the floor, and what taking each would cost at
    least."""
    fronts = _fronts(value, units, need)
    values, reach = fronts[need]
    best = int(values[reach >= floor].max())
    values, reach = fronts[need - 1]
    # values fall and reach rises along a front: the first that reaches what is asked is the best
    at = np.searchsorted(reach, floor - units)
    beside = np.append(values, -NEVER)[at]
    return best, np.where(beside == -NEVER, NEVER, best - value - beside)


def _fronts(value: Ints, units: Ints, need: int) -> list[tuple[Ints, Ints]]:
    """Per size of 0 to `need` jurors, the sums of value and of units that no other set of that size equals or
    betters in both. A juror beside `need` others who are as good in both is not needed."""
    kept: list[int] = []
    ranked: list[int] = []
    for juror in np.lexsort((-units, -value)):
        if len(ranked) - bisect_left(ranked, int(units[juror])) < need:
            kept.append(int(juror))
            insort(ranked, int(units[juror]))
    none = np.zeros(0, np.int64)
    fronts = [(np.zeros(1, np.int64), np.zeros(1, np.int64))] + [(none, none)] * need
    for juror in kept:
        for size in range(need, 0, -1):
            values = np.concatenate([fronts[size][0], fronts[size - 1][0] + value[juror]])
            reach = np.concatenate([fronts[size][1], fronts[size - 1][1] + units[juror]])
            order = np.lexsort((-reach, -values))
            values, reach = values[order], reach[order]
            higher = np.maximum.accumulate(reach)
            on = np.append(True, reach[1:] > higher[:-1])[: len(reach)]
            fronts[size] = values[on], reach[on]
    return fronts
