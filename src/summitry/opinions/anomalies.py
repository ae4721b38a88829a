"""What looks odd among votes without an account. Pure: arrays in, marks out; nothing here takes a vote away.

Read them with care: a class that votes in one lesson is a burst too."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MINUTE = 60
BURST_LEAST = 20  # people who began within one minute
BURST_TIMES = 5  # as many as in the median of the minutes in which anybody began
ALIKE_PEOPLE = 5  # people with the very same votes
ALIKE_VOTES = 8  # of at least so many statements
MOST = 50  # marks of each kind


@dataclass(frozen=True, slots=True)
class Mark:
    """kind: "burst" or "alike". people: how many it concerns. at: the minute of a burst, in seconds since
    1970; votes: how many votes each of those who voted alike gave."""

    kind: str
    people: int
    at: int = 0
    votes: int = 0


def bursts(began: NDArray[np.int64]) -> list[Mark]:
    """Minutes in which far more people began than usual; the largest first. began (P,): when each gave her
    first vote, in seconds since 1970."""
    minutes, counts = np.unique(np.asarray(began, np.int64) // MINUTE, return_counts=True)
    if not len(counts):
        return []
    usual = float(np.median(counts)) if len(counts) > 1 else 1.0
    odd = np.flatnonzero((counts >= BURST_LEAST) & (counts >= BURST_TIMES * usual))
    found = [Mark("burst", int(counts[one]), at=int(minutes[one]) * MINUTE) for one in odd]
    return sorted(found, key=lambda one: (-one.people, one.at))[:MOST]


def alike(start: NDArray[np.int64], statement: NDArray[np.int32], value: NDArray[np.int8]) -> list[Mark]:
    """People who voted on the same statements in the same way, the most first. Compressed by row, as
    `engines.opinion.Votes`: person p has statement[start[p]:start[p + 1]], ascending, and value alike."""
    seen: dict[tuple[bytes, bytes], int] = {}
    for p in np.flatnonzero(np.diff(start) >= ALIKE_VOTES):
        row = slice(start[p], start[p + 1])
        key = (statement[row].tobytes(), value[row].tobytes())
        seen[key] = seen.get(key, 0) + 1
    found = [
        Mark("alike", people, votes=len(values))
        for (_statements, values), people in seen.items()
        if people >= ALIKE_PEOPLE
    ]
    return sorted(found, key=lambda one: (-one.people, -one.votes))[:MOST]
