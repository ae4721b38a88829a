"""What a juror needs in the stages in which she sees all entries: two to compare, or all to put in order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from summitry.engines import pairwise

from ..models import Comparison, Ranking, StageRun, Submission
from ..stages.pairwise import wanted

LIVE = 150  # entries: with more the estimate takes too long for a page, and a lot stands in for closeness


@dataclass(frozen=True, slots=True)
class PairPage:
    """Two entries to compare, left and right, None once she has compared all; her own comparisons, and the
    places in comparisons that the stage has filled, of those that it needs. `last` can be undone."""

    run: StageRun
    pair: tuple[Submission, Submission] | None
    mine: int
    done: int
    total: int
    last: Comparison | None


def pair_page(user: Any, run: StageRun, asked: Sequence[str] = ()) -> PairPage:
    """What a juror compares next; `asked` names two entries that she wants to see again. Five queries."""
    running = Submission.objects.filter(call=run.call).in_the_running().order_by("number")
    every = list(running.values_list("pk", flat=True))
    visible = dict(running.on_duty_of(user).values_list("ref", "pk"))
    rows = run.comparisons.filter(undone_at=None, voided_at=None, left__in=every, right__in=every)
    found = list(rows.order_by("pk").values_list("pk", "left", "right", "winner", "juror__user"))
    counts = Counter(one for _pk, left, right, _winner, _juror in found for one in (left, right))
    hers = [one for one in found if one[4] == user.pk]
    done = {frozenset((str(left), str(right))) for _pk, left, right, _winner, _juror in hers}
    need = wanted(run, len(every))
    pair = _again(asked, visible, done) or pairwise.next_pair(
        {str(pk): count for pk, count in counts.items()},
        _strengths(found, every),
        [str(pk) for pk in visible.values()],
        done,
        f"{run.pk}:{user.uid}:{len(hers)}",
    )
    wants = [int(pk) for pk in pair] if pair and run.is_open else []
    shown = Submission.objects.in_bulk(wants)
    for entry in shown.values():
        entry.call = run.call
    return PairPage(
        run,
        (shown[wants[0]], shown[wants[1]]) if wants else None,
        len(hers),
        sum(min(need, counts[pk]) for pk in every),
        need * len(every),
        _last(hers[-1][0], run) if hers else None,
    )


def _again(
    asked: Sequence[str], visible: dict[str, int], done: set[frozenset[str]]
) -> tuple[str, str] | None:
    """Two entries that were asked for by number, if she may compare them now."""
    if len(asked) != 2 or asked[0] == asked[1] or not set(asked) <= set(visible):
        return None
    pair = (str(visible[asked[0]]), str(visible[asked[1]]))
    return None if frozenset(pair) in done else pair


def _strengths(found: Sequence[tuple[Any, ...]], every: Sequence[int]) -> dict[str, float]:
    if len(every) > LIVE:
        return {}
    fit = pairwise.estimate(
        pairwise.Comparison(str(left), str(right), str(winner) if winner else None)
        for _pk, left, right, winner, _juror in found
    )
    return dict(zip(fit.entries, fit.strengths.tolist(), strict=True))


def _last(pk: int, run: StageRun) -> Comparison:
    """A comparison with its entries, which know their call."""
    found = Comparison.objects.select_related("left", "right").get(pk=pk)
    for entry in (found.left, found.right):
        entry.call = run.call
    return found


@dataclass(frozen=True, slots=True)
class RankPage:
    """A juror's ranking, and the entries before her: (entry, place or None), those with a place first."""

    run: StageRun
    ranking: Ranking | None
    rows: list[tuple[Submission, int | None]]


def rank_page(user: Any, run: StageRun) -> RankPage:
    """What a juror puts in order. Two queries."""
    entries = list(
        Submission.objects.filter(call=run.call).on_duty_of(user).in_the_running().order_by("number")
    )
    ranking = run.rankings.filter(juror__user=user).first()
    for entry in entries:
        entry.call = run.call
    known = {entry.pk: entry for entry in entries}
    order = [pk for pk in ranking.order if pk in known] if ranking else []
    rows: list[tuple[Submission, int | None]] = [(known[pk], at) for at, pk in enumerate(order, 1)]
    return RankPage(run, ranking, rows + [(one, None) for one in entries if one.pk not in order])
