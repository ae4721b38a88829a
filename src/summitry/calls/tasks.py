"""What happens later in calls. Thin: it calls acts."""

from django.tasks import task

from . import acts


@task()
def close_due_calls() -> int:
    """Closes the calls whose deadline has passed; returns how many. Harmless when repeated."""
    return len(acts.close_due_calls())
