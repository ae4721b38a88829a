"""How far a map can be trusted."""

from dataclasses import dataclass

import numpy as np

from .mapping import draw_map
from .votes import Floats, Indexes, Votes

Z95 = 1.959964  # of the standard normal distribution


def interval(successes: Floats, trials: Floats, z: float = Z95) -> tuple[Floats, Floats]:
    """Lower and upper end of a proportion, 19 times out of 20 by default (Wilson, Probable inference, J. of
    the American Statistical Association 22, 1927); 0 to 1 where there are no trials."""
    s, n = np.asarray(successes, np.float64), np.asarray(trials, np.float64)
    safe = np.maximum(n, 1)
    middle = (s / safe + z * z / (2 * safe)) / (1 + z * z / safe)
    half = (
        z
        / (1 + z * z / safe)
        * np.sqrt(np.maximum(s / safe * (1 - s / safe), 0) / safe + (z / (2 * safe)) ** 2)
    )
    return np.where(n > 0, np.maximum(middle - half, 0), 0.0), np.where(
        n > 0, np.minimum(middle + half, 1), 1.0
    )


def agreement(one: Indexes, other: Indexes) -> float:
    """The adjusted Rand index of two partitions of the same people (Hubert and Arabie, Comparing partitions,
    J. of Classification 2, 1985): 1 for the same, about 0 for unrelated ones."""
    _, left = np.unique(one, return_inverse=True)
    _, right = np.unique(other, return_inverse=True)
    table = np.zeros((left.max(initial=0) + 1, right.max(initial=0) + 1), np.int64)
    np.add.at(table, (left, right), 1)

    def pairs(numbers: Indexes) -> float:
        return float((numbers * (numbers - 1) // 2).sum())

    both, rows, columns = pairs(table.ravel()), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    everything = len(one) * (len(one) - 1) / 2
    expected = rows * columns / everything if everything else 0.0
    highest = (rows + columns) / 2
    return 1.0 if highest == expected else (both - expected) / (highest - expected)


@dataclass(frozen=True, slots=True)
class Steadiness:
    """What became of the groups when some people were left out. agreement: adjusted Rand indexes with the map
    of everybody, one a trial; same_number: in how many trials there were as many groups."""

    agreement: tuple[float, ...]
    same_number: int

    @property
    def mean(self) -> float:
        return float(np.mean(self.agreement)) if self.agreement else 1.0


def steadiness(
    votes: Votes, group: Indexes, *, trials: int = 20, share: float = 0.8, seed: int = 0
) -> Steadiness:
    """Draws the map of a random `share` of the people, `trials` times, and compares its groups with `group`
    (P,), those of everybody, over the people whom both put in one."""
    random, found, same = np.random.default_rng(seed), [], 0
    number = len(np.unique(group[group >= 0]))
    for _trial in range(trials):
        kept = np.sort(random.choice(votes.people, max(1, round(votes.people * share)), replace=False))
        drawn = draw_map(votes.only(kept))
        both = (group[kept] >= 0) & (drawn.group >= 0)
        found.append(agreement(group[kept][both], drawn.group[both]))
        same += drawn.groups == number
    return Steadiness(tuple(found), same)
