"""Who said what to which statement."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Indexes = NDArray[np.intp]
BLOCK = 2**14 - 1  # people counted at once: `components` packs their counts into 15 bits


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """P people x M statements, compressed by row: row p is statement[start[p]:start[p + 1]], ascending, and
    value alike. value is +1 agree, -1 disagree or 0 pass; what was not voted on is absent."""

    start: NDArray[np.int64]  # (P + 1,)
    statement: NDArray[np.int32]  # (V,)
    value: NDArray[np.int8]  # (V,)
    statements: int  # M

    @classmethod
    def of(
        cls,
        person: ArrayLike,
        statement: ArrayLike,
        value: ArrayLike,
        *,
        people: int | None = None,
        statements: int | None = None,
    ) -> "Votes":
        """From one row a vote, in the order of time: of two votes of a person on a statement the later holds.

        person and statement count from 0. `people` and `statements` are how many there are; by default one
        more than the highest index. Raises ValueError for arrays of different lengths, indexes out of range
        and values other than -1, 0 and 1.
        """
        persons, statement_of = (np.asarray(one, dtype=np.int64) for one in (person, statement))
        values = np.asarray(value)
        if not (persons.shape == statement_of.shape == values.shape) or persons.ndim != 1:
            raise ValueError("person, statement and value are not equally long")
        if not np.isin(values, (-1, 0, 1)).all():
            raise ValueError("a vote is 1, 0 or -1")
        wide = cls._size(persons, people, "person")
        long = cls._size(statement_of, statements, "statement")
        cell = persons * long + statement_of
        by = np.argsort(cell, kind="stable")
        cell = cell[by]
        last = np.append(cell[1:] != cell[:-1], True) if len(cell) else np.zeros(0, bool)
        kept, cell = by[last], cell[last]
        start = np.zeros(wide + 1, np.int64)
        np.cumsum(np.bincount(cell // max(long, 1), minlength=wide), out=start[1:])
        return cls(start, (cell % max(long, 1)).astype(np.int32), values[kept].astype(np.int8), long)

    @staticmethod
    def _size(indexes: NDArray[np.integer], said: int | None, name: str) -> int:
        highest = int(indexes.max()) if len(indexes) else -1
        if len(indexes) and indexes.min() < 0:
            raise ValueError(f"a {name} below 0")
        if said is not None and highest >= said:
            raise ValueError(f"{name} {highest} of {said}")
        return highest + 1 if said is None else said

    def __len__(self) -> int:
        return len(self.value)

    @property
    def people(self) -> int:
        return len(self.start) - 1

    @property
    def per_person(self) -> NDArray[np.int64]:
        """(P,): how many statements each has voted on."""
        return np.diff(self.start)

    def rows(self) -> Indexes:
        """(V,): the person of each vote."""
        return np.repeat(np.arange(self.people), self.per_person)

    def only(self, people: Indexes) -> "Votes":
        """The votes of these people, in this order."""
        sizes = self.per_person[people]
        start = np.zeros(len(people) + 1, np.int64)
        np.cumsum(sizes, out=start[1:])
        taken = np.repeat(self.start[people] - start[:-1], sizes) + np.arange(start[-1])
        return Votes(start, self.statement[taken], self.value[taken], self.statements)

    def silenced(self, statements: ArrayLike) -> "Votes":
        """The same votes, with those on these statements counted as a pass: how moderation takes one out."""
        out = np.zeros(self.statements, bool)
        out[np.asarray(statements, dtype=np.intp)] = True
        return Votes(
            self.start, self.statement, np.where(out[self.statement], np.int8(0), self.value), self.statements
        )

    def blocks(self, size: int = BLOCK) -> Iterator["Votes"]:
        """Consecutive people, at most `size` at a time."""
        for first in range(0, self.people, size):
            start = self.start[first : first + size + 1]
            part = slice(start[0], start[-1])
            yield Votes(start - start[0], self.statement[part], self.value[part], self.statements)
