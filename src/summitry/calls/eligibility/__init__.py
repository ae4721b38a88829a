"""Who may apply. Each file here registers some predicates; a new one is a new file, and nothing else
changes."""

from importlib import import_module
from pkgutil import iter_modules

from .asking import Early, early, joining, refusals, refuse_duty, said
from .base import Predicate, every, kind, known, register

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "Early",
    "Predicate",
    "early",
    "every",
    "joining",
    "kind",
    "known",
    "refusals",
    "refuse_duty",
    "register",
    "said",
]
