"""Child processes that live and end together: the server and the worker of one command."""

import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

GRACE = 15.0  # seconds that a child has to finish what it is doing


@contextmanager
def server(host: str, port: int, processes: int, threads: int) -> Iterator[dict[str, list[str]]]:
    """The commands of the web server: the porch that listens, and Django behind it on a socket of its own.
    Each respawns a process of its own that dies."""
    with tempfile.TemporaryDirectory(prefix="summitry-") as folder:  # a socket's path is 100 bytes at most
        behind = f"{folder}/django"
        yield {
            "porch": [sys.executable, "-m", "summitry.kept.porch", host, str(port), str(processes), behind],
            "server": [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--uds", behind, "--http", "1"),
                *("--workers", str(processes), "--blocking-threads", str(threads)),
                *("--respawn-failed-workers", "--workers-kill-timeout", "10", "--log-level", "error"),
                *("--no-ws", "summitry.wsgi:application"),
            ],
        }


def worker() -> list[str]:
    return [sys.executable, "-m", "summitry", "worker", "--quiet"]


@dataclass
class Family:
    """Runs commands until one of them ends by itself, or until Ctrl-C or SIGTERM; then ends them all.

    `revived` names the commands that are started again when they die.
    """

    commands: dict[str, list[str]]
    revived: frozenset[str] = frozenset()
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _ending: bool = False

    def run(self, address: tuple[str, int] = ("", 0), ready: Callable[[], None] | None = None) -> int:
        """The exit status: 0 when it was asked to end, else the status of the child that died.

        `ready` is called once, when somebody listens at the address.
        """
        before = {number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            for name in self.commands:
                self._start(name)
            while not self._ending:
                if ready and self._answers(*address):
                    ready()
                    ready = None
                for name, child in self.children.items():
                    status = child.poll()
                    if status is None or self._ending:
                        continue
                    if name not in self.revived:
                        return status or 1
                    time.sleep(1)
                    self._start(name)
                time.sleep(0.2)
            return 0
        finally:
            self._stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    @staticmethod
    def _answers(host: str, port: int) -> bool:
        try:
            socket.create_connection((host, port), 0.5).close()
        except OSError:
            return False
        return True

    def _start(self, name: str) -> None:
        # Sessions of their own, so that Ctrl-C reaches this process alone, and they end in order.
        self.children[name] = subprocess.Popen(self.commands[name], start_new_session=True)  # noqa: S603

    def _end(self, number: int, frame: object) -> None:
        self._ending = True

    def _stop(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + GRACE
        for child in self.children.values():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
