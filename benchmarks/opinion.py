"""Opinion maps: a million people, six real conversations, and red-dwarf beside ours in the same run.

    uv run python benchmarks/opinion.py
    uv run --with red-dwarf python benchmarks/opinion.py peer

SUMMITRY_SHARED names the folder of the real data.

Simulated votes: people of five camps, each camp with its own lean on every statement, a fifth of the votes by
chance."""

import csv
import os
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from summitry.engines.opinion import Votes, draw_map
from summitry.engines.opinion.certainty import agreement

SHARED = (
    Path(os.environ.get("SUMMITRY_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data/polis"
)
CAMPS = 5


def simulated(people: int, statements: int, each: int, seed: int = 0) -> Votes:
    """`each` votes of each person, on different statements but for a few that she changes."""
    random = np.random.default_rng(seed)
    person = np.repeat(np.arange(people, dtype=np.int32), each)
    statement = random.integers(0, statements, people * each, dtype=np.int32)
    lean = random.choice(np.array([-1, 0, 1], np.int8), (CAMPS, statements), p=[0.4, 0.2, 0.4])
    value = lean[random.integers(0, CAMPS, people)[person], statement]
    chance = random.random(len(value), dtype=np.float32) < 0.2
    value[chance] = random.integers(-1, 2, int(chance.sum()), dtype=np.int8)
    return Votes.of(person, statement, value, people=people, statements=statements)


def timed(words: str, people: int, statements: int, each: int) -> None:
    votes = simulated(people, statements, each)
    wall, work = perf_counter(), process_time()
    found = draw_map(votes)
    wall, work = perf_counter() - wall, process_time() - work
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{words}: {len(votes):,} votes, {wall:.1f} s ({work:.1f} s of processor time), "
        f"{memory:.1f} GiB at most, votes included; {found.groups} groups, fit {found.fit:.2f}"
    )


def conversation(folder: Path) -> tuple[Votes, np.ndarray]:
    """Its votes with what moderation took out silenced, and the group that Polis last put each person in."""
    with (folder / "participants-votes.csv").open() as file:
        people = list(csv.DictReader(file))
    with (folder / "comments.csv").open() as file:
        comments = list(csv.DictReader(file))
    with (folder / "votes.csv").open() as file:
        rows = list(csv.DictReader(file))
    index = {one["participant"]: at for at, one in enumerate(people)}
    rows = [row for row in rows if row["voter-id"] in index]
    size = 1 + max(int(row["comment-id"]) for row in (*comments, *rows))
    votes = Votes.of(
        [index[row["voter-id"]] for row in rows],
        [int(row["comment-id"]) for row in rows],
        [int(row["vote"]) for row in rows],
        people=len(people),
        statements=size,
    )
    out = [int(one["comment-id"]) for one in comments if one["moderated"] == "-1"]
    return votes.silenced(out), np.array([int(one["group-id"] or -1) for one in people])


def real() -> None:
    print("conversation: people x statements, votes; groups (Polis'); adjusted Rand index; seconds")
    for folder in sorted(SHARED.iterdir()):
        if not folder.is_dir():
            continue
        votes, theirs = conversation(folder)
        work = process_time()
        found = draw_map(votes)
        work = process_time() - work
        both = (theirs >= 0) & (found.group >= 0)
        index = agreement(theirs[both], found.group[both])
        print(
            f"{folder.name}: {votes.people} x {votes.statements}, {len(votes):,}; {found.groups} "
            f"({len(set(theirs[theirs >= 0]))}); {index:.2f}; {work:.2f}"
        )


def peer() -> None:
    """The same votes through red-dwarf's Polis pipeline."""
    from reddwarf.implementations.polis import run_pipeline

    votes = simulated(2031, 896, 90)
    rows = [
        {"participant_id": int(person), "statement_id": int(statement), "vote": int(value)}
        for person, statement, value in zip(votes.rows(), votes.statement, votes.value, strict=True)
    ]
    ours, theirs = [], []
    for _again in range(3):
        began = process_time()
        draw_map(votes)
        ours.append(process_time() - began)
        began = process_time()
        run_pipeline(votes=rows)
        theirs.append(process_time() - began)
    print(
        f"2,031 people x 896 statements, {len(votes):,} votes: "
        f"ours {min(ours):.2f} s, red-dwarf {min(theirs):.2f} s: ratio {min(ours) / min(theirs):.2f}"
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["peer"]:
        peer()
    else:
        real()
        timed("2,031 people x 896 statements", 2031, 896, 90)
        timed("100,000 people x 500 statements", 100_000, 500, 50)
        timed("1,000,000 people x 2,000 statements", 1_000_000, 2000, 40)
