"""The directions in which opinions differ most, exactly.

A missing vote is taken to be the statement's mean, so that after centring it is nothing, and the matrix of
products of the centred statements is, over those who have voted on both i and j,

    C_ij = sum (v_i - m_i)(v_j - m_j) = VV_ij - m_i SV_ij - m_j SV_ji + m_i m_j N_ij

in which VV, SV and N are sums of whole numbers. Whole numbers add up to the same in every order and on any
number of machines; only the last step is done in floating point, once. Within a block of people each sum is
below 2^14 in magnitude, so one sparse product of packed 64-bit numbers gives all four."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .votes import BLOCK, Floats, Votes

BITS = 15
assert 2 ** (BITS - 1) > BLOCK  # noqa: S101  (of the module itself: a block's sums fit their field)


@dataclass(frozen=True, slots=True, eq=False)
class Products:
    """Sums over people of products of two statements' votes, (M, M) each: value by value, seen by value, seen
    by seen."""

    values: NDArray[np.int64]
    mixed: NDArray[np.int64]  # [i, j]: the values of j over those who have seen i
    seen: NDArray[np.int64]

    def __add__(self, other: "Products") -> "Products":
        return Products(self.values + other.values, self.mixed + other.mixed, self.seen + other.seen)


def products(votes: Votes) -> Products:
    """The products of one block of at most BLOCK people."""
    from scipy.sparse import csr_array  # scipy is loaded where something is computed

    if votes.people > BLOCK:
        raise ValueError(f"{votes.people} people in a block of {BLOCK}")
    shape = (votes.people, votes.statements)
    value = votes.value.astype(np.int64)

    def packed(step: int) -> csr_array:
        return csr_array((1 + (value << step), votes.statement, votes.start), shape=shape)

    # (1 + v_i 2^15)(1 + v_j 2^30): seen, v_i, v_j and v_i v_j in fields of 15 bits; one below 0 has borrowed
    # from the next
    found = (packed(BITS).T @ packed(2 * BITS)).toarray()
    fields = []
    for _field in range(4):
        low = ((found + 2 ** (BITS - 1)) & (2**BITS - 1)) - 2 ** (BITS - 1)
        fields.append(low)
        found = (found - low) >> BITS
    seen, _first, second, both = fields
    return Products(both, second, seen)


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """mean (M,) of each statement, 0 where nobody voted; directions (2, M), orthonormal, the stronger first;
    variance (2,) along them and in all, in squared votes."""

    mean: Floats
    directions: Floats
    variance: Floats
    whole: float

    @property
    def extremity(self) -> Floats:
        """(M,): how far from the middle somebody stands who agrees with this statement and says no more."""
        along = self.directions * (1 - self.mean) * np.sqrt(len(self.mean))
        return np.asarray(np.hypot(along[0], along[1]))


def components(sums: Products) -> Components:
    """The two leading principal components. With fewer than two statements the missing ones are zero.

    Their sign is free; the largest of each direction's numbers is positive (the first, of equal ones)."""
    from scipy.linalg import eigh

    size = len(sums.seen)
    number = sums.seen.diagonal()
    mean = np.divide(sums.mixed.diagonal(), number, out=np.zeros(size), where=number > 0)
    crossed = mean[:, np.newaxis] * sums.mixed
    centred = sums.values - crossed - crossed.T + np.outer(mean, mean) * sums.seen
    directions, variance = np.zeros((2, size)), np.zeros(2)
    wanted = min(2, size)
    if wanted:
        values, vectors = eigh(centred, subset_by_index=(size - wanted, size - 1))
        for at, (value, vector) in enumerate(zip(values[::-1], vectors.T[::-1], strict=True)):
            if value > 1e-9 * max(1.0, float(np.trace(centred))):
                top = np.flatnonzero(np.abs(vector) >= np.abs(vector).max() * (1 - 1e-9))[0]
                directions[at], variance[at] = vector * np.sign(vector[top]), value
    return Components(mean, directions, variance, float(np.trace(centred)))


def project(votes: Votes, found: Components) -> Floats:
    """(P, 2): where each person stands, from the statements that she voted on only, scaled up by
    sqrt(M / votes) so that those who voted on few are not drawn to the middle."""
    rows, centred = votes.rows(), votes.value - found.mean[votes.statement]
    along = [
        np.bincount(rows, centred * direction[votes.statement], votes.people)
        for direction in found.directions
    ]
    scale = np.sqrt(votes.statements / np.maximum(votes.per_person, 1))
    return np.column_stack(along) * scale[:, np.newaxis]
