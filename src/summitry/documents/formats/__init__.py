"""Formats of a text. Each file here registers one; a new one is a new file, and nothing else changes.

All read to, and are written from, `documents.structure.Draft`.
"""

from importlib import import_module
from pkgutil import iter_modules

from .base import Facts, Format, Sheet, every, known, read, readers, recognise, register, writers
from .problems import FormatError, Problem

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "Facts",
    "Format",
    "FormatError",
    "Problem",
    "Sheet",
    "every",
    "known",
    "read",
    "readers",
    "recognise",
    "register",
    "writers",
]
