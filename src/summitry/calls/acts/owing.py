"""What accepted applicants owe: delivered by them, waived with a reason, called to mind."""

from datetime import timedelta

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import User, scope_of
from summitry.people.queries import acting_as
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.value import Text

from ..codec import digest
from ..models import Call, Owed, Submission
from ..queries.owing import undone
from .common import MANAGERS, applicants, as_text, check_length, letter, lock, lock_submission
from .reminding import PAUSE

SOON = timedelta(days=30)  # what is due within so many days is called to mind
MOST = 20000  # characters of what is delivered
_address = URLValidator(schemes=["http", "https"])


def _lock_owed(owed: Owed) -> Owed:
    submission = lock_submission(owed.submission)
    found = lock(owed)
    found.submission = submission
    return found


@act
def deliver(actor: User, owed: Owed, words: Text | str, link: str = "") -> Owed:
    """Deliver what is owed: words, an address of the web, or both. Delivered again it replaces what was; the
    same changes nothing. The record says that it came, and commits to what it was."""
    owed = _lock_owed(owed)
    require(actor, "calls.deliver", owed)
    said, link = as_text(words), link.strip()
    if owed.waived_at:
        raise ValidationError(_("This is not asked of you any more."))
    if owed.submission.state != Submission.State.ACCEPTED:
        raise ValidationError(_("Only an accepted entry owes something."))
    if not said and not link:
        raise ValidationError(_("Write it here, or give the address where it can be read."))
    check_length(said, "words", MOST)
    if link:
        try:
            _address(link)
        except ValidationError as error:
            raise ValidationError({"link": error.messages}) from error
        if len(link) > 200:
            raise ValidationError({"link": _("At most %(most)d characters.") % {"most": 200}})
    if owed.delivered_at and owed.words == said and owed.link == link:
        return owed
    again = owed.delivered_at is not None
    owed.words, owed.link, owed.delivered_at = said, link, timezone.now()
    owed.save(update_fields=["words", "link", "delivered_at"])
    enter(
        "calls.delivered",
        subject=scope_of(owed.submission),
        facts={**_facts(owed), "again": again},
        by="applicant",
        actor=actor,
        private={"delivered": digest({"words": said.to_json(), "link": link})},
    )
    return owed


@act
def waive(actor: User, owed: Owed, reason: Text | str) -> Owed:
    """Ask it no more of this applicant, with a reason that she reads. Twice changes nothing."""
    owed = _lock_owed(owed)
    require(actor, "calls.waive", owed)
    if owed.waived_at:
        return owed
    why = as_text(reason)
    if owed.delivered_at:
        raise ValidationError(_("It has been delivered: there is nothing to waive."))
    if not why:
        raise ValidationError({"reason": _("Say why; the applicant reads it.")})
    check_length(why, "reason", 2000)
    owed.waived_at, owed.waiver = timezone.now(), why
    owed.save(update_fields=["waived_at", "waiver"])
    enter(
        "calls.waived",
        subject=scope_of(owed.submission),
        facts=_facts(owed),
        by=acting_as(actor, owed.submission.call, *MANAGERS),
        actor=actor,
        private={"reason": why.values},
    )
    return owed


@act
def remind_owing(actor: User, call: Call) -> int:
    """Write to every applicant who owes something that is late or due within `SOON`; returns how many letters
    go. Raises ValidationError if nobody does, or if letters went a few minutes ago."""
    require(actor, "calls.run_stage", call)
    call = lock(call)
    seen = Submission.objects.on_duty_of(actor)
    due = undone(submission__in=seen.filter(call=call), due_at__lt=timezone.now() + SOON)
    listed = list(
        due.select_related("submission__applicant__user").prefetch_related(
            "submission__co_applicants__person__user"
        )
    )
    if not listed:
        raise ValidationError(_("Nobody owes anything that is due soon."))
    if not cache.add(f"calls-owing-reminded-{call.pk}", 1, PAUSE):
        raise ValidationError(_("Reminders went out a few minutes ago."))
    count = 0
    for owed in listed:
        owed.submission.call = call
        for user in applicants(owed.submission):
            context = {"call": call, "submission": owed.submission, "owed": owed, "rule": owed.rule}
            letter("owed", user, context, "calls:submission", owed.submission.uid)
            count += 1
    return count


def _facts(owed: Owed) -> dict[str, object]:
    rule = owed.rule
    return {
        "call": owed.submission.call.slug,
        "ref": owed.submission.ref,
        "name": rule.name if rule else owed.key,
        "key": owed.key,
    }
