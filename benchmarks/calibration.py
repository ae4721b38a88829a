"""Calibration: seconds for 10,000 entries with 50,000 marks, and the error of its estimates where the truth
is known, beside plain means and z-scores.

    uv run python benchmarks/calibration.py

Simulated: merit, severity and chance are normal, marks are whole numbers from 1 to 10. Some calls are dealt
at random; in the others four entries of five go to jurors of their field, and fields differ in merit."""

import resource
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from scipy.stats import spearmanr

from summitry.engines.calibration import exact, influence
from summitry.engines.calibration.marks import Floats, Marks
from summitry.engines.calibration.model import fit

MERIT, SEVERITY, CHANCE = 1.2, 0.9, 1.3
FIELDS, APART = 6, 1.0  # and the standard deviation of merit between them
AT_HOME = 0.8  # of the entries, read by jurors of their field; the others join the fields together


@dataclass(frozen=True, slots=True)
class World:
    """A call whose truth is known."""

    marks: Marks
    merit: Floats
    severity: Floats


def simulate(seed: int, entries: int, jurors: int, each: int, by_field: bool) -> World:
    """`each` different jurors for every entry."""
    random = np.random.default_rng(seed)
    merit, severity = random.normal(0, MERIT, entries), random.normal(0, SEVERITY, jurors)
    wish = random.random((entries, jurors))
    if by_field:
        field, home = random.integers(0, FIELDS, entries), random.integers(0, FIELDS, jurors)
        merit += random.normal(0, APART, FIELDS)[field]
        at_home = random.random(entries) < AT_HOME
        wish += 0.9 * (at_home[:, np.newaxis] & (field[:, np.newaxis] == home))
    chosen = np.argpartition(-wish, each, axis=1)[:, :each]
    entry, juror = np.repeat(np.arange(entries), each), chosen.ravel()
    value = 5.5 + merit[entry] - severity[juror] + random.normal(0, CHANCE, len(entry))
    return World(Marks.of(entry, juror, np.clip(np.round(value), 1, 10)), merit, severity)


def means(marks: Marks, value: Floats) -> Floats:
    return np.bincount(marks.entry, value) / np.bincount(marks.entry)


def z_scores(marks: Marks) -> Floats:
    """Each juror's marks with her own mean and deviation taken out, brought back to the common scale."""
    count = np.bincount(marks.juror)
    middle = np.bincount(marks.juror, marks.value) / count
    left = marks.value - middle[marks.juror]
    spread = np.sqrt(np.bincount(marks.juror, left**2) / (count - 1))
    return marks.value.mean() + marks.value.std() * means(marks, left / spread[marks.juror])


def errors(world: World, estimate: Floats, places: int) -> Floats:
    """Root mean square error (around the mean), rank correlation, share of the accepted who are wrong."""
    off = (estimate - estimate.mean()) - (world.merit - world.merit.mean())
    best, chosen = (set(np.argsort(-one, kind="stable")[:places]) for one in (world.merit, estimate))
    wrong = len(chosen - best) / places
    return np.array([np.sqrt((off**2).mean()), spearmanr(estimate, world.merit).statistic, wrong])


def severities(marks: Marks) -> Floats:
    """By plain means: how far below all marks a juror's own lie."""
    return marks.value.mean() - np.bincount(marks.juror, marks.value) / np.bincount(marks.juror)


def compare(name: str, runs: int, entries: int, jurors: int, each: int, places: int, by_field: bool) -> None:
    table, strict = np.zeros((3, 3)), np.zeros(2)
    for seed in range(runs):
        world = simulate(seed, entries, jurors, each, by_field)
        found = fit(world.marks)
        ways = (means(world.marks, world.marks.value), z_scores(world.marks), found.estimates)
        table += [errors(world, way, places) for way in ways]
        truth = world.severity - world.severity.mean()
        guesses = (severities(world.marks), found.severities)
        strict += [np.sqrt(((one - one.mean() - truth) ** 2).mean()) for one in guesses]
    print(f"\n{name}: {entries} entries, {jurors} jurors, {each} marks each, {places} places, {runs} runs")
    print("               error  rank correlation  wrongly accepted")
    for title, line in zip(("plain means", "z-scores", "calibrated"), table / runs, strict=True):
        print(f"  {title:12} {line[0]:.3f}  {line[1]:16.3f}  {line[2]:16.1%}")
    print("  error of severities: {:.3f} by plain means, {:.3f} calibrated".format(*(strict / runs)))


def main() -> None:
    world = simulate(1, 10_000, 1_000, 5, by_field=False)
    fit(simulate(2, 100, 20, 5, by_field=False).marks)  # what loads at first use is loaded
    taken = []
    for _run in range(3):
        started = perf_counter()
        found = fit(world.marks)
        taken.append(perf_counter() - started)
    fitted = perf_counter()
    rounded = exact.rounded(found)
    sealed = perf_counter()
    influence.discuss_band(found, 500)
    band = perf_counter()
    influence.moves(found, [influence.Cut(np.arange(10_000), 500)])
    ended = perf_counter()
    print(f"10,000 entries, 1,000 jurors, {len(world.marks):,} marks: ratios {found.ratios}")
    print(f"  fit with standard errors       {min(taken):6.2f} s ({found.steps} steps, best of three)")
    print(f"  exact to six decimals          {sealed - fitted:6.2f} s ({len(rounded.estimates):,} estimates)")
    print(f"  discuss band                   {band - sealed:6.2f} s")
    print(f"  without each of 1,000 jurors   {ended - band:6.2f} s")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  memory at most                 {memory:6.0f} MB")
    compare("Dealt at random", 100, 60, 12, 4, 15, by_field=False)
    compare("By field", 100, 60, 12, 4, 15, by_field=True)
    compare("Large, at random", 3, 10_000, 1_000, 5, 500, by_field=False)
    compare("Large, by field", 3, 10_000, 1_000, 5, 500, by_field=True)


if __name__ == "__main__":
    main()
