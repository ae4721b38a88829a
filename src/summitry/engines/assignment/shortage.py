"""What cannot be done, and why: how far one can get, and the cut in the way, told by groups and causes.

A shortage is a minimal cut of the flow (Ford and Fulkerson): entries that reach, through open pairs and the
pairs chosen instead, only jurors who are all taken by them. However one chooses, they lack the same."""

from collections import Counter
from dataclasses import replace

import numpy as np

from .network import lacking, with_more
from .problem import BARRED, CAPS, LEAST, REGIONS, Bools, Frame, Ints, Problem, Shortage, frame


def attainable(problem: Problem) -> Ints:
    """How many jurors each entry can have, fixed ones counted: as many in all as possible, and where not all
    can have what they want, the lack spread as evenly as possible. `least` is left aside."""
    asked = frame(problem)
    return asked.count - lacking(asked)[0]


def explain(problem: Problem) -> list[Shortage]:
    """Why not every entry can have its jurors; nothing if it can. In order of the entries; entries of one
    group, and groups that compete for the same jurors, are told together."""
    asked = frame(problem)
    lack, chosen = lacking(asked)
    labels = list(problem.groups) if problem.groups is not None else [None] * len(lack)
    found: list[Bools] = []
    for label in dict.fromkeys(labels[entry] for entry in np.flatnonzero(lack)):
        start = np.array([lack[at] > 0 and labels[at] == label for at in range(len(lack))])
        found.append(_stuck(asked, chosen, start))
    told = [_tell(problem, asked, lack, rows) for rows in _merged(found)]
    if missing := _unfilled(asked):
        told.append(Shortage((), {}, missing, 0, {LEAST: missing}))
    return told


def _stuck(asked: Frame, chosen: Bools, start: Bools) -> Bools:
    """The entries that compete, directly or through others, for the jurors whom these entries could have."""
    cells = np.zeros(asked.region_room.shape, np.int64)
    np.add.at(cells, (np.nonzero(chosen)[0], asked.region[np.nonzero(chosen)[1]]), 1)
    rows, doors = start.copy(), np.zeros(cells.shape, bool)
    while True:
        doors |= rows[:, None] & (cells < asked.region_room)
        jurors = (doors[:, asked.region] & asked.open & ~chosen).any(0)
        holders, held = np.nonzero(chosen & jurors)
        doors[holders, asked.region[held]] = True
        reached = rows | (doors & (cells > 0)).any(1)
        if (reached == rows).all():
            return rows
        rows = reached


def _merged(found: list[Bools]) -> list[Bools]:
    """Sets of entries that share one are one; in order of their first entries."""
    apart: list[Bools] = []
    for rows in found:
        shared = [one for one in apart if (one & rows).any()]
        apart = [one for one in apart if not (one & rows).any()]
        apart.append(np.logical_or.reduce([rows, *shared]))
    return sorted(apart, key=lambda rows: int(np.flatnonzero(rows)[0]))


def _tell(problem: Problem, asked: Frame, lack: Ints, rows: Bools) -> Shortage:
    missing = int(lack[rows].sum())
    causes = {}
    for name in (*problem.masks, BARRED, REGIONS, CAPS):
        after = lacking(frame(problem, name, rows))[0]
        lessened = missing - int(after[rows].sum()) if name == CAPS else int(lack.sum() - after.sum())
        if lessened > 0:
            causes[name] = lessened
    entries = tuple(int(entry) for entry in np.flatnonzero(rows))
    groups = Counter(problem.groups[entry] for entry in entries) if problem.groups is not None else {}
    ranked = dict(sorted(causes.items(), key=lambda cause: -cause[1]))
    return Shortage(entries, dict(groups), missing, _readers(problem, asked, lack, rows), ranked)


def _readers(problem: Problem, asked: Frame, lack: Ints, rows: Bools) -> int:
    """The fewest more jurors for these rows, by doubling and halving: each with the largest cap there is."""
    room = max(int(problem.caps.max(initial=0)), 1)
    missing = int(lack[rows].sum())
    goal = int(lack.sum()) - missing

    def enough(more: int) -> bool:
        opens = np.repeat(rows[:, None], more, axis=1)
        return int(lacking(with_more(asked, opens, room))[0].sum()) <= goal

    low = high = max(int(lack[rows].max()), -(-missing // room))
    while high < missing and not enough(high):
        low, high = high + 1, min(2 * high, missing)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


def _unfilled(asked: Frame) -> int:
    """How many of the places that jurors must at least have cannot be filled."""
    if not asked.least.any():
        return 0
    at_least = replace(asked, open=asked.open & (asked.least > 0), room=asked.least)
    return int(asked.least.sum() - (asked.need.sum() - lacking(at_least)[0].sum()))
