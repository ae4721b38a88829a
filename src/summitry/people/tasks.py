"""What runs later."""

from django.tasks import task

from . import outbox


@task
def deliver(uid: str) -> bool:
    """Send one letter; a failure is raised, and the worker tries again. A letter goes once, however often
    this runs."""
    return outbox.deliver(uid)


@task
def deliver_all(uids: list[str]) -> int:
    """Give each of many letters its own delivery, so that one that fails is tried again alone. How many."""
    for uid in uids:
        deliver.enqueue(uid)
    return len(uids)


def sweep() -> int:
    """For the worker's schedule: letters that every try has failed for get new ones, for a week. How many."""
    outbox.throw_away()
    waiting = outbox.forgotten()
    for uid in waiting:
        deliver.enqueue(str(uid))
    return len(waiting)
