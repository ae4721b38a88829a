"""The checks, and running them for one session or for all."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from django.utils.functional import Promise

from .world import Spot, World


class Severity(IntEnum):
    ERROR = 1  # cannot take place so
    WARNING = 2  # can, and somebody will be sorry


@dataclass(frozen=True, slots=True)
class Conflict:
    """What one check found about one session or two. `facts` fill the check's sentence."""

    check: str
    severity: Severity
    spots: tuple[Spot, ...]  # the earlier first
    facts: dict[str, Any] = field(default_factory=dict, compare=False)
    about: str = ""  # tells two findings of one check about the same sessions apart: the person

    @property
    def sessions(self) -> tuple[int, ...]:
        return tuple(spot.session for spot in self.spots)

    def other(self, session: int) -> Spot | None:
        """The session that it clashes with, seen from one of the two."""
        return next((spot for spot in self.spots if spot.session != session), None)


type Found = Iterator[tuple[Spot | None, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Check:
    """`find` gives, for a session at its spot, the other session (None if it is alone in it) and the facts.

    `sentence` says it in full, with %(one)s and %(other)s for the titles, %(day)s, %(from)s, %(to)s and what
    `facts` names; `brief` says it on the session's own card, where its title and time stand already.
    """

    name: str
    severity: Severity
    sentence: str | Promise
    brief: str | Promise
    find: Callable[[World, Spot], Found]


CHECKS: dict[str, Check] = {}


def check(
    name: str, severity: Severity, *, sentence: str | Promise, brief: str | Promise
) -> Callable[[Callable[[World, Spot], Found]], Callable[[World, Spot], Found]]:
    """Registers a check under its name."""

    def register(find: Callable[[World, Spot], Found]) -> Callable[[World, Spot], Found]:
        CHECKS[name] = Check(name, severity, sentence, brief, find)
        return find

    return register


def _order(spot: Spot) -> tuple[Any, int]:
    return spot.starts, spot.session


def conflicts_at(world: World, spot: Spot, only: Iterable[str] | None = None) -> list[Conflict]:
    """What would be wrong if a session stood at this spot, errors first. The spot where it stands now, if it
    does, is not counted against it."""
    if spot.ends <= spot.starts:
        return []
    found = []
    for one in CHECKS.values():
        if only is not None and one.name not in only:
            continue
        for other, facts in one.find(world, spot):
            pair = (spot,) if other is None else tuple(sorted((spot, other), key=_order))
            found.append(Conflict(one.name, one.severity, pair, facts, str(facts.get("about", ""))))
    return sorted(found, key=lambda conflict: conflict.severity)


def all_conflicts(world: World, only: Iterable[str] | None = None) -> list[Conflict]:
    """Everything that is wrong with the programme: errors first, then by time; a pair is told once."""
    found = {}
    for spot in world.spots.values():
        for one in conflicts_at(world, spot, only):
            found[(one.check, one.sessions, one.about)] = one
    return sorted(
        found.values(), key=lambda one: (one.severity, one.spots[-1].starts, one.sessions, one.check)
    )
