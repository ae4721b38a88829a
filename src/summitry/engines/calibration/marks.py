"""The marks that the model reads, and the check that it can compare them at all.

Two entries that no chain of shared jurors connects cannot be compared: a difference between them may as well
be one between their juries. Many-facet Rasch measurement asks for the same (Linacre, Many-Facet Rasch
Measurement, 2nd edition, 1994, on connected subsets; Weeks and Williams, A note on the determination of
connectedness in an N-way cross classification, Technometrics 6, 1964)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Indexes = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """n marks: entry (n,) and juror (n,) count from 0, value (n,) is on the scale of the marks. Entries and
    jurors without a mark are left out by the caller: they would stand alone.

    Raises ValueError for arrays of different lengths, indexes below 0, values that are no numbers, and two
    marks of one juror for one entry.
    """

    entry: Indexes
    juror: Indexes
    value: Floats
    entries: int  # E
    jurors: int  # J

    @classmethod
    def of(cls, entry: ArrayLike, juror: ArrayLike, value: ArrayLike) -> "Marks":
        """Sorted by entry, then juror: the same marks in another order are the same marks."""
        entries, jurors = np.asarray(entry, dtype=np.intp), np.asarray(juror, dtype=np.intp)
        values = np.asarray(value, dtype=np.float64)
        if not (entries.shape == jurors.shape == values.shape) or entries.ndim != 1:
            raise ValueError("entry, juror and value are not equally long")
        if len(entries) == 0:
            return cls(entries, jurors, values, 0, 0)
        if min(entries.min(), jurors.min()) < 0:
            raise ValueError("an index below 0")
        if not np.isfinite(values).all():
            raise ValueError("a mark that is no number")
        by = np.lexsort((jurors, entries))
        entries, jurors, values = entries[by], jurors[by], values[by]
        if ((np.diff(entries) == 0) & (np.diff(jurors) == 0)).any():
            raise ValueError("a juror has marked an entry twice")
        return cls(entries, jurors, values, int(entries.max()) + 1, int(jurors.max()) + 1)

    def __len__(self) -> int:
        return len(self.value)

    def incidence(self) -> csr_array:
        """(E, J): 1 where the juror has marked the entry."""
        return csr_array((np.ones(len(self)), (self.entry, self.juror)), shape=(self.entries, self.jurors))


@dataclass(frozen=True, slots=True)
class Group:
    """Entries and jurors connected with each other and with nobody else."""

    entries: tuple[int, ...]
    jurors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """What stands in the way of the model. groups: largest first; more than one is too many. sparse: jurors
    with fewer than `least` marks. freedom: marks beyond those that entries and jurors use up; with none left
    nothing tells noise from an effect."""

    groups: tuple[Group, ...]
    sparse: tuple[int, ...]
    least: int
    freedom: int

    @property
    def passed(self) -> bool:
        return len(self.groups) == 1 and not self.sparse and self.freedom > 0


class Refused(ValueError):
    """The model says nothing about these marks; `check` tells why."""

    def __init__(self, check: Check):
        super().__init__(
            f"{len(check.groups)} groups, {len(check.sparse)} jurors with fewer than {check.least} marks, "
            f"{check.freedom} degrees of freedom"
        )
        self.check = check


class Indistinct(Refused):
    """The check passes, but the marks differ no more between entries than chance alone would make them."""


def check(marks: Marks, least: int = 3) -> Check:
    """Whether the marks connect every entry and juror, and each juror gave at least `least` marks."""
    joined = marks.entries + marks.jurors
    links = csr_array(
        (np.ones(len(marks)), (marks.entry, marks.juror + marks.entries)), shape=(joined, joined)
    )
    count, labels = connected_components(links, directed=False) if joined else (0, np.zeros(0, np.intp))
    by = np.argsort(labels, kind="stable")
    parts = np.split(by, np.cumsum(np.bincount(labels, minlength=count))[:-1]) if count else []
    groups = [
        Group(
            tuple(int(one) for one in part if one < marks.entries),
            tuple(int(one) - marks.entries for one in part if one >= marks.entries),
        )
        for part in parts
    ]
    groups.sort(key=lambda group: (-len(group.entries), -len(group.jurors), group.entries, group.jurors))
    given = np.bincount(marks.juror, minlength=marks.jurors)
    return Check(
        tuple(groups),
        tuple(int(one) for one in np.flatnonzero(given < least)),
        least,
        len(marks) - joined + count,
    )
