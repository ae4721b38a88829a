"""Who won: published voting rules in exact integers.

- `ballots`: ranked ballots, checked and gathered into equal ones.
- `scottish`: the single transferable vote as Scotland counts it.
"""

from .ballots import BallotError, Doubled, Empty, NotStanding, gathered
from .scottish import Count, Stage, count, quota

__all__ = ["BallotError", "Count", "Doubled", "Empty", "NotStanding", "Stage", "count", "gathered", "quota"]
