"""Formats of a programme. Each file here registers some; a new one is a new file, and nothing else changes.

`data` is the neutral description that all of them read to and are written from.
"""

from importlib import import_module
from pkgutil import iter_modules

from .base import Context, Format, Pieces, by_file, every, known, public, readers, recognise, register
from .check import overlaps
from .problems import Problem, ScheduleError

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "Context",
    "Format",
    "Pieces",
    "Problem",
    "ScheduleError",
    "by_file",
    "every",
    "known",
    "overlaps",
    "public",
    "readers",
    "recognise",
    "register",
]
