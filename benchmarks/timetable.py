"""The timetable of a summit: seconds to the first timetable, to 5%, and what is proven; and the W3C's
breakouts of 2024 beside the real assignment.

    uv run python benchmarks/timetable.py [SECONDS] [SEED]

Simulated: 300 sessions of 600 speakers in 20 rooms and 32 slots of 4 days, 12 teams of interpreters.
As at FOSDEM 2026, 95 of 100 sessions of a track expect what its own room holds, and of those who speak
twice 28 in 100 do so in one track. Beside it, audiences and speakers dealt to tracks at random.
SUMMITRY_SHARED names the folder of the real data, if it is not beside this repository."""

import os
import random
import sys
from dataclasses import replace
from pathlib import Path
from time import process_time

from summitry.engines.timetable import (
    Couple,
    Person,
    Problem,
    Progress,
    Room,
    Session,
    Slot,
    Solution,
    Team,
    cost,
    solve,
)

SHARED = Path(os.environ.get("SUMMITRY_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
DAYS, HOURS, TRACKS = 4, (9, 10, 11, 12, 14, 15, 16, 17), 12  # hours in China: 1:00 to 10:00 UTC
SEATS = [1000, 600, 400, *[200] * 4, *[100] * 6, *[50] * 7]
HOMES = [*[150] * 2, *[80] * 4, *[40] * 6]  # people that most sessions of a track expect
PAIRS = [f"en-{other}" for other in ("zh", "fr", "es", "ru", "ar")]
SAME = 0.28  # of those who speak twice, who do so in one track
REGIONS = ("africa", "asia", "europe", "latin-america", "north-america", "oceania")
WEIGHTS = {
    "track_parallel": 10,
    "similar": 8,
    "joint": 1,
    "room_fit": 1,
    "track_room": 3,
    "travel_days": 4,
    "rest": 2,
    "comfort": 3,
    "regions": 2,
    "wishes": 2,
}


def summit(seed: int = 1, akin: float = 0.95) -> Problem:
    """About half of the places are taken. Two speakers a session, most of whom speak once; a session in
    five is interpreted; one in ten lasts two slots; a quarter of the speakers miss a day, a tenth join from
    afar. akin: of a track's sessions, how many expect what its home room holds; 0: no track has a home, nor
    do speakers keep to one."""
    chance = random.Random(seed)
    slots = [
        Slot(day * 1440 + (hour - 8) * 60, day * 1440 + (hour - 7) * 60, day)
        for day in range(DAYS)
        for hour in HOURS
    ]
    day_of = [slot.day for slot in slots]
    rooms = [
        Room(
            seats,
            frozenset(
                {"projector", *(["booths"] if seats >= 100 else []), *(["stage"] if seats >= 400 else [])}
            ),
            frozenset(slot for slot in range(len(slots)) if chance.random() < 0.03),
        )
        for seats in SEATS
    ]
    people = []
    for _person in range(600):
        away = frozenset[int]()
        if chance.random() < 0.25:
            absent = chance.randrange(DAYS)
            away = frozenset(slot for slot in range(32) if day_of[slot] == absent)
        remote = chance.choice([-480, -300, 0, 180, 330, 540]) if chance.random() < 0.1 else None
        people.append(Person(away if remote is None else frozenset(), remote))
    region_of = [chance.choice(REGIONS) for _person in people]
    speakers = [*range(600), *chance.sample(range(600), 90)]
    chance.shuffle(speakers)
    sessions = []
    for number in range(300):
        who = frozenset(speakers[number::300])
        size = chance.choices([900, 500, 300, 150, 80, 40], [1, 2, 4, 13, 30, 50])[0]
        if akin and chance.random() < akin:
            size = HOMES[number % TRACKS]
        interpreted = size >= 80 and chance.random() < 0.4
        sessions.append(
            Session(
                length=2 if chance.random() < 0.1 else 1,
                people=who,
                audience=size - chance.randrange(size // 4),
                equipment=frozenset({"booths"} if interpreted else {"projector"}),
                interpretation=frozenset(chance.sample(PAIRS, chance.choice([1, 1, 2])))
                if interpreted
                else frozenset(),
                track=number % TRACKS,
                wishes=dict.fromkeys(chance.sample(range(32), 6), 1) if chance.random() < 0.2 else {},
                regions=frozenset(region_of[person] for person in who),
            )
        )
    for number in chance.sample(range(1, 300), 15):
        sessions[number] = replace(sessions[number], after=frozenset({number - 1}))
    for person in range(600) if akin else ():
        twice = [number for number, one in enumerate(sessions) if person in one.people]
        if len(twice) > 1 and chance.random() < SAME:
            leaves = sessions[twice[1]]
            joins = chance.choice([n for n in range(twice[0] % TRACKS, 300, TRACKS) if n != twice[0]])
            sessions[twice[1]] = replace(leaves, people=leaves.people - {person})
            sessions[joins] = replace(sessions[joins], people=sessions[joins].people | {person})
    teams = [Team(frozenset(chance.sample(PAIRS, 2))) for _team in range(7)] + [
        Team(frozenset({one})) for one in PAIRS
    ]
    pairs = [chance.sample(range(300), 2) for _couple in range(400)]
    return Problem(
        slots,
        rooms,
        sessions,
        people,
        teams,
        similar=[Couple(*sorted(pair)) for pair in pairs[:150]],
        joint=[Couple(*sorted(pair), chance.randrange(1, 20)) for pair in pairs[150:]],
        weights=WEIGHTS,
    )


def run(name: str, problem: Problem, seconds: float, seed: int) -> Solution | None:
    reached: list[Progress] = []

    def look(now: Progress) -> None:
        if now.cost is not None and (
            not reached or (now.cost, now.bound) != (reached[-1].cost, reached[-1].bound)
        ):
            reached.append(now)

    before = process_time()
    found = solve(problem, seconds=seconds, seed=seed, on_progress=look)
    busy = process_time() - before
    if found is None:
        print(f"{name}: nothing in {seconds} s")
        return None
    close = next(
        (one.seconds for one in reached if one.cost is not None and one.cost - one.bound <= 0.05 * one.cost),
        None,
    )
    print(
        f"{name}: first {found.first:.1f} s, within 5% {f'{close:.1f} s' if close is not None else 'not'}, "
        f"ended {found.seconds:.1f} s ({busy:.0f} s of processor)\n"
        f"    cost {found.cost.soft}, bound {found.bound}, gap {found.gap:.1%}, "
        f"broken demands {found.cost.hard}, rooms in the model: {found.exact}\n"
        f"    {dict(sorted(found.cost.by_rule.items()))}",
        flush=True,
    )
    return found


def breakouts() -> None:
    """The problem of the test on the same data, so that both are costed alike."""
    folder = SHARED / "programme" / "w3c_tpac"
    if not folder.is_dir():
        print(f"W3C breakouts: no data at {folder}")
        return
    from summitry.engines.tests.test_timetable_real import breakouts as read

    problem, real = read(folder)
    then = cost(problem, real)
    run("W3C breakouts 2024: 19 sessions, 7 rooms, 4 slots", problem, 60, 1)
    print(f"    the real one: cost {then.soft}, broken demands {then.hard}, {dict(then.by_rule)}")


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 120.0
    breakouts()
    for seed in [int(sys.argv[2])] if len(sys.argv) > 2 else (1, 2, 3):
        name = f"300 sessions, 20 rooms, 32 slots, every rule (instance {seed})"
        run(name, summit(seed), seconds, 1)
        run("    the same, audiences dealt to tracks at random", summit(seed, akin=0), seconds, 1)


if __name__ == "__main__":
    main()
