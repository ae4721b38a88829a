"""Kinds of stage. Each file here registers some; a new kind is a new file, and nothing else changes."""

from importlib import import_module
from pkgutil import iter_modules

from .base import Sight, StageKind, every, kind, known, register

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["Sight", "StageKind", "every", "kind", "known", "register"]
