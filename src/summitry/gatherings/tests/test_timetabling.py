"""From rows to the engine's problem and back: periods, the grid, the demands, the sentences."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from summitry.engines import timetable as engine
from summitry.gatherings import acts
from summitry.gatherings.models import Planning, Proposal, Service, SessionPerson
from summitry.gatherings.tests.factories import (
    DAY,
    at,
    make_gathering,
    make_placed,
    make_room,
    make_session,
    make_track,
)
from summitry.gatherings.timetabling import keeping, periods, reading, rules, words
from summitry.gatherings.timetabling.grid import grid_of, planning_of
from summitry.people.tests.factories import make_person

NEXT = DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("2027-11-03", "2027-11-03"),
        (" 2027-11-03  9:00 - 12:30 ", "2027-11-03 09:00-12:30"),
        ("2027-11-03 22:00–24:00", "2027-11-03 22:00-00:00"),
        ("12:00-13:00", "12:00-13:00"),
    ],
)
def test_a_period_is_kept_in_one_way(line, kept):
    assert periods.checked([line, ""], "x", daily=True) == [kept]
    assert str(periods.parse(kept, daily=True)) == kept


@pytest.mark.parametrize(
    "line",
    [
        "soon",
        "12:00-13:00",
        "2027-13-01",
        "2027-11-03 9:00",
        "2027-11-03 9:00-9:00",
        "2027-11-03 25:00-26:00",
    ],
)
def test_a_line_that_says_nothing_is_named(line):
    with pytest.raises(ValidationError) as caught:
        periods.checked(["2027-11-03", line], "absent")
    assert line in caught.value.message_dict["absent"][0]


@given(*[st.integers(0, 1439)] * 2, st.integers(-5000, 5000), st.integers(1, 600))
def test_a_period_is_over_what_it_overlaps(starts, ends, moment, minutes):
    """Against the plain meaning: two stretches of time."""
    starts, ends = (time(*divmod(minute, 60)) for minute in (starts, ends))
    zone = ZoneInfo("Asia/Shanghai")
    period = periods.Period(DAY, starts, ends)
    first, last = datetime.combine(DAY, starts, zone), datetime.combine(DAY, ends, zone)
    if last <= first:
        last += timedelta(days=1)
    begins = datetime(2027, 11, 3, tzinfo=UTC) + timedelta(minutes=moment)
    stops = begins + timedelta(minutes=minutes)
    shared = min(last, stops) - max(first, begins)
    assert period.over(begins, stops, zone) == (last if shared > timedelta(0) else None)


def planned(**fields):
    """A gathering of two days in Shanghai, without the database."""
    from summitry.gatherings.models import Gathering

    gathering = Gathering(starts=DAY, ends=NEXT, time_zone="Asia/Shanghai")
    return gathering, Planning(gathering=gathering, **fields)


def test_the_grid_has_the_hours_of_the_days_without_the_breaks():
    gathering, planning = planned(
        day_starts=time(9), day_ends=time(12), step=60, breaks=["10:00-10:15", "2027-11-04"]
    )
    grid = grid_of(gathering, planning)
    assert [(grid.moment(n), slot.day) for n, slot in enumerate(grid.slots)] == [
        (at(1), 0),
        (at(2, 15), 0),  # it goes on when the break ends
    ]
    assert (grid.at(at(2, 15)), grid.at(at(2)), grid.at(at(2, 15) + timedelta(seconds=1))) == (1, None, None)
    assert [grid.length(minutes) for minutes in (0, 60, 61)] == [1, 1, 2]
    assert grid.taken(at(2), at(2, 30)) == {1}
    pause = grid_of(gathering, planning, [(at(0), at(2))])
    assert [pause.moment(n) for n in range(len(pause.slots))] == [at(2, 15)]


@pytest.fixture
def edition():
    """Two rooms, two sessions, all kinds of demands."""
    gathering = make_gathering(slug="summit")
    hall = make_room(gathering, "Hall", capacity=500)
    make_room(gathering, "Attic", capacity=20)
    wei, amina = make_person("Wei", country="CN"), make_person("Amina", country="KE")
    track = make_track(gathering, "Rules")
    opening = make_placed(gathering, hall, at(9), "Opening", wei, track=track, length=60)
    talk = make_session(gathering, "Talk", wei, amina, track=track, minutes=45)
    acts.plan(None, gathering, step=30, weights={"rest": 7})
    acts.equip_room(None, hall, equipment=["Booths", " booths "], closed=["2027-11-04"])
    acts.say_presence(None, gathering, amina, absent=["2027-11-03"], zone="Africa/Nairobi")
    acts.keep_team(None, gathering, name="Blue", pairs=["zh-en"], absent=["2027-11-03 9:00-10:00"])
    acts.say_demand(None, opening, audience=300, equipment=["booths"], interpretation=["en-zh"], pinned=True)
    acts.say_demand(None, talk, wanted=["2027-11-04 09:00-12:00"], after=[opening])
    acts.couple(None, gathering, talk, opening, kind="joint", amount=40)
    return gathering


@pytest.mark.django_db
def test_the_problem_is_what_the_rows_say(edition):
    asked = reading.read(edition, Proposal.Base.WORKING)
    problem = asked.problem
    assert len(problem.slots) == 36
    first, second = range(18), range(18, 36)
    assert problem.rooms == [
        engine.Room(500, frozenset({"booths"}), frozenset(second)),
        engine.Room(20),
    ]
    assert problem.teams == [engine.Team(frozenset({"en-zh"}), frozenset({0, 1}))]
    assert [str(one.name) for one in asked.people] == ["Wei", "Amina"]
    assert problem.people == [engine.Person(), engine.Person(frozenset(first), 180)]
    track = asked.sessions[0].track_id
    assert problem.sessions == [
        engine.Session(2, frozenset({0}), 300, frozenset({"booths"}), frozenset({"en-zh"}), track, 0, 0,
                       regions=frozenset({"142"})),
        engine.Session(2, frozenset({0, 1}), track=track, after=frozenset({0}),
                       wishes={n: 1 for n in range(36) if n not in range(18, 24)},
                       regions=frozenset({"142", "002"})),
    ]  # fmt: skip
    assert problem.joint == [engine.Couple(0, 1, 40)]
    assert (problem.similar, problem.rest) == ([], 30)
    assert problem.weights == {**rules.WEIGHTS, "rest": 7}
    assert asked.working == (engine.Placement(0, 0), None)
    assert problem.base == asked.working
    assert reading.read(edition).problem.base is None


@pytest.mark.django_db
def test_a_pinned_session_at_an_odd_time_stands_and_nobody_of_it_is_free(edition):
    room = edition.rooms.get(slug="attic")
    wei = make_person("Ms Late")
    standing = make_placed(edition, room, at(10, 10), "Reception", wei)
    other = make_session(edition, "Other", wei)
    acts.say_demand(None, standing, pinned=True)
    asked = reading.read(edition)
    assert asked.standing == (standing,)
    assert standing not in asked.sessions
    number = asked.sessions.index(other)
    (person,) = asked.problem.sessions[number].people
    assert asked.problem.people[person].away == {2, 3}  # 10:10 to 10:40
    assert asked.problem.rooms[1].closed == {2, 3}


@pytest.mark.django_db
def test_order_holds_beside_what_stands_at_an_odd_time_and_beside_breaks():
    gathering = make_gathering()
    room = make_room(gathering)
    standing = make_placed(gathering, room, at(10, 10), "Reception")
    lunch = make_placed(gathering, room, at(12), "Lunch", kind="pause", length=60)
    late, early = make_session(gathering, "Late", minutes=30), make_session(gathering, "Early", minutes=30)
    make_session(gathering, "Free", minutes=30)
    acts.say_demand(None, late, after=[lunch])
    acts.say_demand(None, standing, pinned=True, after=[early])
    asked = reading.read(gathering)
    moments = [asked.grid.moment(slot) for slot in range(len(asked.problem.slots))]
    assert (asked.standing, len(moments)) == ((standing,), 34)
    barred = [[moments[slot] for slot in sorted(one.barred)] for one in asked.problem.sessions]
    assert barred == [
        [moment for moment in moments if moment < at(13)],
        [moment for moment in moments if moment > at(9, 30)],  # what begins at 9:30 ends at 10:00
        [],
    ]
    found = engine.solve(asked.problem, workers=1)
    starts = [moments[place.slot] for place in found.timetable]
    assert (starts[0] >= at(13), starts[1] <= at(9, 30)) == (True, True)
    acts.place_session(None, standing, room=room, starts=at(9, 10), minutes=30)
    with pytest.raises(engine.InfeasibleError):
        engine.solve(reading.read(gathering).problem)
    asked = reading.read(gathering)
    told = words.reasons(gathering, keeping.reasons(asked, engine.explain(asked.problem)))
    assert "“Early” keeps its order with sessions and breaks that stay in place." in told


@pytest.mark.django_db
def test_who_interprets_a_standing_session_is_busy(edition):
    blue = edition.teams.get()
    standing = make_placed(edition, edition.rooms.get(slug="attic"), at(10, 10), "Reception")
    acts.say_demand(None, standing, pinned=True)
    Service.objects.create(session=standing, pair="en-zh", team=blue)
    (team,) = reading.read(edition).problem.teams
    assert team.away == {0, 1, 2, 3}  # 9:00 to 10:00 as stated, then 10:10 to 10:40


@pytest.mark.django_db
def test_what_readers_are_promised_is_interpreted_where_there_are_interpreters(edition):
    talk = next(one for one in edition.sessions.all() if str(one.title) == "Talk")
    for language, interpreted, demanded, expected in (
        ("en", ["zh-hans", "fr"], [], {"en-zh"}),  # nobody interprets French here
        ("zh-hans", ["en", "zh-hant"], [], {"en-zh"}),
        ("", ["zh-hans"], [], set()),
        ("en", [], [], set()),
        ("en", ["zh-hans"], ["en-fr"], {"en-fr"}),  # what is stated holds, whoever there is
    ):
        acts.edit_session(None, talk, language=language, interpreted=interpreted)
        acts.say_demand(None, talk, interpretation=demanded)
        asked = reading.read(edition)
        assert asked.problem.sessions[asked.sessions.index(talk)].interpretation == expected, language


@pytest.mark.django_db
def test_a_break_that_is_placed_is_a_break_for_everybody(edition):
    make_placed(edition, edition.rooms.get(slug="attic"), at(12), "Lunch", kind="pause", length=60)
    asked = reading.read(edition)
    assert len(asked.problem.slots) == 34
    assert "Lunch" not in {str(one.title) for one in asked.sessions}


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_reading_costs_a_fixed_number_of_queries(edition, count, django_assert_num_queries):
    for number in range(count):
        person = make_person()
        session = make_session(edition, None, person)
        acts.say_demand(None, session, after=list(edition.sessions.all()[:1]))
        acts.say_presence(None, edition, person, absent=["2027-11-04"])
        acts.keep_team(None, edition, name=f"Team {number}", pairs=["en-fr"])
        acts.equip_room(None, make_room(edition), equipment=["stage"])
    with django_assert_num_queries(reading.QUERIES):
        reading.read(edition, Proposal.Base.WORKING)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_released_programme_is_a_base_and_one_query_more(edition, count, django_assert_num_queries):
    for number in range(count):
        make_placed(edition, edition.rooms.get(slug="attic"), at(13 + number))
    acts.release(None, edition)
    edition.refresh_from_db()
    with django_assert_num_queries(reading.QUERIES + 1):
        asked = reading.read(edition, Proposal.Base.RELEASED)
    assert asked.problem.base[0] == engine.Placement(0, 0)


@pytest.mark.django_db
def test_every_violation_and_every_demand_has_a_sentence(edition):
    names = {rule.name for rule in (*engine.BARS, *engine.HARD, *engine.SOFT)} | {"broken"}
    assert set(words.VIOLATIONS) == names
    assert set(words.DEMANDS) == {rule.name for rule in engine.BARS} | {
        "room_closed", "person_apart", "order", "interpretation", "team_away",
    }  # fmt: skip
    assert set(rules.WEIGHTS) == set(rules.NAMES) == set(rules.UNITS) == {rule.name for rule in engine.SOFT}
    session, room = edition.sessions.first().pk, edition.rooms.first().pk
    person = SessionPerson.objects.first().person_id
    facts = {
        "room": room, "stands": room, "person": person, "team": edition.teams.get().pk, "seats": 9,
        "track": edition.tracks.get().pk, "slot": at(9).isoformat(), "at": at(9).isoformat(), "amount": 2,
        "day": DAY.isoformat(), "region": "142", "equipment": "stage", "pair": "en-zh",
    }  # fmt: skip
    items = [
        {"kind": kind, "hard": True, "cost": 1, "sessions": [session, session], "facts": facts}
        for kind in words.VIOLATIONS
    ]
    for _hard, _points, sentence in words.violations(edition, items):
        assert "%(" not in sentence
        assert "–" not in sentence
    clash = {"what": "clash", "sessions": [session], "smallest": False}
    demands = [{"kind": kind, "sessions": [session], "facts": facts} for kind in words.DEMANDS]
    told = words.reasons(edition, {**clash, "demands": demands})
    assert len(told) == 1 + len(demands)
    assert all("%(" not in one for one in told)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_sentences_cost_five_queries(edition, count, django_assert_num_queries):
    room, person = edition.rooms.first().pk, SessionPerson.objects.first().person_id
    facts = {"room": room, "person": person, "team": edition.teams.get().pk, "track": edition.tracks.get().pk}
    items = [
        {"kind": "rest", "hard": False, "cost": 1, "sessions": [one.pk], "facts": {**facts, "amount": 1}}
        for one in [make_session(edition) for _ in range(count)]
    ]
    with django_assert_num_queries(5):
        words.violations(edition, items)


@pytest.mark.django_db
def test_a_violation_is_told_in_the_gathering_s_time_and_the_reader_s_language(edition):
    type(edition).objects.update(time_zone="Asia/Shanghai")
    edition.refresh_from_db()
    item = {
        "kind": "wishes", "hard": False, "cost": 3, "sessions": [edition.sessions.last().pk],
        "facts": {"slot": at(1, 30).isoformat(), "amount": 1},
    }  # fmt: skip
    with override("en"):
        assert words.violations(edition, [item]) == [
            (False, 3, "“Talk” begins at 3 November, 09:30; it wished for another time.")
        ]


@pytest.mark.django_db
def test_why_there_is_no_timetable_is_said_in_plain_words(edition):
    for _extra in range(20):
        acts.say_demand(None, make_session(edition, "Large", minutes=60), audience=400)
    asked = reading.read(edition)
    with override("en"):
        told = words.reasons(edition, keeping.reasons(asked, engine.explain(asked.problem)))
        assert told[0] == (
            "Only Hall would do for some sessions. They need 21 h in all; these rooms have 9 h."
        )
        assert told[1].startswith("The sessions: “Opening”, “Large”, “Large”")
        assert told[1].endswith("and 13 more.")
        assert words.reasons(edition, {"what": "unknown"}) == [
            "No timetable keeps all demands. Which of them clash could not be found in the time."
        ]


@pytest.mark.django_db
def test_the_demands_that_clash_are_named(edition):
    amina = edition.presences.get().person
    acts.say_demand(None, edition.sessions.last(), pinned=False, audience=30)
    acts.say_presence(None, edition, amina, absent=["2027-11-03"])
    acts.keep_team(None, edition, edition.teams.get(), name="Blue", pairs=["en-zh"])
    asked = reading.read(edition)
    with override("en"):
        told = words.reasons(edition, keeping.reasons(asked, engine.explain(asked.problem)))
    assert told[0] == (
        "These cannot all be kept. Give up any one of them, and these sessions can be placed: “Talk”."
    )
    assert sorted(told[1:]) == [
        "Amina, who takes part in “Talk”, is away at some times.",
        "Hall is not available at some times.",
        "“Talk” needs 30 seats.",
    ]


@pytest.mark.django_db
def test_a_demand_that_nobody_can_keep_clashes_with_itself_alone(edition):
    acts.keep_team(None, edition, edition.teams.get(), name="Blue", pairs=["en-zh"])
    acts.say_demand(None, edition.sessions.last(), equipment=["ice rink"])
    asked = reading.read(edition)
    with override("en"):
        told = words.reasons(edition, keeping.reasons(asked, engine.explain(asked.problem)))
    assert told == [
        "This cannot be kept. Without it, these sessions can be placed: “Talk”.",
        "“Talk” needs ice rink in its room.",
    ]


@pytest.mark.django_db
def test_languages_go_by_their_names_and_titles_turn_nothing_over(edition):
    item = {
        "kind": "interpretation", "hard": True, "cost": 0, "sessions": [edition.sessions.last().pk],
        "facts": {"pair": "en-zh"},
    }  # fmt: skip
    with override("en"):
        [(_hard, _points, told)] = words.violations(edition, [item])
    assert told == "“Talk” has no interpreters for English ↔ 中文."
    with override("ar"):
        [(_hard, _points, told)] = words.violations(edition, [item])
    assert all(f"\u2068{one}\u2069" in told for one in ("Talk", "English", "中文"))


@pytest.mark.django_db
def test_without_a_planning_the_defaults_hold():
    gathering = make_gathering()
    assert (planning_of(gathering).day_starts, planning_of(gathering).step) == (time(9), 30)
