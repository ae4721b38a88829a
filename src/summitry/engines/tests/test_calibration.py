"""Means, spread and order, against hand-made figures and against the standard library's statistics."""

import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitry.engines.calibration import Place, Sheet, decimal, draw, order, root, scores, weighted

WEIGHTS = {"effect": 60, "evidence": 40}


def sheets(**marks):
    return [
        Sheet(entry, f"j{at}", {"effect": one[0], "evidence": one[1]})
        for entry, given_ in marks.items()
        for at, one in enumerate(given_)
    ]


def test_weighted_mean_by_hand():
    assert weighted({"effect": 5, "evidence": 2}, WEIGHTS) == Fraction(19, 5)


@pytest.mark.parametrize("marks", [{"effect": 5}, {"effect": 5, "evidence": 2, "reuse": 1}])
def test_marks_and_criteria_must_agree(marks):
    with pytest.raises(ValueError, match="different criteria"):
        weighted(marks, WEIGHTS)


def test_weights_must_weigh():
    with pytest.raises(ValueError, match="positive"):
        weighted({"a": 1}, {"a": 0})


def test_scores_by_hand():
    found = scores(sheets(a=[(5, 5), (3, 3)], b=[(4, 4)]), WEIGHTS, entries=["a", "b", "c"])
    assert (found["a"].count, found["a"].mean, found["a"].variance) == (2, Fraction(4), Fraction(2))
    assert found["a"].deviation == "1.414"
    assert (found["b"].count, found["b"].mean, found["b"].variance, found["b"].deviation) == (
        1,
        4,
        None,
        None,
    )
    assert (found["c"].count, found["c"].mean) == (0, None)


def test_one_juror_marks_an_entry_once():
    with pytest.raises(ValueError, match="twice"):
        scores([*sheets(a=[(1, 1)]), *sheets(a=[(2, 2)])], WEIGHTS)


def test_order_by_mean_then_criteria_then_lot():
    found = scores(sheets(a=[(4, 4)], b=[(2, 5)], c=[(4, 2)], d=[(1, 1)], e=[(1, 1)]), WEIGHTS, ["f"])
    assert found["b"].mean == found["c"].mean == Fraction(16, 5)
    placed = order(found.values(), "seed", ["evidence"])
    lots = sorted("de", key=lambda entry: draw("seed", entry))
    assert [one.entry for one in placed] == ["a", "b", "c", *lots]
    assert placed[0] == Place("a", 1, False)
    assert [one.drawn for one in placed] == [False, False, False, True, True]


def test_lots_depend_on_the_seed_and_on_nothing_else():
    entries = [f"e{n}" for n in range(20)]
    found = scores([Sheet(entry, "j", {"effect": 3, "evidence": 3}) for entry in entries], WEIGHTS)
    once = [one.entry for one in order(found.values(), "seed")]
    again = [one.entry for one in order(reversed(list(found.values())), "seed")]
    other = [one.entry for one in order(found.values(), "another seed")]
    assert once == again
    assert once != other


def test_lot_is_the_published_hash():
    # printf 's:e' | sha256sum
    assert draw("s", "e") == "a27b482629834661099714844979f72d8c1b62d69e3ef3f4ae2cb2a85a95345e"


MARK = st.integers(1, 5)


@given(st.lists(st.tuples(MARK, MARK), min_size=2, max_size=9))
def test_spread_is_that_of_the_standard_library(marks):
    values = [Fraction(60 * effect + 40 * evidence, 100) for effect, evidence in marks]
    found = scores(sheets(a=marks), WEIGHTS)["a"]
    assert found.mean == statistics.mean(values)
    assert found.variance == statistics.variance(values)
    assert abs(float(found.deviation) - statistics.stdev(map(float, values))) <= 0.000501


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.lists(st.tuples(MARK, MARK), max_size=4))
)
def test_order_is_total_and_never_against_the_means(marks):
    found = scores(sheets(**marks), WEIGHTS, marks)
    placed = order(found.values(), "seed")
    assert [one.rank for one in placed] == list(range(1, len(placed) + 1))
    assert {one.entry for one in placed} == {entry for entry, given_ in marks.items() if given_}
    means = [found[one.entry].mean for one in placed]
    assert means == sorted(means, reverse=True)


@given(st.fractions(min_value=0, max_value=10**6), st.integers(0, 6))
def test_root_is_the_nearest_decimal(value, places):
    found = Fraction(root(value, places))
    half = Fraction(1, 2 * 10**places)
    assert max(found - half, 0) ** 2 <= value < (found + half) ** 2


@given(st.fractions(min_value=-1000, max_value=1000), st.integers(0, 6))
def test_decimal_is_the_nearest(value, places):
    assert abs(Fraction(decimal(value, places)) - value) <= Fraction(1, 2 * 10**places)


def test_no_root_below_nothing():
    with pytest.raises(ValueError, match="no real root"):
        root(Fraction(-1), 2)
