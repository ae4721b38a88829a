"""What runs later."""

from django.tasks import task

from . import outbox


@task
def deliver(uid: str) -> bool:
    """Send one letter; a failure is raised, and the worker tries again. A letter goes once, however often
    this runs."""
    return outbox.deliver(uid)


def sweep() -> int:
    """For the worker's schedule: letters that every try has failed for get new ones, for a week. How many."""
    outbox.throw_away()
    waiting = outbox.forgotten()
    for uid in waiting:
        deliver.enqueue(str(uid))
    return len(waiting)
