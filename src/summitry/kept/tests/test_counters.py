"""The counters: the same in a file and in Redis."""

import multiprocessing
import shutil
import socket
import subprocess
import threading
import time

import pytest

from summitry.kept import counters as module
from summitry.kept.counters import CELLS, FileCounters, RedisCounters, cell


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory):
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server here")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(folder), "--bind", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        for _attempt in range(100):
            with socket.socket() as there:
                if there.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


@pytest.fixture(params=["file", "redis"])
def two(request, tmp_path):
    """Two processes' views of the same counters."""
    if request.param == "file":
        return FileCounters(tmp_path / "counters"), FileCounters(tmp_path / "counters")
    url = request.getfixturevalue("redis_url")
    return RedisCounters(url, str(tmp_path)), RedisCounters(url, str(tmp_path))


def test_what_one_retires_the_other_sees(two):
    ours, theirs = two
    before = theirs.clock()
    ours.open([1, 2])
    time.sleep(module.LAG * 2)
    assert theirs.clock() == before + 1
    assert theirs.latest([2]) == theirs.clock()
    assert theirs.latest([3]) == 0
    assert theirs.latest([]) == 0


def test_a_name_is_open_until_all_have_closed_it(two):
    ours, theirs = two
    ours.open([1])
    theirs.open([1])
    ours.close([1])
    assert ours.is_open([7, 1])
    theirs.close([1])
    assert not ours.is_open([7, 1])
    assert not ours.is_open([])
    theirs.close([1])  # once too often: as if it had not been
    ours.open([1])
    assert theirs.is_open([1])


def test_a_name_that_a_dead_process_left_open_is_closed_in_time(two, monkeypatch):
    ours, theirs = two
    ours.open([1])
    now = time.time()
    monkeypatch.setattr(module.time, "time", lambda: now + module.OPEN + 2)
    assert not theirs.is_open([1])
    theirs.open([1])
    theirs.close([1])
    assert not theirs.is_open([1])


def test_a_new_epoch_is_seen_by_all(two):
    ours, theirs = two
    before = theirs.epoch
    assert ours.epoch == before
    ours.renew()
    time.sleep(module.LAG * 2)
    theirs.clock()
    assert theirs.epoch != before


def test_a_redis_that_was_emptied_is_another_epoch(redis_url):
    here = RedisCounters(redis_url, "emptied")
    before = here.epoch
    here._redis.delete("emptied")
    time.sleep(module.LAG * 2)
    assert here.clock() == 0
    assert here.epoch != before


def test_a_file_that_was_taken_away_is_noticed(settings, tmp_path, monkeypatch):
    settings.KEPT_DIR, settings.KEPT_COUNTERS = tmp_path, ""
    module.forget()
    first = module.counters()
    assert module.counters() is first
    (tmp_path / "counters").unlink()
    now = time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: now + 2)
    assert module.counters() is not first
    module.forget()


def _many(path: str, count: int) -> None:
    mine = FileCounters(path)
    for _turn in range(count):
        mine.open([5])
        mine.close([5])


def test_processes_and_threads_lose_no_turn(tmp_path):
    here = FileCounters(tmp_path / "counters")
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_many, args=[tmp_path / "counters", 300]) for _one in range(2)]
    threads = [threading.Thread(target=_many, args=[tmp_path / "counters", 300]) for _one in range(2)]
    for one in (*processes, *threads):
        one.start()
    for one in (*processes, *threads):
        one.join()
    assert here.clock() == here.latest([5]) == 4 * 300 * 2
    assert not here.is_open([5])


def test_cells_are_the_same_everywhere():
    assert cell("session:1") == cell("session:1") != cell("session:2")
    assert cell("session:1") == 98047
    assert all(0 <= cell(f"n{n}") < CELLS for n in range(100))
