"""Opinion maps: what holds for all votes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.engines.opinion import (
    Stance,
    Votes,
    consensus,
    count,
    draw,
    draw_map,
    kmeans,
    priorities,
    rename,
    representative,
)
from summitry.engines.opinion.certainty import agreement, interval, steadiness
from summitry.engines.opinion.components import components, products, project
from summitry.engines.opinion.statistics import one_proportion, two_proportions
from summitry.engines.opinion.votes import BLOCK

CAST = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 6), st.sampled_from([-1, 0, 1])), min_size=1, max_size=90
)


def of(cast, people=12, statements=7):
    person, statement, value = zip(*cast, strict=True)
    return Votes.of(person, statement, value, people=people, statements=statements)


def table(votes):
    """(P, M), nan where nobody voted."""
    found = np.full((votes.people, votes.statements), np.nan)
    found[votes.rows(), votes.statement] = votes.value
    return found


def camps(random, people=60, statements=12, seen=0.8):
    """Two camps that disagree on the even statements and agree on the first odd one."""
    camp = np.arange(people) % 2
    opinion = np.where(np.arange(statements) % 2 == 0, 1, 0) * np.where(camp == 0, 1, -1)[:, np.newaxis]
    opinion[:, 1] = 1
    noise = random.random((people, statements))
    opinion = np.where(noise < 0.03, -opinion, opinion)
    person, statement = np.nonzero(random.random((people, statements)) < seen)
    return Votes.of(person, statement, opinion[person, statement], people=people, statements=statements), camp


# -- votes -------------------------------------------------------------------------------------------


@given(CAST)
def test_a_later_vote_replaces_an_earlier_one(cast):
    last = {(person, statement): value for person, statement, value in cast}
    found = of(cast)
    assert dict(zip(zip(found.rows(), found.statement, strict=True), found.value, strict=True)) == last
    assert list(found.per_person) == [sum(person == at for person, _ in last) for at in range(12)]


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("not equally long", ([0, 1], [0], [1])),
        ("a vote is 1, 0 or -1", ([0], [0], [2])),
        ("a person below 0", ([-1], [0], [1])),
        ("a statement below 0", ([0], [-1], [1])),
        ("person 3 of 2", ([3], [0], [1])),
    ],
)
def test_what_is_no_vote(words, rows):
    with pytest.raises(ValueError, match=words):
        Votes.of(*rows, people=2, statements=2)


@given(CAST, st.lists(st.integers(0, 11), unique=True))
def test_the_votes_of_some_people(cast, people):
    votes = of(cast)
    kept = votes.only(np.array(people, dtype=np.intp))
    np.testing.assert_array_equal(table(kept), table(votes)[people])


@given(CAST, st.integers(1, 13))
def test_blocks_are_all_of_it(cast, size):
    votes = of(cast)
    parts = list(votes.blocks(size))
    assert max(part.people for part in parts) <= size
    np.testing.assert_array_equal(np.concatenate([table(part) for part in parts]), table(votes))


# -- counting and components -------------------------------------------------------------------------


@given(CAST, st.lists(st.integers(-1, 2), min_size=12, max_size=12))
def test_counts_of_groups(cast, group):
    votes, group = of(cast), np.array(group)
    found, seen = count(votes, group, 3), table(votes)
    for one in range(3):
        of_group = seen[group == one]
        assert (found.agree[one] == (of_group == 1).sum(axis=0)).all()
        assert (found.disagree[one] == (of_group == -1).sum(axis=0)).all()
        assert (found.seen[one] == (~np.isnan(of_group)).sum(axis=0)).all()
        rest = found.rest(one)
        assert (rest.agree + found.agree[one] == found.total.agree).all()
    assert found.members.sum() == (group >= 0).sum()


@given(CAST)
def test_products_are_sums_over_people(cast):
    votes = of(cast)
    seen = ~np.isnan(table(votes))
    value = np.nan_to_num(table(votes)).astype(int)
    found = products(votes)
    assert (found.values == value.T @ value).all()
    assert (found.mixed == seen.T.astype(int) @ value).all()
    assert (found.seen == seen.T.astype(int) @ seen.astype(int)).all()


@pytest.mark.parametrize("value", [-1, 0, 1])
def test_the_largest_block_of_one_mind_is_packed_without_a_carry(value):
    votes = Votes.of(np.repeat(np.arange(BLOCK), 2), np.tile([0, 1], BLOCK), np.full(2 * BLOCK, value))
    found = products(votes)
    assert (found.seen == BLOCK).all()
    assert (found.mixed == value * BLOCK).all()
    assert (found.values == value * value * BLOCK).all()
    with pytest.raises(ValueError, match="in a block of"):
        products(Votes.of([BLOCK], [0], [1]))


@given(CAST)
def test_components_are_those_of_the_filled_in_matrix(cast):
    """Against numpy's singular values of the matrix with means in its gaps."""
    votes = of(cast)
    seen = table(votes)
    mean = np.array(
        [column[~np.isnan(column)].mean() if (~np.isnan(column)).any() else 0 for column in seen.T]
    )
    centred = np.where(np.isnan(seen), 0, seen - mean)
    strengths = np.linalg.svd(centred, compute_uv=False) ** 2
    found = components(products(votes))
    assert found.mean == pytest.approx(mean)
    assert found.variance == pytest.approx(strengths[:2], abs=1e-7)
    assert found.whole == pytest.approx(strengths.sum(), abs=1e-7)
    for direction, variance in zip(found.directions, found.variance, strict=True):
        if variance:
            assert np.linalg.norm(centred @ direction) ** 2 == pytest.approx(variance, rel=1e-6, abs=1e-7)
            size = np.abs(direction)
            assert direction[np.flatnonzero(size >= size.max() * (1 - 1e-9))[0]] > 0
    voted = np.maximum((~np.isnan(seen)).sum(axis=1), 1)
    places = centred @ found.directions.T * np.sqrt(7 / voted)[:, np.newaxis]
    assert project(votes, found) == pytest.approx(places, abs=1e-9)


# -- clusters ----------------------------------------------------------------------------------------

POINTS = st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=1, max_size=25)


@given(POINTS, st.integers(1, 6))
def test_clusters_are_settled_and_none_is_empty(points, most):
    points = np.array(points, dtype=float)
    labels, centres = kmeans.cluster(points, most)
    assert len(centres) <= min(most, len(np.unique(points, axis=0)))
    assert set(labels) == set(range(len(centres)))
    for at, centre in enumerate(centres):
        assert points[labels == at].mean(axis=0) == pytest.approx(centre)
    apart = np.linalg.norm(points[:, np.newaxis] - centres, axis=2)
    assert apart[np.arange(len(points)), labels] == pytest.approx(apart.min(axis=1))


@given(POINTS, st.data())
def test_a_weight_is_so_many_people_in_one_place(points, data):
    points = np.unique(np.array(points, dtype=float), axis=0)
    weight = np.array([data.draw(st.integers(1, 4)) for _ in points])
    labels, centres = kmeans.cluster(points, 3, weight.astype(float))
    repeated, same = kmeans.cluster(np.repeat(points, weight, axis=0), 3)
    assert same == pytest.approx(centres)
    assert (np.repeat(labels, weight) == repeated).all()


def test_silhouettes_by_hand():
    points = np.array([[0, 0], [0, 1], [5, 0]], dtype=float)
    # the two are 1 apart; from the third they are 5 and sqrt(26); the third is alone
    expected = ((5 - 1) / 5 + (26**0.5 - 1) / 26**0.5 + 0) / 3
    assert kmeans.silhouette(points, np.array([0, 0, 1])) == pytest.approx(expected)
    assert kmeans.silhouette(points, np.array([0, 0, 0])) == 0
    assert kmeans.silhouette(np.zeros((4, 2)), np.array([0, 0, 1, 1])) == 0


# -- maps --------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(CAST, st.integers(1, 13), st.randoms(use_true_random=False))
def test_the_same_votes_give_the_same_map(cast, block, random):
    """In another order, and counted in other blocks: to the last bit."""
    last = list({(person, statement): value for person, statement, value in cast}.items())
    one = draw_map(of([(*cell, value) for cell, value in last]))
    random.shuffle(last)
    other = draw_map(of([(*cell, value) for cell, value in last]), block=block)
    assert (one.place == other.place).all()
    assert (one.group == other.group).all()
    assert (one.counts.agree == other.counts.agree).all()
    assert one.fits == other.fits


def test_two_camps_are_found():
    votes, camp = camps(np.random.default_rng(4))
    found = draw_map(votes)
    assert found.groups == 2
    inside = found.group >= 0
    assert inside.sum() >= 50
    assert agreement(found.group[inside], camp[inside]) == 1
    assert found.fit > 0.5
    unites = consensus(found.counts)
    assert unites.argmax() == 1
    stances = [{one.statement: one.stance for one in representative(found.counts, group)} for group in (0, 1)]
    shared = set(stances[0]) & set(stances[1]) - {1}
    assert shared
    assert all(stances[0][one] == -stances[1][one] for one in shared)


def test_a_map_of_nobody():
    for votes in (Votes.of([], [], []), Votes.of([], [], [], people=3, statements=2)):
        found = draw_map(votes)
        assert found.groups == 0
        assert (found.group == -1).all()
        assert found.counts.members.shape == (0,)
        assert consensus(found.counts) == pytest.approx(np.ones(votes.statements))


def test_who_has_voted_on_little_is_in_no_group_once_enough_have():
    many = [(person, statement, 1 if person % 2 else -1) for person in range(15) for statement in range(8)]
    few = [(15, 0, 1)]
    assert draw_map(of(many + few, 16, 8)).group[15] == -1
    assert (
        draw_map(of(many[: 8 * 5] + few, 16, 8)).group[15] >= 0
    )  # five are fewer than fifteen: she fills up
    assert draw_map(of(many[: 8 * 5], 16, 8)).group[15] == -1  # who has not voted never does


def test_a_silenced_statement_moves_nobody():
    votes, _camp = camps(np.random.default_rng(1))
    flipped = Votes(
        votes.start,
        votes.statement,
        np.where(votes.statement == 0, -votes.value, votes.value),
        votes.statements,
    )
    assert (draw_map(votes.silenced([0])).place == draw_map(flipped.silenced([0])).place).all()
    assert (draw_map(votes).place != draw_map(flipped).place).any()


# -- names, routing, certainty -----------------------------------------------------------------------


def test_groups_keep_their_number():
    before, after = np.array([0, 0, 0, 1, 1, -1]), np.array([1, 1, 1, 0, 0, 0])
    assert rename(before, after) == {1: 0, 0: 1}
    assert rename(before, np.array([2, 2, 2, 2, 0, 1])) == {2: 0, 0: 1, 1: 2}
    assert rename(np.array([3, 3, -1]), np.array([0, 0, 1])) == {0: 3, 1: 0}
    assert rename(np.full(3, -1), np.array([0, 1, 1])) == {0: 0, 1: 1}


def test_a_group_that_splits_or_merges_leaves_its_number_to_the_most():
    three = np.repeat([0, 1, 2], [6, 5, 4])
    split = np.repeat([0, 1, 2, 3], [2, 4, 5, 4])  # 0 went apart
    assert rename(three, split) == {0: 3, 1: 0, 2: 1, 3: 2}
    merged = np.repeat([1, 1, 0], [6, 5, 4])  # 0 and 1 came together
    assert rename(three, merged) == {1: 0, 0: 2}
    swapped = np.array([1] * 6 + [0] * 9)  # 1 and 2 came together, and a stranger's number is free
    assert rename(three, swapped) == {1: 0, 0: 1}


@given(st.lists(st.integers(-1, 4), min_size=1, max_size=30), st.data())
def test_new_names_are_all_different(before, data):
    after = np.array([data.draw(st.integers(-1, 4)) for _ in before])
    found = rename(np.array(before), after)
    assert set(found) == {int(one) for one in after if one >= 0}
    assert len(set(found.values())) == len(found)


def test_a_map_drawn_again_keeps_its_names():
    votes, _camp = camps(np.random.default_rng(2))
    found = draw_map(votes).group
    assert rename(found, 1 - found) == {0: 1, 1: 0}


def test_statements_are_drawn_in_proportion():
    priority, open_to = np.array([1.0, 5.0, 3.0, 2.0]), np.array([True, False, True, True])
    drawn = [draw(priority, open_to, at / 600) for at in range(600)]
    assert [drawn.count(one) for one in range(4)] == [100, 0, 300, 200]
    assert draw(priority, np.zeros(4, bool), 0.5) is None
    with pytest.raises(ValueError, match="between 0 and 1"):
        draw(priority, open_to, 1.0)


def test_new_statements_come_first():
    seen = np.array([0.0, 50.0])
    found = priorities(seen / 2, seen / 4, seen, np.zeros(2))
    assert found[0] > 10 * found[1]


def test_wilsons_interval():
    """Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3."""
    low, high = interval(np.array([81, 15, 0, 1]), np.array([263, 148, 20, 29]))
    assert low == pytest.approx([0.2553, 0.0624, 0.0, 0.0061], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)
    assert [end.tolist() for end in interval(np.array([0]), np.array([0]))] == [[0.0], [1.0]]


def test_the_adjusted_rand_index():
    assert agreement(np.array([0, 0, 1, 1]), np.array([5, 5, 2, 2])) == 1
    # scikit-learn's documented example
    assert agreement(np.array([0, 0, 1, 2]), np.array([0, 0, 1, 1])) == pytest.approx(0.5714285714)
    assert agreement(np.array([0, 0, 0, 0]), np.array([0, 1, 2, 3])) == 0


def test_clear_camps_are_steady_and_noise_is_not():
    random = np.random.default_rng(3)
    clear, _camp = camps(random)
    person, statement = np.nonzero(random.random((60, 12)) < 0.8)
    noise = Votes.of(person, statement, random.integers(-1, 2, len(person)), people=60, statements=12)
    steady = steadiness(clear, draw_map(clear).group, trials=8)
    loose = steadiness(noise, draw_map(noise).group, trials=8)
    assert steady.mean > 0.95
    assert steady.same_number == 8
    assert loose.mean < 0.7


def test_z_tests_by_hand():
    assert one_proportion(np.array([10.0]), np.array([10.0])) == pytest.approx([2 * 11**0.5 * 0.5])
    pooled = 8 / 16
    expected = (6 / 8 - 2 / 8) / (pooled * (1 - pooled) * (1 / 8 + 1 / 8)) ** 0.5
    assert two_proportions(*(np.array([one]) for one in (5.0, 1.0, 7.0, 7.0))) == pytest.approx([expected])
    assert two_proportions(*(np.array([one]) for one in (3.0, 3.0, 3.0, 3.0))) == pytest.approx([0])


def test_a_group_of_which_nothing_is_typical_is_told_by_what_comes_nearest():
    votes = Votes.of([0, 1, 2, 3], [0, 0, 0, 0], [-1, 1, -1, 1])
    counts = count(votes, np.array([0, 0, 1, 1]), 2)
    [only] = representative(counts, 0)
    assert only.stance is Stance.DISAGREE
    assert representative(counts, 0, left_out=frozenset({0})) == []
