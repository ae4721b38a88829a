"""What hangs on one juror, and what the marks leave open at the cut.

Without a juror the equations lose her marks, a change of low rank: with x the solution, T the rows of her
marks, r their residuals and H = T C T' (C the inverse of the equations), the solution without them is
x - C T' (I - H)^-1 r (Haslett, A simple derivation of deletion diagnostic results for the general linear
model with correlated errors, J. Royal Statistical Society B 61, 1999). The variance ratios stay those of all
marks: estimated anew they would hardly differ where there are many jurors, and where there are few the table
shows what her marks do, not what they do to the estimate of the noise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .marks import Floats, Indexes
from .model import SETTLED, Fit, placed


@dataclass(frozen=True, slots=True, eq=False)
class Without:
    """The order without one juror. estimates (E,): nan for an entry whose only mark was hers; ranks (E,): 1
    is the best, 0 for such an entry."""

    juror: int
    estimates: Floats
    ranks: Indexes


def leave_one_out(fit: Fit) -> Iterator[Without]:
    """The order without each juror in turn; one at a time, all of them would be E times J numbers."""
    for juror in range(fit.marks.jurors):
        estimates = _without(fit, juror)
        yield Without(juror, estimates, ranks(estimates))


def ranks(estimates: Floats) -> Indexes:
    """The rank of each estimate, 1 the highest; 0 for nan. Equal ones by index."""
    found = np.zeros(len(estimates), dtype=np.intp)
    order = placed(estimates)[: int(np.isfinite(estimates).sum())]  # nan sorts last
    found[order] = np.arange(1, len(order) + 1)
    return found


def _without(fit: Fit, juror: int) -> Floats:
    marks, equations = fit.marks, fit.equations
    hers = np.flatnonzero(marks.juror == juror)
    touched = marks.entry[hers]
    rows = equations.reduced[touched].toarray()  # (m, J + 1): T after the elimination of the entries
    rows[:, juror] += equations.root_v
    used = np.flatnonzero(rows.any(axis=0))  # her fellow jurors and the mean: few columns
    narrow = rows[:, used]
    inner = narrow @ equations.inverse[np.ix_(used, used)] @ narrow.T
    inner[np.diag_indices_from(inner)] += equations.ratios[0] / equations.diagonal[touched]
    weights = np.linalg.solve(np.eye(len(hers)) - inner, equations.residuals[hers])
    tail = equations.inverse[:, used] @ (narrow.T @ weights)  # the jurors' and the mean's share of C T' (...)
    entries = -(equations.border @ tail)
    entries[touched] += equations.root_u * weights
    found = fit.estimates - tail[-1] - equations.root_u * entries / equations.diagonal
    found[touched[equations.design.per_entry[touched] == 1]] = np.nan
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Some entries of which the first `places` are accepted: all, or those of one category."""

    entries: Indexes
    places: int


def accepted(ranked: Indexes, cuts: Sequence[Cut]) -> NDArray[np.bool_]:
    """(E,): whether an entry is among the first of its cut, by ranks as `ranks` gives them."""
    found = np.zeros(len(ranked), dtype=np.bool_)
    for cut in cuts:
        running = cut.entries[ranked[cut.entries] > 0]
        found[running[np.argsort(ranked[running])[: cut.places]]] = True
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """What leaving out one juror at a time does. By entry (E,): its rank with all of them, the best and the
    worst that it gets. By juror (J,): the most places that any entry moves, and how many accepted entries are
    accepted no more."""

    ranks: Indexes
    best: Indexes
    worst: Indexes
    farthest: Indexes
    fallen: Indexes


def moves(fit: Fit, cuts: Sequence[Cut]) -> Moves:
    """A summary of `leave_one_out`. An entry that loses its only mark has no rank then: not counted."""
    whole = ranks(fit.estimates)
    inside = accepted(whole, cuts)
    best, worst = whole.copy(), whole.copy()
    farthest, fallen = (np.zeros(fit.marks.jurors, dtype=np.intp) for _ in range(2))
    for one in leave_one_out(fit):
        ranked = one.ranks > 0
        best = np.where(ranked, np.minimum(best, one.ranks), best)
        worst = np.maximum(worst, one.ranks)
        farthest[one.juror] = np.abs(one.ranks - whole)[ranked].max(initial=0)
        fallen[one.juror] = int((ranked & inside & ~accepted(one.ranks, cuts)).sum())
    return Moves(whole, best, worst, farthest, fallen)


@dataclass(frozen=True, slots=True)
class Band:
    """Entries to discuss: the accepted ones that may as well be behind the first rejected, and the rejected
    ones that may as well be ahead of the last accepted. In their order."""

    accepted: tuple[int, ...]
    rejected: tuple[int, ...]

    @property
    def entries(self) -> frozenset[int]:
        return frozenset(self.accepted) | frozenset(self.rejected)


def discuss_band(fit: Fit, places: int, z: float = SETTLED, order: Sequence[int] | None = None) -> Band:
    """Entries whose difference from the entry on the other side of the cut is not settled: at most z of its
    standard errors. `order`: entries, best first, if not the fit's own (one category, or a sealed order)."""
    placing = fit.order if order is None else np.asarray(order, dtype=np.intp)
    if not 0 < places < len(placing):
        return Band((), ())
    above, below = placing[:places], placing[places:]
    return Band(_open(fit, above, int(below[0]), z), _open(fit, below, int(above[-1]), z))


def _open(fit: Fit, entries: Indexes, other: int, z: float) -> tuple[int, ...]:
    gaps = np.abs(fit.estimates[entries] - fit.estimates[other])
    errors = fit.difference_errors(entries, np.full(len(entries), other))
    return tuple(int(one) for one in entries[gaps <= z * errors])
