"""Soft: what should not go on at the same time."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..problem import Couple, Problem, Timetable
from .base import Violation, apart, by_slot, priced

if TYPE_CHECKING:
    from ..model import Model


class TrackParallel:
    """Sessions of one track are not in parallel: in each slot, all of a track's sessions beyond the first."""

    name = "track_parallel"
    divides = True

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for track, sessions in sorted(problem.tracks.items()):
            for slot, there in sorted(by_slot(problem, timetable, sessions).items()):
                if len(there) > 1:
                    yield priced(problem, self.name, tuple(there), len(there) - 1, track=track, slot=slot)

    def build(self, model: "Model") -> None:
        for sessions in model.problem.tracks.values():
            for slot in range(len(model.problem.slots)):
                there = [one for session in sessions if (one := model.at(session, slot)) is not None]
                if len(there) > 1:
                    beyond = model.cp.new_int_var(0, len(there) - 1, "")
                    model.cp.add(beyond >= sum(there) - 1)
                    model.price(self.name, beyond, 1, sessions)


class _Together(ABC):
    """Couples that should not overlap: the amount of a couple, once, if they do."""

    name: str
    divides = True

    @abstractmethod
    def couples(self, problem: Problem) -> Sequence[Couple]:
        """Those that this rule is about."""

    def violations(self, problem: Problem, timetable: Timetable) -> Iterator[Violation]:
        for couple in self.couples(problem):
            if couple.amount and not apart(problem, timetable, couple.first, couple.second):
                yield priced(problem, self.name, (couple.first, couple.second), couple.amount)

    def build(self, model: "Model") -> None:
        for couple in self.couples(model.problem):
            if not couple.amount:
                continue
            met = None
            for slot in range(len(model.problem.slots)):
                one, other = model.at(couple.first, slot), model.at(couple.second, slot)
                if one is None or other is None:
                    continue
                if met is None:
                    met = model.cp.new_bool_var("")
                    model.price(self.name, met, couple.amount, (couple.first, couple.second))
                model.cp.add_bool_or([~one, ~other, met])


class Similar(_Together):
    """Similar sessions are not in parallel."""

    name = "similar"

    def couples(self, problem: Problem) -> Sequence[Couple]:
        return problem.similar


class Joint(_Together):
    """Sessions that the same people want to hear are not in parallel."""

    name = "joint"

    def couples(self, problem: Problem) -> Sequence[Couple]:
        return problem.joint
