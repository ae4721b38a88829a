"""Groups keep their name from one map to the next."""

import numpy as np

from .votes import Indexes


def rename(before: Indexes, after: Indexes) -> dict[int, int]:
    """The number that each group of a new map gets, so that as many people as possible stay in a group of
    their number (Kuhn, The Hungarian method for the assignment problem, 1955).

    before, after: (P,) the groups of the same people in the old map, by the numbers shown then, and in the
    new one; below 0 for none. A group that shares nobody with an old one gets the lowest number that no old
    group has.
    """
    from scipy.optimize import linear_sum_assignment  # scipy is loaded where something is computed

    both = (before >= 0) & (after >= 0)
    olds, news = np.unique(before[before >= 0]), np.unique(after[after >= 0])
    shared = np.zeros((len(news), len(olds)), np.int64)
    np.add.at(shared, (np.searchsorted(news, after[both]), np.searchsorted(olds, before[both])), 1)
    named = {
        int(news[new]): int(olds[old])
        for new, old in zip(*linear_sum_assignment(shared, maximize=True), strict=True)
        if shared[new, old]
    }
    taken, fresh = {int(one) for one in olds}, 0
    for new in news:
        if int(new) not in named:
            while fresh in taken:
                fresh += 1
            named[int(new)] = fresh
            taken.add(fresh)
    return named
