"""What may be wrong with a programme: each check, and all against a search of all pairs."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summitry.gatherings.checks import (
    CHECKS,
    Frame,
    Place,
    Severity,
    Spot,
    Team,
    World,
    all_conflicts,
    brief,
    conflicts_at,
    sentence,
)
from summitry.gatherings.timetabling.periods import read
from summitry.text.value import Text

DAY = date(2027, 11, 3)
HALL, ROOM = 1, 2
ROOMS = {HALL: Place(Text.of("Hall")), ROOM: Place(Text.of("Canal Room"))}
PEOPLE = {7: Text.of("Ada"), 8: Text.of("Bo")}
TRACKS = {5: Text.of("AI governance")}


def frame(turnround=0, last=DAY):
    return Frame(DAY, last, ZoneInfo("Asia/Shanghai"), turnround=timedelta(minutes=turnround))


def spot(key, begins, ends, room=HALL, **fields):
    """A session of the morning, in minutes after 09:00 in Shanghai."""
    nine = datetime(2027, 11, 3, 1, tzinfo=UTC)
    return Spot(
        key,
        Text.of(f"S{key}"),
        room,
        nine + timedelta(minutes=begins),
        nine + timedelta(minutes=ends),
        **fields,
    )


def world(*spots, **fields):
    return World(frame(**fields), spots, rooms=ROOMS, people=PEOPLE, tracks=TRACKS)


def told(found, **fields):
    return [(one.check, one.severity.name, sentence(one, found.frame)) for one in all_conflicts(found)]


def test_one_room_holds_one_session():
    assert told(world(spot(1, 0, 60), spot(2, 30, 90), spot(3, 90, 120), spot(4, 0, 60, ROOM))) == [
        ("room", "ERROR", "“S1” and “S2” are both in Hall on 3 November, 09:30 to 10:00.")
    ]


def test_a_person_is_in_one_place():
    found = world(
        spot(1, 0, 60, people=(7, 8)), spot(2, 30, 90, ROOM, people=(8, 7)), spot(3, 90, 99, people=(7,))
    )
    assert told(found) == [
        ("person", "ERROR", f"{name} is in both “S1” and “S2” on 3 November, 09:30 to 10:00.")
        for name in ("Ada", "Bo")
    ]


def test_a_track_is_followed_without_missing_anything():
    found = world(spot(1, 0, 60, track=5), spot(2, 30, 90, ROOM, track=5), spot(3, 30, 40, ROOM))
    assert (
        "track",
        "WARNING",
        "“S1” and “S2”, both of AI governance, run in parallel on 3 November, 09:30 to 10:00.",
    ) in told(found)
    alone = world(spot(1, 0, 60, track=5), spot(2, 30, 90, track=5))
    assert [one[0] for one in told(alone)] == ["room"]  # said once


def test_rooms_are_cleared_and_people_walk():
    close = [spot(1, 0, 60, people=(7,)), spot(2, 65, 90, people=(7,)), spot(3, 95, 120, ROOM, people=(7,))]
    assert told(world(*close)) == []
    assert told(world(*close, turnround=5)) == []
    assert told(world(*close, turnround=10)) == [
        ("turnround", "WARNING", "Hall, 3 November: only 5 min between “S1” and “S2”; 10 are needed."),
        ("walk", "WARNING", "Ada has only 5 min from “S2” to “S3” on 3 November; 10 are needed."),
    ]
    pause = [spot(1, 0, 60), spot(2, 60, 90, kind="pause")]
    assert told(world(*pause, turnround=10)) == []


def test_a_session_elsewhere_runs_into_a_break():
    assert told(world(spot(1, 0, 60, ROOM), spot(2, 30, 50, kind="pause"), spot(3, 50, 90))) == [
        ("break", "WARNING", "“S1” and “S2”: a session runs into a break on 3 November, 09:30 to 09:50.")
    ]


def test_a_session_outside_the_days_is_alone_in_it():
    late = spot(1, 24 * 60, 25 * 60)
    assert told(world(late)) == [
        ("days", "WARNING", "“S1” is on 4 November, which is not one of the gathering’s days.")
    ]
    assert told(world(late, last=DAY + timedelta(days=1))) == []


def test_one_may_ask_before_placing():
    """What would be wrong elsewhere; where it stands now does not count against it."""
    found = world(spot(1, 0, 60, people=(7,)), spot(2, 60, 120, ROOM, people=(7,), track=5))
    there = spot(2, 0, 60, HALL, people=(7,), track=5)
    assert [brief(one, 2) for one in conflicts_at(found, there)] == [
        "Same room as “S1”",
        "Ada is in “S1” then",
    ]
    assert conflicts_at(found, there.at(ROOM, there.starts + timedelta(minutes=75))) == []
    assert conflicts_at(found, spot(9, 30, 30)) == []  # takes no time


def test_every_check_says_both_sentences():
    names = ("one", "other", "name", "day", "from", "to", "minutes", "needed")
    names += ("seats", "audience", "missing", "first", "later", "amount")
    facts = dict.fromkeys(names, 1)
    for one in CHECKS.values():
        assert (str(one.sentence) % facts, str(one.brief) % facts) != ("", "")
        assert one.severity in Severity


spots = st.builds(
    lambda begins, length, room, people, track: (begins, begins + length, room, people, track),
    st.integers(0, 40),
    st.integers(0, 15),
    st.sampled_from([HALL, ROOM]),
    st.sets(st.sampled_from([7, 8])).map(tuple),
    st.sampled_from([None, 5]),
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # of a busy machine
@given(st.lists(spots, max_size=14))
def test_the_lists_find_what_a_search_of_all_pairs_finds(rows):
    made = [
        spot(key, begins, ends, room, people=people, track=track)
        for key, (begins, ends, room, people, track) in enumerate(rows)
    ]
    wanted = set()
    for one, other in combinations(made, 2):
        if one.starts == one.ends or other.starts == other.ends:
            continue
        if not (one.starts < other.ends and other.starts < one.ends):
            continue
        pair = frozenset((one.session, other.session))
        wanted |= {("person", pair, str(name)) for name in set(one.people) & set(other.people)}
        if one.room == other.room:
            wanted.add(("room", pair, ""))
        elif one.track and one.track == other.track:
            wanted.add(("track", pair, ""))
    found = [(one.check, frozenset(one.sessions), one.about) for one in all_conflicts(world(*made))]
    assert (len(found), set(found)) == (len(wanted), wanted)


def period(words):
    return read([words])[0]


def demanding(*spots, **fields):
    rooms = {
        HALL: Place(Text.of("Hall"), 50, frozenset({"screen"}), (period("2027-11-03 12:00-13:00"),)),
        ROOM: ROOMS[ROOM],
    }
    return World(frame(), spots, rooms=rooms, people=PEOPLE, tracks=TRACKS, **fields)


def test_interpreters_are_in_one_place():
    teams = {3: Team("en-zh A", (period("2027-11-03 10:00-11:00"),))}
    found = demanding(spot(1, 0, 30, teams=(3,)), spot(2, 15, 60, ROOM, teams=(3,)), teams=teams)
    assert told(found) == [
        (
            *("team", "ERROR"),
            "The interpreters en-zh A are in both “S1” and “S2” on 3 November, 09:15 to 09:30.",
        )
    ]
    away = demanding(spot(1, 30, 75, teams=(3,)), spot(2, 120, 130, teams=(3,)), teams=teams)
    assert told(away) == [
        (
            "absent-team",
            "WARNING",
            "The interpreters en-zh A cannot be in “S1” on 3 November, 09:30 to 10:15.",
        )
    ]


def test_people_are_away_and_rooms_are_closed():
    absent = {7: (period("2027-11-03 09:30-10:00"),)}
    found = demanding(spot(1, 0, 45, people=(7, 8)), spot(2, 60, 90, people=(7,)), absent=absent)
    assert told(found) == [("absent", "WARNING", "Ada cannot be in “S1” on 3 November, 09:00 to 09:45.")]
    assert told(demanding(spot(1, 170, 190), spot(2, 240, 250))) == [
        ("closed", "WARNING", "Hall is not available for “S1” on 3 November, 11:50 to 12:10.")
    ]


def test_a_room_has_seats_and_equipment():
    wanted = {"audience": 51, "equipment": frozenset({"screen", "piano", "booth"})}
    assert told(demanding(spot(1, 0, 30, **wanted), spot(2, 0, 30, ROOM, audience=900))) == [
        ("equipment", "WARNING", "Hall lacks what “S1” needs: booth, piano."),
        ("seats", "WARNING", "Hall has 50 seats, and 51 people are expected in “S1”."),
    ]
    assert told(demanding(spot(1, 0, 30, audience=50, equipment=frozenset({"screen"})))) == []


def test_similar_sessions_and_those_that_many_want_are_not_in_parallel():
    """Told once, though both know of it; in one room it is the room that clashes."""
    joint, similar = {"joint": ((2, 40), (3, 0))}, {"similar": (1,), "joint": ((1, 40),)}
    found = demanding(
        spot(1, 0, 60, **joint), spot(2, 30, 90, ROOM, **similar), spot(3, 0, 60, ROOM, joint=((1, 0),))
    )
    assert told(found)[1:] == [
        (
            *("joint", "WARNING"),
            "“S1” and “S2” are in parallel on 3 November, 09:30 to 10:00; people who want both: 40.",
        ),
        ("similar", "WARNING", "“S1” and “S2” are similar, and in parallel on 3 November, 09:30 to 10:00."),
    ]
    assert [brief(one, 2) for one in conflicts_at(found, found.spots[2], only=("similar", "joint"))] == [
        "Similar to “S1”, and at the same time",
        "At the same time as “S1”; people who want both: 40",
    ]
    in_a_row = demanding(spot(1, 0, 60, **joint), spot(2, 60, 90, ROOM, **similar))
    in_one_room = demanding(spot(1, 0, 60, **joint), spot(2, 30, 90, **similar))
    assert [told(in_a_row), [one[0] for one in told(in_one_room)]] == [[], ["room"]]


def test_what_should_come_first_comes_first():
    found = demanding(spot(1, 30, 60), spot(2, 0, 20, ROOM, after=(1, 9)))
    assert told(found) == [
        ("order", "WARNING", "“S2” begins on 3 November before “S1” is over, which should come first.")
    ]
    assert {brief(one, 1) for one in conflicts_at(found, found.spots[1])} == {
        "“S1” and “S2” are not in their order"
    }
    assert told(demanding(spot(1, 0, 30), spot(2, 30, 60, ROOM, after=(1,)))) == []
