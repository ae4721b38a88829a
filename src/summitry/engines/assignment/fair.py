"""Fairness in the sense of Stelmakh, Shah and Singh (PeerReview4All, 2021): the worst-served entry first,
then the sum.

Each step ends in a proof or says that it has none. The mean of the worst-served entry is bounded by flows
over the pairs that alone could reach it. The sum under such a floor is bounded by Lagrangian relaxation:
every entry below its floor gets its affinities multiplied until a flow, which is exact, serves it; the value
of that flow is a bound, and with the flow's prices of jurors every entry by itself makes a sharper one
(`alone`). What then remains between bound and solution is closed by a small integer programme (HiGHS) over
the pairs that lose no more than that gap: a pair left out would, alone, cost more than the whole gap
(reduced-cost fixing), so nothing better can use it."""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, hstack, vstack

from .alone import alone
from .network import Optimum, optimum
from .problem import GRAIN, Bools, Floats, Frame, Ints

SCALE = 1024  # multipliers are counted in 1024ths, so that relaxed sums stay whole
MOST_BOOST = 1024 * SCALE
DOUBLINGS, PROGRAMMES = 8, 3
LITTLE = 16  # a linear programme that took less than this part of the gap is the last
LINEAR_COLUMNS = 50_000  # of a linear programme
FIRST_COLUMNS, MOST_COLUMNS = 20_000, 320_000  # of an integer programme
NODES = 20_000  # of its search: a count and not a time, so that the same input gives the same answer


@dataclass(frozen=True, slots=True)
class Fair:
    """An assignment of the open pairs. bound: what no assignment under the same floor can exceed, in
    millionths."""

    chosen: Bools
    bound: int


@dataclass(frozen=True, slots=True)
class _Relaxed:
    """The relaxation with the tightest bound: its multipliers, its flow, and 1024 times the bound."""

    boost: Ints
    flow: Optimum
    bound: int


def sums(frame: Frame, chosen: Bools) -> Ints:
    """Per entry, the millionths that the chosen pairs bring."""
    return np.where(chosen, frame.units, 0).sum(1)


def useful(frame: Frame, floor: Ints) -> Bools:
    """The open pairs that can be part of an assignment in which each entry reaches its floor: with the best
    others beside it, the entry gets there."""
    units = np.where(frame.open, frame.units, -1)
    most = int(frame.need.max(initial=0))
    if not most:
        return frame.open
    top = -np.sort(-np.partition(units, units.shape[1] - most, axis=1)[:, -most:], axis=1)
    reach = np.concatenate([np.zeros((len(top), 1), np.int64), np.cumsum(top, axis=1)], axis=1)
    others = reach[np.arange(len(top)), np.maximum(frame.need - 1, 0)]
    return frame.open & (units >= (floor - others)[:, None])


def simple_bound(frame: Frame) -> Fraction | None:
    """No assignment serves the worst-served entry better than this mean: each entry with its best jurors, as
    if it were alone. None if nothing is open."""
    units = np.where(frame.open, frame.units, 0)
    best = np.zeros(len(units), np.int64)
    for entry in frame.alive:
        need = int(frame.need[entry])
        best[entry] = np.partition(units[entry], len(units[entry]) - need)[-need:].sum()
    return frame.worst(best)


def _relaxed(frame: Frame, floor: Ints, boost: Ints, among: Bools | None) -> _Relaxed | None:
    flow = optimum(frame, frame.units * (SCALE + boost)[:, None], among)
    if flow is None:
        return None
    return _Relaxed(boost, flow, int(((SCALE + boost) * sums(frame, flow.chosen) - boost * floor).sum()))


def _relax(frame: Frame, floor: Ints) -> tuple[_Relaxed | None, Bools | None]:
    """The tightest bound that was found, and the best assignment met on the way in which every entry reaches
    its floor: multipliers first by doubling, then those that linear programmes find. Neither if no flow
    exists."""
    boost = np.zeros(len(floor), np.int64)
    tightest: _Relaxed | None = None
    best: tuple[int, Bools] | None = None
    before: int | None = None  # the bound before the last linear programme
    for turn in range(DOUBLINGS + PROGRAMMES):
        found = _relaxed(frame, floor, boost, tightest.flow.among if tightest else None)
        if found is None:
            return None, None
        brought = sums(frame, found.flow.chosen)
        short = brought < floor
        if tightest is None or found.bound < tightest.bound:
            tightest = found
        if not short.any() and (best is None or brought.sum() > best[0]):
            best = int(brought.sum()), found.flow.chosen
        if best:
            gap = tightest.bound - SCALE * best[0]
            if gap < SCALE or (before is not None and before - tightest.bound < gap // LITTLE):
                break
        if turn < DOUBLINGS and best is None:
            boost = np.where(short, np.maximum(2 * boost, SCALE // 8), boost)
            continue
        before = tightest.bound
        following = _multipliers(frame, floor, tightest)
        if following is None or (following == boost).all():
            break
        boost = following
    return tightest, best[1] if best else None


def _sharper(frame: Frame, floor: Ints, relaxed: _Relaxed) -> _Relaxed:
    """The bound, and what each pair loses against it, of entries by themselves at the prices of the flow."""
    if frame.is_regional:
        return relaxed
    flow = relaxed.flow
    bound, loss = alone(frame, floor, flow.sink - flow.juror, SCALE)
    return _Relaxed(relaxed.boost, replace(flow, reduced=loss), bound)


@dataclass(frozen=True, slots=True)
class _Programme:
    """Pairs that are free to be chosen or not, beside those that are sure: rows of an integer programme."""

    frame: Frame
    sure: Bools
    free: Bools

    def rows(self) -> tuple[csr_array, Ints, Ints]:
        """Needs, loads and regions: a matrix over the free pairs, and from where to where each row may go."""
        frame = self.frame
        n, m = frame.open.shape
        regions = frame.region_room.shape[1]
        entries, jurors = np.nonzero(self.free)
        sure_at = np.nonzero(self.sure)
        cells = np.bincount(sure_at[0] * regions + frame.region[sure_at[1]], minlength=n * regions)
        room = frame.region_room.reshape(-1)
        tight = np.flatnonzero(room < np.repeat(frame.need, regions))
        matrix = vstack(
            [
                _incidence(entries, n),
                _incidence(jurors, m),
                _incidence(entries * regions + frame.region[jurors], n * regions)[tight],
            ],
            format="csr",
        )
        loads = self.sure.sum(0)
        need = frame.need - self.sure.sum(1)
        low = np.concatenate([need, frame.least - loads, np.zeros(len(tight), np.int64)])
        high = np.concatenate([need, frame.room - loads, (room - cells)[tight]])
        return matrix, low, high

    def brought(self, entries: Ints) -> tuple[csr_array, Ints]:
        """What the free pairs bring to these entries, as rows, and what the sure ones do."""
        at, jurors = np.nonzero(self.free)
        matrix = _incidence(at, len(self.free), self.frame.units[at, jurors].astype(float))
        return matrix[entries], sums(self.frame, self.sure)[entries]

    def chosen(self, values: Ints) -> Bools:
        found = self.sure.copy()
        entries, jurors = np.nonzero(self.free)
        on = values[: len(entries)] > 0.5
        found[entries[on], jurors[on]] = True
        return found


def _incidence(rows: Ints, height: int, values: Floats | None = None) -> csr_array:
    size = len(rows)
    return csr_array(
        (np.ones(size) if values is None else values, (rows, np.arange(size))), shape=(height, size)
    )


def _risky(programme: _Programme, floor: Ints) -> Ints:
    """The entries that can fall below their floor with the worst of their free pairs: only they need a
    row."""
    frame = programme.frame
    units = np.where(programme.free, frame.units, 2 * GRAIN)
    need = frame.need - programme.sure.sum(1)
    most = int(need.max(initial=0))
    low = np.sort(np.partition(units, max(most - 1, 0), axis=1)[:, :most], axis=1)
    reach = np.concatenate([np.zeros((len(low), 1), np.int64), np.cumsum(low, axis=1)], axis=1)
    least = reach[np.arange(len(low)), need] + sums(frame, programme.sure)
    return np.flatnonzero((frame.need > 0) & (least < floor))


def _narrow(frame: Frame, relaxed: _Relaxed, gap: int) -> _Programme:
    """The pairs that remain free if no more than `gap` may be lost against the bound."""
    reduced = relaxed.flow.reduced
    return _Programme(frame, frame.open & (reduced < -gap), frame.open & (abs(reduced) <= gap))


def _width(frame: Frame, relaxed: _Relaxed, columns: int) -> int:
    """The gap within which about so many pairs are free."""
    sizes = abs(relaxed.flow.reduced[frame.open])
    return int(np.partition(sizes, columns)[columns] if columns < len(sizes) else sizes.max())


def _multipliers(frame: Frame, floor: Ints, relaxed: _Relaxed) -> Ints | None:
    """Better multipliers: the dual values of the floors in the linear programme over the pairs near the
    bound. Only the flow that is then solved with them makes a bound of them."""
    programme = _narrow(frame, relaxed, _width(frame, relaxed, LINEAR_COLUMNS))
    entries, jurors = np.nonzero(programme.free)
    matrix, low, high = programme.rows()
    risky = _risky(programme, floor)
    brought, already = programme.brought(risky)
    equal = low == high
    answer = linprog(
        -frame.units[entries, jurors] / GRAIN,
        A_ub=vstack([matrix[~equal], -matrix[~equal], -brought / GRAIN], format="csr"),
        b_ub=np.concatenate([high[~equal], -low[~equal], -(floor[risky] - already) / GRAIN]),
        A_eq=matrix[equal],
        b_eq=low[equal],
        bounds=(0, 1),
        method="highs-ds",
    )
    if answer.status != 0:
        return None
    boost = np.zeros(len(floor), np.int64)
    boost[risky] = np.rint(-answer.ineqlin.marginals[len(answer.ineqlin.marginals) - len(risky) :] * SCALE)
    return np.minimum(boost, MOST_BOOST)


def _close(frame: Frame, floor: Ints, relaxed: _Relaxed, gap: int) -> tuple[Bools | None, bool]:
    """The best assignment under the floor among those that lose no more than `gap` (in 1024ths of a
    millionth) against the bound; and whether the answer, also that there is none, is certain."""
    programme = _narrow(frame, relaxed, gap)
    entries, jurors = np.nonzero(programme.free)
    if len(entries) > MOST_COLUMNS:
        return None, False
    matrix, low, high = programme.rows()
    risky = _risky(programme, floor)
    brought, already = programme.brought(risky)
    # A whole number per entry is added to its costs, that changes no comparison, to keep the sum small.
    shift = (relaxed.flow.entry - relaxed.flow.sink) // SCALE
    answer = milp(
        (shift[entries] - frame.units[entries, jurors]).astype(float),
        constraints=[
            LinearConstraint(matrix, low, high),
            LinearConstraint(brought, floor[risky] - already, np.inf),
        ],
        integrality=np.ones(len(entries)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0, "node_limit": NODES},
    )
    if answer.x is None:
        return None, answer.status == 2
    return programme.chosen(answer.x), answer.status == 0


def under(frame: Frame, floor: Ints) -> tuple[Fair | None, bool]:
    """The largest sum in which each entry reaches its floor (millionths of its open pairs), and whether this
    answer, also that there is none, is proven."""
    frame = replace(frame, open=useful(frame, floor))
    relaxed, best = _relax(frame, floor)
    if relaxed is None:
        return None, True
    relaxed = _sharper(frame, floor, relaxed)
    widest = int(abs(relaxed.flow.reduced[frame.open]).max())
    columns = FIRST_COLUMNS
    while True:
        value = 0 if best is None else int(sums(frame, best).sum())
        gap = relaxed.bound - SCALE * value if best is not None else widest
        if best is not None and gap < SCALE:
            return Fair(best, value), True
        width = min(gap, _width(frame, relaxed, columns))
        if columns > FIRST_COLUMNS and gap <= _width(frame, relaxed, MOST_COLUMNS - 1):
            width = gap
        closer, certain = _close(frame, floor, relaxed, width)
        if closer is not None and (best is None or int(sums(frame, closer).sum()) > value):
            best, value = closer, int(sums(frame, closer).sum())
            gap = relaxed.bound - SCALE * value
        if min(gap, widest) <= width and certain:
            return (None if best is None else Fair(best, value)), True
        columns *= 4
        if not certain or columns > MOST_COLUMNS:
            return (None if best is None else Fair(best, relaxed.bound // SCALE)), False


def best_worst(frame: Frame, start: Bools) -> tuple[Fraction, Fraction, Bools]:
    """How well the worst-served entry can be served where the simple bound is out of reach: a mean that was
    reached, a mean that cannot be exceeded, and the assignment that reached it. Proven where they are equal.

    `start` is any complete assignment. First the largest mean for which a flow over the useful pairs exists
    (exact for one juror per entry); then, for a size that it can hold, an integer programme."""
    low = frame.worst(sums(frame, start)) or Fraction(0)
    high = simple_bound(frame) or Fraction(0)
    best = start
    steps = int(np.lcm.reduce(frame.count[frame.alive]))  # a mean is a multiple of 1 / steps
    bottom, top = int(low * steps), int(high * steps)
    while bottom < top:
        middle = -(-(bottom + top) // 2)
        floor = frame.floor(Fraction(middle, steps))
        found = optimum(replace(frame, open=useful(frame, floor)), frame.units)
        if found is None:
            top = middle - 1
            continue
        bottom = middle
        reached = frame.worst(sums(frame, found.chosen))
        if reached is not None and reached > low:
            low, best = reached, found.chosen
    high = Fraction(top, steps)
    if low < high:
        chosen, bound = _largest_worst(frame, low)
        reached = frame.worst(sums(frame, chosen)) if chosen is not None else None
        if chosen is not None and reached is not None and reached > low:
            low, best = reached, chosen
        high = max(min(high, Fraction(int(bound * steps + Fraction(1, 1000)), steps)), low)
    return low, high, best


def _largest_worst(frame: Frame, low: Fraction) -> tuple[Bools | None, Fraction]:
    """The integer programme for the largest mean of the worst-served entry, over every pair useful for a mean
    of `low`; its answer, if any, and its bound."""
    programme = _Programme(frame, np.zeros_like(frame.open), useful(frame, frame.floor(low)))
    size = int(programme.free.sum())
    if size > MOST_COLUMNS // 4:
        return None, Fraction(10**9)
    matrix, least, most = programme.rows()
    brought, _none = programme.brought(frame.alive)
    cost = np.zeros(size + 1)
    cost[-1] = -1
    count = frame.count[frame.alive]
    answer = milp(
        cost,
        constraints=[
            LinearConstraint(hstack([matrix, csr_array((matrix.shape[0], 1))], format="csr"), least, most),
            LinearConstraint(
                hstack([brought, csr_array(-count.astype(float)[:, None])], format="csr"),
                -frame.given[frame.alive],
                np.inf,
            ),
        ],
        integrality=np.append(np.ones(size), 0),
        bounds=Bounds(0, np.append(np.ones(size), np.inf)),
        options={"mip_rel_gap": 0, "node_limit": NODES},
    )
    bound = Fraction(10**9) if answer.mip_dual_bound is None else Fraction(-float(answer.mip_dual_bound))
    return (None if answer.x is None else programme.chosen(answer.x)), bound
