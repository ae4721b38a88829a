"""What is checked before Django loads, and the loading itself."""

import errno
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.cli.problem import Problem

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

MARKER = "demonstration.json"  # lies in each data folder that `summitry demo` made


def data_folder() -> Path:
    return Path(os.environ.get("SUMMITRY_DATA") or "summitry-data").expanduser().resolve()


def writable(folder: Path) -> Path:
    """The folder, made if it is missing. Raises Problem where nothing can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise Problem(
            f"The data folder {folder} cannot be written ({reason}). Name another by SUMMITRY_DATA."
        ) from None
    return folder


def check_database_url() -> None:
    """Raises Problem for a DATABASE_URL that Django could not use; its password is not repeated."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return
    import dj_database_url

    example = "postgres://user:password@host:5432/name"
    try:
        found = dj_database_url.parse(url)
    except ValueError:
        raise Problem(f"DATABASE_URL cannot be read. It looks like this: {example}") from None
    engine = str(found.get("ENGINE", ""))
    if not engine.endswith((".sqlite3", ".postgresql")):
        named = engine.rpartition(".")[2] or "no database"
        raise Problem(f"DATABASE_URL names {named}; Summitry runs on SQLite and PostgreSQL: {example}")
    if engine.endswith(".postgresql") and not found.get("NAME"):
        raise Problem(f"DATABASE_URL names no database. It looks like this: {example}")


def check_free(host: str, port: int) -> None:
    """Raises Problem if somebody listens on this address already, or if it cannot be listened on."""
    if not 1 <= port <= 65535:
        raise Problem(f"{port} is not a port: choose one from 1 to 65535.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise Problem(f"{host} is not an address of this machine. Try --host 127.0.0.1.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Problem(f"Port {port} of {host} is in use. Choose another: --port {port + 1}") from None
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise Problem(
            f"Port {port} of {host} cannot be listened on ({reason}). Choose another: --port 8000"
        ) from None


def know_folder() -> None:
    """Checks the data folder. One that `summitry demo` made stays a demonstration for every command."""
    if (writable(data_folder()) / MARKER).exists():
        be_demonstration()


def be_demonstration() -> None:
    os.environ.setdefault("SUMMITRY_DEMO", "1")
    os.environ.setdefault("RECORD_ORIGIN", "demonstration.example/record")


def load() -> None:
    """Checks the environment and loads Django."""
    know_folder()
    check_database_url()
    import django

    django.setup()


def connect() -> "BaseDatabaseWrapper":
    """The open connection to the database. Raises Problem where there is none to be had."""
    from django.db import connection
    from django.db.utils import DatabaseError

    try:
        connection.ensure_connection()
    except DatabaseError as error:
        why = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        raise Problem(
            f"The database does not answer: {why}. Check DATABASE_URL and that the server runs."
        ) from None
    return connection


def unapplied() -> int:
    """How many migrations this database still lacks."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connect())
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def need_migrated() -> None:
    if lacking := unapplied():
        raise Problem(f"The database lacks {lacking} migrations. Run first: summitry migrate")
