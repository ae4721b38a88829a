"""The bound of entries by themselves, against every possibility: it holds, and what pairs lose holds too."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from summitry.engines.assignment import solve
from summitry.engines.assignment.alone import NEVER, alone
from summitry.engines.assignment.fair import SCALE, sums, useful
from summitry.engines.assignment.network import optimum
from summitry.engines.assignment.problem import GRAIN, frame
from summitry.engines.tests.test_assignment import every, problem, problems, teams_of


@settings(max_examples=300, deadline=None)
@given(problems(), st.data())
def test_nothing_exceeds_the_bound_nor_what_its_pairs_leave_of_it(asked, data):
    asked = problem(
        asked.affinity,
        wanted=asked.wanted,
        caps=asked.caps,
        barred=[tuple(pair) for pair in np.argwhere(asked.barred)],
        fixed=asked.fixed,
        least=asked.least,
    )
    found = frame(asked)
    possible = [
        np.array(
            [[(e, j) not in asked.fixed and j in team for j in range(len(asked.caps))] for e, team in at]
        )
        for at in (list(enumerate(teams)) for teams in every(asked))
    ]
    assume(possible and len(found.alive))
    aim = data.draw(st.sampled_from(possible))
    floor = np.maximum(sums(found, aim) - data.draw(st.sampled_from([0, 1, GRAIN // 3])), 0)
    price = np.array([data.draw(st.integers(-2 * GRAIN, 2 * GRAIN)) for _juror in asked.caps]) * SCALE // 2
    bound, loss = alone(found, floor, price, SCALE)
    under = [chosen for chosen in possible if (sums(found, chosen) >= floor).all()]
    for chosen in under:
        value = SCALE * int(sums(found, chosen).sum())
        assert value <= bound - max(int(loss[chosen].max()), 0)
        assert value <= bound + min(int(loss[~chosen & found.open].min(initial=0)), 0)
    for entry, juror in np.argwhere(found.open & (loss == NEVER)):
        assert not any(chosen[entry, juror] for chosen in under)


def test_a_floor_is_reached_whole_where_a_flow_takes_half_a_pair_for_one():
    """One entry needs 0.6; jurors bring 1.0 and 0.2, and a place with the better costs 0.9. With a multiplier
    of 9/8 more on its affinity either will do, as if half a juror of each were taken; alone it takes the
    better."""
    found = frame(problem([[1.0, 0.2]]))
    price = np.array([9 * GRAIN // 10, 0]) * SCALE
    floor = np.array([6 * GRAIN // 10])
    bound, loss = alone(found, floor, price, SCALE)
    assert bound == SCALE * GRAIN + 8 * price[0]  # nine places; one is used
    boost = 9 * SCALE // 8 - SCALE
    relaxed = max((SCALE + boost) * found.units[0] - price) - boost * floor[0] + 9 * price[0]
    assert bound < relaxed
    assert loss.tolist() == [[0, NEVER]]


def test_it_closes_what_flows_leave_open_and_the_answer_stays(monkeypatch):
    """Floors that bind, all places used: with the sharper bound the same assignment's value as without."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        asked = problem(rng.random((10, 10)).round(2) ** 3, wanted=3, caps=3)
        sharp = solve(asked)
        with monkeypatch.context() as blunt:
            blunt.setattr(
                "summitry.engines.assignment.fair._sharper", lambda _frame, _floor, relaxed: relaxed
            )
            plain = solve(asked)
        assert (sharp.total, sharp.worst, sharp.proven) == (plain.total, plain.worst, True)
        assert [len(team) for team in teams_of(asked, sharp.pairs)] == [3] * 10


def test_at_the_prices_of_the_flow_it_is_never_above_the_flow():
    rng = np.random.default_rng(3)
    found = frame(problem(rng.random((30, 20)).round(3), wanted=3, caps=5))
    flow = optimum(found, found.units * SCALE)
    assert flow is not None
    floor = np.sort(np.where(found.open, found.units, 0), axis=1)[:, -3:].sum(1) * 9 // 10
    open_ = useful(found, floor)
    assert open_.sum() < found.open.sum()
    bound, _loss = alone(found, floor, flow.sink - flow.juror, SCALE)
    assert bound <= SCALE * int(sums(found, flow.chosen).sum())
