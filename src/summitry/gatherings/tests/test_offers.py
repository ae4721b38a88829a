"""Sessions that might be kept apart: found by their words and by readers' agendas, chosen on a plain page."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from summitry.engines.timetable import Couple as Apart
from summitry.gatherings import acts, queries
from summitry.gatherings.models import AgendaWatch, Couple, Gathering, Session
from summitry.gatherings.tests.factories import make_gathering, make_room, make_session, make_track
from summitry.gatherings.tests.test_pages import words
from summitry.gatherings.timetabling import reading
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_user
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
CABLES = Text.of("Submarine cables of small island states and who repairs them")
PORTS = Text.of("Opening ports", zh_hans="小岛国家的海底电缆由谁修理")
ISLES = Text.of("Isles", zh_hans="谁修理小岛国家的海底电缆")


@pytest.fixture
def gathering() -> Gathering:
    return make_gathering(slug="summit")


def two(gathering: Gathering, kind: str) -> list[tuple[str, str, int]]:
    return [
        (str(one.first.title), str(one.second.title), one.amount)
        for one in queries.offers(gathering)
        if one.kind == kind
    ]


def watched(gathering: Gathering, readers: int, *sessions: Session) -> None:
    for _n in range(readers):
        watch = AgendaWatch.objects.create(gathering=gathering, user=make_user())
        watch.sessions.set(sessions)


def test_sessions_alike_in_any_language_are_offered_until_they_are_stated(gathering):
    one = make_session(gathering, "Repairs at sea", abstract=CABLES)
    other = make_session(gathering, "Cables and islands", abstract=CABLES)
    make_session(gathering, "Choirs", abstract=Text.of("Four voices sing folk music on Sunday evening"))
    make_session(gathering, PORTS)
    make_session(gathering, ISLES)
    found = two(gathering, "similar")
    assert [names[:2] for names in found] == [
        ("Repairs at sea", "Cables and islands"),
        ("Opening ports", "Isles"),
    ]
    assert 100 > found[0][2] > found[1][2] >= 15
    acts.couple(None, gathering, other, one)
    assert [names[0] for names in two(gathering, "similar")] == ["Opening ports"]


def test_words_of_welcome_do_not_fill_the_list(gathering):
    welcomes = [make_session(gathering, "Welcome to this room") for _n in range(6)]
    cables = [make_session(gathering, f"{name} at sea", abstract=CABLES) for name in ("Nets", "Wires")]
    found = queries.offers(gathering)
    assert ("similar", *cables) in [(one.kind, one.first, one.second) for one in found]
    times = [sum(one in (each.first, each.second) for each in found) for one in welcomes]
    assert (max(times), sum(times)) == (2, 12)
    for one in found:
        acts.couple(None, gathering, one.first, one.second)
    assert len(queries.offers(gathering)) > 0  # those that had no place come after


def test_one_track_breaks_and_what_is_cancelled_are_not_offered(gathering):
    track = make_track(gathering)
    one = make_session(gathering, "Repairs at sea", abstract=CABLES, track=track)
    other = make_session(gathering, "Cables and islands", abstract=CABLES, track=track)
    make_session(gathering, "Repairs at sea", abstract=CABLES, kind="pause")
    make_session(make_gathering(), "Repairs at sea", abstract=CABLES)
    assert queries.offers(gathering) == []
    acts.edit_session(None, other, track=None)
    assert len(queries.offers(gathering)) == 1
    acts.cancel_session(None, one)
    assert queries.offers(gathering) == []


def test_what_three_readers_want_is_offered_with_their_number(gathering):
    one, other, third = (make_session(gathering, name) for name in ("Harbours", "Choirs", "Bees"))
    watched(gathering, 2, one, other, third)
    assert two(gathering, "joint") == []
    watched(gathering, 1, other, one)
    assert two(gathering, "joint") == [("Harbours", "Choirs", 3)]
    watched(gathering, 2, other, third)
    assert two(gathering, "joint") == [("Choirs", "Bees", 4), ("Harbours", "Choirs", 3)]
    acts.couple(None, gathering, other, third, kind="joint", amount=3)  # there are more of them by now
    acts.couple(None, gathering, one, other, kind="joint", amount=3)
    assert two(gathering, "joint") == [("Choirs", "Bees", 4)]


def test_what_is_chosen_becomes_a_demand_that_the_solver_reads(gathering, client):
    make_room(gathering)
    one = make_session(gathering, "Repairs at sea", abstract=CABLES)
    other = make_session(gathering, "Cables <b>", abstract=CABLES)
    third = make_session(gathering, "Choirs")
    watched(gathering, 4, other, third)
    watched(gathering, 3, one, third)
    client.force_login(make_user(Role.PROGRAMME, scope_of(gathering)))
    page = reverse("gatherings:desk_couples", args=["summit"])
    assert page in client.get(reverse("gatherings:desk_demands", args=["summit"])).content.decode()
    shown = client.get(page)
    assert "Cables <b> Choirs 4 readers" in words(shown)
    assert b"<b> Choirs" not in shown.content
    keys = [one.key for one in queries.offers(gathering)]
    assert len(keys) == 3
    nothing = client.post(page, {"couple": ["joint:1:1", "nonsense"]})
    assert ("Nothing was chosen." in words(nothing), Couple.objects.count()) == (True, 0)
    answer = client.post(page, {"couple": keys[:2]}, follow=True)
    assert "2 couples added." in words(answer)
    problem = reading.read(gathering).problem
    assert (problem.similar, problem.joint) == ([Apart(0, 1, 1)], [Apart(1, 2, 4)])
    assert [one.key for one in queries.offers(gathering)] == keys[2:]


def test_many_are_stated_at_once_or_none(gathering):
    one, other = make_session(gathering), make_session(gathering)
    acts.couple(None, gathering, one, other, kind="joint", amount=2)
    assert acts.couple_all(None, gathering, [(other, one, "joint", 9), (one, other, "similar", 1)]) == 2
    assert set(Couple.objects.values_list("kind", "amount")) == {("joint", 9), ("similar", 1)}
    elsewhere = make_session(make_gathering())
    for wrong in ((one, one, "similar", 1), (one, elsewhere, "similar", 1), (one, other, "odd", 1)):
        with pytest.raises(ValidationError):
            acts.couple_all(None, gathering, [(one, other, "joint", 50), wrong])
    assert not Couple.objects.filter(amount=50).exists()
    with pytest.raises(PermissionDenied):
        acts.couple_all(make_user(Role.AUDITOR, scope_of(gathering)), gathering, [])


@pytest.mark.parametrize("many", [1, 3])
def test_offers_cost_three_queries(gathering, many, django_assert_num_queries):
    for n in range(many):
        pair = [make_session(gathering, f"{n} at sea", abstract=CABLES) for _two in range(2)]
        watched(gathering, 3, *pair)
        acts.couple(None, gathering, make_session(gathering, "x"), make_session(gathering, "y"))
    with django_assert_num_queries(3):
        found = queries.offers(gathering)
        assert {one.kind for one in found} == {"similar", "joint"}
        assert all(str(one.first.title) and one.first.track_id is None for one in found)
