"""The timetable: the truth by brute force on small problems, a hand-made case for each rule, real
breakouts."""

from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from summitry.engines.tests.timetables import every, grid, least, problems
from summitry.engines.timetable import (
    BARS,
    HARD,
    SOFT,
    Clash,
    Couple,
    Demand,
    InfeasibleError,
    Person,
    Placement,
    Problem,
    Progress,
    Room,
    Session,
    Shortage,
    Slot,
    Team,
    cost,
    explain,
    solve,
    solving,
)
from summitry.engines.timetable.days import Days
from summitry.engines.timetable.model import Model
from summitry.engines.timetable.pools import unions
from summitry.engines.timetable.proving import Proving
from summitry.engines.timetable.search import Limits, Run

slow = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(problems())
def test_the_best_timetable_is_found_and_proven(problem):
    best = least(problem)
    if best is None:
        with pytest.raises(InfeasibleError):
            solve(problem, workers=1)
        return
    found = solve(problem, workers=1)
    assert (found.cost.hard, found.cost.soft, found.bound, found.proven) == (0, best, best, True)
    assert found.cost == cost(problem, found.timetable)


@slow
@given(problems())
def test_the_solver_s_objective_is_the_cost(problem):
    """Of the exact model; counted rooms cost no more than the best timetable does."""
    best = least(problem)
    for exact in (True, False):
        run = Run(Model(problem, exact=exact), Limits())
        run.wait()
        if best is None:
            assert run.status == cp_model.INFEASIBLE or not exact
        elif exact:
            made = cost(problem, run.model.timetable(run.found.value))
            assert (made.hard, made.soft, round(run.found.objective, 6)) == (0, best, best)
        else:
            assert round(run.found.objective, 6) <= best  # the solver's is a float


@slow
@given(problems())
def test_what_clashes_clashes_and_nothing_of_it_can_be_spared(problem):
    if least(problem) is not None:
        assert explain(problem) is None
        return
    found = explain(problem)
    if isinstance(found, Shortage):
        assert found.need > found.have
        part = [problem.sessions[one] for one in found.sessions]
        assert (
            sum(one.length * (len(one.interpretation) if found.what == "teams" else 1) for one in part)
            >= found.need
        )
        return
    assert isinstance(found, Clash)
    assert found.smallest
    assert least(only(problem, found.sessions, found.demands)) is None
    for spared in found.demands:
        rest = [one for one in found.demands if one is not spared]
        assert least(only(problem, found.sessions, rest)) is not None


def only(problem: Problem, sessions: tuple[int, ...], demands: list[Demand]) -> Problem:
    """The problem with these sessions and demands alone."""

    def asked(kind: str, session: int | None = None, **facts: object) -> bool:
        return any(
            one.kind == kind
            and (session is None or session in one.sessions)
            and all(one.facts.get(name) == value for name, value in facts.items())
            for one in demands
        )

    people = list(problem.people)
    new = []
    for number in sessions:
        one = problem.sessions[number]
        who = set()
        for person in one.people:
            # A copy of the person for this session alone is away where she is, and meets nobody.
            if asked("person_away", number, person=person):
                people.append(replace(problem.people[person]))
                who.add(len(people) - 1)
            if asked("person_apart", number, person=person):
                people.append(Person())
                who.add(("meets", person))
        new.append(
            replace(
                one,
                people=frozenset(who),
                audience=one.audience if asked("seats", number) else 0,
                equipment=frozenset(
                    thing for thing in one.equipment if asked("equipment", number, equipment=thing)
                ),
                interpretation=frozenset(
                    pair for pair in one.interpretation if asked("interpretation", number, pair=pair)
                ),
                pinned_slot=one.pinned_slot if asked("pinned_slot", number) else None,
                pinned_room=one.pinned_room if asked("pinned_room", number) else None,
                after=frozenset(
                    sessions.index(other)
                    for other in one.after
                    if any(
                        demand.kind == "order" and demand.sessions == (other, number) for demand in demands
                    )
                ),
            )
        )
    base = len(people)
    meeting = sorted({who[1] for one in new for who in one.people if isinstance(who, tuple)})
    people += [Person() for _person in meeting]
    new = [
        replace(
            one,
            people=frozenset(
                base + meeting.index(who[1]) if isinstance(who, tuple) else who for who in one.people
            ),
        )
        for one in new
    ]
    rooms = [
        room if asked("room_closed", room=number) else replace(room, closed=frozenset())
        for number, room in enumerate(problem.rooms)
    ]
    teams = [
        team if asked("team_away", team=number) else replace(team, away=frozenset())
        for number, team in enumerate(problem.teams)
    ]
    return replace(
        problem,
        sessions=new,
        people=people,
        rooms=rooms,
        teams=teams,
        similar=(),
        joint=(),
        weights={},
        base=None,
    )


def kinds(problem: Problem, *places: Placement | None) -> list[str]:
    return [one.kind for one in cost(problem, places).violations]


AT = Placement


@pytest.mark.parametrize(
    ("kind", "problem", "places"),
    [
        ("unplaced", Problem(grid(), [Room()], [Session()]), (None,)),
        ("broken", Problem(grid(2, 2), [Room()], [Session(length=2)]), (AT(1, 0),)),
        ("broken", Problem(grid(1, 3, 0), [Room()], [Session(length=2)]), (AT(0, 0),)),
        ("room_apart", Problem(grid(), [Room()], [Session(length=2), Session()]), (AT(0, 0), AT(1, 0))),
        ("room_closed", Problem(grid(), [Room(closed=frozenset({1}))], [Session(length=2)]), (AT(0, 0),)),
        (
            "person_apart",
            Problem(grid(), [Room(), Room()], [Session(people=frozenset({0}))] * 2, [Person()]),
            (AT(0, 0), AT(0, 1)),
        ),
        (
            "person_away",
            Problem(grid(), [Room()], [Session(people=frozenset({0}))], [Person(frozenset({0}))]),
            (AT(0, 0),),
        ),
        ("pinned_slot", Problem(grid(), [Room()], [Session(pinned_slot=1)]), (AT(0, 0),)),
        ("barred", Problem(grid(), [Room()], [Session(length=2, barred=frozenset({1}))]), (AT(0, 0),)),
        ("pinned_room", Problem(grid(), [Room(), Room()], [Session(pinned_room=1)]), (AT(0, 0),)),
        ("seats", Problem(grid(), [Room(10)], [Session(audience=11)]), (AT(0, 0),)),
        ("equipment", Problem(grid(), [Room()], [Session(equipment=frozenset({"stage"}))]), (AT(0, 0),)),
        (
            "order",
            Problem(grid(), [Room(), Room()], [Session(length=2), Session(after=frozenset({0}))]),
            (AT(0, 0), AT(1, 1)),
        ),
        (
            "interpretation",
            Problem(
                grid(),
                [Room()],
                [Session(interpretation=frozenset({"en-zh"}))],
                teams=[Team(frozenset({"en-fr"}))],
            ),
            (AT(0, 0, (("en-zh", 0),)),),
        ),
        (
            "interpretation",
            Problem(grid(), [Room()], [Session(interpretation=frozenset({"en-zh"}))]),
            (AT(0, 0),),
        ),
        (
            "team_apart",
            Problem(
                grid(),
                [Room(), Room()],
                [Session(interpretation=frozenset({"en-zh"}))] * 2,
                teams=[Team(frozenset({"en-zh"}))],
            ),
            (AT(0, 0, (("en-zh", 0),)), AT(0, 1, (("en-zh", 0),))),
        ),
        (
            "team_apart",
            Problem(
                grid(),
                [Room()],
                [Session(interpretation=frozenset({"en-fr", "en-zh"}))],
                teams=[Team(frozenset({"en-fr", "en-zh"}))],
            ),
            (AT(0, 0, (("en-fr", 0), ("en-zh", 0))),),
        ),
        (
            "team_away",
            Problem(
                grid(),
                [Room()],
                [Session(interpretation=frozenset({"en-zh"}))],
                teams=[Team(frozenset({"en-zh"}), frozenset({0}))],
            ),
            (AT(0, 0, (("en-zh", 0),)),),
        ),
    ],
)
def test_a_broken_demand_is_told(kind, problem, places):
    found = cost(problem, places)
    assert [(one.kind, one.hard, one.cost) for one in found.violations] == [(kind, True, 0)]
    assert (found.hard, found.soft) == (1, 0)


TWO = [Room(50), Room(100)]


@pytest.mark.parametrize(
    ("rule", "amount", "problem", "places"),
    [
        (
            "track_parallel",
            2,
            Problem(grid(), [Room()] * 3, [Session(track=0)] * 3),
            (AT(0, 0), AT(0, 1), AT(0, 2)),
        ),
        (
            "similar",
            4,
            Problem(grid(), TWO, [Session()] * 2, similar=[Couple(0, 1, 4)]),
            (AT(0, 0), AT(0, 1)),
        ),
        (
            "joint",
            7,
            Problem(grid(), TWO, [Session(length=2), Session()], joint=[Couple(0, 1, 7)]),
            (AT(0, 0), AT(1, 1)),
        ),
        ("room_fit", 5, Problem(grid(), TWO, [Session(audience=20)]), (AT(0, 1),)),
        ("room_fit", 10, Problem(grid(), TWO, [Session(audience=20, length=2)]), (AT(0, 1),)),
        ("track_room", 1, Problem(grid(), TWO, [Session(track=0)] * 2), (AT(0, 0), AT(1, 1))),
        (
            "travel_days",
            2,
            Problem(grid(3), TWO, [Session(people=frozenset({0}))] * 2, [Person()]),
            (AT(0, 0), AT(6, 0)),
        ),
        (
            "rest",
            1,
            Problem(grid(), TWO, [Session(people=frozenset({0}))] * 2, [Person()]),
            (AT(1, 0), AT(0, 0)),
        ),
        (
            "comfort",
            4,  # 9:10 UTC is 4:10 where she sits: 8:00 is four hours away, the last of them begun
            Problem(
                [Slot(9 * 60 + 10, 10 * 60)], TWO, [Session(people=frozenset({0}))], [Person(offset=-300)]
            ),
            (AT(0, 0),),
        ),
        (
            "regions",
            1,
            Problem(grid(2), TWO, [Session(regions=frozenset({"asia"}))] * 3),
            (AT(0, 0), AT(1, 0), AT(2, 0)),
        ),
        ("wishes", 3, Problem(grid(), TWO, [Session(wishes={1: 3})]), (AT(1, 0),)),
        ("moves", 2, Problem(grid(), TWO, [Session()], base=[AT(1, 0)]), (AT(0, 1),)),
        ("moves", 1, Problem(grid(), TWO, [Session()], base=[AT(0, 0)]), (AT(0, 1),)),
    ],
)
def test_a_soft_rule_has_its_price(rule, amount, problem, places):
    found = cost(replace(problem, weights={rule: 3}), places)
    assert [(one.kind, one.hard, one.cost, one.facts["amount"]) for one in found.violations] == [
        (rule, False, 3 * amount, amount)
    ]
    assert (found.soft, found.by_rule, found.hard) == (3 * amount, {rule: 3 * amount}, 0)
    assert cost(problem, places).violations == ()  # nobody asked


def test_of_whom_nobody_knows_how_many_will_come_no_room_is_too_large():
    """In the model too: it keeps a programme of large rooms as it is."""
    base = [AT(0, 1), AT(1, 1)]
    problem = Problem(grid(), TWO, [Session(), Session(audience=20)], base=base)
    problem = replace(problem, weights={"room_fit": 1, "moves": 1})
    assert kinds(problem, *base) == ["room_fit"]
    assert solve(problem).timetable == (AT(0, 1), AT(1, 0))


def test_each_rule_is_named_once():
    names = [rule.name for rule in (*BARS, *HARD, *SOFT)]
    assert len(set(names)) == len(names)


def test_two_short_sessions_follow_each_other_with_rest():
    """The night between two days is rest enough, and who is remote does not travel."""
    problem = Problem(
        grid(2),
        TWO,
        [Session(people=frozenset({0}))] * 2,
        [Person(offset=0)],
        weights={"rest": 1, "travel_days": 1},
    )
    assert kinds(problem, AT(0, 0), AT(3, 0)) == []
    assert kinds(problem, AT(0, 0), AT(1, 0)) == ["rest"]
    assert kinds(problem, AT(0, 0), AT(2, 0)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"slots": [Slot(60, 120), Slot(0, 60)]},
        {"slots": [Slot(60, 60)]},
        {"sessions": [Session(length=0)]},
        {"sessions": [Session(people=frozenset({3}))]},
        {"sessions": [Session(after=frozenset({0}))]},
        {"sessions": [Session(pinned_room=9)]},
        {"sessions": [Session(wishes={7: 1})]},
        {"similar": [Couple(0, 0)]},
        {"joint": [Couple(0, 5)]},
        {"weights": {"beauty": 1}},
        {"weights": {"rest": -1}},
        {"base": []},
        {"base": [Placement(8, 0)]},
    ],
)
def test_a_problem_that_makes_no_sense_is_refused(wrong):
    sound = {"slots": grid(), "rooms": TWO, "sessions": [Session()]}
    with pytest.raises(ValueError):  # noqa: PT011
        Problem(**{**sound, **wrong})


@pytest.mark.parametrize(
    "places", [(), (Placement(9, 0),), (Placement(0, 9),), (Placement(0, 0, (("en-zh", 0),)),)]
)
def test_a_timetable_that_makes_no_sense_is_refused(places):
    with pytest.raises(ValueError):  # noqa: PT011
        cost(Problem(grid(), TWO, [Session()]), places)


def test_more_sessions_than_rooms_have_slots_is_said_in_numbers():
    problem = Problem(grid(1, 2), [Room(100), Room(20)], [Session(audience=50)] * 3 + [Session()])
    assert explain(problem) == Shortage("rooms", (0,), (0, 1, 2), 3, 2)
    teams = [Team(frozenset({"en-zh"}), frozenset({0})), Team(frozenset({"en-fr"}))]
    asked = [Session(interpretation=frozenset({"en-zh"}))] * 2
    assert explain(Problem(grid(1, 2), TWO, asked, teams=teams)) == Shortage("teams", (0,), (0, 1), 2, 1)


def test_among_many_sessions_only_those_that_clash_are_named():
    """A circle of three in an otherwise easy programme."""
    easy = [Session() for _session in range(20)]
    circle = [Session(after=frozenset({22})), Session(after=frozenset({20})), Session(after=frozenset({21}))]
    problem = Problem(grid(2, 8), TWO, [*easy, *circle])
    found = explain(problem)
    assert (found.sessions, found.smallest) == ((20, 21, 22), True)
    assert sorted((one.kind, one.sessions) for one in found.demands) == [
        ("order", (20, 21)),
        ("order", (21, 22)),
        ("order", (22, 20)),
    ]


def test_long_sessions_between_short_ones_are_found_by_the_exact_model():
    """Counted, two rooms hold them; one by one, a short one in each leaves no room for one of two slots."""
    pinned = [Session(pinned_room=0), Session(pinned_room=1)]
    problem = Problem(grid(1, 2), [Room(), Room()], [*pinned, Session(length=2)])
    with pytest.raises(InfeasibleError):
        solve(problem, exact=False)
    found = explain(problem)
    assert [(one.kind, one.sessions) for one in found.demands] == [
        ("pinned_room", (0,)),
        ("pinned_room", (1,)),
    ]


@slow
@given(problems())
def test_a_large_problem_s_way_finds_timetables_and_its_bound_holds(problem):
    """Days, then hours, then rooms, and what tracks cost alone: on problems whose best is known."""
    best = least(problem)
    try:
        found = solve(problem, seconds=None, effort=0.05, workers=1, exact=False)
    except InfeasibleError:
        assert best is None
        return
    if found is not None:
        assert found.cost.hard == 0
        assert found.bound <= best <= found.cost.soft
        assert found.cost == cost(problem, found.timetable)


@slow
@given(problems(), st.data())
def test_days_cost_no_more_than_any_timetable_that_has_them(problem, data):
    """The cost that is kept move by move is that of the whole state; it is a bound for sound timetables."""
    if not all(problem.slots_for) or not all(problem.rooms_for):
        return
    days = Days(problem, seed=data.draw(st.integers(0, 9)), tight=0.0)
    for _some in days.anneal(1):
        assert days.cost == days.costs()
    assert days.best_cost <= days.cost
    for timetable in islice(every(problem), 200):
        told = cost(problem, timetable)
        state = [
            next((one for one in places if (one.day, one.kind) == stands), None)
            for places, stands in zip(days.places, _days_and_kinds(problem, timetable), strict=True)
        ]
        if told.hard == 0 and None not in state:
            for session, place in enumerate(state):
                days.go(session, place)
            assert days.costs() <= told.soft


def _days_and_kinds(problem: Problem, timetable: tuple[Placement, ...]) -> list[tuple[int, int]]:
    kind_of = {room: number for number, kind in enumerate(problem.kinds) for room in kind}
    return [(problem.slots[place.slot].day, kind_of[place.room]) for place in timetable]


def test_what_tracks_cost_alone_adds_up():
    """Two tracks, each of a large session and a small one that no room serves both without waste."""
    asked = [Session(track=track, audience=audience) for track in (0, 1) for audience in (10, 100)]
    rooms = [Room(10), Room(10), Room(100), Room(100)]
    problem = Problem(grid(1, 2), rooms, asked, weights={"track_room": 3, "room_fit": 1})
    proving = Proving(problem, Limits(workers=1))
    while not proving.step():
        pass
    assert [points for _sessions, points in proving.floors] == [3, 3]
    assert (proving.bound, solve(problem, workers=1).cost.soft) == (6, 6)


def day(sessions: int = 40) -> Problem:
    """A day and a half with some of everything."""
    people = [Person() for _person in range(sessions)]
    asked = [
        Session(people=frozenset({n, (n * 7) % sessions}), track=n % 5, audience=n % 45, wishes={n % 12: 2})
        for n in range(sessions)
    ]
    joint = [Couple(n, n + 1, n % 9) for n in range(sessions - 1)]
    weights = {rule.name: 1 for rule in SOFT}
    return Problem(grid(2, 6), [Room(50)] * 3 + [Room(90)] * 2, asked, people, joint=joint, weights=weights)


@pytest.mark.parametrize("exact", [True, False])
def test_the_same_seed_gives_the_same_timetable(exact):
    once, again = (
        solve(day(), seconds=None, effort=0.2, workers=1, seed=7, exact=exact) for _time in range(2)
    )
    assert once.timetable == again.timetable


def test_it_tells_how_far_it_is_and_stops_when_told():
    seen: list[Progress] = []
    found = solve(day(), on_progress=seen.append, should_stop=lambda: bool(seen and seen[-1].timetable))
    assert found.cost.hard == 0
    assert (seen[-1].cost, seen[-1].bound) == (found.cost.soft, found.bound)
    costs = [one.cost for one in seen if one.cost is not None]
    assert costs == sorted(costs, reverse=True)
    assert all(one.bound <= found.cost.soft for one in seen)


@pytest.mark.parametrize("exact", [True, False])
def test_it_ends_when_told_and_keeps_the_best(exact):
    """Without a limit there are two ways to end: a proof, which takes long here, or being told."""
    problem = day(54)
    joint = [Couple(a, b, a * b % 9) for a in range(54) for b in range(a + 1, 54) if a * b % 5 == 1]
    seen: list[Progress] = []
    found = solve(
        replace(problem, joint=joint),
        seconds=None,
        exact=exact,
        on_progress=seen.append,
        should_stop=lambda: any(one.timetable for one in seen),
    )
    assert (found.proven, found.cost.hard) == (False, 0)
    assert found.cost.soft == min(one.cost for one in seen if one.cost is not None)


@pytest.mark.parametrize("exact", [True, False])
def test_any_timetable_is_sought_before_a_good_one(monkeypatch, exact):
    """So that there is soon one to keep: of forty sessions in four days it took a tenth of the time."""
    asked: list[bool] = []

    class Seen(Model):
        def __init__(self, *args, **how):
            asked.append(how.get("priced", True))
            super().__init__(*args, **how)

    monkeypatch.setattr(solving, "Model", Seen)
    assert solve(day(), exact=exact, should_stop=lambda: len(asked) > 1)
    assert asked[0] is False


def test_stopped_at_once_it_tells_what_it_has():
    """Whether that is a timetable depends on the machine; one that breaks a demand, or is called the best,
    it never is."""
    found = solve(day(), should_stop=lambda: True)
    assert found is None or (found.cost.hard, found.proven) == (0, False)


def test_a_base_moves_as_little_as_possible():
    problem = replace(day(20), weights={"moves": 1})
    before = solve(problem, workers=1).timetable
    closed = [replace(problem.rooms[0], closed=frozenset({before[0].slot})), *problem.rooms[1:]]
    changed = replace(problem, rooms=closed, base=before)
    moved = solve(changed, workers=1)
    meant = sum(one != other for one, other in zip(before, moved.timetable, strict=True))
    assert (moved.proven, moved.cost.hard) == (True, 0)
    assert meant <= 1


def test_nothing_is_placed_at_once():
    found = solve(Problem(grid(), TWO, []))
    assert (found.timetable, found.cost.soft, found.proven, found.gap) == ((), 0, True, 0.0)


@given(st.lists(st.frozensets(st.integers(0, 5), min_size=1), max_size=6))
def test_unions_are_all_of_them(sets):
    told = set(unions(sets))
    assert set(sets) <= told
    for one in sets:
        for other in sets:
            assert one | other in told
