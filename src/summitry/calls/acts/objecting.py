"""Objections to entries during their notice period: filed, withdrawn, replied to, answered."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Role, User, scope_of
from summitry.people.queries import acting_as, person_of
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.value import Text

from .. import objectors
from ..models import Elimination, Objection, StageRun, Submission
from .common import as_text, check_enterable, check_length, letter, lock, lock_submission
from .eliminating import take_out
from .telling_entries import behind, tell

LONGEST = 5000  # characters of an objection, and of a reply


def _notice(submission: Submission) -> StageRun:
    """The stage in which the entry can be objected to now. Raises ValidationError."""
    run = submission.call.stages.allowing("object").open().first()
    if run is None:
        raise ValidationError(_("No notice period is open in this call now."), code="stage")
    run.call = submission.call
    return run


def _lock(objection: Objection) -> tuple[Objection, StageRun]:
    """An objection and its stage, held, the call first."""
    submission = lock_submission(objection.submission)
    found = lock(objection)
    found.submission = submission
    run = submission.call.stages.get(pk=found.stage_id)
    run.call = submission.call
    found.stage = run
    return found, run


def _words(words: str, needed: str) -> str:
    """Plain words, stripped. Raises ValidationError under "words" if there are none or too many."""
    said = words.strip()
    if not said:
        raise ValidationError({"words": needed})
    if len(said) > LONGEST:
        raise ValidationError({"words": _("At most %(most)d characters.") % {"most": LONGEST}})
    return said


def _check_running(submission: Submission) -> None:
    if not Submission.objects.in_the_running().filter(pk=submission.pk).exists():
        raise ValidationError(_("This submission is not in the running."), code="entry")


@act
def object_to(actor: User, submission: Submission, words: str, *, now: datetime | None = None) -> Objection:
    """Object to an entry, with words, within the notice period; one objection a person and entry. Those
    behind the entry read the words. The record says that somebody objected, and nothing more.

    Twice the same gives the same; one that was withdrawn may be filed again."""
    now = now or timezone.now()
    submission = lock_submission(submission)
    require(actor, "calls.object_to", submission)
    run, person = _notice(submission), person_of(actor)
    if why := objectors.refusal(actor, run, now):
        raise ValidationError(why, code="objector")
    _check_running(submission)
    said = _words(words, _("Say what you object to, and why."))
    found = run.objections.select_for_update().filter(submission=submission, person=person).first()
    if found is not None and found.withdrawn_at is None:
        if found.words == said:
            return found
        raise ValidationError(_("You have objected to this entry already. Withdraw that first."))
    found = found or Objection(stage=run, submission=submission, person=person)
    found.words, found.filed_at, found.withdrawn_at = said, now, None
    found.reply, found.replied_at = "", None
    found.save()
    _enter("calls.objection", found, run, "objector", actor)
    name = person.name if run.rule.option("named") else None
    more = {"objection": found, "name": name}
    tell(run, behind(Submission.objects.filter(pk=submission.pk)), "objection", "calls:objected", more)
    return found


@act
def withdraw_objection(actor: User, objection: Objection) -> Objection:
    """Take one’s objection back while it has no answer; those behind the entry are told. Twice changes
    nothing."""
    require(actor, "calls.withdraw_objection", objection)
    objection, run = _lock(objection)
    if objection.withdrawn_at is not None:
        return objection
    if objection.upheld is not None:
        raise ValidationError(_("This objection has its answer: it stays."), code="answered")
    objection.withdrawn_at = timezone.now()
    objection.save(update_fields=["withdrawn_at"])
    _enter("calls.objection_withdrawn", objection, run, "objector", actor)
    entry = behind(Submission.objects.filter(pk=objection.submission_id))
    tell(run, entry, "objection_withdrawn", "calls:objected", {"objection": objection})
    return objection


@act
def reply_to_objection(actor: User, objection: Objection, words: str) -> Objection:
    """Reply to an objection, once, as one of those behind the entry, before the chair has answered it. Twice
    the same changes nothing."""
    require(actor, "calls.reply_to_objection", objection)
    objection, run = _lock(objection)
    said = _words(words, _("Say something."))
    if objection.replied_at is not None:
        if objection.reply == said:
            return objection
        raise ValidationError(_("A reply has been sent: it is final."), code="replied")
    _check_waiting(objection, run)
    objection.reply, objection.replied_at = said, timezone.now()
    objection.save(update_fields=["reply", "replied_at"])
    return objection


def _check_waiting(objection: Objection, run: StageRun) -> None:
    """Raises ValidationError unless an objection waits for its answer."""
    if not run.is_open:
        raise ValidationError(_("This stage is not open."), code="stage")
    if objection.withdrawn_at is not None:
        raise ValidationError(_("This objection has been withdrawn."), code="withdrawn")
    if objection.upheld is not None:
        raise ValidationError(_("This objection has its answer: it stays."), code="answered")
    _check_running(objection.submission)


@act
def answer_objection(actor: User, objection: Objection, upheld: bool, reason: Text | str) -> Objection:
    """Uphold an objection, which takes the entry out at once, or dismiss it; with a reason that everybody can
    read. Final, unless the stage is opened again. Whoever has a conflict with the entry does not see it, and
    answers nothing. Twice the same changes nothing."""
    require(actor, "calls.answer_objection", objection)
    objection, run = _lock(objection)
    why = as_text(reason)
    if objection.upheld is not None and (objection.upheld, objection.answer) == (upheld, why):
        return objection
    _check_waiting(objection, run)
    if not why:
        raise ValidationError({"reason": _("Say why: everybody can read it.")})
    check_length(why, "reason", 3000)
    check_enterable(why, "reason")
    objection.upheld, objection.answer = upheld, why
    objection.answered_by, objection.answered_at = person_of(actor), timezone.now()
    objection.save()
    if upheld:
        take_out(run, [objection.submission], Elimination.Cause.OBJECTION, why)
    by = acting_as(actor, run.call, Role.JURY_CHAIR)
    _enter("calls.objection_answered", objection, run, by, actor, upheld=upheld, reason=why)
    more = {"objection": objection}
    entry = behind(Submission.objects.filter(pk=objection.submission_id))
    tell(run, entry, "objection_answered", "calls:objected", more)
    objector = objection.person.user
    if objector is not None and objector.is_active:
        context = {"call": run.call, "stage": run.rule, "submission": objection.submission, **more}
        letter("objection_answered", objector, context, "calls:notice", run.call.slug, run.key)
    return objection


def _enter(kind: str, objection: Objection, run: StageRun, by: str, actor: User, **more: object) -> None:
    """An entry of the record: the number of the entry, and nobody’s name."""
    enter(
        kind,
        subject=scope_of(run.call),
        facts={
            "title": run.call.title,
            "slug": run.call.slug,
            "stage": run.rule.name,
            "key": run.key,
            "ref": objection.submission.ref,
            **more,
        },
        by=by,
        actor=actor,
    )
