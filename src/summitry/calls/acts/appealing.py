"""Appeals against an answer: filed before the clock runs out, answered by somebody who did not decide."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from rules import has_perm

from summitry.people.models import INSTITUTION, Role, User, scope_of
from summitry.people.queries import acting_as, holders, person_of
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.moments import clock, exact
from summitry.text.value import Text

from ..models import Appeal, Call, Revision, Submission
from .common import applicants, as_text, check_enterable, check_length, letter, lock, lock_submission
from .reserve import admit

ANSWERING = (Role.JURY_CHAIR, Role.SECRETARIAT)
MOST = 10000  # characters of the grounds
CAN_WIN = (Submission.State.RESERVE, Submission.State.REJECTED)


def appeal(actor: User, submission: Submission, words: str, *, now: datetime | None = None) -> Appeal:
    """Appeal against the answer to one's entry; `now` is when the request arrived: at `appeals_until` exactly
    it is in time, however long it then waits for its turn. One an entry; the same words again change
    nothing. The record holds that there is an appeal, and a commitment to its grounds."""
    return _appeal(actor, submission, words.strip(), now or timezone.now())


@act
def _appeal(actor: User, submission: Submission, words: str, now: datetime) -> Appeal:
    submission = lock_submission(submission)
    require(actor, "calls.appeal_submission", submission)
    call = submission.call
    there = Appeal.objects.filter(submission=submission).first()
    if there is not None and there.words == words:
        return there
    if there is not None:
        raise ValidationError(_("There is an appeal for this entry already: one can be made."), code="twice")
    _check_clock(call, now)
    if submission.state not in CAN_WIN:
        raise ValidationError(_("Only an entry that was not accepted has something to appeal against."))
    if not words:
        raise ValidationError({"words": _("Say which rule you think was broken, and how.")})
    if len(words) > MOST:
        raise ValidationError(
            {
                "words": _("At most %(most)d characters; this has %(count)d.")
                % {"most": MOST, "count": len(words)}
            }
        )
    filed = Appeal.objects.create(submission=submission, person=person_of(actor), words=words, filed_at=now)
    enter(
        "calls.appealed",
        subject=scope_of(submission),
        facts={"call": call.slug, "ref": submission.ref, "filed": clock(now)},
        by="applicant",
        actor=actor,
        private={"grounds": words},
    )
    _tell_who_answers(call, filed)
    return filed


def _check_clock(call: Call, now: datetime) -> None:
    """Refuse, with the exact times, what comes before the answer or after the clock has run out."""
    if not call.is_published:
        raise ValidationError(_("The clock for appeals starts when the results are published."), code="early")
    if call.appeals_until is None:
        raise ValidationError(_("The rules of this call give no appeal."), code="none")
    if now > call.appeals_until:
        raise ValidationError(
            _("Appeals were taken until %(until)s; yours arrived at %(now)s.")
            % {"until": exact(call.appeals_until), "now": exact(now)},
            code="late",
        )


def _tell_who_answers(call: Call, filed: Appeal) -> None:
    told = set()
    for scope in (scope_of(call), call.parent_scope, INSTITUTION):
        for mandate in holders(scope, *ANSWERING) if scope else ():
            user = mandate.person.user
            if user is None or not user.is_active or user.pk in told:
                continue
            told.add(user.pk)
            if has_perm("calls.answer_appeal", user, filed):
                context = {"call": call, "appeal": filed, "ref": filed.submission.ref}
                letter("appealed", user, context, "calls:appeals", call.slug)


@act
def answer_appeal(actor: User, appeal: Appeal, upheld: bool, answer: Text | str, *, tier: str = "") -> Appeal:
    """Answer an appeal, by a chair or the secretariat, never by whoever decided the entry. The answer is
    published: it says why. Upheld: the entry is accepted, beside the places that the rules give, since what
    others were given is not taken from them. Twice the same changes nothing."""
    submission = lock_submission(appeal.submission)
    appeal = lock(appeal)
    appeal.submission = submission
    require(actor, "calls.answer_appeal", appeal)
    call, why = submission.call, as_text(answer)
    if appeal.answered_at is not None:
        if appeal.upheld == upheld and appeal.answer == why:
            return appeal
        raise ValidationError(_("This appeal has been answered."), code="answered")
    if not why:
        raise ValidationError({"answer": _("Say why: the answer is published.")})
    check_length(why, "answer", 5000)
    check_enterable(why, "answer")
    if upheld:
        _check_winnable(submission, tier)
    person, now, role = person_of(actor), timezone.now(), acting_as(actor, call, *ANSWERING)
    appeal.upheld, appeal.answer = upheld, why
    appeal.answered_by, appeal.answered_at = person, now
    appeal.save(update_fields=["upheld", "answer", "answered_by", "answered_at"])
    if upheld:
        decision = lock(submission.decision)
        decision.submission = submission
        admit(call, decision, tier, Revision.Cause.APPEAL, role, reason=why, by=person)
    enter(
        "calls.appeal_answered",
        subject=scope_of(call.verdict),
        facts={
            "title": call.title,
            "slug": call.slug,
            "ref": submission.ref,
            "upheld": upheld,
            "tier": tier or None,
            "reason": why,
        },
        by=role,
        actor=actor,
    )
    for user in applicants(submission):
        context = {"call": call, "submission": submission, "appeal": appeal}
        letter("appeal_answered", user, context, "calls:submission", submission.uid)
    return appeal


def _check_winnable(submission: Submission, tier: str) -> None:
    """Raises ValidationError where upholding could give nothing, or not this."""
    if submission.state == Submission.State.ACCEPTED:
        raise ValidationError(_("This entry has moved up in the meantime: the appeal can only be dismissed."))
    if submission.state not in CAN_WIN:
        raise ValidationError(_("This entry was given back: the appeal can only be dismissed."))
    tiers = submission.call.rules.decision.tiers
    if tiers and submission.call.rules.tier(tier) is None:
        raise ValidationError({"tier": _("Choose a tier.")})
    if tier and not tiers:
        raise ValidationError({"tier": _("This call has no tiers.")})
