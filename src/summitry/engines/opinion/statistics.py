"""What is typical of a group, what the majority holds, what unites all groups.

Proportions carry one success and one failure that nobody cast, so that nothing is certain from a few votes;
tests are one-sided z tests at 90 %, as the Polis worker states them."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike

from .counting import Counts
from .votes import Floats

Z90 = 1.2816  # of the standard normal distribution
MOST = 5  # statements in a list


class Stance(IntEnum):
    AGREE = 1
    DISAGREE = -1


@dataclass(frozen=True, slots=True)
class Representative:
    """A statement on which a group stands out. count of seen have this stance; chance is the proportion, z
    its test against one half; ratio is the proportion by that of everybody else, ratio_z its test."""

    statement: int
    stance: Stance
    count: int
    seen: int
    chance: float
    z: float
    ratio: float
    ratio_z: float
    best_agreement: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A statement on which most take one side."""

    statement: int
    stance: Stance
    count: int
    seen: int
    chance: float
    z: float


def chance(successes: ArrayLike, trials: ArrayLike) -> Floats:
    """(s + 1) / (n + 2)."""
    return np.asarray((np.asarray(successes) + 1) / (np.asarray(trials) + 2), np.float64)


def one_proportion(successes: ArrayLike, trials: ArrayLike) -> Floats:
    """z of a proportion against one half, one success added."""
    successes, trials = np.asarray(successes), np.asarray(trials)
    return np.asarray(2 * np.sqrt(trials + 1) * ((successes + 1) / (trials + 1) - 0.5))


def two_proportions(successes: Floats, others: Floats, trials: Floats, other_trials: Floats) -> Floats:
    """z of one proportion against another with the pooled variance, one added to each of the four counts; 0
    where the pooled proportion is 1."""
    s, o, n, m = (np.asarray(one, np.float64) + 1 for one in (successes, others, trials, other_trials))
    pooled = (s + o) / (n + m)
    spread = np.sqrt(np.maximum(pooled * (1 - pooled), 0) * (1 / n + 1 / m))
    return np.divide(s / n - o / m, spread, out=np.zeros(s.shape), where=(pooled < 1) & (spread > 0))


def _stances(counts: Counts, group: int) -> dict[Stance, tuple[Floats, Floats, Floats, Floats, Floats]]:
    """For each stance: count, chance, z, ratio and ratio_z of all statements, (M,) each."""
    rest, seen = counts.rest(group), counts.seen[group]
    found = {}
    for stance, own, other in (
        (Stance.AGREE, counts.agree[group], rest.agree[0]),
        (Stance.DISAGREE, counts.disagree[group], rest.disagree[0]),
    ):
        here = chance(own, seen)
        found[stance] = (
            own,
            here,
            one_proportion(own, seen),
            here / chance(other, rest.seen[0]),
            two_proportions(own, other, seen, rest.seen[0]),
        )
    return found


def representative(
    counts: Counts, group: int, left_out: frozenset[int] = frozenset(), most: int = MOST
) -> list[Representative]:
    """What is typical of a group: at most `most` statements, the strongest first, agreements before
    disagreements. Its best agreement is always among them; if nothing passes the tests, what comes nearest.

    left_out: statements that are not to be named, such as those that moderation took out.
    """
    stances, seen = _stances(counts, group), counts.seen[group]

    def said(statement: int, stance: Stance, best: bool = False) -> Representative:
        own, here, z, ratio, ratio_z = (float(one[statement]) for one in stances[stance])
        return Representative(
            statement, stance, int(own), int(seen[statement]), here, z, ratio, ratio_z, best_agreement=best
        )

    (_, _, z_agree, _, rz_agree), (_, _, z_disagree, _, rz_disagree) = stances.values()
    stronger = np.where(rz_agree > rz_disagree, Stance.AGREE, Stance.DISAGREE)
    asked = np.array([one not in left_out for one in range(len(seen))], bool)
    passing = (((rz_agree > Z90) & (z_agree > Z90)) | ((rz_disagree > Z90) & (z_disagree > Z90))) & asked
    found = [said(int(one), Stance(stronger[one])) for one in np.flatnonzero(passing)]
    found.sort(key=lambda one: -(one.ratio * one.ratio_z * one.chance * one.z))
    best = _best_agreement(counts, group, stances[Stance.AGREE], asked)
    head = []
    if best is not None:
        head = [said(best, Stance.AGREE, best=True)]
    elif not found and asked.any():
        highest = np.where(asked, np.maximum(rz_agree, rz_disagree), -np.inf)
        head = [said(int(highest.argmax()), Stance(stronger[highest.argmax()]))]
    kept = (head + [one for one in found if not head or one.statement != head[0].statement])[:most]
    return sorted(kept, key=lambda one: -one.stance)


def _best_agreement(
    counts: Counts, group: int, agree: tuple[Floats, Floats, Floats, Floats, Floats], asked: Floats
) -> int | None:
    """The agreement to head the list, found in one pass as the worker does: each candidate must beat the one
    before it, by ratio as well while that one's ratio is above 1."""
    _own, here, z, ratio, ratio_z = agree
    best: int | None = None
    for at in np.flatnonzero(asked & ((counts.agree[group] > 0) | (counts.disagree[group] > 0))):
        if best is None:
            better = z[at] > Z90 or (ratio[at] > 1 and here[at] > 0.5)
        elif ratio[best] > 1:
            better = (
                ratio[at] * ratio_z[at] * here[at] * z[at]
                > ratio[best] * ratio_z[best] * here[best] * z[best]
            )
        else:
            better = here[at] * z[at] > here[best] * z[best]
        if better:
            best = int(at)
    return best


def majority(
    counts: Counts, stance: Stance, left_out: frozenset[int] = frozenset(), most: int = MOST
) -> list[Held]:
    """What most people agree (or disagree) with, the clearest first. counts: of everybody who voted, those
    who are in no group included; several groups are added up."""
    total = counts.total
    own, seen = (total.agree if stance is Stance.AGREE else total.disagree)[0], total.seen[0]
    share, z = chance(own, seen), one_proportion(own, seen)
    found = [
        Held(int(one), stance, int(own[one]), int(seen[one]), float(share[one]), float(z[one]))
        for one in np.flatnonzero((share > 0.5) & (z > Z90))
        if int(one) not in left_out
    ]
    return sorted(found, key=lambda one: -(one.chance * one.z))[:most]


def consensus(counts: Counts) -> Floats:
    """(M,): group-informed consensus, the product over groups of the chance that a member agrees."""
    return np.asarray(chance(counts.agree, counts.seen).prod(axis=0))
