"""A juror compares two entries, and takes it back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.people.queries import person_of
from summitry.record.act import act, require

from ..models import Comparison, StageRun, Submission
from .common import lock
from .running import lock_run


def open_for(run: StageRun, deed: str) -> None:
    """Within an act, the stage locked. Raises ValidationError unless this is done in it, and now."""
    if not run.is_open or deed not in run.component.allows:
        raise ValidationError(_("No stage of this call in which this is done is open now."), code="stage")


@act
def compare(
    actor: User, run: StageRun, left: Submission, right: Submission, winner: Submission | None
) -> Comparison:
    """Say which of two entries is the stronger; None for no difference. The same again gives back what
    stands; another answer to the same pair needs `undo_comparison` first."""
    run = lock_run(run)
    for entry in (left, right):
        if entry.call_id != run.call_id:
            raise PermissionDenied
        require(actor, "calls.assess_submission", entry)
    open_for(run, "compare")
    if left.pk == right.pk:
        raise ValidationError(_("Compare an entry with another one."))
    if winner is not None and winner.pk not in {left.pk, right.pk}:
        raise ValidationError(_("Choose one of the two entries."))
    if Submission.objects.in_the_running().filter(pk__in=[left.pk, right.pk]).count() < 2:
        raise ValidationError(_("One of these entries is no longer in the running."), code="gone")
    juror = person_of(actor)
    first, second = sorted((left, right), key=lambda one: one.number or 0)
    found = run.comparisons.filter(
        juror=juror, left=first, right=second, undone_at=None, voided_at=None
    ).first()
    if found is None:
        return Comparison.objects.create(stage=run, juror=juror, left=first, right=second, winner=winner)
    if found.winner_id != (winner.pk if winner else None):
        raise ValidationError(
            _("You have compared these two already. Undo that answer to give another."), code="compared"
        )
    return found


@act
def undo_comparison(actor: User, comparison: Comparison) -> Comparison:
    """Take back one's own answer while the stage is open. Twice changes nothing."""
    run = lock_run(comparison.stage)
    require(actor, "calls.see_jury", run.call)
    found = lock(comparison)
    if found.juror_id != person_of(actor).pk:
        raise PermissionDenied
    if found.undone_at or found.voided_at:
        return found
    open_for(run, "compare")
    found.undone_at = timezone.now()
    found.save(update_fields=["undone_at"])
    return found
