"""Values that stand on many pages and depend on many things: pages are retired only if they truly change.

A process whose loop waits for no database (`porch`) computes none, and takes them from a file."""

import contextlib
import json
import secrets
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import close_old_connections

from .counters import counters
from .making import Making, making
from .pages import Validity, heard, validity_of
from .shelf import stamp

_is_hearing = False
_known: dict[str, "Value[Any]"] = {}
_heard: dict[str, tuple[Validity, str]] = {}


class Value[T]:
    """A value that pages show, with the digest that says whether it is another one.

    make: reads it as it is now, naming what it depends on with `depends` and `until`. digest: a short text of
    everything that pages show of it.
    """

    def __init__(self, name: str, make: Callable[[], T], digest: Callable[[T], str]) -> None:
        self.name, self._make, self._digest = name, make, digest
        self._last: tuple[Validity, str] | None = None
        _known[name] = self

    def shown(self, read: Callable[[], T]) -> T:
        """The page that is being made shows this value; what is read for it concerns the page no further."""
        now = making.get()
        token = making.set(None)
        try:
            value = read()
        finally:
            making.reset(token)
        if now is not None:
            now.values[self.name] = self._digest(value)
        return value

    def digest(self) -> tuple[str, float]:
        """The digest of the value as it is now, and until when it holds. No query while nothing changes."""
        last = self._last
        if last is not None and last[0].holds():
            return last[1], last[0].look
        close_old_connections()  # this may be before Django has begun with the request
        now = Making(counters().clock())
        token = making.set(now)
        try:
            found = self._digest(self._make())
        finally:
            making.reset(token)
        validity = validity_of(now)
        if validity is not None:
            self._last = (validity, found)
            _tell(self.name, validity, found)
        return found, min(now.until, time.time() + 60)


def hear() -> None:
    """From now on this process computes no value: it takes what others have told."""
    global _is_hearing
    _is_hearing = True


def digest_of(name: str) -> tuple[str, float]:
    """The digest of a value by its name, and until when it holds; raises KeyError for an unknown one."""
    if name in _known and not _is_hearing:
        return _known[name].digest()
    validity, digest = _heard[name] if name in _heard else _hear(name)
    if not validity.holds():
        validity, digest = _hear(name)
        if not validity.holds():
            raise KeyError(name)
    return digest, validity.look


def _file(name: str) -> Path:
    found: Path = settings.KEPT_DIR / "values" / _version() / name
    return found


@cache
def _version() -> str:
    """Another version of the software may understand something else by a value."""
    return stamp()[:32]


def _tell(name: str, validity: Validity, digest: str) -> None:
    path = _file(name)
    fresh = path.with_name(f"{name}.{secrets.token_hex(4)}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps({**validity.told(), "digest": digest}))
        fresh.replace(path)


def _hear(name: str) -> tuple[Validity, str]:
    try:
        told = json.loads(_file(name).read_bytes())
    except (OSError, ValueError):
        raise KeyError(name) from None
    _heard[name] = heard(told), told["digest"]
    return _heard[name]
