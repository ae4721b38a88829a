"""Jurors to entries: tiny truths, brute force, a real conference, and reasons for what cannot be."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

from summitry.engines.assignment import (
    BARRED,
    CAPS,
    LEAST,
    REGIONS,
    InfeasibleError,
    Problem,
    attainable,
    explain,
    solve,
)
from summitry.engines.assignment.network import optimum
from summitry.engines.assignment.problem import GRAIN, frame


def problem(affinity, *, wanted=1, caps=9, barred=(), **more) -> Problem:
    table = np.array(affinity, float)
    n, m = table.shape
    forbidden = np.zeros((n, m), bool)
    for pair in barred:
        forbidden[pair] = True
    return Problem(
        table,
        forbidden,
        np.broadcast_to(np.array(wanted), n).copy(),
        np.broadcast_to(np.array(caps), m).copy(),
        **more,
    )


# -- tiny truths ----------------------------------------------------------------------------------


def test_the_worst_served_entry_comes_before_the_sum():
    asked = problem([[1.0, 0.5], [0.6, 0.0]], caps=1)
    assert solve(asked).pairs == ((0, 1), (1, 0))
    plain = problem([[1.0, 0.4], [0.5, 0.1]], caps=1)
    assert solve(plain, fairness=False).total == pytest.approx(1.1)
    assert solve(plain).pairs == ((0, 1), (1, 0))
    fair = solve(plain)
    assert (fair.total, fair.worst, fair.proven) == (0.9, 0.4, True)


def test_a_fixed_pair_stays_and_counts_for_need_and_load():
    asked = problem([[1.0, 0.0], [1.0, 0.0]], caps=1, fixed=[(0, 0)])
    assert solve(asked).pairs == ((0, 0), (1, 1))
    over = problem([[1.0, 0.2]], wanted=1, caps=[0, 1], fixed=[(0, 0)])
    assert solve(over).pairs == ((0, 0),)  # more than her cap, by hand; the entry has all that it wants
    assert solve(over).worst is None


def test_a_mask_does_not_undo_a_fixed_pair():
    language = np.array([[False, True], [True, True]])
    asked = problem([[1, 1], [1, 1]], caps=1, masks={"language": language}, fixed=[(0, 0)])
    assert solve(asked).pairs == ((0, 0), (1, 1))


def test_at_most_so_many_of_one_region():
    asked = problem([[0.9, 0.8, 0.1]], wanted=2, regions=["A", "A", "B"], most_same_region=1)
    assert solve(asked).pairs == ((0, 0), (0, 2))
    held = problem([[0.9, 0.8, 0.1]], wanted=2, regions=["A", "A", "B"], most_same_region=1, fixed=[(0, 1)])
    assert solve(held).pairs == ((0, 1), (0, 2))


def test_each_juror_has_at_least_so_many():
    asked = problem([[0.9, 0.1], [0.9, 0.1]], least=np.array([0, 1]))
    assert sorted(juror for _entry, juror in solve(asked).pairs) == [0, 1]


def test_nothing_to_do():
    assert solve(problem([[0.5]], wanted=0)).pairs == ()
    empty = Problem(np.zeros((0, 0)), np.zeros((0, 0), bool), np.zeros(0, int), np.zeros(0, int))
    assert (solve(empty).pairs, solve(empty).proven, explain(empty)) == ((), True, [])


@pytest.mark.parametrize(
    "changes",
    [
        {"affinity": [[1.5]]},
        {"affinity": [[float("nan")]]},
        {"affinity": [[-0.1]]},
        {"wanted": -1},
        {"caps": -1},
        {"least": np.array([10])},
        {"least": np.array([0, 0])},
        {"regions": ["A", "B"]},
        {"groups": []},
        {"fixed": [(0, 1)]},
        {"fixed": [(0, 0), (0, 0)]},
        {"fixed": [(0, 0)], "barred": [(0, 0)]},
        {"masks": {"language": np.ones((2, 2), bool)}},
    ],
)
def test_what_does_not_fit_is_refused(changes):
    with pytest.raises(ValueError):  # noqa: PT011
        problem(**{"affinity": [[0.5]], **changes})


# -- against every possibility --------------------------------------------------------------------


@st.composite
def problems(draw) -> Problem:
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    grid = draw(st.sampled_from([4, 1000]))

    def table(values, rows=n, columns=m):
        row = st.lists(values, min_size=columns, max_size=columns)
        return np.array(draw(st.lists(row, min_size=rows, max_size=rows)))

    barred = table(st.integers(0, 6)) == 0
    fixed = [tuple(map(int, pair)) for pair in np.argwhere((table(st.integers(0, 9)) == 0) & ~barred)]
    caps = table(st.integers(0, 4), rows=1)[0]
    return Problem(
        table(st.integers(0, grid)) / grid,
        barred,
        table(st.integers(0, 3), rows=1, columns=n)[0],
        caps,
        masks={"language": table(st.integers(0, 6)) > 0} if draw(st.booleans()) else {},
        fixed=fixed,
        least=np.minimum(caps, table(st.integers(0, 1), rows=1)[0]) if draw(st.booleans()) else None,
        regions=draw(st.none() | st.lists(st.sampled_from("AB"), min_size=m, max_size=m)),
        most_same_region=draw(st.integers(1, 2)),
        groups=draw(st.none() | st.lists(st.sampled_from("XY"), min_size=n, max_size=n)),
    )


def every(asked: Problem, wanted=None):
    """Each assignment that keeps every demand, as a list of jurors per entry."""
    n, m = asked.affinity.shape
    wanted = asked.wanted if wanted is None else wanted
    held = [[j for e, j in asked.fixed if e == entry] for entry in range(n)]
    most = np.maximum(asked.caps, np.bincount([j for _e, j in asked.fixed], minlength=m))
    per_entry = []
    for entry in range(n):
        need = max(int(wanted[entry]) - len(held[entry]), 0)
        free = [
            juror
            for juror in range(m)
            if juror not in held[entry]
            and not asked.barred[entry, juror]
            and all(mask[entry, juror] for mask in asked.masks.values())
        ]
        choices = []
        for more in itertools.combinations(free, need):
            team = [*held[entry], *more]
            here = [asked.regions[juror] for juror in team] if asked.regions else []
            if all(here.count(asked.regions[j]) <= asked.most_same_region for j in more if asked.regions):
                choices.append(team)
        per_entry.append(choices)
    for teams in itertools.product(*per_entry):
        load = np.bincount([juror for team in teams for juror in team], minlength=m)
        if (load <= most).all() and (asked.least is None or (load >= asked.least).all()):
            yield teams


def worth(asked: Problem, teams) -> tuple[Fraction, int]:
    """The mean of the worst-served entry with something open, and the sum, in millionths."""
    units = np.rint(asked.affinity * GRAIN).astype(int)
    held = np.bincount([e for e, _j in asked.fixed], minlength=len(teams))
    means = [
        Fraction(sum(int(units[entry, juror]) for juror in team), len(team))
        for entry, team in enumerate(teams)
        if asked.wanted[entry] > held[entry]
    ]
    total = sum(int(units[entry, juror]) for entry, team in enumerate(teams) for juror in team)
    return min(means, default=Fraction(0)), total


def teams_of(asked: Problem, pairs) -> list[list[int]]:
    return [[juror for at, juror in pairs if at == entry] for entry in range(len(asked.wanted))]


@settings(max_examples=250, deadline=None)
@given(problems())
def test_as_good_as_the_best_of_all_possibilities(asked):
    possible = [worth(asked, teams) for teams in every(asked)]
    if not possible:
        with pytest.raises(InfeasibleError):
            solve(asked)
        assert explain(asked)
        return
    assert explain(asked) == []
    fair, plain = solve(asked), solve(asked, fairness=False)
    assert worth(asked, teams_of(asked, fair.pairs)) == max(possible)
    assert worth(asked, teams_of(asked, plain.pairs))[1] == max(total for _worst, total in possible)
    assert fair.proven
    assert fair == solve(asked)
    for found in (fair, plain):
        teams = [sorted(team) for team in teams_of(asked, found.pairs)]
        assert teams in [[sorted(team) for team in one] for one in every(asked)]
        assert {*asked.fixed} <= {*found.pairs}
        assert not any(asked.barred[pair] for pair in found.pairs)


@settings(max_examples=100, deadline=None)
@given(problems())
def test_what_is_attainable_is_so_and_no_more(asked):
    asked = Problem(
        asked.affinity,
        asked.barred,
        asked.wanted,
        asked.caps,
        masks=asked.masks,
        fixed=asked.fixed,
        regions=asked.regions,
        most_same_region=asked.most_same_region,
        groups=asked.groups,
    )
    within = attainable(asked)
    held = np.bincount([e for e, _j in asked.fixed], minlength=len(asked.wanted))
    full = np.maximum(asked.wanted, held)
    ways = itertools.product(*(range(int(low), int(high) + 1) for low, high in zip(held, full, strict=True)))
    reached = {way for way in ways if next(iter(every(asked, np.array(way))), None) is not None}
    assert tuple(within) in reached
    lacks = [tuple(full - np.array(way)) for way in reached]
    best = min((sum(lack), sum(one**2 for one in lack)) for lack in lacks)
    mine = full - within
    assert (mine.sum(), (mine**2).sum()) == best
    assert sum(one.missing for one in explain(asked)) == best[0]


# -- the proof ------------------------------------------------------------------------------------


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_candidates_left_out_are_certified_and_fetched_where_they_are_needed(seed):
    """Everybody's best jurors are the same few: what is needed lies far from the first candidates."""
    rng = np.random.default_rng(seed)
    fame = np.linspace(1, 0, 200)
    table = np.clip(fame[None, :] * 0.9 + rng.random((180, 200)) * 0.1, 0, 1)
    asked = problem(table, wanted=2, caps=2)
    found = frame(asked)
    best = optimum(found, found.units)
    assert best is not None
    assert best.among.sum() < found.open.sum()
    assert (best.reduced[~best.chosen] >= 0).all()
    assert (best.reduced[best.chosen] <= 0).all()
    assert solve(asked, fairness=False).total == pytest.approx(_linear(asked), abs=1e-3)


def _linear(asked: Problem) -> float:
    """The optimum by scipy's linear programme over every pair; its corners are integral."""
    n, m = asked.affinity.shape
    rows = np.kron(np.eye(n), np.ones(m))
    columns = np.kron(np.ones(n), np.eye(m))
    least = np.zeros(m) if asked.least is None else asked.least
    answer = linprog(
        -asked.affinity.reshape(-1),
        A_ub=csr_array(np.concatenate([columns, -columns])),
        b_ub=np.concatenate([asked.caps, -least]),
        A_eq=csr_array(rows),
        b_eq=asked.wanted,
        bounds=(0, 1),
    )
    assert answer.status == 0
    return -float(answer.fun)


@pytest.mark.parametrize("bounded", [False, True])
def test_a_real_conference_has_its_proven_optimum(shared_data, bounded):
    """MIDL 2018 (Kobren, Saha, McCallum 2019): 118 papers, 177 reviewers, 3 each, at most 4 and at least 2 a
    reviewer."""
    folder = shared_data / "peer_review" / "midl2018"
    affinity = np.clip((np.load(folder / "scores.npy").T + 1) / 2, 0, 1)
    asked = Problem(
        affinity,
        np.zeros(affinity.shape, bool),
        np.load(folder / "covs.npy"),
        np.load(folder / "loads.npy"),
        least=np.load(folder / "loads-lb.npy") if bounded else None,
    )
    plain = solve(asked, fairness=False)
    assert plain.proven
    assert plain.total == pytest.approx(_linear(asked), abs=354 / GRAIN)
    if bounded:
        return
    fair = solve(asked)
    assert (fair.proven, len(fair.pairs)) == (True, 354)
    alone = np.sort(affinity, axis=1)[:, -3:].mean(1).min()  # nobody can serve that paper better
    assert fair.worst == pytest.approx(alone, abs=1e-6)
    assert plain.worst < fair.worst
    assert fair.total < plain.total


def test_a_search_that_widens_step_by_step_finds_the_same(monkeypatch):
    """The few pairs next to the bound first, then more: the answer and its proof do not hang on how many."""
    for seed in range(8):
        rng = np.random.default_rng(seed)
        asked = problem(rng.random((9, 7)).round(2), wanted=2, caps=3, least=np.full(7, 2))
        whole = solve(asked)
        with monkeypatch.context() as narrow:
            for name, value in (("FIRST_COLUMNS", 2), ("LINEAR_COLUMNS", 3), ("DOUBLINGS", 1)):
                narrow.setattr(f"summitry.engines.assignment.fair.{name}", value)
            steps = solve(asked)
        assert (steps.total, steps.worst, steps.proven) == (whole.total, whole.worst, True)


def test_without_a_certain_answer_nothing_is_called_proven(monkeypatch):
    """A search that may not branch at all still gives an assignment, and bounds that hold."""
    rng = np.random.default_rng(5)
    asked = problem(rng.random((12, 8)).round(3), wanted=2, caps=3)
    known = solve(asked)
    assert known.proven
    monkeypatch.setattr("summitry.engines.assignment.fair.MOST_COLUMNS", 0)
    found = solve(asked)
    assert len(found.pairs) == 24
    assert found.worst_bound >= known.worst >= found.worst
    if found.worst == known.worst:
        assert found.total_bound >= known.total >= found.total


# -- reasons --------------------------------------------------------------------------------------


def test_readers_of_a_language_are_missing():
    reads = np.ones((4, 3), bool)
    reads[2:, 1:] = False  # entries 2 and 3 are written in what juror 0 alone reads
    asked = problem(
        np.full((4, 3), 0.5),
        wanted=2,
        caps=4,
        masks={"language": reads},
        groups=[("A", "en"), ("A", "en"), ("B", "ar"), ("B", "ar")],
    )
    with pytest.raises(InfeasibleError):
        solve(asked)
    [found] = explain(asked)
    assert (found.entries, found.groups) == ((2, 3), {("B", "ar"): 2})
    assert (found.missing, found.readers, found.causes) == (2, 1, {"language": 2})
    assert attainable(asked).tolist() == [2, 2, 1, 1]


def test_two_entries_that_need_apart_are_told_apart_by_group():
    reads = np.array([[True, False], [False, True], [True, True]])
    asked = problem(np.zeros((3, 2)), wanted=[2, 2, 1], masks={"language": reads}, groups=["ar", "ru", "en"])
    first, second = explain(asked)
    assert (first.groups, first.missing, second.groups, second.missing) == ({"ar": 1}, 1, {"ru": 1}, 1)


def test_too_few_places():
    asked = problem(np.zeros((4, 2)), wanted=2, caps=3)
    [found] = explain(asked)
    assert (found.missing, found.readers, found.causes) == (2, 1, {CAPS: 2})
    assert attainable(asked).tolist().count(2) == 2
    assert attainable(asked).min() == 1  # the lack is shared


def test_conflicts_and_regions_as_causes():
    asked = problem([[0.5, 0.5]], wanted=2, barred=[(0, 1)])
    assert explain(asked)[0].causes == {BARRED: 1}
    region = problem(np.zeros((1, 2)), wanted=2, regions=["A", "A"], most_same_region=1)
    [found] = explain(region)
    assert (found.missing, found.readers, found.causes) == (1, 1, {REGIONS: 1})


def test_a_juror_who_cannot_be_filled():
    asked = problem(np.zeros((2, 3)), least=np.array([1, 1, 1]))
    with pytest.raises(InfeasibleError):
        solve(asked)
    [found] = explain(asked)
    assert (found.entries, found.missing, found.causes) == ((), 1, {LEAST: 1})


def test_no_single_cause_may_help():
    """Barred by a conflict and by language at once: lifting one alone changes nothing."""
    asked = problem([[0.5]], barred=[(0, 0)], masks={"language": np.array([[False]])})
    [found] = explain(asked)
    assert (found.missing, found.readers, found.causes) == (1, 1, {})
