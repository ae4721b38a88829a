"""What is done on the day of the finals: turns begin and end, the running order is changed for a reason."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import User, scope_of
from summitry.record.act import Stale, act, require
from summitry.record.acts import enter
from summitry.text.value import Text

from ..models import StageRun, Submission, Turn
from .common import as_text, check_length, lock, manager_of
from .running import lock_run


def _held(turn: Turn) -> tuple[StageRun, Turn]:
    """The stage and the turn, both held. Raises ValidationError unless the stage is open and the entry in the
    running."""
    run = lock_run(turn.stage)
    if not run.is_open:
        raise ValidationError(_("This stage is not open."), code="stage")
    found = lock(turn)
    found.stage = run
    if not Submission.objects.in_the_running().filter(pk=found.submission_id).exists():
        raise ValidationError(_("This submission is not in the running."))
    return run, found


@act
def begin_turn(actor: User, turn: Turn) -> Turn:
    """Call an entry to the stage: from now on it can be marked. Whoever is on stage steps down; a turn that
    has ended goes on. On stage already: nothing changes."""
    require(actor, "calls.run_pitch", turn.stage)
    run, turn = _held(turn)
    if turn.began_at and turn.ended_at is None:
        return turn
    now = timezone.now()
    run.turns.filter(began_at__isnull=False, ended_at=None).update(ended_at=now)
    turn.began_at, turn.ended_at = turn.began_at or now, None
    turn.save(update_fields=["began_at", "ended_at"])
    return turn


@act
def end_turn(actor: User, turn: Turn) -> Turn:
    """The entry leaves the stage; it can still be marked until the stage of the call is closed. Twice changes
    nothing."""
    require(actor, "calls.run_pitch", turn.stage)
    _run, turn = _held(turn)
    if turn.began_at is None:
        raise ValidationError(_("The turn of this entry has not begun yet."), code="turn")
    if turn.ended_at is None:
        turn.ended_at = timezone.now()
        turn.save(update_fields=["ended_at"])
    return turn


@act
def move_turn(
    actor: User, turn: Turn, earlier: bool, reason: Text | str, *, position: int | None = None
) -> Turn:
    """Change places with the entry before, or after, among those whose turn has not begun. The record says
    from which place to which and why; which entry it was it holds as a commitment, since nobody is told yet
    who came so far. `position` is the one that the manager saw: Stale if the order has changed since."""
    require(actor, "calls.run_pitch", turn.stage)
    run, turn = _held(turn)
    if position is not None and position != turn.position:
        raise Stale
    why = as_text(reason)
    if not why:
        raise ValidationError({"reason": _("Say why: everybody can read it.")})
    check_length(why, "reason", 2000)
    if turn.began_at is not None:
        raise ValidationError(_("The turn of this entry has begun."), code="turn")
    waiting = list(
        run.turns.filter(began_at=None, submission__in=Submission.objects.in_the_running())
        .select_for_update(of=("self",))
        .order_by("position")
    )
    places = {one.pk: at for at, one in enumerate(waiting)}
    beside = places[turn.pk] + (-1 if earlier else 1)
    if not 0 <= beside < len(waiting):
        raise ValidationError(_("There is no place there."), code="place")
    other, came_from = waiting[beside], turn.position
    turn.position, other.position = other.position, turn.position
    for one in (turn, other):
        one.save(update_fields=["position"])
    call = run.call
    enter(
        "calls.turn_moved",
        subject=scope_of(call),
        facts={
            "title": call.title,
            "slug": call.slug,
            "stage": run.rule.name,
            "key": run.key,
            "from": came_from,
            "to": turn.position,
            "reason": why,
        },
        by=manager_of(actor, call),
        actor=actor,
        private={"ref": turn.submission.ref},
    )
    return turn
