"""The pure parts: what changed, what clashes, which day, which grid."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitry.gatherings.programme import Row, Stay, clashes, compare, day_edges, day_of, digest
from summitry.text.value import Text

NINE = datetime(2027, 11, 3, 9, tzinfo=UTC)


def row(
    guid: str = "a", *, title: str = "Opening", room: str = "hall", starts: datetime = NINE, **more
) -> Row:
    return Row(guid, f"s-{guid}", Text.of(title), room, "", starts, starts + timedelta(minutes=30), **more)


def names(changes) -> dict[str, list[str]]:
    return {
        kind: [one.row.guid for one in getattr(changes, kind)]
        for kind in ("new", "moved", "cancelled", "retitled", "other")
    }


def test_changes_are_told_by_their_kind():
    before = [row("same"), row("time"), row("room"), row("name"), row("gone"), row("quiet"), row("both")]
    later = NINE + timedelta(hours=1)
    after = [
        row("same"),
        row("time", starts=later),
        row("room", room="annex"),
        row("name", title="Closing"),
        row("quiet", language="fr"),
        row("both", title="Closing", room="annex"),
        row("new"),
    ]
    assert names(compare(before, after)) == {
        "new": ["new"],
        "moved": ["both", "room", "time"],
        "cancelled": ["gone"],
        "retitled": ["both", "name"],
        "other": ["quiet"],
    }
    assert compare(before, after).counts() == {
        "new": 1,
        "moved": 3,
        "cancelled": 1,
        "retitled": 2,
        "other": 1,
    }


def test_a_translated_title_is_a_retitled_one():
    changed = Row(
        "a", "s-a", Text.of("Opening", fr="Ouverture"), "hall", "", NINE, NINE + timedelta(minutes=30)
    )
    assert names(compare([row()], [changed]))["retitled"] == ["a"]


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from("abcdef"),
        title=st.sampled_from(["One", "Two"]),
        room=st.sampled_from(["hall", "annex"]),
        starts=st.integers(0, 3).map(lambda hours: NINE + timedelta(hours=hours)),
    ),
    unique_by=lambda one: one.guid,
)


@given(ROWS, ROWS)
def test_a_comparison_is_complete_and_mirrors_itself(before, after):
    there, back = compare(before, after), compare(after, before)
    assert bool(there) == (
        sorted(before, key=lambda one: one.guid) != sorted(after, key=lambda one: one.guid)
    )
    assert {one.row.guid for one in there.new} == {one.row.guid for one in back.cancelled}
    assert {one.row.guid for one in there.moved} == {one.row.guid for one in back.moved}
    touched = {
        one.row.guid
        for kind in ("new", "moved", "cancelled", "retitled", "other")
        for one in getattr(there, kind)
    }
    same = {one.guid for one in before} & {one.guid for one in after} - touched
    assert {one for one in before if one.guid in same} == {one for one in after if one.guid in same}


@given(ROWS, st.randoms())
def test_the_digest_knows_the_rows_and_not_their_order(rows, shuffler):
    shuffled = list(rows)
    shuffler.shuffle(shuffled)
    assert digest(rows) == digest(shuffled)
    if rows:
        assert digest(rows) != digest(rows[1:])


def test_the_digest_is_of_the_published_form():
    assert digest([]) == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"  # SHA-256 of []


def stay(session: int, start: int, minutes: int, where: str = "hall") -> Stay:
    starts = NINE + timedelta(minutes=start)
    return Stay(session, Text.of(str(session)), where, starts, starts + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ([stay(1, 0, 30), stay(2, 30, 30)], []),  # one ends as the other begins
        ([stay(1, 0, 31), stay(2, 30, 30)], [(1, 2)]),
        ([stay(1, 0, 60), stay(2, 10, 10), stay(3, 15, 60)], [(1, 2), (1, 3), (2, 3)]),
        ([stay(1, 0, 90), stay(2, 10, 10), stay(3, 60, 10)], [(1, 2), (1, 3)]),
        ([stay(1, 0, 30), stay(2, 0, 30, "annex")], []),
        ([stay(1, 0, 30), stay(2, 10, 0)], []),  # takes no time
        ([stay(1, 0, 30), stay(1, 0, 30)], []),  # a person who is speaker and moderator of one session
    ],
)
def test_what_overlaps_in_one_place_clashes(stays, expected):
    assert [(one.first.session, one.second.session) for one in clashes("room", stays)] == expected


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 30)), max_size=12))
def test_clashes_are_those_that_trying_all_pairs_finds(times):
    stays = [stay(number, start, minutes) for number, (start, minutes) in enumerate(times)]
    naive = {
        frozenset({one.session, other.session})
        for one in stays
        for other in stays
        if one.session < other.session
        and one.starts < other.ends
        and other.starts < one.ends
        and one.ends > one.starts
        and other.ends > other.starts
    }
    found = clashes("room", stays)
    assert {frozenset({one.first.session, one.second.session}) for one in found} == naive
    assert len(found) == len(naive)


def test_a_night_belongs_to_the_day_before():
    zone = ZoneInfo("Europe/Brussels")
    assert day_of(datetime(2026, 2, 1, 7, 59, tzinfo=UTC), zone, time(9)) == date(2026, 1, 31)
    assert day_of(datetime(2026, 2, 1, 8, 0, tzinfo=UTC), zone, time(9)) == date(2026, 2, 1)


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Brussels", "America/New_York"]),
    st.integers(0, 8),
)
def test_a_day_holds_its_own_edges(day, name, hour):
    zone, change = ZoneInfo(name), time(hour)
    first, last = day_edges(day, zone, change)
    assert day_of(first, zone, change) == day
    assert day_of(last - timedelta(seconds=1), zone, change) == day
    assert day_of(last, zone, change) == day + timedelta(days=1)
