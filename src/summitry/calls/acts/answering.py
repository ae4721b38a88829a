"""When the questions of a call can be answered: until its deadline, and later in stages that ask for more."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.text.moments import exact

from ..models import Call, StageRun, Submission


def check_state(submission: Submission) -> None:
    """Raises ValidationError unless the submission can still be changed."""
    if submission.state not in {Submission.State.DRAFT, Submission.State.SUBMITTED}:
        raise ValidationError(_("This submission cannot be changed any more."))


def check_in_time(call: Call, now: datetime) -> None:
    """Refuse, with the exact times, what arrives before the opening or after the deadline."""
    if call.is_accepting(now):
        return
    times = {
        "opens": exact(call.opens_at) if call.opens_at else "",
        "closes": exact(call.closes_at) if call.closes_at else "",
        "now": exact(now),
    }
    if call.opens_at and call.state == Call.State.OPEN and now < call.opens_at:
        raise ValidationError(_("This call opens at %(opens)s; it is %(now)s.") % times, code="early")
    raise ValidationError(
        _("This call took submissions until %(closes)s; yours arrived at %(now)s. Your draft is kept.")
        % times,
        code="late",
    )


def check_before(closes: datetime | None, now: datetime) -> None:
    """Refuse, with the exact times, what arrives in a stage after its end; the last instant counts."""
    if closes is not None and now > closes:
        raise ValidationError(
            _("This was taken until %(closes)s; yours arrived at %(now)s. Your draft is kept.")
            % {"closes": exact(closes), "now": exact(now)},
            code="late",
        )


def check_asked(submission: Submission, stage: str, now: datetime) -> StageRun | None:
    """The open stage in which the questions that stand under this key (empty: the form’s own) can be answered
    now; None while the call itself takes submissions. Within an act, the submission and its call locked.

    Raises ValidationError, with the exact times for what is late."""
    check_state(submission)
    call = submission.call
    if not stage and call.is_accepting(now):
        return None
    for run in call.stages.open():
        run.call = call
        if run.component.asks_more(run, submission) == stage:
            check_before(run.closes_at, now)
            return run
    if not stage:
        check_in_time(call, now)
    closed = call.stages.filter(key=stage, state=StageRun.State.CLOSED).first()
    if closed is not None:
        check_before(closed.closes_at, now)
    raise ValidationError(_("Nothing is asked of this submission now."), code="stage")
