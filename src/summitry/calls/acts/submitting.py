"""The applicant's acts: begin, save, send, withdraw; files and co-applicants."""

from collections.abc import Iterable, Mapping
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

from .. import checks, fields
from ..codec import digest
from ..models import Call, Decision, Submission
from ..models.submission import receipt_code
from .common import applicants, check_version, clock, letter, lock, lock_submission

UNCHANGED: Final[Any] = object()


def check_in_time(call: Call, now: datetime) -> None:
    """Refuse, with the exact times, what arrives before the opening or after the deadline."""
    if call.is_accepting(now):
        return
    times = {
        "opens": clock(call.opens_at) if call.opens_at else "",
        "closes": clock(call.closes_at) if call.closes_at else "",
        "now": clock(now) if not now.microsecond else f"{now:%Y-%m-%d %H:%M:%S.%f} UTC",
    }
    if call.opens_at and call.state == Call.State.OPEN and now < call.opens_at:
        raise ValidationError(_("This call opens at %(opens)s; it is %(now)s.") % times, code="early")
    raise ValidationError(
        _("This call took submissions until %(closes)s; yours arrived at %(now)s. Your draft is kept.")
        % times,
        code="late",
    )


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
    now: datetime | None = None,
) -> Submission:
    """Keep what has been written so far, right or wrong: only the fields given change, None empties one.

    What was sent before stays as it was sent. Raises ValidationError for fields that the call does not ask
    and for what cannot be stored; Stale if another window has saved since."""
    now = now or timezone.now()
    submission = lock_submission(submission)
    require(actor, "calls.edit_submission", submission)
    check_state(submission)
    check_in_time(submission.call, now)
    check_version(version, submission.version)
    rules = submission.call.rules
    draft = dict(submission.draft)
    errors: dict[str, list[str]] = {}
    for key, raw in answers.items():
        field = rules.field(key)
        if field is None:
            raise ValidationError(_("This call does not ask for “%(key)s”.") % {"key": str(key)[:40]})
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


def check_state(submission: Submission) -> None:
    """Raises ValidationError unless the submission can still be changed."""
    if submission.state not in {Submission.State.DRAFT, Submission.State.SUBMITTED}:
        raise ValidationError(_("This submission cannot be changed any more."))


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
    if wrong := checks.unfinished(submission):
        raise ValidationError(wrong)
    kept, _wrong = checks.clean_answers(submission, submission.draft)
    first = submission.number is None
    if first:
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
    enter(
        "calls.received",
        subject=scope_of(submission),
        facts={"call": call.slug, "ref": submission.ref, "sent": clock(now), "again": not first},
        by="applicant",
        actor=actor,
        private={"answers": digest(kept), "receipt": submission.receipt},
    )
    for user in applicants(submission):
        letter("received", user, {"call": call, "submission": submission, "sent": clock(now)}, "calls:mine")
    return submission


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
