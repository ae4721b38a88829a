"""Weighted k-means in the plane with a fixed start (Lloyd, Least squares quantization in PCM, IEEE
Transactions on Information Theory 28(2), 1982), and silhouettes (Rousseeuw, Silhouettes, Journal of
Computational and Applied Mathematics 20, 1987)."""

import numpy as np

from .votes import Floats, Indexes

ROUNDS = 20  # as the worker: a million people are never quite settled
CHUNK = 16_384  # points whose distances are held at once


def nearest(points: Floats, centres: Floats) -> Indexes:
    """(n,): the nearest centre of each point (n, 2); the first of equally near ones."""
    found = np.empty(len(points), np.intp)
    for at in range(0, len(points), CHUNK):
        part = points[at : at + CHUNK]
        apart = np.square(part[:, :1] - centres[:, 0]) + np.square(part[:, 1:] - centres[:, 1])
        found[at : at + CHUNK] = apart.argmin(axis=1)
    return found


def first_distinct(points: Floats, most: int) -> Floats:
    """The first `most` points that differ from each other, (k, 2)."""
    _values, first = np.unique(points, axis=0, return_index=True)
    return points[np.sort(first)[:most]]


def cluster(points: Floats, most: int, weight: Floats | None = None) -> tuple[Indexes, Floats]:
    """Labels (n,) and centres (k, 2) of at most `most` clusters of points (n, 2); none is empty.

    Starts at the first distinct points and stops when nobody changes, at the latest after ROUNDS rounds.
    """
    heavy = np.ones(len(points)) if weight is None else weight
    centres = first_distinct(points, most)
    labels = nearest(points, centres)
    for _round in range(ROUNDS):
        mass = np.bincount(labels, heavy, len(centres))
        there = mass > 0
        sums = np.column_stack(
            [np.bincount(labels, heavy * points[:, axis], len(centres)) for axis in (0, 1)]
        )
        centres = sums[there] / mass[there, np.newaxis]
        before, labels = np.cumsum(there)[labels] - 1, nearest(points, centres)
        if (before == labels).all():
            break
    used, labels = np.unique(labels, return_inverse=True)
    return labels.reshape(-1), centres[used]


def silhouette(points: Floats, labels: Indexes) -> float:
    """The mean over points (n, 2) of how much nearer each is to its own cluster than to the next, -1 to 1.
    One that is alone in its cluster counts 0, and so does everything if there is one cluster only."""
    sizes = np.bincount(labels)
    if len(sizes) < 2:
        return 0.0
    apart = np.hypot(*(points[:, axis, np.newaxis] - points[np.newaxis, :, axis] for axis in (0, 1)))
    sums = np.stack([apart[:, labels == one].sum(axis=1) for one in range(len(sizes))], axis=1)
    every = np.arange(len(points))
    own = sums[every, labels] / np.maximum(sizes[labels] - 1, 1)
    means = sums / sizes
    means[every, labels] = np.inf
    other = means.min(axis=1)
    widest = np.maximum(own, other)
    scores = np.divide(other - own, widest, out=np.zeros(len(points)), where=widest > 0)
    return float(np.where(sizes[labels] > 1, scores, 0.0).mean())
