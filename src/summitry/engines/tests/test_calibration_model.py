"""The additive model: against a dense solution of Henderson's equations, against a general minimiser of the
restricted likelihood written with the full covariance matrix, and against effects known from simulation."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import kendalltau

from summitry.engines.calibration import exact, influence, reml
from summitry.engines.calibration.equations import Design, Equations
from summitry.engines.calibration.marks import Group, Indistinct, Marks, Refused, check
from summitry.engines.calibration.model import Fit, Ratios, fit, placed


def simulated(seed, entries=30, jurors=8, each=4, spread=(0.8, 0.6, 0.5)):
    """Marks of `each` random jurors for every entry, and the effects behind them."""
    random = np.random.default_rng(seed)
    merit, severity = random.normal(0, spread[0], entries), random.normal(0, spread[1], jurors)
    entry = np.repeat(np.arange(entries), each)
    juror = np.concatenate([random.choice(jurors, each, replace=False) for _ in range(entries)])
    value = 6 + merit[entry] - severity[juror] + random.normal(0, spread[2], len(entry))
    return Marks.of(entry, juror, value), merit, severity


def incidences(marks):
    """Z_u, Z_v and the column of ones, dense."""
    each = np.arange(len(marks))
    by_entry, by_juror = np.zeros((len(marks), marks.entries)), np.zeros((len(marks), marks.jurors))
    by_entry[each, marks.entry] = by_juror[each, marks.juror] = 1
    return by_entry, by_juror, np.ones((len(marks), 1))


def henderson(marks, entry, juror):
    """Mean, entries and jurors by the dense mixed-model equations in their usual form, and their inverse."""
    by_entry, by_juror, ones = incidences(marks)
    design = np.hstack([ones, by_entry, by_juror])
    penalty = np.diag([0.0] + [1 / entry] * marks.entries + [1 / juror] * marks.jurors)
    inverse = np.linalg.inv(design.T @ design + penalty)
    found = inverse @ design.T @ marks.value
    residual = marks.value - design @ found
    noise = (residual @ residual + found @ penalty @ found) / (len(marks) - 1)
    return found, inverse, noise


def likelihood(logs, marks):
    """The restricted likelihood, doubled and negative, by the covariance matrix of all marks."""
    by_entry, by_juror, ones = incidences(marks)
    covariance = np.eye(len(marks))
    covariance += np.exp(logs[0]) * by_entry @ by_entry.T + np.exp(logs[1]) * by_juror @ by_juror.T
    inverse = np.linalg.inv(covariance)
    information = (ones.T @ inverse @ ones).item()
    residual = marks.value - (ones.T @ inverse @ marks.value).item() / information
    freedom = len(marks) - 1
    return (
        np.linalg.slogdet(covariance)[1]
        + np.log(information)
        + freedom * np.log(residual @ inverse @ residual)
    )


def test_the_solution_is_that_of_hendersons_equations():
    marks, _merit, _severity = simulated(1)
    found = fit(marks)
    solution, inverse, noise = henderson(marks, float(found.ratios.entry), float(found.ratios.juror))
    entries = marks.entries
    np.testing.assert_allclose(found.mean, solution[0], rtol=1e-10)
    np.testing.assert_allclose(found.estimates, solution[0] + solution[1 : entries + 1], rtol=1e-10)
    np.testing.assert_allclose(found.severities, -solution[entries + 1 :], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.variances.noise, noise, rtol=1e-10)
    contrasts = np.hstack([np.ones((entries, 1)), np.eye(entries), np.zeros((entries, marks.jurors))])

    def errors(rows):
        return np.sqrt(noise * np.einsum("ij,jk,ik->i", rows, inverse, rows))

    np.testing.assert_allclose(found.errors, errors(contrasts), rtol=1e-9)
    steps = contrasts[found.order[:-1]] - contrasts[found.order[1:]]
    np.testing.assert_allclose(found.step_errors, errors(steps), rtol=1e-9)
    jurors = np.hstack([np.zeros((marks.jurors, entries + 1)), np.eye(marks.jurors)])
    np.testing.assert_allclose(found.severity_errors, errors(jurors), rtol=1e-9)
    assert list(found.difference_errors(np.array([3]), np.array([3]))) == [0]


def test_covariance_counts_in_a_difference():
    """Two entries with the same jurors share their jurors' errors: their difference is surer than the two
    standard errors together say."""
    entry, juror = np.repeat(np.arange(12), 3), np.tile([0, 1, 2], 12)
    value = 5 + np.random.default_rng(4).normal(0, 1, 12)[entry] + np.array([-2, 0, 2])[juror]
    found = fit(Marks.of(entry, juror, value + np.random.default_rng(5).normal(0, 0.3, 36)))
    apart = np.hypot(found.errors[found.order[:-1]], found.errors[found.order[1:]])
    assert (found.step_errors < 0.4 * apart).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_ratios_are_those_of_the_greatest_restricted_likelihood(seed):
    marks, _merit, _severity = simulated(seed)
    found = reml.estimate(Design(marks))
    best = minimize(
        likelihood, [0, 0], (marks,), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}
    )
    np.testing.assert_allclose(np.log([found.entry, found.juror]), best.x, atol=1e-5)
    ours = reml.criterion(Equations(Design(marks), found.entry, found.juror))
    assert abs(ours - likelihood(np.log([found.entry, found.juror]), marks)) < 1e-8
    assert found.slope < 1e-3
    assert Ratios.of(found.entry, found.juror) == fit(marks).ratios


def test_slope_and_curvature_are_those_of_the_criterion():
    marks, _merit, _severity = simulated(7)
    at, step = np.array([0.4, -0.7]), 1e-5
    slope, curvature = reml.derivatives(Equations(Design(marks), *np.exp(at)))
    moved = [
        [reml.derivatives(Equations(Design(marks), *np.exp(at + sign * step * axis)))[0] for sign in (1, -1)]
        for axis in np.eye(2)
    ]
    numeric = [
        (likelihood(at + step * axis, marks) - likelihood(at - step * axis, marks)) / (2 * step)
        for axis in np.eye(2)
    ]
    np.testing.assert_allclose(slope, numeric, rtol=1e-5)
    np.testing.assert_allclose(curvature, [(up - down) / (2 * step) for up, down in moved], rtol=1e-6)


def test_known_effects_are_recovered():
    marks, merit, severity = simulated(11, entries=400, jurors=40, each=5)
    found = fit(marks)
    centred = found.estimates - found.estimates.mean() - (merit - merit.mean())
    plain = np.bincount(marks.entry, marks.value) / 5
    raw = plain - plain.mean() - (merit - merit.mean())
    assert np.sqrt((centred**2).mean()) < 0.7 * np.sqrt((raw**2).mean())
    assert np.corrcoef(found.severities, severity)[0, 1] > 0.98
    roots = np.sqrt([found.variances.entry, found.variances.juror, found.variances.noise])
    np.testing.assert_allclose(roots, [0.8, 0.6, 0.5], rtol=0.2)
    within = np.abs(found.estimates - 6 - merit) < 1.96 * found.errors
    assert 0.92 < within.mean() < 0.98


def test_jurors_who_do_not_differ_are_not_corrected():
    random = np.random.default_rng(2)
    merit = random.normal(0, 1, 40)
    entry, juror = np.repeat(np.arange(40), 5), np.tile(np.arange(5), 40)
    noise = random.normal(0, 0.5, (40, 5))
    noise -= noise.mean(axis=0)  # not even by chance
    found = fit(Marks.of(entry, juror, merit[entry] + noise.ravel()))
    assert found.ratios.juror == 0
    assert not found.severities.any()
    assert not found.severity_errors.any()
    assert list(found.order) == list(np.argsort(-(merit + noise.mean(axis=1))))
    assert max(map(abs, exact.rounded(found).severities)) == 0


@given(
    st.lists(st.integers(0, 5), min_size=2, max_size=8), st.lists(st.integers(-3, 3), min_size=2, max_size=5)
)
@example([3, 5, 5], [-3, 3])  # so flat near its minimum that rounding hides the last steps down
@settings(max_examples=30, deadline=None)
def test_marks_without_noise_are_taken_apart(merits, leanings):
    """Every juror marks every entry, and no chance at all: the likelihood has its maximum at a bound."""
    entry = np.repeat(np.arange(len(merits)), len(leanings))
    juror = np.tile(np.arange(len(leanings)), len(merits))
    marks = Marks.of(entry, juror, np.array(merits)[entry] + np.array(leanings)[juror])
    try:
        found = fit(marks, least=1)
    except Indistinct:
        assert len(set(merits)) == 1
        return
    assert list(found.order) == sorted(range(len(merits)), key=lambda at: (-merits[at], at))


# -- refusals ----------------------------------------------------------------------------------------


def test_groups_that_no_juror_connects_are_refused_by_name():
    entry, juror = np.array([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]), np.array([0, 1, 0, 1, 0, 1, 2, 3, 2, 3])
    with pytest.raises(Refused) as caught:
        fit(Marks.of(entry, juror, np.arange(10.0)), least=2)
    assert caught.value.check.groups == (Group((0, 1, 2), (0, 1)), Group((3, 4), (2, 3)))
    assert caught.value.check.sparse == ()


def test_a_juror_with_too_few_marks_is_refused_by_name():
    entry, juror = np.array([0, 0, 0, 1, 1, 2, 2, 3, 3]), np.array([0, 1, 2, 0, 1, 0, 1, 0, 1])
    marks = Marks.of(entry, juror, np.arange(9.0))
    with pytest.raises(Refused) as caught:
        fit(marks, least=3)
    assert (caught.value.check.sparse, len(caught.value.check.groups)) == ((2,), 1)
    assert check(marks, least=1).passed


def test_one_juror_alone_or_one_mark_an_entry_leaves_nothing_for_the_noise():
    alone = check(Marks.of(range(5), [0] * 5, range(5)))
    assert (alone.passed, alone.freedom, len(alone.groups)) == (False, 0, 1)
    with pytest.raises(Refused):
        fit(Marks.of(range(5), [0] * 5, range(5)))


def test_no_marks_are_refused():
    with pytest.raises(Refused) as caught:
        fit(Marks.of([], [], []))
    assert (caught.value.check.groups, caught.value.check.freedom) == ((), 0)


def test_marks_that_tell_no_entry_from_another_are_refused():
    entry, juror = np.repeat(np.arange(4), 4), np.tile(np.arange(4), 4)
    with pytest.raises(Indistinct):
        fit(Marks.of(entry, juror, np.full(16, 3.0)))
    with pytest.raises(Indistinct):  # each entry gets each mark once: only noise
        fit(Marks.of(entry, juror, (entry + juror) % 4))


@pytest.mark.parametrize(
    ("entry", "juror", "value", "words"),
    [
        ([0, 1], [0], [1, 2], "equally long"),
        ([0, -1], [0, 0], [1, 2], "below 0"),
        ([0, 1], [0, 0], [1, float("nan")], "no number"),
        ([0, 1, 0], [2, 0, 2], [1, 2, 3], "twice"),
    ],
)
def test_bad_marks_are_no_marks(entry, juror, value, words):
    with pytest.raises(ValueError, match=words):
        Marks.of(entry, juror, value)


# -- invariances -------------------------------------------------------------------------------------

SEEDS = st.integers(0, 10**6)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_marks_in_another_order_are_the_same_marks(seed):
    marks, _merit, _severity = simulated(seed)
    by = np.random.default_rng(seed + 1).permutation(len(marks))
    other = Marks.of(marks.entry[by], marks.juror[by], marks.value[by])
    assert exact.rounded(fit(other)) == exact.rounded(fit(marks))


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_names_change_nothing(seed):
    marks, _merit, _severity = simulated(seed)
    random = np.random.default_rng(seed + 1)
    entries, jurors = random.permutation(marks.entries), random.permutation(marks.jurors)
    first = fit(marks)
    other = fit(Marks.of(entries[marks.entry], jurors[marks.juror], marks.value))
    one, two = exact.rounded(first), exact.rounded(other)
    assert first.ratios == other.ratios
    assert list(one.estimates) == [two.estimates[at] for at in entries]
    assert list(one.severities) == [two.severities[at] for at in jurors]


@given(SEEDS, st.floats(-4, 4))
@settings(max_examples=20, deadline=None)
def test_a_juror_who_marks_everything_lower_hardly_moves_the_order(seed, shift):
    marks, _merit, _severity = simulated(seed, entries=40, jurors=8, each=5)
    first = fit(marks)
    value = marks.value + shift * (marks.juror == 0)
    other = fit(Marks.of(marks.entry, marks.juror, value))
    moved = other.estimates - first.estimates
    plain = shift * np.bincount(marks.entry, marks.juror == 0) / 5
    assert np.std(moved) <= 0.25 * np.std(plain) + 0.02
    assert kendalltau(first.estimates, other.estimates).statistic > 0.9


@given(SEEDS, st.integers(1, 9), st.integers(-50, 50))
@settings(max_examples=20, deadline=None)
def test_another_scale_is_the_same_order(seed, factor, shift):
    marks, _merit, _severity = simulated(seed)
    first = fit(marks)
    other = fit(Marks.of(marks.entry, marks.juror, factor * marks.value + shift))
    np.testing.assert_allclose(other.estimates, factor * first.estimates + shift, rtol=1e-9)
    assert list(first.order) == list(other.order)


# -- exact -------------------------------------------------------------------------------------------


def rationally(marks, ratios):
    """The estimates by Gaussian elimination in fractions: no rounding at all."""
    size = 1 + marks.entries + marks.jurors
    entry, juror = Fraction(ratios.entry), Fraction(ratios.juror)
    rows = [[Fraction(0)] * (size + 1) for _ in range(size)]
    for at in range(marks.entries):
        rows[1 + at][1 + at] = 1 / entry
    for at in range(marks.jurors):
        rows[1 + marks.entries + at][1 + marks.entries + at] = 1 / juror
    for one, other, value in zip(marks.entry, marks.juror, marks.value, strict=True):
        places = [0, 1 + int(one), 1 + marks.entries + int(other)]
        for place in places:
            rows[place][size] += Fraction(float(value))
            for across in places:
                rows[place][across] += 1
    for at in range(size):
        pivot = next(row for row in range(at, size) if rows[row][at])
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [one / rows[at][at] for one in rows[at]]
        for row in range(size):
            if row != at and rows[row][at]:
                factor = rows[row][at]
                rows[row] = [one - factor * two for one, two in zip(rows[row], rows[at], strict=True)]
    found = [row[size] for row in rows]
    return [found[0] + one for one in found[1 : marks.entries + 1]]


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_rounded_estimates_are_the_exact_ones_rounded(seed):
    random = np.random.default_rng(seed)
    entry, juror = np.repeat(np.arange(6), 3), np.tile(np.arange(3), 6)
    marks = Marks.of(entry, juror, random.integers(1, 6, 18))
    found = fit(marks, ratios=Ratios(Decimal("1.234"), Decimal("0.5678")))
    truth = rationally(marks, found.ratios)
    assert [exact.written(one) for one in exact.rounded(found).estimates] == [
        exact.written(round(one * 10**6)) for one in truth
    ]


def test_a_starting_point_that_is_a_little_off_gives_the_same_bytes():
    """Another machine's sums differ in their last bits; here the equations differ in their seventh digit."""
    marks, _merit, _severity = simulated(3)
    found = fit(marks)
    parts = {name: getattr(found, name) for name in Fit.__slots__}
    off = Equations(
        Design(marks), float(found.ratios.entry) * (1 + 1e-7), float(found.ratios.juror) * (1 - 1e-7)
    )
    assert exact.rounded(Fit(**(parts | {"equations": off}))) == exact.rounded(found)


def test_an_estimate_on_a_half_is_rounded_away_from_zero():
    assert [exact._micro(sign * 5 * 10**29 + tiny) for sign in (1, -1) for tiny in (0, -7, 7)] == [1] * 3 + [
        -1
    ] * 3


def test_given_ratios_are_used_and_not_estimated():
    marks, _merit, _severity = simulated(5)
    first = fit(marks)
    again = fit(marks, ratios=first.ratios)
    assert again.steps == 0
    assert exact.rounded(again) == exact.rounded(first)
    assert first.steps > 0


# -- influence and the cut ---------------------------------------------------------------------------


def test_leaving_a_juror_out_is_fitting_without_her():
    marks, _merit, _severity = simulated(8)
    found = fit(marks)
    for one in influence.leave_one_out(found):
        kept = marks.juror != one.juror
        names = {old: new for new, old in enumerate(sorted(set(marks.juror[kept])))}
        rest = Marks.of(marks.entry[kept], [names[at] for at in marks.juror[kept]], marks.value[kept])
        again = fit(rest, least=1, ratios=found.ratios)
        np.testing.assert_allclose(one.estimates, again.estimates, rtol=1e-9)
        assert list(np.argsort(one.ranks)) == list(again.order)


def test_moves_are_those_of_the_orders_without_each_juror():
    marks, _merit, _severity = simulated(9)
    found = fit(marks)
    table, places = np.array([one.ranks for one in influence.leave_one_out(found)]), 10
    summary = influence.moves(found, [influence.Cut(np.arange(marks.entries), places)])
    whole = influence.ranks(found.estimates)
    assert list(summary.ranks) == list(whole)
    assert list(summary.best) == list(np.minimum(table.min(axis=0), whole))
    assert list(summary.worst) == list(np.maximum(table.max(axis=0), whole))
    assert list(summary.farthest) == [int(abs(row - whole).max()) for row in table]
    assert list(summary.fallen) == [int(((whole <= places) & (row > places)).sum()) for row in table]


def test_an_entry_that_only_one_juror_marked_has_no_rank_without_her():
    marks, _merit, _severity = simulated(10)
    single = Marks.of([*marks.entry, marks.entries], [*marks.juror, 2], [*marks.value, 9.0])
    found = fit(single)
    without = {one.juror: one for one in influence.leave_one_out(found)}
    assert np.isnan(without[2].estimates[-1])
    assert (without[2].ranks[-1], sorted(without[2].ranks[:-1])) == (0, list(range(1, 31)))
    assert without[1].ranks[-1] > 0
    assert influence.moves(found, []).worst[-1] > 0


def test_each_cut_has_its_own_first_places():
    ranked = np.array([4, 1, 0, 3, 2, 5])
    cuts = [influence.Cut(np.array([0, 2, 3]), 1), influence.Cut(np.array([1, 4, 5]), 2)]
    assert list(influence.accepted(ranked, cuts)) == [False, True, False, True, True, False]
    assert not influence.accepted(ranked, []).any()


def test_the_band_holds_what_the_cut_does_not_settle():
    marks, _merit, _severity = simulated(12, entries=60, jurors=10, each=4)
    found, places, z = fit(marks), 20, 1.96
    band = influence.discuss_band(found, places, z)
    last, first = found.order[places - 1], found.order[places]

    def settled(one, other):
        gap = abs(found.estimates[one] - found.estimates[other])
        return gap > z * found.difference_errors(np.array([one]), np.array([other]))[0]

    assert band.accepted == tuple(one for one in found.order[:places] if not settled(one, first))
    assert band.rejected == tuple(one for one in found.order[places:] if not settled(one, last))
    assert 0 < len(band.entries) < 60
    assert influence.discuss_band(found, places, 0.0).entries == frozenset()
    assert influence.discuss_band(found, places, 99.0).entries == frozenset(range(60))
    for nowhere in (0, 60, 61):
        assert influence.discuss_band(found, nowhere).entries == frozenset()


def test_the_band_of_another_order():
    marks, _merit, _severity = simulated(12, entries=60, jurors=10, each=4)
    found = fit(marks)
    some = [int(one) for one in found.order if one % 2]
    band = influence.discuss_band(found, 10, 99.0, some)
    assert (band.accepted, band.rejected) == (tuple(some[:10]), tuple(some[10:]))


def test_equal_estimates_go_by_index():
    assert list(placed(np.array([1.0, 2.0, 2.0 - 1e-13, 1.0]))) == [1, 2, 0, 3]
