"""Means by which a text is signed. Each file here registers one; a new means is a new file."""

from importlib import import_module
from pkgutil import iter_modules

from .base import Means, electronic, known, means, register

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["Means", "electronic", "known", "means", "register"]
