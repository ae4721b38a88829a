"""Assignment: seconds (by the clock, and of the processor), memory and proof for 5,000 entries and 1,000
jurors, 3 each; beside the plain linear programme of scipy over every pair, at a size that it can hold; and
the real affinities of MIDL 2018.

    uv run python benchmarks/assignment.py

Simulated affinities: `topics` are cosines of Dirichlet mixtures of 30 topics (few jurors fit an entry well),
`uniform` are random numbers. One pair in a hundred is barred. Each line is a process of its own, so that its
peak of memory is its own. SUMMITRY_SHARED names the folder of the real data, if it is not beside this
repository."""

import os
import resource
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from summitry.engines.assignment import Problem, Solution, solve
from summitry.engines.assignment.problem import Floats

EACH = 3
SHARED = Path(os.environ.get("SUMMITRY_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"


def affinities(kind: str, entries: int, jurors: int) -> Floats:
    random = np.random.default_rng(1)
    if kind == "uniform":
        return random.random((entries, jurors))
    about = random.dirichlet(np.full(30, 0.1), entries)
    knows = random.dirichlet(np.full(30, 0.15), jurors)
    about /= np.linalg.norm(about, axis=1)[:, None]
    knows /= np.linalg.norm(knows, axis=1)[:, None]
    return np.clip(about @ knows.T, 0, 1)


def simulated(kind: str, entries: int, jurors: int, cap: int) -> Problem:
    barred = np.random.default_rng(2).random((entries, jurors)) < 0.01
    return Problem(affinities(kind, entries, jurors), barred, np.full(entries, EACH), np.full(jurors, cap))


def midl(bounded: bool) -> Problem:
    """177 reviewers, 118 papers, 3 each, at most 4 and, if `bounded`, at least 2; scores -1 to 1 brought to
    0 to 1."""
    folder = SHARED / "peer_review" / "midl2018"
    affinity = np.clip((np.load(folder / "scores.npy").T + 1) / 2, 0, 1)
    least = np.load(folder / "loads-lb.npy") if bounded else None
    none = np.zeros(affinity.shape, bool)
    return Problem(affinity, none, np.load(folder / "covs.npy"), np.load(folder / "loads.npy"), least=least)


def plain_programme(asked: Problem) -> float:
    """The largest sum by scipy's linear programme (HiGHS), a column for every pair that is not barred."""
    entries, jurors = np.nonzero(~asked.barred)
    at, ones = np.arange(len(entries)), np.ones(len(entries))
    n, m = asked.affinity.shape
    needs, loads = (
        csr_array((ones, (rows, at)), shape=(height, len(at))) for rows, height in ((entries, n), (jurors, m))
    )
    least = np.zeros(m) if asked.least is None else asked.least
    answer = linprog(
        -asked.affinity[entries, jurors],
        A_ub=vstack([loads, -loads], format="csr"),
        b_ub=np.concatenate([asked.caps, -least]),
        A_eq=needs,
        b_eq=asked.wanted,
        bounds=(0, 1),
    )
    return -float(answer.fun)


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds by the clock and of the processor, peak memory in MB, and the answer."""

    clock: float
    processor: float
    memory: float
    answer: Solution | float


def _measure(make: Callable[..., Problem], options: tuple[Any, ...], fairness: bool | None) -> Measured:
    """`fairness` None asks scipy."""
    asked = make(*options)
    start, busy = perf_counter(), process_time()
    answer = plain_programme(asked) if fairness is None else solve(asked, fairness)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(perf_counter() - start, process_time() - busy, memory, answer)


def apart(make: Callable[..., Problem], options: tuple[Any, ...], fairness: bool | None) -> Measured:
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (make, options, fairness))


def line(name: str, found: Measured) -> None:
    answer = found.answer
    if isinstance(answer, Solution):
        proof = "proven" if answer.proven else f"at most {answer.total_bound:.6f}, {answer.worst_bound:.6f}"
        told = f"total {answer.total:.6f}, worst mean {answer.worst:.6f}, {proof}"
        told += f", {answer.pruned:.1%} of the pairs not looked at"
    else:
        told = f"total {answer:.6f}"
    times = f"{found.clock:6.2f} s ({found.processor:.2f} s)"
    print(f"  {name:<22} {times:<19} {found.memory:5.0f} MB  {told}", flush=True)


def main() -> None:
    for kind, cap in (("topics", 18), ("topics", 15), ("uniform", 18), ("uniform", 15)):
        used = EACH * 5 / cap
        print(
            f"5,000 entries x 1,000 jurors, {EACH} each, {kind}, at most {cap} a juror ({used:.0%} of places)"
        )
        for name, fairness in (("sum", False), ("worst first, then sum", True)):
            line(name, apart(simulated, (kind, 5000, 1000, cap), fairness))
    print(f"600 entries x 200 jurors, {EACH} each, topics, at most 10 a juror")
    small = ("topics", 600, 200, 10)
    ours, theirs = apart(simulated, small, False), apart(simulated, small, None)
    line("sum", ours)
    line("scipy.linprog", theirs)
    print(f"  scipy takes {theirs.processor / ours.processor:.0f} times as long")
    if not (SHARED / "peer_review" / "midl2018").is_dir():
        print(f"MIDL 2018: no data at {SHARED}")
        return
    for bounded in (False, True):
        print(f"MIDL 2018: 118 papers x 177 reviewers{', at least 2 a reviewer' if bounded else ''}")
        line("scipy.linprog", apart(midl, (bounded,), None))
        for name, fairness in (("sum", False), ("worst first, then sum", True)):
            line(name, apart(midl, (bounded,), fairness))


if __name__ == "__main__":
    main()
