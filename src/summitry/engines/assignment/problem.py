"""What is asked and what is answered: plain typed values, and the problem reduced to what is still open."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Pair = tuple[int, int]  # (entry, juror), both by index

GRAIN = 1_000_000  # affinities are counted in millionths, so that sums and proofs are in whole numbers
CAPS, BARRED, REGIONS, LEAST = "caps", "barred", "regions", "least"  # causes that are not a named mask


@dataclass(frozen=True, slots=True)
class Problem:
    """n entries, m jurors.

    affinity: n x m, from 0 to 1. barred: n x m, true where the pair is in conflict; nothing overrides it.
    wanted: jurors per entry, n. caps: the most entries per juror, m; least: the fewest. masks: name -> n x m,
    true where the pair is allowed. fixed: pairs that stay; they count for `wanted`, caps and regions, and a
    mask or a cap does not undo them. regions: one code per juror, with `most_same_region` jurors of one code
    per entry at most. groups: a label per entry, by which shortages are told.

    Raises ValueError for a shape that does not fit, an affinity that is no number from 0 to 1, a negative
    count, or a fixed pair that is barred, doubled or out of range."""

    affinity: Floats
    barred: Bools
    wanted: Ints
    caps: Ints
    masks: Mapping[str, Bools] = field(default_factory=dict)
    fixed: Sequence[Pair] = ()
    least: Ints | None = None
    regions: Sequence[Hashable] | None = None
    most_same_region: int | None = None
    groups: Sequence[Hashable] | None = None

    def __post_init__(self) -> None:
        n, m = self.affinity.shape
        shapes = [(self.barred, (n, m)), (self.wanted, (n,)), (self.caps, (m,))]
        shapes += [(mask, (n, m)) for mask in self.masks.values()]
        shapes += [] if self.least is None else [(self.least, (m,))]
        if any(array.shape != shape for array, shape in shapes):
            raise ValueError(f"an array does not fit {n} entries and {m} jurors")
        if not (np.isfinite(self.affinity).all() and ((self.affinity >= 0) & (self.affinity <= 1)).all()):
            raise ValueError("affinities go from 0 to 1")
        if any((array < 0).any() for array in (self.wanted, self.caps, self.least) if array is not None):
            raise ValueError("a count is negative")
        if self.least is not None and (self.least > self.caps).any():
            raise ValueError("a juror cannot have at least more than at most")
        if self.regions is not None and len(self.regions) != m:
            raise ValueError("one region per juror")
        if self.groups is not None and len(self.groups) != n:
            raise ValueError("one group per entry")
        if len(set(self.fixed)) != len(self.fixed):
            raise ValueError("a fixed pair is named twice")
        for entry, juror in self.fixed:
            if not (0 <= entry < n and 0 <= juror < m) or self.barred[entry, juror]:
                raise ValueError(f"the fixed pair ({entry}, {juror}) is not possible")


@dataclass(frozen=True, slots=True)
class Solution:
    """The pairs, the fixed ones among them, in order of entry and juror; what they come to, and what is
    proven of it.

    total: the sum of affinities. worst: the mean affinity of the worst-served entry, among those of which
    something was still open (None if nothing was). total_bound, worst_bound: what no assignment can exceed;
    the bound on the total is for assignments whose worst-served entry is served as well as here. proven: both
    are reached. pruned: the share of possible pairs that the solver never had to look at, left out with a
    certificate."""

    pairs: tuple[Pair, ...]
    total: float
    worst: float | None
    total_bound: float
    worst_bound: float | None
    proven: bool
    pruned: float


@dataclass(frozen=True, slots=True)
class Shortage:
    """Entries that cannot all have the jurors they want.

    groups: label -> how many entries of that label are in it. missing: how many places are lacking however
    the pairs are chosen. readers: the fewest more jurors, with the largest cap of the present ones, none
    barred, of a region of their own and allowed by every mask, with whom these entries would be served.
    causes: what would lessen the shortage if it alone were lifted, by how many places, the most helpful
    first: the name of a mask, "barred", "regions" or "caps". Of "least" the shortage has no entries: so many
    places that jurors must at least have cannot be filled."""

    entries: tuple[int, ...]
    groups: Mapping[Hashable, int]
    missing: int
    readers: int
    causes: Mapping[str, int]


class InfeasibleError(Exception):
    """Not every entry can have the jurors it wants; `assignment.explain` says why."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A problem without what is fixed: what is still to be chosen.

    units: affinities in millionths, n x m. open: pairs that may be chosen. need: per entry. room, least: per
    juror. region: per juror, from 0; region_room: n x regions. given, count: per entry, the millionths that
    fixed pairs bring, and how many jurors it will have in all."""

    units: Ints
    open: Bools
    need: Ints
    room: Ints
    least: Ints
    region: Ints
    region_room: Ints
    given: Ints
    count: Ints

    @property
    def is_regional(self) -> bool:
        return bool((self.region_room < self.need[:, None]).any())

    @property
    def alive(self) -> Ints:
        """The entries that still need somebody, by index."""
        return np.flatnonzero(self.need > 0)

    def floor(self, worst: Fraction) -> Ints:
        """Per entry, the millionths that its open pairs must bring for a mean of `worst` millionths."""
        up = [-(-int(count) * worst.numerator // worst.denominator) for count in self.count]
        return np.where(self.need > 0, np.array(up, np.int64) - self.given, 0)

    def worst(self, sums: Ints) -> Fraction | None:
        """The mean, in millionths, of the worst-served open entry, given what its open pairs bring."""
        return min(
            (Fraction(int(sums[e] + self.given[e]), int(self.count[e])) for e in self.alive), default=None
        )


def frame(problem: Problem, without: str = "", rows: Bools | None = None) -> Frame:
    """What is open in a problem. `without` names one demand to leave aside, in these rows, for an
    explanation."""
    n, m = problem.affinity.shape
    free = np.ones(n, bool) if rows is None else rows
    fixed = np.zeros((n, m), bool)
    for entry, juror in problem.fixed:
        fixed[entry, juror] = True
    units = np.rint(problem.affinity * GRAIN).astype(np.int64)
    need = np.maximum(problem.wanted.astype(np.int64) - fixed.sum(1), 0)
    load = fixed.sum(0)
    caps = problem.caps.astype(np.int64)
    if without == CAPS:
        caps = np.maximum(caps, n)
    room = np.maximum(caps - load, 0)
    asked = np.zeros(m, np.int64) if problem.least is None else problem.least
    least = np.maximum(asked.astype(np.int64) - load, 0)
    open_ = ~fixed & (need > 0)[:, None] & (room > 0)[None, :]
    for name, mask in ((BARRED, ~problem.barred), *problem.masks.items()):
        open_ &= (mask | free[:, None]) if name == without else mask
    region, region_room = np.zeros(m, np.int64), np.full((n, 1), n + m, np.int64)
    if problem.regions is not None and problem.most_same_region is not None:
        codes = {code: at for at, code in enumerate(dict.fromkeys(problem.regions))}
        region = np.array([codes[code] for code in problem.regions], np.int64).reshape(m)
        used = np.zeros((n, max(len(codes), 1)), np.int64)
        for entry, juror in problem.fixed:
            used[entry, region[juror]] += 1
        region_room = np.maximum(problem.most_same_region - used, 0)
        if without == REGIONS:
            region_room[free] = n + m
        open_ &= (region_room > 0)[:, region]
    given = np.where(fixed, units, 0).sum(1)
    return Frame(units, open_, need, room, least, region, region_room, given, need + fixed.sum(1))
