"""The publication of a sealed verdict."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import User, scope_of
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.moments import exact
from summitry.text.value import Text

from .. import outcomes
from ..models import Call, Decision, Owed, Revision, StageRun, Submission
from .common import lock, manager_of
from .running import finish, start
from .telling import decisions_of, write_answers

SAVED = 500  # rows in one statement


@act
def publish(actor: User, call: Call, *, now: datetime | None = None) -> Call:
    """Publish the sealed verdict: each applicant gets her answer and its reason in her language, unless she
    has it under embargo; each accepted entry becomes what the call's outcome makes of it, and owes what the
    rules ask; the clock for appeals starts. Whole or not at all; twice changes nothing.

    Under embargo it is refused before the day on which the stage closes."""
    now = now or timezone.now()
    require(actor, "calls.publish_call", call)
    call = lock(call)
    if call.is_published:
        return call
    if not call.is_sealed:
        raise ValidationError(_("The verdict must be sealed before it can be published."))
    by = manager_of(actor, call)
    run = publishing_run(call, by, actor)
    if run.rule.option("embargo") and run.closes_at and now < run.closes_at:
        raise ValidationError(
            _("The results are under embargo until %(until)s; it is %(now)s.")
            % {"until": exact(run.closes_at), "now": exact(now)},
            code="embargo",
        )
    call.state, call.published_at = Call.State.PUBLISHED, now
    call.appeals_until = now + timedelta(days=call.rules.appeal_days) if call.rules.appeal_days else None
    call.save(update_fields=["state", "published_at", "appeals_until"])
    decisions = decisions_of(call)
    for result in Decision.Result.values:
        told = call.submissions.filter(state=Submission.State.SUBMITTED, decision__result=result)
        told.update(state=result)
    for decision in decisions:
        decision.submission.state = decision.result
    accepted = [one for one in decisions if one.is_accepted]
    for decision in accepted:
        make_real(actor, decision, by)
    begin_owing(accepted, now)
    if call.told_at is None:
        write_answers(call, decisions)
    finish(run, by, actor)
    for moved in Revision.objects.filter(
        decision__submission__call=call, cause=Revision.Cause.MOVED_UP
    ).select_related("decision__submission"):
        enter_moved(call, moved.decision)
    facts = {
        "title": call.title,
        "slug": call.slug,
        "verdict": call.verdict.digest,
        "accepted": len(accepted),
        "rejected": sum(one.result == Decision.Result.REJECTED for one in decisions),
    }
    if call.rules.decision.reserve:
        facts["reserve"] = sum(one.is_reserve for one in decisions)
    enter("calls.published", subject=scope_of(call.verdict), facts=facts, by=by, actor=actor)
    return call


def publishing_run(call: Call, by: str, actor: User) -> StageRun:
    """The stage that publishes, opened if it is its turn."""
    run = call.stages.allowing("publish").get()
    run.call = call
    if run.state == StageRun.State.PENDING:
        start(run, by, actor)
    return run


def _entry_name(submission: Submission) -> Text | str:
    """How the record calls an accepted entry: by its title if that is public, else by its number."""
    field = submission.call.rules.by_role("title")
    title = submission.title
    public = field is not None and field.visibility == "public" and "@" not in "".join(title.values.values())
    return title if title and public else submission.ref


def make_real(actor: User | None, decision: Decision, by: str) -> None:
    """What comes of an accepted entry, and its entry in the record. actor: None where the rules themselves
    give the place."""
    submission = decision.submission
    try:
        decision.outcome = outcomes.get(submission.call.outcome).make(actor, decision) or ""
    except ValidationError as error:
        raise ValidationError(
            _("%(ref)s cannot be published: %(reasons)s")
            % {"ref": submission.ref, "reasons": " ".join(error.messages)},
            code="outcome",
        ) from error
    decision.save(update_fields=["outcome"])
    enter(
        "calls.accepted",
        subject=scope_of(submission),
        facts={
            "call": submission.call.slug,
            "ref": submission.ref,
            "entry": _entry_name(submission),
            "tier": decision.tier or None,
            "outcome": decision.outcome or None,
        },
        by=by,
        actor=actor,
    )


def begin_owing(accepted: Iterable[Decision], now: datetime) -> None:
    """What the rules ask of the accepted afterwards is owed from now on."""
    Owed.objects.bulk_create(
        (
            Owed(submission=one.submission, key=rule.key, due_at=now + timedelta(days=rule.days))
            for one in accepted
            for rule in one.submission.call.rules.obligations
        ),
        batch_size=SAVED,
        ignore_conflicts=True,
    )


def enter_moved(call: Call, decision: Decision) -> None:
    """The record says who moved up, once the results are public."""
    enter(
        "calls.moved_up",
        subject=scope_of(call.verdict),
        facts={
            "title": call.title,
            "slug": call.slug,
            "ref": decision.submission.ref,
            "tier": decision.tier or None,
        },
        by="rules",
    )
