"""What else has to go when a person's data are erased.

Each app that keeps personal data registers a function in its AppConfig.ready(): `erasure.register("calls",
forget)`. It runs within the act that erases, gets the account and the person, and takes away what the app
keeps about them; what is public and authored stays, under a role.
"""

from collections.abc import Callable
from typing import Any

type Eraser = Callable[[Any, Any], None]

_erasers: dict[str, Eraser] = {}


def register(name: str, forget: Eraser) -> None:
    """Add an app's function `forget(user, person)`. It raises ValidationError if something has to be done
    first."""
    _erasers[name] = forget


def everywhere(user: Any, person: Any) -> None:
    """Let every app forget."""
    for name in sorted(_erasers):
        _erasers[name](user, person)
