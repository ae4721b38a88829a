"""The judges' acts: screening, assigning, conflicts, assessments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Person, Role, User, scope_of
from summitry.people.queries import acting_as, holders, person_of
from summitry.record.act import Stale, act, require
from summitry.record.acts import enter
from summitry.text.value import Text

from .. import conflicts
from ..models import Assessment, Assignment, Call, Conflict, Decision, Screening, StageRun, Submission
from ..rules import Stage
from .common import as_text, check_length, check_version, lock, lock_submission, open_stage_for

JUDGES = (Role.JUROR, Role.JURY_CHAIR, Role.SCREENER, Role.CALL_MANAGER, Role.SECRETARIAT)


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


def _stage_to_assign(call: Call) -> StageRun:
    """The first stage that takes assignments and is not closed: lists can be made before it opens."""
    run = call.stages.allowing("assign").exclude(state=StageRun.State.CLOSED).order_by("position").first()
    if run is None or call.state == Call.State.DRAFT:
        raise ValidationError(_("No stage of this call takes assignments now."))
    run.call = call
    return run


def _jurors(call: Call) -> list[Person]:
    """The jury of a call, in the order in which its members were appointed. One query."""
    return [mandate.person for mandate in holders(scope_of(call), Role.JUROR)]


@act
def assign(actor: User, submission: Submission, juror: Person) -> Assignment:
    """Put an entry on a juror's list by hand. Refused where there is a conflict; there already: given
    back."""
    submission = lock_submission(submission)
    call = submission.call
    require(actor, "calls.assign_submission", submission)
    run = _stage_to_assign(call)
    if juror not in _jurors(call):
        raise ValidationError({"juror": _("This person is not on the jury of this call.")})
    if not Submission.objects.in_the_running().filter(pk=submission.pk).exists():
        raise ValidationError(_("This submission is not in the running."))
    if why := conflicts.search(call, [juror], [submission]).against(juror.pk, submission.pk):
        raise ValidationError({"juror": _("Not possible: %(reasons)s.") % {"reasons": "; ".join(why)}})
    standing = run.assignments.filter(submission=submission, juror=juror, ended_at=None).first()
    if standing:
        return standing
    return Assignment.objects.create(submission=submission, juror=juror, stage=run, manual=True)


@act
def unassign(actor: User, assignment: Assignment, reason: str = "") -> Assignment:
    """Take an entry off a juror's list; not once she has sent her marks. Twice changes nothing."""
    submission = lock_submission(assignment.submission)
    require(actor, "calls.assign_submission", submission)
    assignment = lock(assignment)
    if assignment.ended_at:
        return assignment
    if Assessment.objects.filter(
        submission=submission, juror=assignment.juror_id, stage=assignment.stage_id, sent_at__isnull=False
    ).exists():
        raise ValidationError(_("This juror has sent her marks: they stay."))
    assignment.ended_at, assignment.end_reason = timezone.now(), reason.strip()[:200] or "taken back"
    assignment.save(update_fields=["ended_at", "end_reason"])
    return assignment


@dataclass(frozen=True, slots=True)
class Dealt:
    """How many assignments were made, and which entries (ref -> how many) still lack jurors."""

    made: int
    short: dict[str, int]


@act
def assign_all(actor: User, call: Call, *, per_entry: int | None = None, most: int | None = None) -> Dealt:
    """Deal the entries in the running to the jury until each has `per_entry` jurors, the least loaded first.

    What was assigned stays. Conflicts are respected, and nobody gets more than `most`. The numbers are those
    of the stage's options unless given. Done again it changes nothing."""
    require(actor, "calls.assign", call)
    call = lock(call)
    run = _stage_to_assign(call)
    wanted = per_entry or run.rule.option("per_entry", 3)
    limit = most or run.rule.option("most") or len(Submission.objects.filter(call=call)) or 1
    jurors = _jurors(call)
    if not jurors:
        raise ValidationError(_("This call has no jury yet."))
    entries = list(call.submissions.in_the_running().order_by("number"))
    found = conflicts.search(call, jurors, entries)
    standing = set(run.assignments.filter(ended_at=None).values_list("juror_id", "submission_id"))
    load = {juror.pk: sum(1 for pair in standing if pair[0] == juror.pk) for juror in jurors}
    free = {
        entry.pk: [
            juror.pk
            for juror in jurors
            if (juror.pk, entry.pk) not in standing and not found.against(juror.pk, entry.pk)
        ]
        for entry in entries
    }
    missing = {entry.pk: wanted - sum(1 for _juror, pk in standing if pk == entry.pk) for entry in entries}
    made: list[Assignment] = []
    # The entries with the fewest possible jurors choose first, one juror each round; ties go by number.
    for _round in range(wanted):
        for entry in sorted(entries, key=lambda one: (len(free[one.pk]), one.number or 0)):
            choices = [juror for juror in free[entry.pk] if load[juror] < limit]
            if missing[entry.pk] <= 0 or not choices:
                continue
            chosen = min(choices, key=lambda juror: load[juror])
            load[chosen] += 1
            free[entry.pk].remove(chosen)
            missing[entry.pk] -= 1
            made.append(Assignment(submission=entry, juror_id=chosen, stage=run))
    Assignment.objects.bulk_create(made)
    return Dealt(len(made), {entry.ref: missing[entry.pk] for entry in entries if missing[entry.pk] > 0})


def judges_no_more(submission: Submission, person: Person, now: datetime) -> None:
    """Within an act, the submission and its call locked: what a person did as a judge of an entry falls."""
    submission.assignments.filter(juror=person, ended_at=None).update(ended_at=now, end_reason="conflict")
    submission.assessments.filter(juror=person, voided_at=None).update(voided_at=now)
    submission.screenings.filter(screener=person, stage__state=StageRun.State.OPEN).delete()
    if Decision.objects.filter(submission=submission, decided_by=person).delete()[0]:
        submission.call.sheet += 1
        submission.call.save(update_fields=["sheet"])


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
    judges_no_more(submission, person, now)
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
    if submission.call.rules.conflicts.declare and assignment.cleared_at is None:
        raise ValidationError(
            _("Say first whether you have a conflict of interest with this entry."), code="undeclared"
        )
    kept = _check_marks(run.rule, marks, send)
    for name, words in (("comment", comment), ("note", note)):
        if len(words) > 5000:
            raise ValidationError({name: _("At most %(most)d characters.") % {"most": 5000}})
    if send and run.rule.option("comment") and not comment.strip():
        raise ValidationError({"comment": _("Say why: these marks need a comment.")})
    found = Assessment.objects.select_for_update().filter(
        submission=submission, juror=juror, stage=run
    ).first() or Assessment(submission=submission, juror=juror, stage=run, version=0)
    same = (found.marks, found.comment, found.note) == (kept, comment.strip(), note.strip())
    if found.sent_at:
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
