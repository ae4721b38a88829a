"""What is sent when a stage asks those behind an entry for more."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import User, scope_of
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.moments import clock

from .. import checks
from ..codec import digest
from ..conflicts import keep
from ..models import StageRun, Submission, Supplement
from .answering import check_before, check_state
from .common import check_version, lock_submission
from .telling_entries import tell


def send_supplement(
    actor: User,
    submission: Submission,
    run: StageRun,
    version: int | None = None,
    *,
    now: datetime | None = None,
) -> Supplement:
    """Send what a stage asked for, checked in full; until its day it can be sent again, and what was sent
    last counts. From now on those see it whose duties show them the entry.

    `now` is when the request arrived: at the deadline exactly it is in time. A refusal leaves the draft as it
    is, with the faults by field. Sending the same twice changes nothing."""
    return _send(actor, submission, run, version, now or timezone.now())


@act
def _send(
    actor: User, submission: Submission, run: StageRun, version: int | None, now: datetime
) -> Supplement:
    submission = lock_submission(submission)
    require(actor, "calls.submit_submission", submission)
    check_state(submission)
    call = submission.call
    run = call.stages.get(pk=run.pk)
    run.call = call
    under = run.component.asks_more(run, submission) if run.is_open else None
    if under is None:
        check_before(run.closes_at, now)
        raise ValidationError(_("Nothing is asked of this submission now."), code="stage")
    kept, wrong = checks.clean_answers(submission, submission.draft, under)
    asked = {field.key for field in call.rules.asked(under).fields}
    found = run.supplements.filter(submission=submission).first()
    before = {key: one for key, one in submission.answers.items() if key in asked}
    if found is not None and before == kept:
        return found
    check_before(run.closes_at, now)
    check_version(version, submission.version)
    if wrong:
        raise ValidationError(wrong)
    again = found is not None
    submission.answers = {**_without(submission.answers, asked), **kept}
    submission.draft = {**_without(submission.draft, asked), **kept}
    submission.version += 1
    submission.save()
    found, _made = Supplement.objects.update_or_create(
        stage=run, submission=submission, defaults={"digest": digest(kept), "sent_at": now}
    )
    enter(
        "calls.supplemented",
        subject=scope_of(submission),
        facts={
            "call": call.slug,
            "ref": submission.ref,
            "stage": run.rule.name,
            "key": run.key,
            "sent": clock(now),
            "again": again,
        },
        by="applicant",
        actor=actor,
        private={"answers": found.digest},
    )
    keep.entry_changed(submission)
    tell(run, [submission], "supplement_received", "calls:supplement", {"sent": now})
    return found


def _without(answers: dict[str, object], keys: set[str]) -> dict[str, object]:
    return {key: one for key, one in answers.items() if key not in keys}
