"""One proposal computed: read, solved, kept. Runs outside of any transaction; what it keeps are acts."""

from collections.abc import Callable
from time import monotonic

from summitry.engines import timetable as engine

from .. import acts
from ..models import Proposal
from . import keeping, still
from .reading import Asked, read

PAUSE = 1.5  # seconds between two notes of how far it is
type Look = Callable[[engine.Progress], None]


def compute(
    proposal: Proposal, *, look: Look | None = None, should_stop: Callable[[], bool] | None = None
) -> Proposal:
    """Computes what was asked for and keeps it; harmless if it has been computed, stopped or discarded.
    `look` is told of every progress, and the best timetable is kept when `should_stop` says so."""
    started = monotonic()
    asked = read(proposal.gathering, proposal.base)
    before = keeping.summary(engine.cost(asked.problem, asked.working))
    if not acts.begin_proposal(proposal, mark=asked.mark, before=before, demands=still.digest(asked)):
        return proposal
    telling = _Telling(proposal, look, should_stop)
    try:
        found = engine.solve(
            asked.problem,
            seconds=proposal.seconds,
            seed=proposal.seed,
            on_progress=telling,
            should_stop=telling.stopped,
        )
    except engine.InfeasibleError:
        reasons = engine.explain(asked.problem, should_stop=telling.stopped)
        return acts.end_proposal(
            proposal,
            Proposal.State.IMPOSSIBLE,
            passed=monotonic() - started,
            reasons=keeping.reasons(asked, reasons),
        )
    if found is None:
        return acts.end_proposal(proposal, Proposal.State.NONE, passed=monotonic() - started)
    return _keep(proposal, asked, found)


def _keep(proposal: Proposal, asked: Asked, found: engine.Solution) -> Proposal:
    return acts.end_proposal(
        proposal,
        Proposal.State.DONE,
        passed=found.seconds,
        cost=found.cost.soft,
        bound=found.bound,
        places=keeping.places(asked, found.timetable),
        costs=dict(found.cost.by_rule),
        violations=keeping.violations(asked, found.cost),
    )


class _Telling:
    """Keeps how far the computing is, now and then, and hears whether somebody wants it stopped."""

    def __init__(self, proposal: Proposal, look: Look | None, should_stop: Callable[[], bool] | None) -> None:
        self.proposal, self.look, self.should_stop = proposal, look, should_stop
        self.enough = False
        self._last = monotonic()

    def __call__(self, now: engine.Progress) -> None:
        if self.look is not None:
            self.look(now)
        if monotonic() - self._last >= PAUSE:
            self._last = monotonic()
            go_on = acts.tell_proposal(self.proposal, passed=now.seconds, cost=now.cost, bound=now.bound)
            self.enough = self.enough or not go_on

    def stopped(self) -> bool:
        return self.enough or bool(self.should_stop and self.should_stop())
