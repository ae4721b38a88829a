"""What is read and what is written: every statement is seen, so that nothing has to be remembered to be
said."""

import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from .making import making
from .retiring import is_said, retire

type Key = str | Callable[[Any], Iterable[Any]]

_WRITES = re.compile(
    r"""\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO|TRUNCATE(?:\s+TABLE)?)\s+"?(\w+)"?""",
    re.IGNORECASE,
)
_READS = re.compile(r"""\b(?:FROM|JOIN)\s+"(\w+)\"""", re.IGNORECASE)
_SET = re.compile(r"\bSET\s+(.*?)(?:\s+WHERE\b|\Z)", re.IGNORECASE | re.DOTALL)
_COLUMN = re.compile(r'(?<!\.)"(\w+)"\s*=')  # not those of conditions, which name their table

_kinds: dict[str, set[str]] = defaultdict(set)  # the tables behind the names of a kind: session -> {…}
_unseen: dict[str, frozenset[str]] = {}  # columns of a table that no page shows


class _Signalled(threading.local):
    """Tables whose rows are being written one by one just now: a signal tells which."""

    def __init__(self) -> None:
        self.tables: dict[str, int] = defaultdict(int)


_signalled = _Signalled()


def tables_of(name: str) -> frozenset[str]:
    """The tables that a name ("session:12") stands for rows of."""
    return frozenset(_kinds.get(name.partition(":")[0], ()))


def watch(model: type[Model], *, unseen: Iterable[str] = (), m2m: Iterable[str] = (), **kinds: Key) -> None:
    """Rows of this model retire the names of these kinds.

    kinds: `session="pk"` retires "session:12" with the row whose pk is 12; the value is a path of
    attributes, or a function that gives keys; "" retires the bare name ("gatherings"). A key is to be one
    that does not change in a row. unseen: columns that no page shows; a statement that writes only such
    retires nothing. m2m: fields whose links count as the row.
    """
    table = model._meta.db_table
    keys = {kind: _reader(key) for kind, key in kinds.items()}
    _unseen[table] = _unseen.get(table, frozenset(unseen)) & frozenset(unseen)
    for kind in kinds:
        _kinds[kind].add(table)

    def names(row: Model) -> list[str]:
        return [
            f"{kind}:{key}" if key != "" else kind
            for kind, read in keys.items()
            for key in read(row)
            if key is not None
        ]

    def before(sender: Any, **_more: Any) -> None:
        _signalled.tables[table] += 1

    def after(sender: Any, instance: Model, using: str, update_fields: Any = None, **_more: Any) -> None:
        _signalled.tables[table] = max(0, _signalled.tables[table] - 1)
        if not is_said() and not (update_fields and set(update_fields) <= _unseen[table]):
            retire(*names(instance), using=using)

    unique = f"kept.{table}.{','.join(sorted(kinds))}"
    for signal, receiver in (
        (pre_save, before),
        (post_save, after),
        (pre_delete, before),
        (post_delete, after),
    ):
        signal.connect(receiver, sender=model, weak=False, dispatch_uid=unique)
    for field in m2m:
        _watch_links(model, field, names, frozenset(kinds), unique)


def _watch_links(
    model: type[Model], field: str, names: Callable[[Any], list[str]], kinds: frozenset[str], unique: str
) -> None:
    through = getattr(model, field).through
    table = through._meta.db_table
    _unseen.setdefault(table, frozenset())
    for kind in kinds:
        _kinds[kind].add(table)

    def changed(sender: Any, instance: Any, action: str, reverse: bool, using: str, **_more: Any) -> None:
        if reverse:  # from the other side: the statement's table tells
            return
        if action.startswith("pre_"):
            _signalled.tables[table] += 1
            return
        _signalled.tables[table] = max(0, _signalled.tables[table] - 1)
        if not is_said():
            retire(*names(instance), using=using)

    m2m_changed.connect(changed, sender=through, weak=False, dispatch_uid=f"{unique}.{field}")


def _reader(key: Key) -> Callable[[Any], Iterable[Any]]:
    if callable(key):
        return key
    if not key:
        return lambda row: ("",)
    read = attrgetter(key)
    return lambda row: (read(row),)


def written(sql: str) -> str | None:
    """The table of ours of which a statement writes columns that pages show; None if there is none."""
    found = _WRITES.match(sql)
    if found is None or found[1] not in _ours():
        return None
    unseen = _unseen.get(found[1])
    if unseen and found[0].lstrip()[:6].upper() == "UPDATE" and (sets := _SET.search(sql)):
        columns = set(_COLUMN.findall(sets[1]))
        if columns and columns <= unseen:
            return None
    return found[1]


def read(sql: str) -> frozenset[str]:
    """The tables of ours that a statement reads."""
    return _ours().intersection(_READS.findall(sql))


@cache
def _ours() -> frozenset[str]:
    """The tables of the rooms: sessions, tasks and accounts' addresses are on no page that is kept."""
    return frozenset(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("summitry.")
    )


def _seen(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Around every statement. One that writes retires who reads its table without a name for its rows; and,
    if no signal told which rows these are, everybody who reads it.
    """
    text = sql if isinstance(sql, str) else str(sql)
    if text.lstrip("(").startswith("SELECT"):  # PostgreSQL has the parts of a union in parentheses
        if now := making.get():
            now.tables |= read(text)
    elif table := written(text):
        names = [f"any:{table}"]
        if not _signalled.tables[table] and not is_said():
            names.append(f"table:{table}")
        retire(*names, using=context["connection"].alias)
    return execute(sql, params, many, context)


def _connected(sender: Any, connection: Any, **_more: Any) -> None:
    if _seen not in connection.execute_wrappers:
        connection.execute_wrappers.append(_seen)


def forget() -> None:
    """No row is being written: for the end of a request, after whatever went wrong in it."""
    _signalled.tables.clear()


def begin() -> None:
    """Watches every connection, present and to come."""
    connection_created.connect(_connected, dispatch_uid="kept")
    for connection in connections.all(initialized_only=True):
        _connected(None, connection)
