"""Entries that a stage takes out of the running."""

from collections.abc import Iterable

from django.utils import timezone

from summitry.text.value import Text

from ..models import Decision, Elimination, StageRun, Submission


def take_out(
    run: StageRun,
    entries: Iterable[Submission],
    cause: Elimination.Cause,
    reason: Text,
    into: Submission | None = None,
) -> None:
    """Take entries out with a reason that their applicants read. Within an act, the call locked, permission
    already checked. A decision that stood on the sheet goes: the reason given here is the answer."""
    out, now, call = list(entries), timezone.now(), run.call
    Elimination.objects.bulk_create(
        [
            Elimination(submission=one, stage=run, cause=cause, reason=reason, into=into, at=now)
            for one in out
        ],
        batch_size=500,
    )
    if Decision.objects.filter(submission__in=out).delete()[0]:
        call.sheet += 1
        call.save(update_fields=["sheet"])
