"""The single transferable vote by the Scottish rule: weighted inclusive Gregory.

Source: The Scottish Local Government Elections Order 2011 (SSI 2011/399), schedule 1, rules 47 to 53.
- The quota is floor(valid / (seats + 1)) + 1; who has it is elected (rules 47, 48).
- A surplus is passed on by every paper of whoever has it, each at surplus x value / votes, cut to five
  decimals, where value is that with which the paper came to her (rule 49). The largest surplus goes first
  (rule 50).
- If there is no surplus left, whoever has the fewest votes is excluded, and her papers go on at the value
  with which they came (rule 51).
- Equal numbers are told apart by the most recent stage at which they were unequal, else by lot (50, 52).
- As many continuing candidates as vacancies are all elected, and nothing is passed on any more (rule 53).

All values are integers in units of 1e-5 votes: what is cut off is lost, as the Order has it, and no float
enters. A lot is the SHA-256 of "SEED:CANDIDATE", in the manner of RFC 3797: with the seed published
beforehand everyone can repeat the draw. The lowest lot wins: it is passed on first, and excluded last."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from .ballots import Ballot, checked

ONE = 100_000  # units in a vote

Deed = Literal["first", "surplus", "exclusion"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the count; all numbers are in units of 1e-5 votes.

    votes: what each candidate has at its end. transfers: what each gained or lost in it. exhausted: what
    has been lost so far, by papers that name nobody further and by cutting. elected: in it, most votes
    first. drawn: those whom only a lot has told apart."""

    number: int
    deed: Deed
    of: str  # whose papers were passed on; "" at the first stage
    votes: Mapping[str, int]
    transfers: Mapping[str, int]
    exhausted: int
    elected: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """The whole count. winners: in order of election. order: all candidates, the winners first, then those
    who were still continuing, then the excluded, the last of them first."""

    quota: int  # whole votes
    valid: int  # ballots
    stages: tuple[Stage, ...]
    winners: tuple[str, ...]
    order: tuple[str, ...]

    @property
    def drawn(self) -> tuple[str, ...]:
        """Every candidate whom a lot has told apart from another, in order of the count."""
        return tuple(dict.fromkeys(one for stage in self.stages for one in stage.drawn))


def quota(valid: int, seats: int) -> int:
    """The Droop quota in whole votes.

    >>> quota(4382, 3)
    1096
    """
    return valid // (seats + 1) + 1


def votes(units: int) -> str:
    """Units of 1e-5 as a decimal number of votes.

    >>> votes(16965046), votes(-9)
    ('169.65046', '-0.00009')
    """
    return f"{'-' if units < 0 else ''}{abs(units) // ONE}.{abs(units) % ONE:05d}"


def count(ballots: Mapping[Ballot, int], candidates: Sequence[str], seats: int, seed: str) -> Count:
    """Counts ballots (each with how often it was cast) among these candidates for so many seats.

    The result depends on neither the order of the ballots nor that of the candidates. Raises ValueError for
    no seats, no candidates, one that stands twice, no ballot at all or one that was cast less than once,
    and as `ballots.checked` does.
    """
    if seats < 1:
        raise ValueError("there must be at least one seat")
    if not candidates or len(set(candidates)) < len(candidates):
        raise ValueError("candidates must be at least one, and each stand once")
    standing = frozenset(candidates)
    for ballot, times in ballots.items():
        checked(ballot, standing)
        if times < 1:
            raise ValueError("a ballot is cast at least once")
    if not ballots:
        raise ValueError("there is no ballot to count")
    return _Counting(ballots, sorted(candidates), seats, seed).run()


@dataclass(slots=True)
class _Counting:
    """A count while it goes on."""

    ballots: Mapping[Ballot, int]
    candidates: list[str]
    seats: int
    seed: str
    valid: int = field(init=False)
    quota: int = field(init=False)  # in units
    papers: dict[str, Counter[tuple[Ballot, int]]] = field(init=False)  # (ballot, value) -> how many
    total: dict[str, int] = field(init=False)
    continuing: set[str] = field(init=False)
    winners: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.valid = sum(self.ballots.values())
        self.quota = quota(self.valid, self.seats) * ONE
        self.papers = {one: Counter() for one in self.candidates}
        self.total = dict.fromkeys(self.candidates, 0)
        self.continuing = set(self.candidates)

    def run(self) -> Count:
        received = self._dealt((ballot, ONE, times) for ballot, times in self.ballots.items())
        self._ends("first", "", received, ())
        while len(self.winners) < self.seats and self.continuing:
            rich = [one for one in self.winners if self.total[one] > self.quota]
            if rich:
                whose, tied = self._first_of(rich, most=True)
                self._ends("surplus", whose, self._surplus(whose), tied)
            else:
                whose, tied = self._first_of(self.continuing, most=False)
                self._ends("exclusion", whose, self._exclusion(whose), tied)
        left = sorted(self.continuing, key=self._most_first)
        order = (*self.winners, *left, *reversed(self.excluded))
        return Count(self.quota // ONE, self.valid, tuple(self.stages), tuple(self.winners), order)

    def _surplus(self, whose: str) -> dict[str, int]:
        """Passes on every paper of `whose` at its share of her surplus (rule 49)."""
        held, surplus = self.total[whose], self.total[whose] - self.quota
        papers, self.papers[whose] = self.papers[whose], Counter()
        received = self._dealt(
            (ballot, surplus * value // held, times) for (ballot, value), times in papers.items()
        )
        received[whose] = -surplus
        return received

    def _exclusion(self, whose: str) -> dict[str, int]:
        """Excludes `whose` and passes on every paper at the value with which it came (rule 51)."""
        self.continuing.remove(whose)
        self.excluded.append(whose)
        papers, self.papers[whose] = self.papers[whose], Counter()
        received = self._dealt((ballot, value, times) for (ballot, value), times in papers.items())
        received[whose] = -self.total[whose]
        return received

    def _dealt(self, parcels: Iterable[tuple[Ballot, int, int]]) -> dict[str, int]:
        """Gives papers (ballot, value, how many) to the next continuing candidate that each names; returns
        what each received."""
        received: dict[str, int] = defaultdict(int)
        for ballot, value, times in parcels:
            to = next((one for one in ballot if one in self.continuing), None)
            if to is not None:
                self.papers[to][ballot, value] += times
                received[to] += value * times
        return dict(received)

    def _ends(self, deed: Deed, of: str, received: dict[str, int], tied: tuple[str, ...]) -> None:
        """Books a stage and finds who is elected by it (rules 48 and 53)."""
        for one, units in received.items():
            self.total[one] += units
        level = dict(self.total)
        reached = [one for one in self.continuing if self.total[one] >= self.quota]
        if len(self.continuing) <= self.seats - len(self.winners):
            reached = list(self.continuing)
        elected = sorted(reached, key=lambda one: (-self.total[one], self._most_first(one)))
        drawn = {*tied, *self._drawn(elected)}
        self.winners += elected
        self.continuing -= set(elected)
        self.stages.append(
            Stage(
                len(self.stages) + 1,
                deed,
                of,
                level,
                {one: received.get(one, 0) for one in self.candidates},
                self.valid * ONE - sum(level.values()),
                tuple(elected),
                tuple(sorted(drawn)),
            )
        )

    def _past(self, one: str) -> tuple[int, ...]:
        """What she had at the end of each stage, the most recent first."""
        return tuple(stage.votes[one] for stage in reversed(self.stages))

    def _lot(self, one: str) -> str:
        return sha256(f"{self.seed}:{one}".encode()).hexdigest()

    def _most_first(self, one: str) -> tuple[tuple[int, ...], str]:
        return (tuple(-units for units in self._past(one)), self._lot(one))

    def _first_of(self, some: Iterable[str], *, most: bool) -> tuple[str, tuple[str, ...]]:
        """Who has the most (or the fewest) votes, and all whom only a lot told apart there."""
        ordered = sorted(some, key=self._most_first, reverse=not most)
        level = [one for one in ordered if self._past(one) == self._past(ordered[0])]
        return ordered[0], tuple(level) if len(level) > 1 else ()

    def _drawn(self, elected: Sequence[str]) -> set[str]:
        """Those elected together with equal votes at every stage: a lot alone gave their order."""
        groups: dict[tuple[int, ...], set[str]] = defaultdict(set)
        for one in elected:
            groups[self.total[one], *self._past(one)].add(one)
        return {one for group in groups.values() if len(group) > 1 for one in group}
