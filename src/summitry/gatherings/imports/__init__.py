"""From a schedule file to our rows, and what that changes. The act is `acts.import_schedule`."""

from .apply import write
from .parts import Plan, Step
from .plan import find_gathering, make
from .report import Item, Report

__all__ = ["Item", "Plan", "Report", "Step", "find_gathering", "make", "write"]
