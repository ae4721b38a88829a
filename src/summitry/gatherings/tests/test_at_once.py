"""Two editors at the same moment: real threads on real connections; nobody overwrites another."""

import pytest

from summitry.gatherings import acts, queries
from summitry.gatherings.models import Gathering, Room, Session, Shift, Slot
from summitry.people.models import Role, User, scope_of
from summitry.people.tests.factories import make_user
from summitry.record.act import Stale

from .factories import DAY, at, make_gathering, make_placed, make_room, make_session

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gathering():
    return make_gathering()


@pytest.fixture
def editors(gathering):
    return [make_user(Role.PROGRAMME, scope_of(gathering), name=name).pk for name in ("Ada", "Bo")]


def user(pk):
    return User.objects.select_related("person").get(pk=pk)


def placing(editor, session, room, hour, version):
    def place():
        one, there = Session.objects.get(pk=session.pk), Room.objects.get(pk=room.pk)
        found = acts.place_session(
            user(editor), one, room=there, starts=at(hour), minutes=30, version=version
        )
        return found.slot.starts.hour

    return place


def test_two_editors_place_one_session_at_once(at_once, gathering, editors):
    hall, session = make_room(gathering), make_session(gathering)
    found = at_once(*(placing(one, session, hall, 9 + n, 1) for n, one in enumerate(editors)))
    assert {type(one) for one in found} == {int, Stale}

    def look():
        slot = Slot.objects.select_related("session").get()
        return slot.starts.hour, slot.session.version, Shift.objects.count()

    won = next(one for one in found if isinstance(one, int))
    assert at_once(look) == [(won, 2, 1)]


def test_two_editors_place_two_sessions_in_one_place_at_once(at_once, gathering, editors):
    """Both stand there, and the one who came second is told."""
    hall = make_room(gathering)
    sessions = [make_session(gathering, title) for title in ("One", "Other")]

    def putting(editor, session):
        def put():
            one, there = Session.objects.get(pk=session.pk), Room.objects.get(pk=hall.pk)
            found = acts.place_session(
                user(editor), one, room=there, starts=at(9), minutes=30, version=session.version
            )
            return len(found.conflicts)

        return put

    found = at_once(*(putting(one, session) for one, session in zip(editors, sessions, strict=True)))
    assert sorted(found) == [0, 1]
    assert at_once(lambda: len(queries.conflicts(Gathering.objects.get()))) == [1]


def test_an_act_is_undone_once_even_at_once(at_once, gathering, editors):
    hall, session = make_room(gathering), make_session(gathering)
    acts.place_session(user(editors[0]), session, room=hall, starts=at(9), minutes=30)
    shift = Shift.objects.get()

    def undoing(editor):
        return lambda: acts.undo(user(editor), Shift.objects.select_related("gathering").get(pk=shift.pk)).pk

    found = at_once(undoing(editors[0]), undoing(editors[1]), undoing(editors[0]))
    assert len(set(found)) == 1
    assert isinstance(found[0], int)
    assert at_once(lambda: (Slot.objects.count(), Shift.objects.count())) == [(0, 2)]


def test_a_whole_day_and_one_of_its_sessions_move_at_once(at_once, gathering, editors):
    """Either the day moved with the session and the session's editor is refused, or the other way round."""
    hall = make_room(gathering)
    sessions = [make_placed(gathering, hall, at(9 + n), f"S{n}") for n in range(3)]
    seen = queries.mark(gathering)

    def day():
        acts.shift_sessions(user(editors[0]), Gathering.objects.get(), day=DAY, minutes=300, seen=seen)
        return "day"

    found = at_once(day, placing(editors[1], sessions[0], hall, 20, 1))
    assert [isinstance(one, Stale) for one in found].count(True) == 1
    [hours] = at_once(lambda: [one.starts.hour for one in Slot.objects.order_by("session")])
    assert hours == ([14, 15, 16] if found[0] == "day" else [20, 10, 11])
