"""Opening and closing the stages of a call."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import User, scope_of
from summitry.people.queries import holders
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.value import Text
from summitry.text.words import in_every_language

from .. import verdicts
from ..conflicts import keep
from ..models import Call, Decision, Elimination, StageRun
from .common import as_text, check_length, letter, lock, manager_of
from .eliminating import take_out


def lock_run(run: StageRun) -> StageRun:
    """A stage and its call, both held, the call first."""
    call = lock(run.call)
    found = lock(run)
    found.call = call
    return found


@act
def open_stage(actor: User, run: StageRun) -> StageRun:
    """Open a stage once the call is closed and every stage before it; its people are told. Twice changes
    nothing."""
    require(actor, "calls.run_stage", run)
    run = lock_run(run)
    if run.state == StageRun.State.OPEN:
        return run
    if run.state == StageRun.State.CLOSED:
        raise ValidationError(_("This stage has been closed."))
    return start(run, manager_of(actor, run.call), actor)


def start(run: StageRun, by: str, actor: User | None) -> StageRun:
    """The part of opening that other acts share. Within an act, the stage locked, permission already
    checked."""
    call = run.call
    if call.state in {Call.State.DRAFT, Call.State.OPEN}:
        raise ValidationError(_("The call must be closed for submissions before a stage can open."))
    before = call.stages.filter(position__lt=run.position).exclude(state=StageRun.State.CLOSED).first()
    if before is not None:
        before.call = call
        raise ValidationError(_("The stage “%(name)s” must be closed first.") % {"name": before.rule.name})
    keep.refresh(call)  # what the clock has changed since: places that ended, duties that began
    facts = run.component.opening(run) or {}
    run.state, run.opened_at = StageRun.State.OPEN, timezone.now()
    run.save(update_fields=["state", "opened_at"])
    _enter("calls.stage_opened", run, by, actor, {}, facts)
    told = set()
    for mandate in holders(scope_of(call), *run.component.roles):
        user = mandate.person.user
        if user and user.is_active and user.pk not in told:
            told.add(user.pk)
            letter(
                "stage_opened", user, {"call": call, "stage": run.rule, "closes": run.closes_at}, "people:me"
            )
    return run


@act
def close_stage(actor: User, run: StageRun) -> StageRun:
    """Close a stage whose work is done; else ValidationError with each thing that is left. Twice changes
    nothing."""
    require(actor, "calls.run_stage", run)
    run = lock_run(run)
    if run.state == StageRun.State.CLOSED:
        return run
    if run.state == StageRun.State.PENDING:
        raise ValidationError(_("This stage has not been opened."))
    return finish(run, manager_of(actor, run.call), actor)


def finish(run: StageRun, by: str, actor: User | None) -> StageRun:
    """The part of closing that other acts share. Within an act, the stage locked, permission already
    checked."""
    if left := run.component.blockers(run):
        raise ValidationError([ValidationError(words, code="unfinished") for words in left])
    counts = run.component.closing(run)
    if keep := run.rule.option("keep"):
        counts["kept"] = _keep_best(run, keep)
    run.state, run.closed_at = StageRun.State.CLOSED, timezone.now()
    run.save(update_fields=["state", "closed_at"])
    _enter("calls.stage_closed", run, by, actor, counts)
    return run


def _keep_best(run: StageRun, keep: int) -> int:
    """The best go on by the order that this stage makes; the others are out of the running, and are told so
    with everybody's answer."""
    call = run.call
    best = verdicts.kept(verdicts.inputs(call, call.frozen(), "", only=run), keep)
    words = in_every_language(
        lambda: _("It was not among those that go on from the stage “%(stage)s”.") % {"stage": run.rule.name}
    )
    running = call.submissions.in_the_running().order_by("number")
    take_out(run, [entry for entry in running if entry.ref not in best], Elimination.Cause.NOT_KEPT, words)
    return len(best)


@act
def reopen_stage(actor: User, run: StageRun, reason: Text | str) -> StageRun:
    """Open a closed stage again, with a reason that everybody can read: what its closing did is taken back,
    and later stages that had opened wait for it again, their work kept. Once the verdict is sealed,
    re-opening the stage that decided supersedes it; once it is published, nothing is re-opened. Open already:
    nothing changes."""
    require(actor, "calls.run_stage", run)
    run = lock_run(run)
    if run.state == StageRun.State.OPEN:
        return run
    why = as_text(reason)
    if not why:
        raise ValidationError({"reason": _("Say why it is opened again: everybody can read it.")})
    check_length(why, "reason", 2000)
    return take_back(run, why, manager_of(actor, run.call), actor)


def take_back(run: StageRun, why: Text, by: str, actor: User | None) -> StageRun:
    """The part of re-opening that other acts share. Within an act, the call locked, permission already
    checked."""
    call = run.call
    if run.state == StageRun.State.PENDING:
        raise ValidationError(_("This stage has not been opened."))
    if call.is_published or call.told_at:
        raise ValidationError(_("The applicants have their answers: no stage can be opened again."))
    now = timezone.now()
    for later in call.stages.filter(position__gte=run.position).order_by("-position"):
        later.call = call
        if later.state != StageRun.State.PENDING:
            later.component.reopening(later)
            if not later.component.lasting:
                later.eliminations.all().delete()
        if later.pk != run.pk:
            later.state, later.opened_at, later.closed_at = StageRun.State.PENDING, None, None
            later.save(update_fields=["state", "opened_at", "closed_at"])
    if call.is_sealed:
        _unseal(call, now)
    run.state, run.closed_at, run.reopened = StageRun.State.OPEN, None, run.reopened + 1
    run.save(update_fields=["state", "closed_at", "reopened"])
    facts = {
        "title": call.title,
        "slug": call.slug,
        "stage": run.rule.name,
        "key": run.key,
        "reason": why,
        "times": run.reopened,
    }
    enter("calls.stage_reopened", subject=scope_of(call), facts=facts, by=by, actor=actor)
    return run


def _unseal(call: Call, now: Any) -> None:
    """The verdict in force is superseded and stays where it is; its sheet can be changed again."""
    verdict = call.verdict
    verdict.superseded_at = now
    verdict.save(update_fields=["superseded_at"])
    call.__dict__.pop("verdict", None)
    Decision.objects.filter(submission__call=call).exclude(
        submission__in=call.submissions.in_the_running()
    ).delete()
    call.state, call.decided_at = Call.State.CLOSED, None
    call.sheet += 1
    call.save(update_fields=["state", "decided_at", "sheet"])
    keep.refresh(call)  # what has changed since it was sealed


def _enter(
    kind: str,
    run: StageRun,
    by: str,
    actor: User | None,
    counts: dict[str, int],
    more: Mapping[str, Any] | None = None,
) -> None:
    facts = {"title": run.call.title, "slug": run.call.slug, "stage": run.rule.name, "key": run.key}
    facts.update(more or {})
    if counts:
        facts["counts"] = counts
    enter(kind, subject=scope_of(run.call), facts=facts, by=by, actor=actor)
