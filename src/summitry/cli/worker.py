"""`summitry worker`: does what was put off, and what the clock asks for.

Django's Tasks keep the queue in the database. Added here: a failed task is tried again, later and
later; a task whose worker died is taken up by another; the schedule. A task may therefore run twice.
"""

import argparse
import hashlib
import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitry.cli import environment

if TYPE_CHECKING:
    from django_tasks_db.models import DBTaskResult

    from summitry.cli.schedule import Clock

logger = logging.getLogger(__name__)
WAITS = (
    10,
    60,
    600,
    3600,
)  # seconds before the second, third, fourth and fifth try; then the task has failed
LEASE = timedelta(minutes=30)  # a task of another machine's worker that runs longer is taken for abandoned


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "worker",
        help="send mails, close calls and do what else is put off",
        description="Runs tasks and the schedule until it is stopped. As many as wanted may run at once.",
    )
    parser.add_argument(
        "--interval", type=float, default=1.0, help="seconds between looks (default: %(default)s)"
    )
    parser.add_argument("--once", action="store_true", help="do what is due now, then stop")
    parser.add_argument("--quiet", action="store_true", help="say nothing but errors")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    environment.load()
    environment.need_migrated()
    from summitry.cli.schedule import Clock

    with Life(environment.data_folder() / "workers") as life:
        worker = Worker(life, Clock())
        signal.signal(signal.SIGTERM, worker.stop)
        signal.signal(signal.SIGINT, worker.stop)
        if not args.quiet:
            print("The worker runs (Ctrl-C stops it).", flush=True)
        done = worker.run(interval=max(0.05, args.interval), once=args.once)
        if not args.quiet:
            print(f"{done} tasks done.")
    return 0


class Life:
    """A worker's sign of life: a file that it holds locked until it ends, however it ends."""

    def __init__(self, folder: Path):
        self.folder = folder
        place = hashlib.sha256(f"{socket.gethostname()}:{folder}".encode()).hexdigest()[:12]
        self._place = f"{place}-"  # workers of one machine and one folder can tell each other's death
        self.id = f"{self._place}{os.getpid()}-{secrets.token_hex(4)}"
        self._file: Any = None

    def __enter__(self) -> "Life":
        self.folder.mkdir(parents=True, exist_ok=True)
        self._file = (self.folder / self.id).open("w")
        _lock(self._file)
        return self

    def __exit__(self, *exception: object) -> None:
        (self.folder / self.id).unlink(missing_ok=True)
        self._file.close()

    def died(self, other: str) -> bool | None:
        """Whether that worker is dead; None if this machine cannot tell."""
        path = self.folder / other
        if not path.exists():
            return True if other.startswith(self._place) else None
        with path.open("a") as file:
            dead = _lock(file)
        if dead:
            path.unlink(missing_ok=True)
        return dead


def _lock(file: Any) -> bool:
    """Takes the lock if nobody has it."""
    try:
        import fcntl
    except ImportError:  # Windows: nobody can tell, the lease decides
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


class Worker:
    """Takes tasks one at a time, best first."""

    def __init__(self, life: Life, clock: "Clock"):
        self.life, self.clock = life, clock
        self.running = True
        self.done = 0
        self._last_look = 0.0

    def stop(self, number: int, frame: object) -> None:
        """The first signal lets the running task end; the second does not."""
        if not self.running:
            raise SystemExit(1)
        self.running = False

    def run(
        self, interval: float = 1.0, once: bool = False, sleep: Callable[[float], None] = time.sleep
    ) -> int:
        """How many tasks it did until it was stopped."""
        from django.db import close_old_connections
        from django.db.utils import InterfaceError, OperationalError

        while self.running:
            try:
                close_old_connections()
                self.clock.tick()
                self.recover()
                busy = self.one()
            except (OperationalError, InterfaceError) as error:
                logger.warning(
                    "the database does not answer: %s", error
                )  # it comes back: nothing is lost meanwhile
                busy = False
            if once and not busy:
                break
            if not busy and self.running:
                sleep(interval)
        return self.done

    def one(self) -> bool:
        """Does the next task that is due; false if there is none."""
        from django_tasks_db.models import DBTaskResult
        from django_tasks_db.utils import exclusive_transaction

        due = DBTaskResult.objects.ready().filter(backend_name="default")
        if (
            not due.exists()
        ):  # without this look, a waiting worker would take SQLite's write lock every second
            return False
        with exclusive_transaction(due.db):
            task = due.get_locked()
            if task is None:
                return False
            task.claim(self.life.id)
        self._do(task)
        return True

    def _do(self, row: "DBTaskResult") -> None:
        from django.tasks import TaskContext

        try:
            task, result = row.task, row.task_result
            context: tuple[Any, ...] = (TaskContext(task_result=result),) if task.takes_context else ()
            row.set_successful(task.call(*context, *result.args, **result.kwargs))
            self.done += 1
        except Exception as error:
            self._put_back(row, error)
        except BaseException:  # told to end at once, in the middle: somebody takes it up again
            self._again(row, 0)
            raise

    def _put_back(self, row: "DBTaskResult", error: Exception) -> None:
        tries = len(row.worker_ids)
        if tries > len(WAITS):
            logger.error("task %s failed for the last time", row.task_path, exc_info=error)
            row.set_failed(error)
            return
        wait = WAITS[tries - 1]
        logger.warning(
            "task %s failed (%s: %s); next try in %s s", row.task_path, type(error).__name__, error, wait
        )
        self._again(row, wait)

    @staticmethod
    def _again(row: "DBTaskResult", wait: float) -> None:
        from django.utils import timezone

        row.status, row.started_at = "READY", None
        row.run_after = timezone.now() + timedelta(seconds=wait)
        row.save(update_fields=["status", "started_at", "run_after"])

    def recover(self) -> int:
        """Puts back the tasks of dead workers; how many. Looks every ten seconds."""
        if time.monotonic() - self._last_look < 10 and self._last_look:
            return 0
        self._last_look = time.monotonic()
        from django.utils import timezone
        from django_tasks_db.models import DBTaskResult

        found = 0
        for row in DBTaskResult.objects.running().filter(backend_name="default")[:100]:
            owner = row.worker_ids[-1] if row.worker_ids else ""
            dead = self.life.died(owner) if owner and owner != self.life.id else None
            if dead is None and owner != self.life.id:
                dead = row.started_at is None or row.started_at < timezone.now() - LEASE
            if not dead:
                continue
            # Only if nobody else did so in the meantime.
            if len(row.worker_ids) > len(WAITS):
                row.set_failed(RuntimeError("its worker died at every try"))
            elif DBTaskResult.objects.filter(pk=row.pk, status="RUNNING", worker_ids=row.worker_ids).update(
                status="READY", started_at=None, run_after=timezone.now()
            ):
                found += 1
                logger.warning("task %s of a dead worker is taken up again", row.task_path)
        return found
