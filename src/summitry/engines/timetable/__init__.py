"""A programme: sessions to slots and rooms, interpreters to sessions; what any timetable costs; and why
there is none, if there is none.

    problem     what is asked: Problem and its parts, Placement
    answers     what is answered: Progress, Solution, Shortage, Clash
    rules       each rule once: its demands, its violations, its part of the model
    costing     cost: what a timetable costs and violates, without the solver
    pools       rooms and teams counted instead of chosen
    model       the model on CP-SAT
    search      one run of CP-SAT, watched and stopped from outside
    days        of a large problem: days and kinds of rooms first, by simulated annealing
    hours       then the hours of each day, then rooms
    proving     and beside it, what no timetable can cost less than
    solving     solve
    explaining  explain: the smallest set of demands that clash

>>> hours = [Slot(60 * hour, 60 * hour + 60) for hour in (9, 10)]
>>> talk, panel = Session(people=frozenset({0})), Session(people=frozenset({0}), after=frozenset({0}))
>>> found = solve(Problem(hours, [Room(50)], [talk, panel], people=[Person()]))
>>> [place.slot for place in found.timetable], found.proven
([0, 1], True)"""

from typing import TYPE_CHECKING

from ..late import late
from .answers import Clash, Progress, Shortage, Solution
from .costing import Cost, cost
from .problem import Couple, InfeasibleError, Person, Placement, Problem, Room, Session, Slot, Team, Timetable
from .rules import BARS, HARD, SOFT, Demand, Violation

if TYPE_CHECKING:
    from .explaining import explain
    from .solving import solve

__all__ = [
    "BARS",
    "HARD",
    "SOFT",
    "Clash",
    "Cost",
    "Couple",
    "Demand",
    "InfeasibleError",
    "Person",
    "Placement",
    "Problem",
    "Progress",
    "Room",
    "Session",
    "Shortage",
    "Slot",
    "Solution",
    "Team",
    "Timetable",
    "Violation",
    "cost",
    "explain",
    "solve",
]

__getattr__ = late(__name__, {"explain": "explaining", "solve": "solving"})  # OR-Tools brings pandas
