"""Bradley-Terry against closed forms, an independent maximum by scipy, and simulated truth."""

from itertools import combinations
from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from summitry.engines.pairwise import Comparison, Place, estimate, next_pair, order


def beats(one, other, times=1):
    return [Comparison(one, other, one)] * times


def strength(found, entry):
    return float(found.strengths[found.entries.index(entry)])


@pytest.mark.parametrize(("won", "lost"), [(3, 1), (1, 1), (7, 2), (1, 90)])
def test_two_entries_in_closed_form(won, lost):
    """With next to no prior: the log of the odds, and 1/won + 1/lost as the variance of the difference."""
    found = estimate(beats("a", "b", won) + beats("b", "a", lost), prior=1e-6)
    gap, error = found.between("a", "b")
    assert gap == pytest.approx(log(won / lost), abs=1e-4)
    assert error == pytest.approx(sqrt(1 / won + 1 / lost), rel=1e-4)
    assert strength(found, "a") == pytest.approx(gap / 2)


def test_one_win_alone_has_the_estimate_that_solves_its_cubic():
    """With x = exp(s): 1 / (1 + x^2) = prior (x - 1) / (2 (1 + x)); without a prior there is none."""
    x = exp(strength(estimate(beats("a", "b"), prior=0.1), "a"))
    assert 1 / (1 + x**2) == pytest.approx(0.1 * (x - 1) / (2 * (1 + x)), rel=1e-9)


def test_no_difference_is_half_a_win_each():
    ties = estimate([Comparison("a", "b", None)] * 2 + beats("a", "c", 2) + beats("b", "c"))
    wins = estimate(beats("a", "b") + beats("b", "a") + beats("a", "c", 2) + beats("b", "c"))
    assert ties.rounded == wins.rounded
    assert ties.errors == wins.errors


def test_a_ring_is_level():
    found = estimate(beats("a", "b") + beats("b", "c") + beats("c", "a"))
    assert found.rounded == {"a": "0.000000", "b": "0.000000", "c": "0.000000"}
    assert [one.drawn for one in order(found, "seed")] == [True, True, True]


def test_order_is_by_strength_and_then_by_lot():
    found = estimate(beats("a", "b") + beats("a", "c"), ["d"])
    assert order(found, "s")[0] == Place("a", 1, False)
    assert {one.entry for one in order(found, "s")} == {"a", "b", "c"}  # d was never compared
    seconds = {order(found, f"{n}")[1].entry for n in range(20)}
    assert seconds == {"b", "c"}
    assert [one.drawn for one in order(found, "s")] == [False, True, True]


def test_chances_are_those_of_the_strengths():
    found = estimate(beats("a", "b", 3) + beats("b", "a") + beats("a", "error"), ["d"])
    for name, (chance, error) in found.chances.items():
        at = found.entries.index(name)
        truth = 1 / (1 + exp(-found.strengths[at]))
        slope = truth * (1 - truth) * sqrt(found.covariance[at, at])
        assert (float(chance), float(error)) == pytest.approx((100 * truth, 100 * slope), abs=1e-4)
    assert list(found.chances) == ["a", "b", "d", "error"]
    assert estimate(beats("a", "b") + beats("b", "a")).chances["a"][0] == "50.000000"


def test_parts_that_no_comparison_joins_are_told():
    found = estimate(beats("a", "b") + beats("c", "d") + beats("d", "e"), ["f"])
    assert found.parts == (("c", "d", "e"), ("a", "b"), ("f",))
    assert not found.connected
    assert estimate(beats("a", "b") + beats("c", "b")).connected
    assert found.counts == {"a": 1, "b": 1, "c": 1, "d": 2, "e": 1, "f": 0}


def test_nothing_was_compared():
    assert estimate([]).rounded == {}
    assert estimate([], ["a", "b"]).rounded == {"a": "0.000000", "b": "0.000000"}


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="itself"):
        Comparison("a", "a", None)
    with pytest.raises(ValueError, match="in which it is not"):
        Comparison("a", "b", "c")
    with pytest.raises(ValueError, match="prior"):
        estimate(beats("a", "b"), prior=0)


NAMES = "abcdefg"
COMPARISONS = st.lists(
    st.tuples(st.sampled_from(list(combinations(NAMES, 2))), st.integers(0, 2)).map(
        lambda some: Comparison(*some[0], (*some[0], None)[some[1]])
    ),
    min_size=1,
    max_size=40,
)


def independent(comparisons, prior):
    """The same maximum by scipy's BFGS on a likelihood written down anew; strengths by entry, centred."""
    names = sorted({one for each in comparisons for one in (each.one, each.other)})

    def loss(s):
        s = dict(zip(names, s, strict=True))
        chances = [log(1 + exp(-s[one])) / 2 + log(1 + exp(s[one])) / 2 for one in names]
        total = prior * sum(chances)
        for each in comparisons:
            up = log(1 + exp(s[each.other] - s[each.one]))
            down = log(1 + exp(s[each.one] - s[each.other]))
            total += (up + down) / 2 if each.winner is None else up if each.winner == each.one else down
        return total

    found = minimize(loss, np.zeros(len(names)), method="BFGS", options={"gtol": 1e-7, "maxiter": 2000}).x
    return dict(zip(names, found - found.mean(), strict=True))


@settings(max_examples=25, deadline=None)
@given(COMPARISONS)
def test_it_is_the_maximum_that_scipy_finds(comparisons):
    found = estimate(comparisons, prior=0.3)
    truth = independent(comparisons, 0.3)
    assert found.entries == tuple(sorted(truth))
    assert found.strengths == pytest.approx(list(truth.values()), abs=1e-5)


@given(COMPARISONS, st.randoms(use_true_random=False))
def test_neither_the_order_nor_the_side_matters(comparisons, random):
    mixed = [
        Comparison(each.other, each.one, each.winner) if random.random() < 0.5 else each
        for each in comparisons
    ]
    random.shuffle(mixed)
    one, other = estimate(comparisons), estimate(mixed)
    assert one.strengths.tolist() == other.strengths.tolist()  # to the last bit
    assert one.covariance.tolist() == other.covariance.tolist()


@given(COMPARISONS)
def test_what_always_holds(comparisons):
    found = estimate(comparisons)
    assert abs(sum(found.strengths)) < 1e-12
    assert np.all(np.isfinite(found.covariance))
    assert np.allclose(found.covariance.sum(axis=0), 0, atol=1e-8)
    turned = estimate(
        [
            Comparison(each.one, each.other, each.winner and ({each.one, each.other} - {each.winner}).pop())
            for each in comparisons
        ]
    )
    assert turned.strengths == pytest.approx(-found.strengths, abs=1e-9)
    winner = comparisons[0].winner
    if winner is not None:  # one more win never harms
        more = estimate([*comparisons, comparisons[0]])
        loser = ({comparisons[0].one, comparisons[0].other} - {winner}).pop()
        assert more.between(winner, loser)[0] > found.between(winner, loser)[0]


@settings(max_examples=25)
@given(COMPARISONS)
def test_names_are_only_names(comparisons):
    new = {name: f"x{at}" for at, name in enumerate(reversed(NAMES))}
    renamed = [
        Comparison(new[each.one], new[each.other], each.winner and new[each.winner]) for each in comparisons
    ]
    assert estimate(renamed).rounded == {
        new[name]: value for name, value in reversed(estimate(comparisons).rounded.items())
    }


def test_simulated_strengths_are_found_again():
    """30 entries, 1,800 comparisons: the errors are as large as the standard errors say."""
    random = np.random.default_rng(20261123)
    truth = random.normal(0, 1, 30)
    truth -= truth.mean()
    pairs = [tuple(random.choice(30, 2, replace=False)) for _ in range(1800)]
    found = estimate(
        Comparison(
            f"{a:02}", f"{b:02}", f"{a if random.random() < 1 / (1 + exp(truth[b] - truth[a])) else b:02}"
        )
        for a, b in pairs
    )
    errors = np.sqrt(found.covariance.diagonal())
    assert found.connected
    assert np.corrcoef(truth, found.strengths)[0, 1] > 0.97
    standardised = (found.strengths - truth) / errors
    assert 0.7 < sqrt((standardised**2).mean()) < 1.3


def test_somebody_who_always_wins_has_an_estimate():
    found = estimate([one for a, b in combinations("abcdef", 2) for one in beats(a, b, 20)])
    assert [one.entry for one in order(found, "s")] == list("abcdef")
    assert max(abs(found.strengths)) < 30


# Which two next


def test_the_fewest_comparisons_go_first_then_the_closest():
    strengths = {"a": 2.0, "b": 1.9, "c": 0.0, "d": -1.0}
    assert set(next_pair({"a": 1, "b": 1, "c": 0, "d": 2}, strengths, "abcd", [], "s")) in (
        {"c", "a"},
        {"c", "b"},
    )
    assert set(next_pair({"a": 0, "b": 1, "c": 1, "d": 1}, strengths, "abcd", [], "s")) == {"a", "b"}
    done = [frozenset("ab")]
    assert set(next_pair({"a": 0, "b": 1, "c": 1, "d": 1}, strengths, "abcd", done, "s")) == {"a", "c"}


def test_nobody_sees_a_pair_twice_and_everybody_comes_to_an_end():
    done, shown = [], []
    counts = dict.fromkeys("abcdef", 0)
    while (pair := next_pair(counts, {}, "abcdef", done, f"juror {len(done)}")) is not None:
        shown.append(pair)
        done.append(frozenset(pair))
        for one in pair:
            counts[one] += 1
        assert max(counts.values()) - min(counts.values()) <= 2  # in rounds
    assert len(set(map(frozenset, shown))) == len(shown) == 15
    assert next_pair({}, {}, "a", [], "s") is None
    assert next_pair({}, {}, [], [], "s") is None


def test_the_sides_and_the_start_are_drawn_and_repeatable():
    pairs = [next_pair({}, {}, "abcdef", [], f"juror {n}") for n in range(200)]
    assert pairs == [next_pair({}, {}, "fedcba", [], f"juror {n}") for n in range(200)]
    assert len(set(pairs)) == 30  # all ordered pairs come up
    left = sum(one < other for one, other in pairs)
    assert 70 < left < 130


@given(st.dictionaries(st.sampled_from(NAMES), st.integers(0, 5)), st.sets(st.sampled_from(NAMES)), st.text())
def test_a_pair_is_allowed_and_new(counts, allowed, seed):
    every = [frozenset(pair) for pair in combinations(sorted(allowed), 2)]
    for cut in range(len(every) + 1):
        pair = next_pair(counts, {}, allowed, every[:cut], seed)
        assert (pair is None) == (cut == len(every))
        assert pair is None or frozenset(pair) in every[cut:]
