"""Ranked ballots: checked one by one, then gathered into equal ones.

A ballot is a tuple of candidates, the first preference first; it need not name all of them. What cannot be
counted is refused with its own error, never repaired in silence."""

from collections import Counter
from collections.abc import Iterable, Sequence

Ballot = tuple[str, ...]


class BallotError(ValueError):
    """A ballot that cannot be counted. `number` counts ballots from 1 where they came in a row; 0 is none."""

    def __init__(self, message: str, number: int = 0, candidate: str = "") -> None:
        super().__init__(f"ballot {number}: {message}" if number else message)
        self.number = number
        self.candidate = candidate


class Empty(BallotError):
    """It names nobody."""


class Doubled(BallotError):
    """It names `candidate` more than once."""


class NotStanding(BallotError):
    """It names `candidate`, who does not stand."""


def checked(ballot: Sequence[str], standing: Iterable[str], number: int = 0) -> Ballot:
    """The ballot as it is counted. Raises Empty, Doubled or NotStanding.

    >>> checked(["b", "a"], {"a", "b", "c"})
    ('b', 'a')
    """
    allowed = standing if isinstance(standing, set | frozenset | dict) else set(standing)
    if not ballot:
        raise Empty("names nobody", number)
    seen: set[str] = set()
    for candidate in ballot:
        if candidate not in allowed:
            raise NotStanding(f"names {candidate}, who does not stand", number, candidate)
        if candidate in seen:
            raise Doubled(f"names {candidate} twice", number, candidate)
        seen.add(candidate)
    return tuple(ballot)


def gathered(ballots: Iterable[Sequence[str]], standing: Iterable[str]) -> Counter[Ballot]:
    """How often each ballot was cast. Raises as `checked` does, with the number of the first that is wrong.

    >>> gathered([["a"], ["b", "a"], ["a"]], ["a", "b"])
    Counter({('a',): 2, ('b', 'a'): 1})
    """
    allowed = frozenset(standing)
    return Counter(checked(ballot, allowed, number) for number, ballot in enumerate(ballots, 1))
