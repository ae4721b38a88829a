"""Retiring names within transactions: once before the commit, once after it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from .counters import cell, counters


class _Open(threading.local):
    """What the transactions of this thread have retired and not settled, by database; what `only` said."""

    def __init__(self) -> None:
        self.cells: dict[str, set[int]] = {}
        self.only = 0


_open = _Open()


class _Settle:
    """The callback after a commit; one per database, so that it is found among the others."""

    def __init__(self, using: str) -> None:
        self.using = using

    def __call__(self) -> None:
        settle(self.using)


_settling: dict[str, _Settle] = {}


def retire(*names: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Every page that names one of these is made anew. In a transaction it holds from now on and for good
    from its end, whichever that is.
    """
    connection = transaction.get_connection(using)
    callback = _settling.setdefault(using, _Settle(using))
    if not _is_promised(connection, callback):
        settle(using)  # what a rollback left open
    cells = {cell(name) for name in names}
    held = _open.cells.setdefault(using, set())
    if fresh := cells - held:
        counters().open(fresh)
        held |= fresh
    if not connection.in_atomic_block:
        settle(using)
    elif not _is_promised(connection, callback):
        transaction.on_commit(callback, using=using)


def _is_promised(connection: BaseDatabaseWrapper, callback: _Settle) -> bool:
    return any(one[1] is callback for one in connection.run_on_commit)


def settle(using: str = DEFAULT_DB_ALIAS) -> None:
    """The transaction is over, committed or not: what it retired is retired once more, and may be kept."""
    if held := _open.cells.pop(using, None):
        counters().close(held)


def settle_if_over(using: str = DEFAULT_DB_ALIAS) -> None:
    """The same, unless a transaction of this thread still runs: for what was rolled back, where no callback
    comes.
    """
    if using in _open.cells and not transaction.get_connection(using).in_atomic_block:
        settle(using)


@contextmanager
def only(*names: str) -> Iterator[None]:
    """What is written in here concerns these names and no others: for acts that write many rows at once, or
    rows that no page shows.
    """
    if names:
        retire(*names)
    _open.only += 1
    try:
        yield
    finally:
        _open.only -= 1


def is_said() -> bool:
    """Whether the act has said itself what it concerns."""
    return _open.only > 0
