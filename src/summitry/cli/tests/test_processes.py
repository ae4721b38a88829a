"""Children that live and end together."""

import os
import signal
import socket
import sys
import threading
import time

from summitry.cli import processes
from summitry.cli.processes import Family

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_one_that_ends_by_itself_ends_the_others_with_its_status():
    family = Family({"short": [sys.executable, "-c", "raise SystemExit(3)"], "long": SLEEP})
    assert family.run() == 3
    assert {name: child.returncode for name, child in family.children.items()} == {
        "short": 3,
        "long": -signal.SIGTERM,
    }


def test_a_signal_ends_them_all_and_is_no_failure():
    family = Family({"one": SLEEP, "two": SLEEP})
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
    assert family.run() == 0
    assert [child.returncode for child in family.children.values()] == [-signal.SIGTERM] * 2


def test_a_revived_one_is_started_again(tmp_path):
    note = tmp_path / "starts"
    once = [sys.executable, "-c", f"open({str(note)!r}, 'a').write('x')"]
    family = Family({"long": SLEEP, "again": once}, frozenset({"again"}))
    threading.Timer(3, os.kill, (os.getpid(), signal.SIGINT)).start()
    assert family.run() == 0
    assert len(note.read_text()) >= 2


def test_tells_when_somebody_answers():
    told = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        family = Family({"one": [sys.executable, "-c", "import time; time.sleep(1)"]})
        began = time.monotonic()
        family.run(server.getsockname()[:2], ready=lambda: told.append(time.monotonic() - began))
    assert len(told) == 1
    assert told[0] < 1


def test_a_child_that_does_not_listen_is_killed_in_the_end(monkeypatch):
    monkeypatch.setattr(processes, "GRACE", 0.5)
    deaf = [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"]
    family = Family({"deaf": deaf})
    threading.Timer(1, os.kill, (os.getpid(), signal.SIGTERM)).start()
    assert family.run() == 0
    assert family.children["deaf"].returncode == -signal.SIGKILL
