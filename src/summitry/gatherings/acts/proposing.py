"""A timetable is asked for, computed, looked at, and accepted or discarded."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.people.queries import person_of
from summitry.record.act import Stale, act

from .. import queries
from ..models import Gathering, Proposal, Service, Shift
from ..timetabling import still, words
from .common import allow, locked
from .placing import Put, arrange

LONGEST = 900  # seconds
TOLD = 3  # sentences in a refusal; the page has all of them
State = Proposal.State


@act
def ask_proposal(
    actor: User | None,
    gathering: Gathering,
    *,
    seconds: int = 60,
    seed: int = 0,
    base: str = Proposal.Base.NOTHING,
    later: bool = True,
) -> Proposal:
    """Asks for a timetable of at most so many seconds of computing; a task computes it, unless the caller
    does so herself (not `later`). One at a time for an edition."""
    from ..tasks import compute_proposal

    allow(actor, "gatherings.edit_programme", gathering)
    gathering = locked(gathering)
    if not 1 <= seconds <= LONGEST:
        raise ValidationError({"seconds": _("Between 1 and %(most)d seconds.") % {"most": LONGEST}})
    if base not in Proposal.Base.values:
        raise ValidationError({"base": _("Choose one of those listed.")})
    if base == Proposal.Base.RELEASED and gathering.released_id is None:
        raise ValidationError({"base": _("No programme is published yet.")})
    made = Proposal(
        gathering=gathering,
        by=person_of(actor) if actor is not None else None,
        seconds=seconds,
        seed=seed,
        base=base,
        mark=queries.mark(gathering),
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("A timetable is being computed already. Wait for it, or stop it.")) from error
    if later:
        transaction.on_commit(lambda: compute_proposal.enqueue(str(made.uid)))
    return made


@act
def begin_proposal(proposal: Proposal, *, mark: int, before: dict[str, Any], demands: str = "") -> bool:
    """Part of the computing: the programme has been read. False if somebody has said no in the meantime."""
    now = _held(proposal)
    if not now.is_computing:
        return False
    now.state, now.mark, now.before, now.demands = State.RUNNING, mark, before, demands
    now.save(update_fields=["state", "mark", "before", "demands"])
    return True


def tell_proposal(proposal: Proposal, *, passed: float, cost: int | None, bound: int) -> bool:
    """Part of the computing: how far it is. Whether to go on. One small write that waits for nobody."""
    rows = Proposal.objects.filter(pk=proposal.pk, state=State.RUNNING)
    rows.update(passed=passed, cost=cost, bound=bound)
    return rows.filter(stopping=False).exists()


@act
def end_proposal(
    proposal: Proposal,
    state: str,
    *,
    passed: float,
    cost: int | None = None,
    bound: int = 0,
    **found: Any,
) -> Proposal:
    """Part of the computing: what came out (`places`, `costs`, `violations`, `reasons`)."""
    now = _held(proposal)
    if not now.is_computing:
        return now
    now.state, now.passed, now.cost, now.bound = state, passed, cost, bound
    now.ended_at = timezone.now()
    for name, value in found.items():
        setattr(now, name, value)
    now.save()
    return now


@act
def stop_proposal(actor: User | None, proposal: Proposal) -> Proposal:
    """Enough: the best timetable so far is kept. One that has not begun is discarded. Twice changes
    nothing."""
    allow(actor, "gatherings.edit_programme", proposal.gathering)
    now = _held(proposal)
    if now.state == State.WAITING:
        now.state, now.ended_at = State.DISCARDED, timezone.now()
    elif now.state == State.RUNNING:
        now.stopping = True
    now.save(update_fields=["state", "ended_at", "stopping"])
    return now


@act
def discard_proposal(actor: User | None, proposal: Proposal) -> Proposal:
    """The timetable is not wanted. Twice changes nothing; one that was accepted stays so."""
    allow(actor, "gatherings.edit_programme", proposal.gathering)
    now = _held(proposal)
    if now.state != State.ACCEPTED:
        now.state, now.ended_at = State.DISCARDED, now.ended_at or timezone.now()
        now.save(update_fields=["state", "ended_at"])
    return now


@act
def accept_proposal(actor: User | None, proposal: Proposal, seen: str = "") -> Shift | None:
    """Places all sessions as proposed, at a stroke, and gives them their interpreters; undone as any other
    move. Stale if the programme was changed since it was computed, or if it does not keep what is demanded
    now; also if demands have changed that it keeps, unless `seen` is their digest (`timetabling.still`), by
    which the actor says that she knows. None if everything stood there already. Twice changes nothing."""
    allow(actor, "gatherings.edit_programme", proposal.gathering)
    gathering = locked(proposal.gathering)
    now = _held(proposal)
    if now.state == State.ACCEPTED:
        return now.shift
    if now.state != State.DONE:
        raise ValidationError(_("There is no timetable to accept."))
    if queries.mark(gathering) != now.mark:
        raise Stale(
            _("The programme has been changed since this timetable was computed. Ask for another one.")
        )
    _demanded_still(now, seen)
    keys = [one["session"] for one in now.places]
    sessions = {one.pk: one for one in gathering.sessions.filter(pk__in=keys)}
    rooms = {one.pk: one for one in gathering.rooms.all()}
    puts, services = [], []
    for one in now.places:
        session, room = sessions[one["session"]], rooms[one["room"]]
        starts = datetime.fromisoformat(one["starts"])
        puts.append(Put(session, room, starts, one["minutes"], planned=session.minutes or one["minutes"]))
        services += [Service(session=session, pair=pair, team_id=team) for pair, team in one["teams"].items()]
    shift = arrange(actor, gathering, puts)
    Service.objects.filter(session__in=keys).delete()
    Service.objects.bulk_create(services, batch_size=500)
    now.state, now.shift = State.ACCEPTED, shift
    now.save(update_fields=["state", "shift"])
    return shift


def _demanded_still(proposal: Proposal, seen: str) -> None:
    """Whether it may be accepted by the demands as they are now. Raises Stale."""
    found = still.look(proposal)
    if found.broken:
        told = words.violations(proposal.gathering, list(found.broken[:TOLD]))
        raise Stale(
            _("This timetable does not keep what is demanded now: %(what)s Ask for another one.")
            % {"what": " ".join(sentence for _hard, _points, sentence in told)}
        )
    if found.changed and found.demands != seen:
        raise Stale(_("Demands have changed since this timetable was computed. Look at it once more."))


def _held(proposal: Proposal) -> Proposal:
    found: Proposal = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("gathering", "shift")
        .get(pk=proposal.pk)
    )
    return found
