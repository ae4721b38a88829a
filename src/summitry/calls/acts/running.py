"""Opening and closing the stages of a call."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import User, scope_of
from summitry.people.queries import holders
from summitry.record.act import act, require
from summitry.record.acts import enter

from ..models import Call, StageRun
from .common import letter, lock, manager_of


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
    run.component.opening(run)
    run.state, run.opened_at = StageRun.State.OPEN, timezone.now()
    run.save(update_fields=["state", "opened_at"])
    _enter("calls.stage_opened", run, by, actor, {})
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
    run.state, run.closed_at = StageRun.State.CLOSED, timezone.now()
    run.save(update_fields=["state", "closed_at"])
    _enter("calls.stage_closed", run, by, actor, counts)
    return run


def _enter(kind: str, run: StageRun, by: str, actor: User | None, counts: dict[str, int]) -> None:
    facts = {"title": run.call.title, "slug": run.call.slug, "stage": run.rule.name, "key": run.key}
    if counts:
        facts["counts"] = counts
    enter(kind, subject=scope_of(run.call), facts=facts, by=by, actor=actor)
