"""The applicant's acts: begin, save, send, withdraw; files and co-applicants."""

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Organisation, User, scope_of
from summitry.people.queries import person_of
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text import languages
from summitry.text.moments import clock

from .. import checks, eligibility, fields
from ..codec import digest
from ..conflicts import keep
from ..models import Call, Decision, Submission
from ..models.submission import receipt_code
from ..rules import called
from .answering import check_asked, check_in_time, check_state
from .common import applicants, check_version, letter, lock, lock_submission

UNCHANGED: Final[Any] = object()


def _language(wanted: str, call: Call) -> str:
    """The language of a submission: the one wanted, else the reader's, if the call takes it; else its
    first."""
    allowed = call.rules.languages or tuple(settings.CONTENT_LANGUAGES)
    if wanted and wanted not in allowed:
        raise ValidationError({"language": _("This call does not take submissions in this language.")})
    return wanted or (languages.current() if languages.current() in allowed else allowed[0])


@act
def start_draft(actor: User, call: Call, *, language: str = "", now: datetime | None = None) -> Submission:
    """Begin a submission. A draft of hers in which nothing has been written yet is given again."""
    now = now or timezone.now()
    require(actor, "calls.start_submission", call)
    call = lock(call)
    check_in_time(call, now)
    person = person_of(actor)
    empty = call.submissions.filter(
        applicant=person, state=Submission.State.DRAFT, saved_at=None, uploads=None, co_applicants=None
    )
    if found := empty.first():
        found.call = call
        return found
    return Submission.objects.create(
        call=call, applicant=person, language=_language(language, call), started_at=now
    )


def _check_organisation(submission: Submission, organisation: Organisation | None) -> None:
    if organisation is None or organisation.pk == submission.organisation_id:
        return
    today = timezone.now().date()
    hers = submission.applicant.affiliations.filter(organisation=organisation)
    if not hers.filter(Q(until__isnull=True) | Q(until__gte=today)).exists():
        raise ValidationError(
            {
                "organisation": _(
                    "Add your place in this organisation to your profile first; then choose it here."
                )
            }
        )


def _check_eligible(submission: Submission, organisation: Organisation | None, now: datetime) -> None:
    """What was sent counts at once for another organisation: it too must be one that may apply."""
    if submission.sent_at is None or (organisation and organisation.pk) == submission.organisation_id:
        return
    sent = copy(submission)
    sent.draft, sent.organisation = submission.answers, organisation
    if refused := eligibility.refusals(sent, now):
        raise ValidationError({"organisation": refused})


@act
def save_draft(
    actor: User,
    submission: Submission,
    answers: Mapping[str, Any],
    version: int | None = None,
    *,
    category: str | None = None,
    organisation: Organisation | None = UNCHANGED,
    language: str = "",
    stage: str = "",
    now: datetime | None = None,
) -> Submission:
    """Keep what has been written so far, right or wrong: only the fields given change, None empties one.

    stage: the key of the stage that asks for more; only what is asked there can be written then. What was
    sent before stays as it was sent. Raises ValidationError for fields that the call does not ask and for
    what cannot be stored; Stale if another window has saved since."""
    now = now or timezone.now()
    submission = lock_submission(submission)
    require(actor, "calls.edit_submission", submission)
    later = check_asked(submission, stage, now)
    if later is not None and (category is not None or organisation is not UNCHANGED or language):
        raise ValidationError(_("Only answers can be changed now."))
    check_version(version, submission.version)
    rules = submission.call.rules
    draft = dict(submission.draft)
    errors: dict[str, list[str]] = {}
    for key, raw in answers.items():
        field = rules.field(key)
        if field is None or field.stage != stage:
            named = called(field) if field else str(key)[:40]
            raise ValidationError(_("This call does not ask for “%(key)s”.") % {"key": named})
        try:
            kept = None if raw is None else fields.kind(field.kind).keep(field, raw)
        except ValidationError as error:
            errors[key] = error.messages
            continue
        draft.pop(key, None)
        if kept is not None and kept != "" and kept != []:
            draft[key] = kept
    if category is not None and category and rules.category(category) is None:
        errors["category"] = [_("Choose one of the categories of this call.")]
    if errors:
        raise ValidationError(errors)
    if organisation is not UNCHANGED:
        _check_organisation(submission, organisation)
        _check_eligible(submission, organisation, now)
        submission.organisation = organisation
    if category is not None:
        submission.draft_category = category
    if language:
        submission.language = _language(language, submission.call)
    submission.draft = draft
    submission.version += 1
    submission.saved_at = now
    submission.save()
    return submission


def submit(
    actor: User, submission: Submission, version: int | None = None, *, now: datetime | None = None
) -> Submission:
    """Send what has been written: checked in full, numbered, receipted. What is sent again replaces what was.

    `now` is when the request arrived, by the server's clock: a submission that arrives at the deadline
    exactly is in time, however long it then waits for its turn. A refusal leaves the draft as it is. Sending
    twice changes nothing."""
    return _submit(actor, submission, version, now or timezone.now())


@act
def _submit(actor: User, submission: Submission, version: int | None, now: datetime) -> Submission:
    submission = lock_submission(submission)
    require(actor, "calls.submit_submission", submission)
    check_state(submission)
    if submission.state == Submission.State.SUBMITTED and not submission.has_unsent_changes:
        return submission
    call = submission.call
    check_in_time(call, now)
    check_version(version, submission.version)
    if wrong := checks.unfinished(submission, now):
        raise ValidationError(wrong)
    kept, _wrong = checks.clean_answers(submission, submission.draft)
    again = submission.number is not None
    stamp(submission, kept, now)
    receive(submission, again, by="applicant", actor=actor)
    keep.entry_changed(submission)
    return submission


def stamp(submission: Submission, kept: dict[str, Any], now: datetime) -> None:
    """Within an act, the call locked: these answers, which have been checked, are sent; saved."""
    call = submission.call
    if submission.number is None:
        last = call.submissions.aggregate(last=Max("number"))["last"] or 0
        submission.number = last + 1
        submission.ref = f"{call.slug}-{submission.number}"
        submission.receipt = receipt_code()
    submission.answers = submission.draft = kept
    submission.category = submission.draft_category
    submission.state = Submission.State.SUBMITTED
    submission.rules_version = call.versions.aggregate(last=Max("version"))["last"]
    submission.sent_at = now
    submission.save()


def receive(submission: Submission, again: bool, *, by: str, actor: User) -> None:
    """Within an act: what was sent enters the record, and those who stand behind it are told."""
    call, sent = submission.call, submission.sent_at or submission.started_at
    enter(
        "calls.received",
        subject=scope_of(submission),
        facts={"call": call.slug, "ref": submission.ref, "sent": clock(sent), "again": again},
        by=by,
        actor=actor,
        private={"answers": digest(submission.answers), "receipt": submission.receipt},
    )
    for user in applicants(submission):
        letter("received", user, {"call": call, "submission": submission, "sent": sent}, "calls:mine")


@act
def withdraw(actor: User, submission: Submission) -> Submission:
    """Take a sent submission out of the call, until the verdict is sealed. Twice changes nothing."""
    submission = lock_submission(submission)
    require(actor, "calls.withdraw_submission", submission)
    call = submission.call
    if submission.state == Submission.State.WITHDRAWN:
        return submission
    if submission.state != Submission.State.SUBMITTED:
        raise ValidationError(_("Only a submission that has been sent can be withdrawn."))
    if call.state not in {Call.State.OPEN, Call.State.CLOSED}:
        raise ValidationError(
            _("The verdict of this call is sealed: a submission cannot be withdrawn any more.")
        )
    now = timezone.now()
    submission.state, submission.withdrawn_at = Submission.State.WITHDRAWN, now
    submission.version += 1
    submission.save()
    submission.assignments.filter(ended_at=None).update(ended_at=now, end_reason="withdrawn")
    for run in call.stages.all():
        run.call = call
        run.component.withdrawn(run, submission)
    if Decision.objects.filter(submission=submission).delete()[0]:
        call.sheet += 1
        call.save(update_fields=["sheet"])
    enter(
        "calls.withdrawn",
        subject=scope_of(submission),
        facts={"call": call.slug, "ref": submission.ref},
        by="applicant",
        actor=actor,
    )
    return submission


def drop(files: Iterable[FieldFile]) -> None:
    """Delete stored files whose rows are gone."""
    for file in files:
        if file.name:
            file.storage.delete(file.name)


@act
def discard_draft(actor: User, submission: Submission) -> None:
    """Delete a draft that was never sent, with its files. Twice changes nothing."""
    there = Submission.objects.filter(pk=submission.pk).first()
    if there is None:
        return
    there = lock_submission(there)
    require(actor, "calls.keep_co_applicants", there)
    if there.state != Submission.State.DRAFT:
        raise ValidationError(_("A submission that has been sent can be withdrawn, not deleted."))
    files = [one.file for one in there.uploads.all()]
    there.delete()
    transaction.on_commit(lambda: drop(files))
