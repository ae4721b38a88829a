"""`summitry demo`: a demonstration institution in one command."""

import argparse
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from summitry.cli import environment, processes
from summitry.cli.problem import Problem

KEPT = {"static", "demo.lock"}  # what --fresh leaves in the folder
# What a folder may hold that has no institution in it yet.
HARMLESS = {"static", "workers", "demo.lock", "keys/secret.key"}


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "demo",
        help="open the demonstration institution",
        description="Makes a database, loads the demonstration institution, says how to sign in "
        "as each role, and serves. A second run keeps what is there.",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="delete the demonstration first and load it anew"
    )
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder (default: ./summitry-data)")
    parser.add_argument("--no-serve", action="store_true", help="only load it")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    began = time.monotonic()
    if args.data:
        os.environ["SUMMITRY_DATA"] = str(args.data.expanduser().resolve())
    folder = environment.data_folder()
    if not args.no_serve:
        environment.check_free(args.host, args.port)
    environment.check_database_url()
    with locked(claimed(folder)):
        marker = Marker.of(folder)
        if args.fresh or not marker.loaded:
            clear(folder)
        prepare_environment(args.host, args.port)
        environment.load()
        from rich.console import Console

        console = Console()
        fresh = make(marker, folder, console, again=args.fresh)
        from summitry.cli import static

        static.gather()
        from django.db import connections

        connections.close_all()  # the children open their own
        if fresh:
            console.print(f"Loaded in {time.monotonic() - began:.0f} s into {folder}", highlight=False)
        else:
            console.print(f"The demonstration is in {folder}, as it was left.", highlight=False)
        if args.no_serve:
            return 0
        address = f"http://{args.host}:{args.port}/"
        with processes.server(args.host, args.port, 1, 8) as commands:
            family = processes.Family({**commands, "worker": processes.worker()}, frozenset({"worker"}))
            return family.run((args.host, args.port), ready=lambda: greet(console, address))


@dataclass
class Marker:
    """What `summitry demo` notes in a folder that it made, so that it deletes nothing else."""

    folder: Path
    database: str = ""  # where the institution is; empty: none yet
    loaded: bool = False
    day: str = ""
    tables: dict[str, str] = field(default_factory=dict)  # each migration that made them, and its digest

    @classmethod
    def of(cls, folder: Path) -> "Marker":
        try:
            kept: dict[str, Any] = json.loads((folder / environment.MARKER).read_text())
        except (OSError, ValueError):
            kept = {}
        here = database_name()
        if kept.get("database") and kept["database"] != here:
            raise Problem(
                f"The demonstration in {folder} has its database at {kept['database']}, "
                f"but DATABASE_URL says {here}. Choose another folder: --data DIR"
            )
        return cls(
            folder,
            kept.get("database", ""),
            bool(kept.get("loaded")),
            kept.get("day", ""),
            kept.get("tables", {}),
        )

    def write(self) -> None:
        noted = {key: value for key, value in asdict(self).items() if key != "folder"}
        path = self.folder / environment.MARKER
        path.with_suffix(".new").write_text(json.dumps(noted, indent=1) + "\n")
        path.with_suffix(".new").replace(path)


def database_name() -> str:
    """Where the database is, without the password."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return "this folder"
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def claimed(folder: Path) -> Path:
    """The folder, marked as a demonstration's. Raises Problem if it holds something else."""
    if folder.is_dir() and not (folder / environment.MARKER).exists() and (others := strangers(folder)):
        raise Problem(
            f"{folder} holds something that `summitry demo` did not make ({', '.join(others[:3])}). "
            "Choose another folder: --data DIR"
        )
    environment.writable(folder)
    if not (folder / environment.MARKER).exists():
        Marker(folder).write()
    return folder


def strangers(folder: Path) -> list[str]:
    """What lies in the folder that a command before the demonstration may not have left there."""
    found = [entry for entry in folder.iterdir() if entry.name != "keys"] + list(folder.glob("keys/*"))
    return sorted(name for path in found if (name := path.relative_to(folder).as_posix()) not in HARMLESS)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One `summitry demo` at a time in one folder."""
    with (folder / "demo.lock").open("w") as file:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass  # Windows
        except OSError:
            raise Problem(
                f"Another `summitry demo` works in {folder}. Stop it, or choose another folder: --data DIR"
            ) from None
        yield


def clear(folder: Path) -> None:
    """Deletes what the demonstration keeps in its own folder: database, files, keys."""
    for entry in folder.iterdir():
        if entry.name in KEPT or entry.name == environment.MARKER:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def prepare_environment(host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    environment.be_demonstration()
    os.environ.setdefault("BASE_URL", f"http://{shown}:{port}")
    os.environ.setdefault(
        "ALLOWED_HOSTS", ",".join(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", shown]))
    )


def make(marker: Marker, folder: Path, console: Any, again: bool) -> bool:
    """Migrates, and loads the institution unless it is there; true if it was loaded now."""
    from django.core.management import call_command
    from django.utils import timezone
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    connection = environment.connect()
    there = set(connection.introspection.table_names())
    if marker.loaded and not again and there:
        now = migrations()
        if any(now.get(name) != digest for name, digest in marker.tables.items()):
            raise Problem(
                f"{folder} was made by another state of the code. Load it anew: summitry demo --fresh"
            )
        if environment.unapplied():
            call_command("migrate", interactive=False, verbosity=0)
        return False
    if there and not marker.database:
        raise Problem(
            f"The database at {database_name()} holds tables already; `summitry demo` takes an empty one."
        )
    marker.database, marker.loaded = database_name(), False
    marker.write()
    share = TextColumn("{task.percentage:>3.0f} %")
    columns = (TextColumn("{task.description}"), BarColumn(), share, TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("Making the database", total=None)
        drop(there)
        call_command("migrate", interactive=False, verbosity=0)
        from summitry.demo import loader

        for step in loader.load():
            progress.update(bar, description=step.label, completed=step.done, total=step.total)
    marker.loaded, marker.day, marker.tables = True, timezone.now().date().isoformat(), migrations()
    marker.write()
    return True


def migrations() -> dict[str, str]:
    """Each migration of the house and the digest of its file: an applied one must not change afterwards."""
    package = Path(__file__).resolve().parent.parent
    found = sorted(package.glob("*/migrations/[0-9]*.py"))
    return {
        f"{path.parent.parent.name}.{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in found
    }


def drop(there: set[str]) -> None:
    """Drops what an earlier loading left in a database server; a local file is gone already."""
    from django.db import connection

    if not there:
        return
    ours = {
        *connection.introspection.django_table_names(only_existing=True, include_views=False),
        "django_migrations",
    }
    tail = " CASCADE" if connection.vendor == "postgresql" else ""
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for name in sorted(ours & there):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}{tail}")


def greet(console: Any, address: str) -> None:
    from rich.table import Table

    from summitry.demo import accounts

    table = Table(box=None, pad_edge=False, show_header=True, header_style="bold")
    table.add_column("Sign in as", no_wrap=True)
    table.add_column("E-mail", no_wrap=True)
    table.add_column("To do there", overflow="fold")
    for account in accounts.ACCOUNTS:
        table.add_row(account.title, account.email, account.task)
    console.print()
    console.print(table)
    console.print(f"\nPassword of all of them: [bold]{accounts.PASSWORD}[/bold]")
    console.print(f"Open [bold]{address}[/bold]   (Ctrl-C stops it)", highlight=False)
