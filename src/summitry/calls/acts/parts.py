"""What belongs to a submission beside its answers: files, and those who stand behind it."""

import hashlib
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.people.files import check, clean_name
from summitry.people.models import User
from summitry.people.queries import person_of
from summitry.record.act import act, require
from summitry.text.value import Text

from .. import eligibility, fields
from ..conflicts import keep
from ..models import CoApplicant, Submission, Upload
from .answering import check_asked, check_in_time, check_state
from .common import letter, lock, lock_submission
from .submitting import drop


@act
def upload(
    actor: User, submission: Submission, field_key: str, file: UploadedFile, *, now: datetime | None = None
) -> Upload:
    """Add a file to a field of the draft. Raises ValidationError, under the field's key, for a file that is
    too large, of another kind than the rules allow, not what its name says, or one too many. The same file
    again is given back as it is."""
    now = now or timezone.now()
    submission = lock_submission(submission)
    require(actor, "calls.edit_submission", submission)
    field = submission.call.rules.field(field_key)
    check_asked(submission, field.stage if field else "", now)
    if field is None or not fields.kind(field.kind).holds_files:
        raise ValidationError(_("This call does not ask for a file here."))
    try:
        check(file, field.option("extensions", []), field.option("max_bytes"))
    except ValidationError as error:
        raise ValidationError({field_key: error.messages}) from error
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    listed = submission.draft.get(field_key)
    kept = [str(one) for one in listed] if isinstance(listed, list) else []
    name = clean_name(file.name or "")
    there = {str(one.uid): one for one in submission.uploads.filter(field=field_key)}
    for uid in kept:
        if uid in there and (there[uid].digest, there[uid].name) == (found.hexdigest(), name):
            return there[uid]
    kept = [uid for uid in kept if uid in there]
    most = field.option("max", 1)
    if len(kept) >= most:
        raise ValidationError(
            {
                field_key: ngettext(
                    "At most %(count)d file can be given here. Remove it first.",
                    "At most %(count)d files can be given here. Remove one first.",
                    most,
                )
                % {"count": most}
            }
        )
    made = Upload(
        submission=submission,
        field=field_key,
        name=name,
        size=file.size or 0,
        digest=found.hexdigest(),
        uploaded_at=now,
    )
    made.file.save(name, file, save=False)
    try:
        made.save(force_insert=True)
        submission.draft = {**submission.draft, field_key: [*kept, str(made.uid)]}
        submission.saved_at = now
        submission.save(update_fields=["draft", "saved_at"])
    except Exception:
        drop([made.file])
        raise
    return made


@act
def remove_upload(actor: User, upload: Upload, *, now: datetime | None = None) -> Submission:
    """Take a file out of the draft. One that was sent is kept as long as what was sent stands."""
    now = now or timezone.now()
    submission = lock_submission(upload.submission)
    require(actor, "calls.edit_submission", submission)
    field = submission.call.rules.field(upload.field)
    check_asked(submission, field.stage if field else "", now)
    uid = str(upload.uid)
    listed = submission.draft.get(upload.field)
    if isinstance(listed, list) and uid in listed:
        rest = [one for one in listed if one != uid]
        draft = {**submission.draft, upload.field: rest}
        if not rest:
            del draft[upload.field]
        submission.draft, submission.saved_at = draft, now
        submission.save(update_fields=["draft", "saved_at"])
    if uid not in submission.answers.get(upload.field, []):
        there = submission.uploads.filter(pk=upload.pk).first()
        if there:
            file = there.file
            there.delete()
            transaction.on_commit(lambda: drop([file]))
    return submission


@act
def add_co_applicant(
    actor: User,
    submission: Submission,
    email: str,
    *,
    name: str = "",
    contribution: Text | None = None,
    now: datetime | None = None,
) -> CoApplicant:
    """Ask somebody by e-mail to stand behind a submission too. Asked again, the one who was asked is given
    back."""
    now = now or timezone.now()
    submission = lock_submission(submission)
    require(actor, "calls.keep_co_applicants", submission)
    check_state(submission)
    check_in_time(submission.call, now)
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    if submission.applicant.user and submission.applicant.user.email.lower() == address:
        raise ValidationError({"email": _("This is the applicant’s own address.")})
    standing = submission.co_applicants.filter(removed_at=None)
    if found := standing.filter(email__iexact=address).first():
        return found
    most = submission.call.rules.co_applicants
    if standing.count() >= most:
        raise ValidationError(
            ngettext(
                "This call allows %(count)d co-applicant.", "This call allows %(count)d co-applicants.", most
            )
            % {"count": most}
        )
    made = CoApplicant(
        submission=submission,
        email=address,
        name=name.strip()[:200],
        contribution=contribution or Text(),
        invited_at=now,
    )
    made.full_clean(exclude=["submission"])
    made.save()
    reader = User.objects.filter(email=address, is_active=True).first()
    letter(
        "co_applicant", reader or address, {"call": submission.call, "submission": submission}, "calls:mine"
    )
    return made


@act
def confirm_co_applicant(actor: User, co_applicant: CoApplicant) -> CoApplicant:
    """Agree to stand behind a submission. Only the account with the address that was asked can. What she did
    as a judge of it falls: nobody judges her own. Twice changes nothing."""
    require(actor, "calls.confirm_co_applicant", co_applicant)
    submission = lock_submission(co_applicant.submission)
    co_applicant = lock(co_applicant)
    if co_applicant.removed_at:
        raise ValidationError(_("You are not named in this submission any more."))
    if co_applicant.confirmed_at:
        return co_applicant
    if (
        submission.state not in {Submission.State.DRAFT, Submission.State.SUBMITTED}
        or submission.call.is_sealed
    ):
        raise ValidationError(_("This call has been decided: nobody can be added any more."))
    if refused := eligibility.joining(submission, person_of(actor)):
        raise ValidationError(refused)
    co_applicant.person, co_applicant.confirmed_at = person_of(actor), timezone.now()
    co_applicant.save(update_fields=["person", "confirmed_at"])
    keep.judges_no_more(submission, co_applicant.person)
    keep.entry_changed(submission)
    return co_applicant


@act
def remove_co_applicant(actor: User, co_applicant: CoApplicant) -> CoApplicant:
    """Take a co-applicant out, or step back oneself. Twice changes nothing."""
    submission = lock_submission(co_applicant.submission)
    co_applicant = lock(co_applicant)
    herself = actor.email.lower() == co_applicant.email.lower() or (
        co_applicant.person is not None and co_applicant.person.user_id == actor.pk
    )
    if not herself:
        require(actor, "calls.keep_co_applicants", submission)
    if submission.call.is_sealed:
        raise ValidationError(_("This call has been decided: nobody can be removed any more."))
    if co_applicant.removed_at is None:
        co_applicant.removed_at = timezone.now()
        co_applicant.save(update_fields=["removed_at"])
        if co_applicant.person_id:
            keep.entry_changed(submission)
    return co_applicant
