"""From votes to groups."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from . import kmeans
from .components import Components, components, products, project
from .counting import Counts, count
from .votes import Floats, Indexes, Votes

ENOUGH = 7  # votes that make somebody part of the map, or all statements if there are fewer
LEAST_PEOPLE = 15  # below so many the most active fill up
BASE = 100  # clusters that the groups are made of
MOST_GROUPS = 5
GRID = 2.0**20  # places are kept in units of a millionth, so that their sums are exact


class Each(Protocol):
    """Something like `map`: applies a function to each of some things, perhaps on other machines; the results
    in the things' order."""

    def __call__(self, function: Callable[..., Any], /, *things: Iterable[Any]) -> Iterable[Any]: ...


def here(function: Callable[..., Any], /, *things: Iterable[Any]) -> Iterable[Any]:
    """Each on this machine, one after another."""
    return map(function, *things)


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """An opinion map of P people and M statements, in G groups.

    place (P, 2) is where each person stands; group (P,) her group, -1 if she has voted on too few statements
    to be in one; centres (G, 2); base (B, 2) and base_weight (B,) the clusters that the groups are made of,
    base_group (B,) the group of each. fit is the mean silhouette of the base clusters, fits that of each
    number of groups that was tried.
    """

    components: Components
    place: Floats
    group: Indexes
    centres: Floats
    base: Floats
    base_weight: Floats
    base_group: Indexes
    fit: float
    fits: dict[int, float]
    counts: Counts

    @property
    def groups(self) -> int:
        return len(self.centres)


def draw_map(votes: Votes, each: Each = here, block: int | None = None) -> Map:
    """The map of these votes, silenced statements included as passes.

    each: where blocks of people are counted. The result is the same to
    the last bit wherever and in however many blocks it is done. Without anybody to group there are no groups.
    """
    blocks = list(votes.blocks(block) if block else votes.blocks())
    sums = reduce(add, each(products, blocks), products(votes.only(np.zeros(0, np.intp))))
    found = components(sums)
    places = [np.zeros((0, 2)), *each(project, blocks, [found] * len(blocks))]
    place = np.round(np.concatenate(places) * GRID) / GRID
    inside = np.flatnonzero(_counted(votes))
    group = np.full(votes.people, -1, np.intp)
    of_base, base = kmeans.cluster(place[inside], BASE)
    weight = np.bincount(of_base, minlength=len(base)).astype(np.float64)
    of_group, centres, fits = _groups(base, weight)
    group[inside] = of_group[of_base]
    starts = np.cumsum([0, *(part.people for part in blocks)])
    parts = [group[start : start + part.people] for start, part in zip(starts, blocks, strict=False)]
    empty = count(votes.only(np.zeros(0, np.intp)), np.zeros(0, np.intp), len(centres))
    counts = reduce(add, each(count, blocks, parts, [len(centres)] * len(blocks)), empty)
    fit = fits.get(len(centres), 0.0)
    return Map(found, place, group, centres, base, weight, of_group, fit, fits, counts)


def _counted(votes: Votes) -> NDArray[np.bool_]:
    """(P,): who has voted on enough to be grouped; if these are few, the most active fill up, of equally
    active ones those who come first."""
    voted = votes.per_person
    inside = voted >= min(ENOUGH, votes.statements)
    if inside.sum() < LEAST_PEOPLE:
        by = np.argsort(-voted, kind="stable")[:LEAST_PEOPLE]
        inside[by[voted[by] > 0]] = True
    return inside


def _groups(base: Floats, weight: Floats) -> tuple[Indexes, Floats, dict[int, float]]:
    """The base clusters (B, 2) in that number of groups which fits best; of equally fitting ones the
    fewest."""
    best, fits = None, {}
    for wanted in range(2, min(MOST_GROUPS, 2 + len(base) // 12) + 1):
        labels, centres = kmeans.cluster(base, wanted, weight)
        fit = kmeans.silhouette(base, labels)
        if len(centres) == wanted:
            fits[wanted] = fit
        if best is None or fit > best[0]:
            best = (fit, labels, centres)
    if best is None:
        return np.zeros(0, np.intp), base, fits
    return best[1], best[2], fits
