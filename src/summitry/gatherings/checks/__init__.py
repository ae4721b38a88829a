"""What may be wrong with where sessions stand: each check runs for one session or for all, on plain values.

Add one: a function of a `World` and a `Spot` under `@check` in a file of this folder, and import the file
here."""

from . import bounds, clashing, couples, demands, neighbours  # noqa: F401  (registers them)
from .registry import CHECKS, Check, Conflict, Severity, all_conflicts, check, conflicts_at
from .words import brief, sentence
from .world import Frame, Place, Spot, Team, World

__all__ = [
    "CHECKS",
    "Check",
    "Conflict",
    "Frame",
    "Place",
    "Severity",
    "Spot",
    "Team",
    "World",
    "all_conflicts",
    "brief",
    "check",
    "conflicts_at",
    "sentence",
]
