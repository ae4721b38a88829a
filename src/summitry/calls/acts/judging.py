"""The judges' acts: screening, assigning, conflicts, assessments."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Person, Role, User, scope_of
from summitry.people.queries import acting_as, person_of
from summitry.record.act import Stale, act, require
from summitry.record.acts import enter
from summitry.text.value import Text

from ..conflicts.keep import judges_no_more
from ..models import Assessment, Assignment, Conflict, Screening, StageRun, Submission
from ..rules import Stage
from .common import as_text, check_length, check_version, lock_submission, open_stage_for

JUDGES = (
    Role.JUROR,
    Role.JURY_CHAIR,
    Role.SCREENER,
    Role.ORGAN,
    Role.CALL_MANAGER,
    Role.SECRETARIAT,
)


@act
def screen(
    actor: User,
    submission: Submission,
    passed: bool,
    *,
    reason: Text | str | None = None,
    standard: str = "",
    version: int | None = None,
) -> Screening:
    """Pass an entry, or fail it with a reason of one's own or one of the stage's standard ones (its key).

    Until the stage is closed a finding can be changed; `version` is the one that the screener saw, None for
    none. Raises Stale if another screener was first."""
    submission = lock_submission(submission)
    require(actor, "calls.screen_submission", submission)
    run = open_stage_for(submission.call, "screen")
    words = as_text(reason)
    check_length(words, "reason", 3000)
    if standard and run.rule.reason(standard) is None:
        raise ValidationError({"standard": _("Choose one of the standard reasons of this stage.")})
    if not passed and not words and not standard:
        raise ValidationError({"reason": _("Say why: the applicant reads it.")})
    if submission.state != Submission.State.SUBMITTED:
        raise ValidationError(_("This submission has been withdrawn."))
    screener = person_of(actor)
    found = Screening.objects.select_for_update().filter(submission=submission, stage=run).first()
    if found is None:
        return Screening.objects.create(
            submission=submission,
            stage=run,
            screener=screener,
            passed=passed,
            standard=standard,
            reason=words,
        )
    same = (found.passed, found.standard, found.reason) == (passed, standard, words)
    if same and found.screener_id == screener.pk:
        return found
    if version != found.version:
        raise Stale
    found.screener, found.passed, found.standard, found.reason = screener, passed, standard, words
    found.version, found.at = found.version + 1, timezone.now()
    found.save()
    return found


@act
def declare_conflict(actor: User, submission: Submission, reason: str = "") -> Conflict:
    """Step back from an entry: from now on its declarer sees neither it nor its discussion, and no mark or
    decision of hers on it counts; a finding of hers in a stage that is open falls. The record holds her role
    and the entry, and a commitment to the reason. Twice changes nothing."""
    submission = lock_submission(submission)
    call = submission.call
    require(actor, "calls.declare_conflict", submission)
    person, now = person_of(actor), timezone.now()
    if found := submission.conflicts.filter(juror=person, lifted_at=None).first():
        return found
    require(actor, "calls.view_submission", submission)
    if call.is_sealed:
        raise ValidationError(_("The verdict of this call is sealed."))
    if len(reason) > 2000:
        raise ValidationError({"reason": _("At most %(most)d characters.") % {"most": 2000}})
    conflict = Conflict.objects.create(
        submission=submission, juror=person, reason=reason.strip(), declared_at=now
    )
    judges_no_more(submission, person)
    enter(
        "calls.conflict",
        subject=scope_of(call),
        facts={"call": call.slug, "ref": submission.ref},
        by=acting_as(actor, call, *JUDGES),
        actor=actor,
        private={"person": str(person.uid), "reason": conflict.reason},
    )
    return conflict


def _assignment(submission: Submission, juror: Person, run: StageRun) -> Assignment:
    found = (
        run.assignments.select_for_update().filter(submission=submission, juror=juror, ended_at=None).first()
    )
    if found is None:
        raise ValidationError(_("This entry is not on your list."))
    return found


@act
def declare_no_conflict(actor: User, submission: Submission) -> Assignment:
    """Say that one has no conflict with an entry on one's list. Twice changes nothing."""
    submission = lock_submission(submission)
    require(actor, "calls.assess_submission", submission)
    run = open_stage_for(submission.call, "assess")
    assignment = _assignment(submission, person_of(actor), run)
    if assignment.cleared_at is None:
        assignment.cleared_at = timezone.now()
        assignment.save(update_fields=["cleared_at"])
    return assignment


def _check_marks(stage: Stage, marks: Mapping[str, int], complete: bool) -> dict[str, int]:
    """Marks that are on the scale, by criterion. Raises ValidationError under "mark_CRITERION"."""
    errors: dict[str, str] = {}
    for key, mark in marks.items():
        criterion = stage.criterion(key)
        if criterion is None:
            raise ValidationError(_("This stage has no criterion “%(key)s”.") % {"key": str(key)[:40]})
        if isinstance(mark, bool) or not isinstance(mark, int) or mark not in criterion.marks:
            errors[f"mark_{key}"] = _("Give a whole number from %(low)d to %(high)d.") % {
                "low": criterion.low,
                "high": criterion.high,
            }
    if complete:
        for criterion in stage.criteria:
            if criterion.key not in marks:
                errors[f"mark_{criterion.key}"] = _("A mark is missing here.")
    if errors:
        raise ValidationError(errors)
    return dict(marks)


def _assess(
    actor: User,
    submission: Submission,
    marks: Mapping[str, int],
    comment: str,
    note: str,
    version: int | None,
    send: bool,
) -> Assessment:
    submission = lock_submission(submission)
    require(actor, "calls.assess_submission", submission)
    run = open_stage_for(submission.call, "assess")
    juror, now = person_of(actor), timezone.now()
    assignment = _assignment(submission, juror, run)
    run.component.check_turn(run, submission)
    if submission.call.rules.conflicts.declare and assignment.cleared_at is None:
        raise ValidationError(
            _("Say first whether you have a conflict of interest with this entry."), code="undeclared"
        )
    kept = _check_marks(run.rule.within(submission.category), marks, send)
    for name, words in (("comment", comment), ("note", note)):
        if len(words) > 5000:
            raise ValidationError({name: _("At most %(most)d characters.") % {"most": 5000}})
    if send and run.rule.option("comment") and not comment.strip():
        raise ValidationError({"comment": _("These marks need a comment.")})
    found = Assessment.objects.select_for_update().filter(
        submission=submission, juror=juror, stage=run
    ).first() or Assessment(submission=submission, juror=juror, stage=run, version=0)
    same = (found.marks, found.comment, found.note) == (kept, comment.strip(), note.strip())
    if found.counts:
        if same:
            return found
        raise ValidationError(_("You have sent your marks for this entry: they are final."), code="sent")
    if same and not send and found.pk:
        return found
    check_version(version, found.version)
    found.marks, found.comment, found.note = kept, comment.strip(), note.strip()
    found.version, found.saved_at, found.voided_at = found.version + 1, now, None
    found.sent_at = now if send else None
    found.save()
    return found


@act
def save_assessment(
    actor: User,
    submission: Submission,
    marks: Mapping[str, int],
    *,
    comment: str = "",
    note: str = "",
    version: int | None = None,
) -> Assessment:
    """Keep marks that are not finished. `version` is the one seen, 0 for none; None does not ask."""
    return _assess(actor, submission, marks, comment, note, version, send=False)


@act
def send_assessment(
    actor: User,
    submission: Submission,
    marks: Mapping[str, int],
    *,
    comment: str = "",
    note: str = "",
    version: int | None = None,
) -> Assessment:
    """Send the marks: every criterion, and then they are final. Sending the same twice changes nothing."""
    return _assess(actor, submission, marks, comment, note, version, send=True)
