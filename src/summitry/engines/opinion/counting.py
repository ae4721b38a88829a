"""How many of each group agree, disagree, and have voted at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .votes import Indexes, Votes

Counted = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """G groups x M statements. seen includes those who passed."""

    agree: Counted  # (G, M)
    disagree: Counted  # (G, M)
    seen: Counted  # (G, M)
    members: Counted  # (G,)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.agree + other.agree,
            self.disagree + other.disagree,
            self.seen + other.seen,
            self.members + other.members,
        )

    @property
    def total(self) -> "Counts":
        """All groups as one, (1, M)."""
        return Counts(
            *(one.sum(axis=0, keepdims=True) for one in (self.agree, self.disagree, self.seen, self.members))
        )

    def rest(self, group: int) -> "Counts":
        """All groups but one, as one, (1, M)."""
        total = self.total
        return Counts(
            total.agree - self.agree[group],
            total.disagree - self.disagree[group],
            total.seen - self.seen[group],
            total.members - self.members[group],
        )


def count(votes: Votes, group: Indexes, groups: int) -> Counts:
    """The counts of each group. group (P,) is each person's, below 0 for those in none."""
    rows = group[votes.rows()]
    inside = rows >= 0
    cell = rows[inside] * votes.statements + votes.statement[inside]
    value, size = votes.value[inside], groups * votes.statements

    def table(cells: Indexes) -> Counted:
        return np.bincount(cells, minlength=size).reshape(groups, votes.statements)

    return Counts(
        table(cell[value > 0]),
        table(cell[value < 0]),
        table(cell),
        np.bincount(group[group >= 0], minlength=groups),
    )
