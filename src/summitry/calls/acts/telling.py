"""Answers to applicants: all of them at publication, or before it under embargo."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people import mail
from summitry.people.models import User, scope_of
from summitry.people.queries import institution
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.moments import clock, exact

from .. import letters
from ..models import Call, Decision, StageRun, Submission
from ..queries.answers import embargo_of, published_marks
from .common import applicants, lock, manager_of
from .running import start


def decisions_of(call: Call) -> list[Decision]:
    """The decisions of a call that are still to be told, with what letters need: not of entries that were
    withdrawn or given back."""
    listed = list(
        Decision.objects.filter(submission__in=call.submissions.sent())
        .exclude(submission__state=Submission.State.DECLINED)
        .select_related("submission__applicant__user", "submission__organisation")
        .prefetch_related("submission__co_applicants__person__user")
        .order_by("submission__number")
    )
    for one in listed:
        one.submission.call = call
    return listed


def write_answers(
    call: Call, decisions: Sequence[Decision], embargo: datetime | None = None, moved_up: bool = False
) -> int:
    """Put everybody's answer into the outbox, the marks read at once; returns how many letters go."""
    sheets = published_marks(call, [one.submission for one in decisions])
    house = institution()
    return mail.post_all(
        (found.address, found.subject, found.text)
        for one in decisions
        for user in applicants(one.submission)
        for found in [
            letters.answer(
                call,
                one,
                user,
                sheets=sheets.get(one.submission_id, ()),
                embargo=embargo,
                moved_up=moved_up,
                house=house,
            )
        ]
    )


@act
def tell(actor: User, call: Call, *, now: datetime | None = None) -> Call:
    """Write to every applicant under embargo: she reads her own answer, marked with the day until which she
    tells nobody; nothing is public before. The record says that it was done and how many letters went, and
    nothing of what is in them. Twice changes nothing.

    Raises ValidationError unless the verdict is sealed and the rules foresee an embargo whose day is ahead.
    """
    now = now or timezone.now()
    require(actor, "calls.publish_call", call)
    call = lock(call)
    if call.told_at or call.is_published:
        return call
    if not call.is_sealed:
        raise ValidationError(_("The verdict must be sealed before anybody can be told."))
    run = call.stages.allowing("publish").get()
    run.call = call
    if not run.rule.option("embargo") or run.closes_at is None:
        raise ValidationError(_("The rules of this call foresee no embargo: publish the results."))
    if run.closes_at <= now:
        raise ValidationError(
            _("The embargo ended at %(until)s: publish the results.") % {"until": exact(run.closes_at)}
        )
    by = manager_of(actor, call)
    if run.state == StageRun.State.PENDING:
        start(run, by, actor)
    call.told_at = now
    call.save(update_fields=["told_at"])
    count = write_answers(call, decisions_of(call), embargo=run.closes_at)
    facts = {"title": call.title, "slug": call.slug, "letters": count, "until": clock(run.closes_at)}
    enter("calls.told", subject=scope_of(call), facts=facts, by=by, actor=actor)
    return call


def tell_one(call: Call, decision: Decision, moved_up: bool = False) -> None:
    """Write the answer that has changed, to those who have had one: before anybody is told, nothing goes."""
    if call.is_published or call.told_at:
        write_answers(call, [decision], embargo_of(call), moved_up)
