"""What a rule is: it names what is demanded, lists what a timetable violates, and builds its part of the
model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ..problem import Placement, Problem, Timetable

if TYPE_CHECKING:
    from ..model import Model


@dataclass(frozen=True, slots=True)
class Demand:
    """Something that must hold. kind: the name of its hard rule. facts: person, room, team, slot by index,
    pair by name, seats by number: whatever it is about beside its sessions."""

    kind: str
    sessions: tuple[int, ...] = ()
    facts: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of a rule. cost: points (0 for a hard rule, which has no price). facts: as in a demand, and
    `amount`, of which the cost is a multiple."""

    kind: str
    hard: bool
    sessions: tuple[int, ...]
    facts: Mapping[str, int | str] = field(default_factory=dict)
    cost: int = 0


class Bar(Protocol):
    """A hard rule on one session by itself: it bars some beginnings, or some rooms."""

    name: str

    def demands(self, problem: Problem, session: int) -> Iterator[Demand]: ...
    def barred_slot(self, problem: Problem, demand: Demand, slot: int) -> bool: ...
    def barred_room(self, problem: Problem, demand: Demand, room: int) -> bool: ...


class Hard(Protocol):
    """A hard rule on several sessions, or on a session and its room together."""

    name: str

    def demands(self, problem: Problem) -> Iterator[Demand]: ...
    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]: ...
    def build(self, model: "Model", demand: Demand) -> None: ...


class Soft(Protocol):
    """A rule with a price: `weight` points for each unit of the amount that a violation tells.

    divides: what groups of sessions cost by it, each group as if there were no others, whole tracks in a
    group, never adds up to more than what all cost together."""

    name: str
    divides: bool

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]: ...
    def build(self, model: "Model") -> None: ...


class Alone(Soft, Protocol):
    """A soft rule on sessions one by one: the amount of a session that begins in a slot (and whatever a rule
    says of its room besides)."""

    def alone(self, problem: Problem, session: int, slot: int) -> int: ...


def breach(demand: Demand, **facts: int | str) -> Violation:
    return Violation(demand.kind, True, demand.sessions, {**demand.facts, **facts})


def priced(
    problem: Problem, rule: str, sessions: tuple[int, ...], amount: int, **facts: int | str
) -> Violation:
    return Violation(rule, False, sessions, {**facts, "amount": amount}, problem.weight(rule) * amount)


def placed(timetable: Timetable) -> Iterator[tuple[int, Placement]]:
    """The sessions that have a place."""
    return ((number, place) for number, place in enumerate(timetable) if place is not None)


def apart(problem: Problem, timetable: Timetable, first: int, second: int) -> bool:
    """Whether two sessions are never going on at the same time (or one has no place)."""
    one, other = timetable[first], timetable[second]
    if one is None or other is None:
        return True
    here, there = problem.stay(first, one.slot), problem.stay(second, other.slot)
    return here.stop <= there.start or there.stop <= here.start


def by_slot(problem: Problem, timetable: Timetable, sessions: list[int]) -> dict[int, list[int]]:
    """Which of the sessions are going on in each slot."""
    found: dict[int, list[int]] = {}
    for session in sessions:
        if (place := timetable[session]) is not None:
            for slot in problem.stay(session, place.slot):
                found.setdefault(slot, []).append(session)
    return found
