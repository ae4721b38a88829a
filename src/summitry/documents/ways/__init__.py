"""Ways in which a text is adopted. Each file here registers one; a new way is a new file, and nothing else
changes."""

from importlib import import_module
from pkgutil import iter_modules

from .base import Way, every, known, register, way

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["Way", "every", "known", "register", "way"]
