"""The worker: order, retries, recovery, schedule."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from summitry.cli.schedule import SCHEDULE, Clock, Entry, sweep
from summitry.cli.worker import LEASE, WAITS, Life, Worker

from . import chores

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _queue(settings, monkeypatch):
    # The worker closes stale connections; a test's own must stay open, with its transaction.
    monkeypatch.setattr("django.db.close_old_connections", lambda: None)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
    chores.done.clear()
    chores.failing["times"] = 0


@pytest.fixture
def worker(tmp_path):
    with Life(tmp_path / "workers") as life:
        yield Worker(life, Clock(entries=()))


def states() -> list[str]:
    return list(DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True))


def test_does_what_is_due_and_counts_it(worker):
    chores.note.enqueue("one")
    chores.note.enqueue("two")
    assert worker.run(once=True) == 2
    assert chores.done == ["one", "two"]
    assert states() == ["SUCCESSFUL", "SUCCESSFUL"]
    assert worker.one() is False


def test_leaves_what_is_put_off_until_later(worker):
    chores.note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("later")
    assert worker.run(once=True) == 0
    assert chores.done == []


def test_the_better_task_goes_first(worker):
    chores.note.enqueue("plain")
    chores.note.using(priority=10).enqueue("urgent")
    worker.run(once=True)
    assert chores.done == ["urgent", "plain"]


def test_a_task_that_asks_for_it_is_told_its_context(worker):
    chores.told.enqueue()
    worker.run(once=True)
    assert DBTaskResult.objects.get().return_value == 1


def test_a_failed_task_waits_and_is_tried_again(worker, caplog):
    chores.failing["times"] = 1
    chores.stumble.enqueue()
    before = timezone.now()
    with caplog.at_level(logging.WARNING, "summitry"):
        assert worker.run(once=True) == 0
    row = DBTaskResult.objects.get()
    assert row.status == "READY"
    assert timedelta(seconds=WAITS[0] - 1) < row.run_after - before < timedelta(seconds=WAITS[0] + 10)
    assert "RuntimeError: not yet" in caplog.text
    DBTaskResult.objects.update(run_after=timezone.now())
    assert worker.run(once=True) == 1
    assert chores.done == ["stumbled through"]
    assert states() == ["SUCCESSFUL"]


def test_a_task_that_never_works_has_failed_after_its_tries(worker, caplog):
    chores.failing["times"] = 99
    chores.stumble.enqueue()
    with caplog.at_level(logging.CRITICAL):
        for _ in range(len(WAITS) + 3):
            DBTaskResult.objects.update(run_after=timezone.now())
            worker.run(once=True)
    row = DBTaskResult.objects.get()
    assert row.status == "FAILED"
    assert len(row.worker_ids) == len(WAITS) + 1
    assert "not yet" in row.traceback


def test_a_task_whose_code_is_gone_does_not_stop_the_worker(worker, caplog):
    chores.note.enqueue("lost")
    DBTaskResult.objects.update(task_path="summitry.cli.tests.chores.no_longer_here")
    chores.note.enqueue("next")
    with caplog.at_level(logging.CRITICAL):
        assert worker.run(once=True) == 1
    assert chores.done == ["next"]


def test_a_worker_told_to_end_in_a_task_puts_it_back(worker):
    chores.stopped.enqueue()
    with pytest.raises(SystemExit):
        worker.run(once=True)
    assert states() == ["READY"]


def running(worker_id: str, **changes) -> DBTaskResult:
    chores.note.enqueue("orphan")
    values = {"status": "RUNNING", "started_at": timezone.now(), "worker_ids": [worker_id], **changes}
    DBTaskResult.objects.update(**values)
    return DBTaskResult.objects.get()


def test_takes_up_the_task_of_a_worker_that_died_on_this_machine(worker, tmp_path):
    dead = Life(tmp_path / "workers")
    with dead:
        pass
    running(dead.id)
    assert worker.recover() == 1
    assert worker.run(once=True) == 1
    assert chores.done == ["orphan"]
    assert DBTaskResult.objects.get().worker_ids == [dead.id, worker.life.id]


def test_leaves_the_task_of_a_worker_that_lives(worker, tmp_path):
    with Life(tmp_path / "workers") as other:
        running(other.id, started_at=timezone.now() - 2 * LEASE)
        assert worker.recover() == 0
    assert states() == ["RUNNING"]


@pytest.mark.parametrize(("age", "expected"), [(LEASE / 2, "RUNNING"), (LEASE * 2, "READY")])
def test_a_worker_of_another_machine_is_dead_when_its_lease_is_over(worker, age, expected):
    running("0123456789ab-77-abcd", started_at=timezone.now() - age)
    worker.recover()
    assert states() == [expected]


def test_a_task_that_kills_its_workers_is_given_up(worker, tmp_path):
    running(
        "0123456789ab-77-abcd", worker_ids=["gone"] * (len(WAITS) + 1), started_at=timezone.now() - 2 * LEASE
    )
    assert worker.recover() == 0
    assert states() == ["FAILED"]


def test_the_first_signal_lets_the_task_end_the_second_does_not(worker):
    worker.stop(15, None)
    assert worker.run() == 0
    with pytest.raises(SystemExit):
        worker.stop(15, None)


ticks: list[str] = []


def tick() -> None:
    ticks.append("tick")


def stumble() -> None:
    raise RuntimeError("the schedule goes on")


def test_the_clock_runs_each_entry_when_its_time_has_come(caplog):
    ticks.clear()
    now = [1000.0]
    here = __name__
    clock = Clock((Entry(60, f"{here}.stumble"), Entry(60, f"{here}.tick")), now=lambda: now[0])
    with caplog.at_level(logging.CRITICAL):
        assert clock.tick() == 2
        now[0] += 59
        assert clock.tick() == 0
        now[0] += 1
        assert clock.tick() == 2
    assert ticks == ["tick", "tick"]


def test_everything_on_the_schedule_exists_and_runs_on_an_empty_house(caplog):
    with caplog.at_level(logging.ERROR):
        assert Clock().tick() == len(SCHEDULE)
    assert caplog.text == ""


def test_the_sweep_forgets_only_what_ended_long_ago(worker):
    for words in ("old", "new"):
        chores.note.enqueue(words)
        worker.run(once=True)
    old = DBTaskResult.objects.order_by("enqueued_at").first()
    DBTaskResult.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=8))
    chores.note.using(run_after=timezone.now() + timedelta(days=9)).enqueue("still to come")
    sweep()
    assert [row.args_kwargs["args"] for row in DBTaskResult.objects.order_by("enqueued_at")] == [
        ["new"],
        ["still to come"],
    ]


@pytest.mark.django_db
def test_the_clock_publishes_what_waited_under_embargo():
    from datetime import timedelta

    from django.utils import timezone

    from summitry.gatherings import acts
    from summitry.gatherings.models import Gathering, PreparedRelease
    from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room

    gathering = make_gathering()
    make_placed(gathering, make_room(gathering), at(9))
    acts.prepare_release(None, gathering, timezone.now() + timedelta(days=1))
    entries = tuple(one for one in SCHEDULE if "publish_due_releases" in one.what)
    assert Clock(entries).tick() == 1
    assert Gathering.objects.get().released is None
    PreparedRelease.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert Clock(entries).tick() == 1
    assert Gathering.objects.get().released.version == 1
