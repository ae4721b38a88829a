"""Moving sessions, one and many, and undoing it."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from summitry.gatherings import acts, queries
from summitry.gatherings.acts import Put
from summitry.gatherings.models import Gathering, Move, Session, Shift, Slot
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_user
from summitry.record.act import Stale

from .factories import DAY, at, make_gathering, make_placed, make_room, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def gathering() -> Gathering:
    return make_gathering(slug="summit")


@pytest.fixture
def ada(gathering):
    return make_user(Role.PROGRAMME, scope_of(gathering), name="Ada")


@pytest.fixture
def bo(gathering):
    return make_user(Role.PROGRAMME, scope_of(gathering), name="Bo")


def places(gathering):
    """Where all sessions stand, by title."""
    rows = Slot.objects.filter(session__gathering=gathering).select_related("session", "room")
    return {
        str(one.session.title): (str(one.room.name), f"{one.starts:%d %H:%M}", f"{one.ends:%H:%M}")
        for one in rows
    }


def undo_next(user, gathering):
    key, _again = queries.next_to_undo(gathering, user)
    return acts.undo(user, gathering.shifts.get(pk=key))


def redo_next(user, gathering):
    _key, again = queries.next_to_undo(gathering, user)
    return acts.undo(user, gathering.shifts.get(pk=again))


def test_each_act_remembers_where_a_session_stood(gathering, ada):
    hall, annex = make_room(gathering, "Hall"), make_room(gathering, "Annex")
    session = make_session(gathering, "S", minutes=45)
    acts.place_session(ada, session, room=hall, starts=at(9), minutes=60)
    acts.place_session(ada, session, room=hall, starts=at(9), minutes=60)  # nothing new
    acts.place_session(ada, session, room=annex, starts=at(10), minutes=30)
    acts.unplace_session(ada, session)
    acts.unplace_session(ada, session)
    acts.place_session(None, session, room=hall, starts=at(9), minutes=60)
    acts.cancel_session(ada, session)
    assert [
        (one.shift.what, str(one.shift.by or ""), one.from_room, one.from_starts, one.to_room, one.to_starts)
        for one in Move.objects.select_related("shift__by").order_by("pk")
    ] == [
        ("placed", "Ada", None, None, hall, at(9)),
        ("placed", "Ada", hall, at(9), annex, at(10)),
        ("taken-out", "Ada", annex, at(10), None, None),
        ("placed", "", None, None, hall, at(9)),
        ("cancelled", "Ada", hall, at(9), None, None),
    ]
    session.refresh_from_db()
    assert session.version == 6


def test_undo_goes_back_step_by_step_and_forth_again(gathering, ada):
    hall = make_room(gathering, "Hall")
    session = make_session(gathering, "S", minutes=45)
    acts.place_session(ada, session, room=hall, starts=at(9), minutes=60)
    acts.place_session(ada, session, room=hall, starts=at(10), minutes=30)
    undo_next(ada, gathering)
    assert places(gathering) == {"S": ("Hall", "03 09:00", "10:00")}
    undo_next(ada, gathering)
    session.refresh_from_db()
    assert (places(gathering), session.minutes) == ({}, 45)
    assert queries.next_to_undo(gathering, ada)[0] is None
    redo_next(ada, gathering)
    redo_next(ada, gathering)
    assert places(gathering) == {"S": ("Hall", "03 10:00", "10:30")}
    assert queries.next_to_undo(gathering, ada)[1] is None
    undo_next(ada, gathering)
    assert places(gathering) == {"S": ("Hall", "03 09:00", "10:00")}
    acts.place_session(ada, session, room=hall, starts=at(14), minutes=60)
    assert queries.next_to_undo(gathering, ada)[1] is None  # a new act ends what could be done again
    assert list(Shift.objects.order_by("pk").values_list("what", flat=True)) == [
        *("placed", "placed", "undone", "undone", "redone", "redone", "undone", "placed")
    ]


def test_undo_is_ones_own_and_done_once(gathering, ada, bo):
    hall = make_room(gathering, "Hall")
    acts.place_session(ada, make_session(gathering, "A"), room=hall, starts=at(9), minutes=60)
    acts.place_session(bo, make_session(gathering, "B"), room=hall, starts=at(11), minutes=60)
    first = undo_next(ada, gathering)
    assert places(gathering) == {"B": ("Hall", "03 11:00", "12:00")}
    assert acts.undo(ada, first.undoes) == first  # a double click
    assert acts.undo(bo, first.undoes) == first
    assert Shift.objects.count() == 3


def test_undo_is_refused_when_somebody_moved_it_since(gathering, ada, bo):
    hall = make_room(gathering, "Hall")
    one, other = make_placed(gathering, hall, at(8), "One"), make_placed(gathering, hall, at(9), "Other")
    acts.swap_sessions(ada, one, other)
    acts.place_session(bo, one, room=hall, starts=at(15), minutes=30)
    before = places(gathering)
    with pytest.raises(Stale) as caught:
        undo_next(ada, gathering)
    assert caught.value.messages == ["“One” has been moved again since, by Bo. Nothing was undone."]
    Move.objects.filter(shift__by=bo.person).delete()  # as a file taken in would have moved it
    with pytest.raises(Stale, match="moved again since"):
        undo_next(ada, gathering)
    assert places(gathering) == before


def test_undo_needs_the_room_to_be_there_and_the_session_to_take_place(gathering, ada):
    hall, annex = make_room(gathering, "Hall"), make_room(gathering, "Annex")
    session = make_placed(gathering, annex, at(9), "S")
    acts.place_session(ada, session, room=hall, starts=at(9), minutes=30)
    acts.remove_room(ada, annex)
    with pytest.raises(ValidationError, match="its room is no longer there"):
        undo_next(ada, gathering)
    acts.cancel_session(ada, session)
    with pytest.raises(ValidationError, match="Restore it first"):
        undo_next(ada, gathering)
    acts.restore_session(ada, session)
    undo_next(ada, gathering)
    assert places(gathering) == {"S": ("Hall", "03 09:00", "09:30")}


def test_two_sessions_swap_and_keep_their_lengths(gathering, ada):
    hall, annex = make_room(gathering, "Hall"), make_room(gathering, "Annex")
    one = make_placed(gathering, hall, at(9), "One", length=60)
    other = make_placed(gathering, annex, at(14), "Other", length=30)
    acts.swap_sessions(ada, one, other, (1, 1))
    assert places(gathering) == {
        "One": ("Annex", "03 14:00", "15:00"),
        "Other": ("Hall", "03 09:00", "09:30"),
    }
    with pytest.raises(Stale):
        acts.swap_sessions(ada, one, other, (2, 1))
    undo_next(ada, gathering)
    assert places(gathering)["One"] == ("Hall", "03 09:00", "10:00")


def test_a_session_of_the_tray_takes_the_place_of_another(gathering, ada):
    placed = make_placed(gathering, make_room(gathering, "Hall"), at(9), "Placed", length=60)
    loose, longer = make_session(gathering, "Loose"), make_session(gathering, "Longer", minutes=90)
    acts.swap_sessions(ada, placed, loose)
    assert places(gathering) == {"Loose": ("Hall", "03 09:00", "10:00")}
    acts.swap_sessions(ada, longer, loose)
    assert places(gathering) == {"Longer": ("Hall", "03 09:00", "10:30")}
    for pair in ((placed, loose), (longer, longer)):
        with pytest.raises(ValidationError, match="at least one has a place"):
            acts.swap_sessions(ada, *pair)
    with pytest.raises(ValidationError, match="another gathering"):
        acts.swap_sessions(ada, longer, make_session(make_gathering()))


def test_a_day_or_a_room_moves_together(gathering, ada):
    hall, annex = make_room(gathering, "Hall"), make_room(gathering, "Annex")
    make_placed(gathering, hall, at(9), "A", length=60)
    make_placed(gathering, annex, at(10), "B", length=60)
    make_placed(gathering, hall, at(9) + timedelta(days=1), "Tomorrow")
    tomorrow = DAY + timedelta(days=1)
    seen = queries.mark(gathering)
    acts.shift_sessions(ada, gathering, day=DAY, minutes=-15, seen=seen)
    assert places(gathering) == {
        "A": ("Hall", "03 08:45", "09:45"),
        "B": ("Annex", "03 09:45", "10:45"),
        "Tomorrow": ("Hall", "04 09:00", "09:30"),
    }
    with pytest.raises(Stale):
        acts.shift_sessions(ada, gathering, day=DAY, minutes=15, seen=seen)
    acts.shift_sessions(ada, gathering, day=DAY, room=annex, to_room=hall, to_day=tomorrow, minutes=60)
    assert places(gathering)["B"] == ("Hall", "04 10:45", "11:45")
    undo_next(ada, gathering)
    undo_next(ada, gathering)
    assert places(gathering)["B"] == ("Annex", "03 10:00", "11:00")
    assert acts.shift_sessions(ada, gathering, day=DAY + timedelta(days=9), minutes=5) is None
    with pytest.raises(ValidationError) as caught:
        acts.shift_sessions(ada, gathering, day=DAY, to_room=hall)
    assert caught.value.message_dict == {"to_room": ["Choose the room whose sessions shall go there."]}


def test_many_move_wholly_or_not_at_all(gathering, ada):
    hall = make_room(gathering, "Hall")
    make_placed(gathering, hall, at(9), "Early")
    make_placed(gathering, hall, at(23), "Late")
    before = places(gathering)
    with pytest.raises(ValidationError) as caught:
        acts.shift_sessions(ada, gathering, day=DAY, minutes=-600)
    assert caught.value.messages == ["“Early”: That day is not one of the gathering’s days."]
    assert (places(gathering), Shift.objects.count()) == (before, 0)


def test_the_wall_clock_is_kept_when_the_clocks_change(ada):
    """Berlin put its clocks back in the night before 31 October 2027."""
    day = DAY.replace(month=10, day=30)
    gathering = make_gathering(starts=day, ends=day + timedelta(days=1), time_zone="Europe/Berlin")
    make_placed(gathering, make_room(gathering, "Hall"), at(7, day=day), "S")  # 09:00 in Berlin
    acts.shift_sessions(None, gathering, day=day, to_day=day + timedelta(days=1))
    assert places(gathering)["S"] == ("Hall", "31 08:00", "08:30")  # 09:00 in Berlin


@pytest.mark.parametrize("many", [1, 3])
def test_a_proposal_is_taken_over_at_a_stroke(gathering, ada, many, django_assert_max_num_queries):
    hall = make_room(gathering, "Hall")
    sessions = [make_session(gathering, f"S{n}") for n in range(many)]
    puts = [Put(one, hall, at(9 + n), 45, 1) for n, one in enumerate(sessions)]
    assert ada.roles
    with django_assert_max_num_queries(12):
        shift = acts.arrange(ada, gathering, puts)
    assert (shift.what, shift.moves.count(), Session.objects.filter(minutes=45).count()) == (
        *("arranged", many, many),
    )
    with pytest.raises(Stale):
        acts.arrange(ada, gathering, puts)
    assert (
        acts.arrange(
            ada,
            gathering,
            [
                Put(one.session, one.room, one.starts, 45)
                for one in Slot.objects.select_related("session", "room")
            ],
        )
        is None
    )
    undo_next(ada, gathering)
    assert places(gathering) == {}


def test_only_those_who_make_the_programme_move_anything(gathering, ada):
    hall = make_room(gathering, "Hall")
    one, other = make_placed(gathering, hall, at(9), "One"), make_placed(gathering, hall, at(10), "Other")
    acts.place_session(ada, one, room=hall, starts=at(8), minutes=30)
    before = places(gathering)
    shift = gathering.shifts.get()
    for who in (make_user(Role.AUDITOR), make_user(Role.PROGRAMME, scope_of(make_gathering())), make_user()):
        for touch in (
            lambda who=who: acts.swap_sessions(who, one, other),
            lambda who=who: acts.shift_sessions(who, gathering, day=DAY, minutes=5),
            lambda who=who: acts.arrange(who, gathering, [Put(one)]),
            lambda who=who: acts.undo(who, shift),
        ):
            with pytest.raises(PermissionDenied):
                touch()
    assert places(gathering) == before


@pytest.mark.parametrize("many", [1, 3])
def test_the_history_costs_five_queries(gathering, ada, many, django_assert_num_queries):
    hall, annex = make_room(gathering, "Hall"), make_room(gathering, "Annex")
    for n in range(many):
        session = make_placed(gathering, annex, at(9 + n), f"S{n}")
        acts.place_session(ada, session, room=hall, starts=at(9 + n), minutes=30)
    with django_assert_num_queries(5):
        found = [
            (str(one.by), str(move.session), str(move.from_room), str(move.to_room))
            for one in queries.history(gathering)
            for move in one.moves.all()
        ]
    assert found == [("Ada", f"S{n}", "Annex", "Hall") for n in reversed(range(many))]
    last = gathering.shifts.latest("pk").pk
    with django_assert_num_queries(1):
        assert queries.next_to_undo(gathering, ada) == (last, None)


def test_the_mark_grows_with_every_change(gathering, ada):
    hall = make_room(gathering, "Hall")
    marks = [queries.mark(gathering)]
    session = make_session(gathering, "S")
    for change in (
        lambda: None,
        lambda: acts.place_session(ada, session, room=hall, starts=at(9), minutes=30),
        lambda: acts.edit_session(ada, session, title=session.title),
        lambda: acts.unplace_session(ada, session),
        lambda: undo_next(ada, gathering),
        lambda: acts.cancel_session(ada, session),
        lambda: acts.restore_session(ada, session),
    ):
        change()
        marks.append(queries.mark(gathering))
    assert all(one < other for one, other in pairwise(marks))
