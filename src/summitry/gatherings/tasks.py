"""What happens later in gatherings. Thin: it calls acts."""

from django.tasks import task

from .models import Proposal
from .timetabling import running


@task()
def compute_proposal(uid: str) -> str:
    """Computes a timetable that somebody asked for; harmless when repeated."""
    return str(running.compute(Proposal.objects.select_related("gathering").get(uid=uid)).state)
