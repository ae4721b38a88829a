"""An act: one change of state, whole or not at all, durable, and sealed in the record if it entered
something.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from rules.permissions import has_perm, perm_exists

from summitry import kept

SQLITE_FULL = 2  # PRAGMA synchronous
_TRY_AGAIN = {"40001", "40P01"}  # PostgreSQL: serialization failure, deadlock


class Stale(ValidationError):
    """Somebody else was first: what the person saw is no longer so. Nothing was changed."""

    def __init__(
        self, message: Any = None, code: str = "stale", params: dict[str, Any] | None = None
    ) -> None:
        super().__init__(
            message
            or _(
                "Somebody else has changed this in the meantime. "
                "Nothing of yours was saved; look again and repeat."
            ),
            code,
            params,
        )


class _Running(threading.local):
    act = False
    entered = False


running = _Running()


def act[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """One transaction. Nested acts join the outermost one, which seals one checkpoint if anything was
    entered.

    On SQLite the outermost act is written through to the disk before it returns. In a transaction that
    somebody else opened, whether it lasts is decided there.
    """

    @wraps(function)
    def whole(*args: P.args, **kwargs: P.kwargs) -> R:
        if running.act:
            with transaction.atomic():
                return function(*args, **kwargs)
        try:
            with _durable(), transaction.atomic():
                running.act, running.entered = True, False
                try:
                    result = function(*args, **kwargs)
                    if running.entered:
                        from . import log

                        log.seal()
                finally:  # before the commit, whose callbacks may start acts of their own
                    running.act = running.entered = False
        finally:
            kept.settle_if_over()
        return result

    return whole


def single[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """An act that is one statement, which is whole by itself, and enters nothing: no transaction is opened
    around it, so that it costs one journey to the database instead of three. As durable as others."""

    @wraps(function)
    def whole(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with _durable():
                return function(*args, **kwargs)
        finally:
            kept.settle_if_over()

    return whole


@contextmanager
def _durable() -> Iterator[None]:
    if connection.in_atomic_block:
        yield
        return
    before = None
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        before = connection.connection.execute("PRAGMA synchronous").fetchone()[0]
        if before < SQLITE_FULL:
            connection.connection.execute("PRAGMA synchronous=FULL")
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) in _TRY_AGAIN:
            raise Stale(
                _("Two acts met at the same moment. Nothing of yours was saved; please repeat it.")
            ) from error
        raise
    finally:
        if before is not None and before < SQLITE_FULL and connection.connection is not None:
            connection.connection.execute(f"PRAGMA synchronous={before:d}")


def require(user: Any, perm: str, obj: Any = None) -> None:
    """Raises PermissionDenied, saying what is missing, unless this user holds this permission.

    Asks the registered predicates themselves: a superuser holds nothing that a mandate does not give.
    """
    if not perm_exists(perm):
        raise ImproperlyConfigured(f"no permission {perm!r} is registered")
    if user is None or not getattr(user, "is_authenticated", False):
        raise PermissionDenied(_("Sign in first: this is not open to everybody."))
    if not user.is_active:
        raise PermissionDenied(_("This account is closed."))
    if not has_perm(perm, user, obj):
        raise PermissionDenied(
            _(
                "None of your mandates allows this here (%(permission)s). "
                "The secretariat can tell you who may, or give you one."
            )
            % {"permission": perm}
        )
