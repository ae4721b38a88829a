"""Worlds that many tests begin with are made once in a process; after that their rows are put back.

A test of a jury needs a call, its people and entries that were sent and screened: half a second of acts, the
same ones each time. `remembered` keeps what a factory wrote into a database with next to nothing in it, or
into one that another remembered factory left untouched, and restores just that. In any other state the
factory runs as it is."""

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.base import ModelBase

_READING = ("SELECT", "SAVEPOINT", "RELEASE", "EXPLAIN")
_NEXT_TO_NOTHING = 3  # rows: an institution
_OF_DJANGO = {"auth", "contenttypes", "sites"}  # filled with the tables themselves

type Key = tuple[Any, ...]
type Rows = dict[str, Any]


class World:
    """What a factory returns and another one may go on from."""


@dataclass
class Snapshot:
    """rows: of each table that holds any; given: the factory's arguments and result as it left them;
    afterwards: what it wants done on commit."""

    rows: Rows
    given: Any = None
    afterwards: Sequence[Callable[[], Any]] = ()


class Memory:
    """What this process remembers, and what the database is known to hold now."""

    def __init__(self) -> None:
        self.snapshots: dict[Key, Snapshot] = {}
        self.writes = 0
        self.holds: Key | None = None  # as of `seen` writes
        self.seen = 0

    def watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().startswith(_READING):
            self.writes += 1
        return execute(sql, params, many, context)

    def begin(self) -> None:
        """A new test: what its database holds is not known."""
        self.holds = None

    def state(self) -> Key | None:
        """What the database holds; None if that is nothing to begin with."""
        if not connection.in_atomic_block:
            return None
        if self.watch not in connection.execute_wrappers:
            connection.execute_wrappers.insert(0, self.watch)
        if self.holds is not None:
            return self.holds if self.seen == self.writes else None
        return self._root()

    def _root(self) -> Key | None:
        if not _few():
            return None
        found = rows()
        key = (repr(found),)
        self.snapshots.setdefault(key, Snapshot(found))
        return key

    def now(self, key: Key | None) -> None:
        self.holds, self.seen = key, self.writes


memory = Memory()


def remembered[**P, R](make: Callable[P, R]) -> Callable[P, R]:
    """The factory `make`, which runs once for equal arguments in equal databases. Arguments are what their
    `repr` tells; the first may be a world, which it changes."""

    @wraps(make)
    def made(*args: P.args, **options: P.kwargs) -> R:
        before = memory.state()
        if before is None:
            memory.holds = None
            return make(*args, **options)
        world = args[0] if args and isinstance(args[0], World) else None
        key = (*before, make.__module__, make.__name__, repr(args), repr(sorted(options.items())))
        known = memory.snapshots.get(key)
        if known is None:
            start = len(connection.run_on_commit)
            result = make(*args, **options)
            afterwards = [one[1] for one in connection.run_on_commit[start:]]
            memory.snapshots[key] = Snapshot(rows(), copy.deepcopy((world, result)), afterwards)
        else:
            _restore(known.rows, memory.snapshots[before].rows)
            there, result = copy.deepcopy(known.given)
            if world is not None:
                vars(world).update(vars(there))
            for function in known.afterwards:
                transaction.on_commit(function)
        memory.now(key)
        return result

    return made


@cache
def _tables() -> list[tuple[str, str]]:
    """(name, its columns) of each table of the house, quoted."""
    quote = connection.ops.quote_name
    listed: list[ModelBase] = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.app_label not in _OF_DJANGO
    ]
    return [(quote(one._meta.db_table), ",".join(_columns(one, quote))) for one in listed]


def _columns(model: type[models.Model], quote: Callable[[str], str]) -> Iterator[str]:
    return (quote(one.column) for one in model._meta.local_concrete_fields if not one.generated)


def _few() -> bool:
    """Whether the tables hold next to nothing."""
    most = _NEXT_TO_NOTHING + 1
    some = (f"SELECT * FROM (SELECT 1 FROM {table} LIMIT {most}) few" for table, _columns in _tables())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({' UNION ALL '.join(some)}) found")
        return bool(cursor.fetchone()[0] < most)


def rows() -> Rows:
    """What each table holds that holds any, as it is stored."""
    found = {}
    for table, columns in _tables():
        if connection.vendor == "sqlite":
            # A plus keeps the driver from reading dates and flags: the rows are kept as they are stored.
            asked = ",".join(f"+{one}" for one in columns.split(","))
            held: Any = connection.connection.execute(f"SELECT {asked} FROM {table}").fetchall()
        else:
            with connection.connection.cursor().copy(f"COPY {table} ({columns}) TO STDOUT") as copied:
                held = b"".join(copied)
        if held:
            found[table] = held
    return found


def _restore(after: Rows, before: Rows) -> None:
    """Replace what the tables held before. Keys between them are checked at the end of the transaction."""
    driver = connection.connection
    for table, columns in _tables():
        if after.get(table) == before.get(table):
            continue
        if table in before:
            driver.execute(f"DELETE FROM {table}")
        if connection.vendor == "sqlite":
            places = ",".join("?" * len(columns.split(",")))
            driver.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", after.get(table, []))
        elif table in after:
            with driver.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copied:
                copied.write(after[table])
