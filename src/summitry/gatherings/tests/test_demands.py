"""Demands on a timetable: stated by those who make the programme, and by nobody else."""

from datetime import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from summitry.gatherings import acts, queries
from summitry.gatherings.models import (
    Couple,
    InterpreterTeam,
    Planning,
    Presence,
    RoomFacts,
    SessionDemand,
)
from summitry.gatherings.tests.factories import make_gathering, make_room, make_session
from summitry.gatherings.tests.test_pages import words
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_person, make_user
from summitry.record.act import Stale

pytestmark = pytest.mark.django_db


@pytest.fixture
def gathering():
    return make_gathering(slug="summit")


@pytest.fixture
def desk(client, gathering):
    client.force_login(make_user(Role.PROGRAMME, scope_of(gathering)))
    return client


def every_act(actor, gathering):
    """Each act once, as (name, call)."""
    room, one, other = make_room(gathering), make_session(gathering), make_session(gathering)
    team = InterpreterTeam.objects.create(gathering=gathering, name="Blue", pairs=["en-zh"])
    two = Couple.objects.create(gathering=gathering, first=one, second=other)
    return [
        lambda: acts.plan(actor, gathering, step=15),
        lambda: acts.say_presence(actor, gathering, make_person(), absent=["2027-11-03"]),
        lambda: acts.equip_room(actor, room, equipment=["stage"]),
        lambda: acts.keep_team(actor, gathering, name="Red", pairs=["en-fr"]),
        lambda: acts.say_demand(actor, one, audience=30),
        lambda: acts.couple(actor, gathering, one, other, kind="joint", amount=3),
        lambda: acts.uncouple(actor, two),
        lambda: acts.remove_team(actor, team),
    ]


def test_only_those_who_make_this_programme_state_demands(gathering):
    elsewhere = make_user(Role.PROGRAMME, scope_of(make_gathering()))
    for act in every_act(elsewhere, gathering):
        with pytest.raises(PermissionDenied):
            act()
    assert (Planning.objects.count(), Presence.objects.count(), RoomFacts.objects.count()) == (0, 0, 0)
    assert (InterpreterTeam.objects.count(), Couple.objects.count()) == (1, 1)
    assert SessionDemand.objects.count() == 0
    make = make_gathering()
    for act in every_act(make_user(Role.PROGRAMME, scope_of(make)), make):
        act()
    assert (Planning.objects.count(), Presence.objects.count(), RoomFacts.objects.count()) == (1, 1, 1)


def test_what_is_said_again_replaces_what_was_said(gathering):
    person, room, session = make_person(), make_room(gathering), make_session(gathering)
    for absent in (["2027-11-03"], ["2027-11-04"]):
        acts.say_presence(None, gathering, person, absent=absent)
        acts.equip_room(None, room, equipment=["Stage", "stage"], closed=absent)
        acts.say_demand(None, session, audience=5, wanted=absent, interpretation=["ZH-en", "en-zh"])
    assert Presence.objects.get().absent == ["2027-11-04"]
    assert (RoomFacts.objects.get().equipment, RoomFacts.objects.get().closed) == (["stage"], ["2027-11-04"])
    demand = SessionDemand.objects.get()
    assert (demand.wanted, demand.interpretation) == (["2027-11-04"], ["en-zh"])
    acts.say_presence(None, gathering, person)
    assert Presence.objects.count() == 0


def test_a_couple_is_one_whichever_is_first(gathering):
    one, other = make_session(gathering), make_session(gathering)
    acts.couple(None, gathering, other, one, kind="joint", amount=3)
    acts.couple(None, gathering, one, other, kind="joint", amount=5)
    two = Couple.objects.get()
    assert (two.first, two.second, two.amount) == (one, other, 5)
    acts.uncouple(None, two)
    acts.uncouple(None, two)
    assert Couple.objects.count() == 0


def test_a_team_keeps_its_name_for_itself(gathering):
    blue = acts.keep_team(None, gathering, name="Blue", pairs=["en-zh"])
    with pytest.raises(ValidationError, match="interpreters of this name"):
        acts.keep_team(None, gathering, name="Blue", pairs=["en-fr"])
    acts.keep_team(None, gathering, blue, name="Navy", pairs=["en-ru"])
    assert [(one.name, one.pairs) for one in InterpreterTeam.objects.all()] == [("Navy", ["en-ru"])]


@pytest.mark.parametrize(
    ("field", "call"),
    [
        ("day_ends", lambda g, s: acts.plan(None, g, day_starts=time(12), day_ends=time(9))),
        ("step", lambda g, s: acts.plan(None, g, step=3)),
        ("breaks", lambda g, s: acts.plan(None, g, breaks=["noon"])),
        ("weights", lambda g, s: acts.plan(None, g, weights={"beauty": 1})),
        ("weight_rest", lambda g, s: acts.plan(None, g, weights={"rest": 100_000})),
        ("absent", lambda g, s: acts.say_presence(None, g, make_person(), absent=["soon"])),
        ("zone", lambda g, s: acts.say_presence(None, g, make_person(), zone="Mars/Base")),
        ("pairs", lambda g, s: acts.keep_team(None, g, name="X", pairs=["english"])),
        ("pairs", lambda g, s: acts.keep_team(None, g, name="X", pairs=[])),
        ("name", lambda g, s: acts.keep_team(None, g, name=" ", pairs=["en-zh"])),
        ("after", lambda g, s: acts.say_demand(None, s, after=[s])),
        ("after", lambda g, s: acts.say_demand(None, s, after=[make_session(make_gathering())])),
        ("audience", lambda g, s: acts.say_demand(None, s, audience=-1)),
        ("equipment", lambda g, s: acts.say_demand(None, s, equipment=["x" * 61])),
        ("second", lambda g, s: acts.couple(None, g, s, s)),
        ("second", lambda g, s: acts.couple(None, g, s, make_session(make_gathering()))),
        ("kind", lambda g, s: acts.couple(None, g, s, make_session(g), kind="loved")),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(gathering, field, call):
    with pytest.raises(ValidationError) as caught:
        call(gathering, make_session(gathering))
    assert list(caught.value.message_dict) == [field]


def test_a_planning_that_somebody_else_changed_is_stale(gathering):
    first = acts.plan(None, gathering, step=20)
    acts.plan(None, gathering, first.version, step=10)
    with pytest.raises(Stale):
        acts.plan(None, gathering, first.version, step=60)
    assert Planning.objects.get().step == 10


@pytest.mark.parametrize("name", ["desk_demands", "desk_propose"])
def test_the_pages_are_for_those_who_work_here(client, gathering, name):
    acts.keep_team(None, gathering, name="Secret team", pairs=["en-zh"])
    page = reverse(f"gatherings:{name}", args=["summit"])
    assert client.get(page).status_code == 302
    client.force_login(make_user(Role.PROGRAMME, scope_of(make_gathering())))
    response = client.get(page)
    assert (response.status_code, b"Secret team" in response.content) == (403, False)
    client.force_login(make_user(Role.PROGRAMME, scope_of(gathering)))
    assert client.get(page).status_code == 200


def test_the_desk_states_everything_by_plain_forms(desk, gathering):
    person = make_person("Wei")
    one, other = make_session(gathering, "One", person), make_session(gathering, "Other")
    page = reverse("gatherings:desk_demands", args=["summit"])
    for data in (
        {"what": "team", "team-name": "Blue", "team-pairs": "en-zh, fr-en", "team-absent": "2027-11-03"},
        {"what": "presence", "presence-person": person.slug, "presence-zone": "Asia/Tokyo"},
        {"what": "couple", "couple-first": one.slug, "couple-second": other.slug, "couple-kind": "joint",
         "couple-amount": "12"},
    ):  # fmt: skip
        assert desk.post(page, data).status_code == 302
    shown = words(desk.get(page))
    assert all(
        one in shown for one in ("Blue", "English ↔ 中文, English ↔ Français", "Wei", "Asia/Tokyo", "(12)")
    )
    fields = desk.get(page).context["forms"]["plan"]
    data = {bound.html_name: bound.value() for bound in fields} | {"what": "plan"}
    data |= {"plan-step": "15", "plan-breaks": "12:00-13:30", "plan-rest": "20"}
    assert desk.post(page, {key: value or "" for key, value in data.items()}).status_code == 302
    planning = Planning.objects.get()
    assert (planning.step, planning.breaks, planning.weights["similar"]) == (15, ["12:00-13:30"], 8)
    assert (planning.rest, planning.weights["rest"]) == (20, 3)  # minutes, and points
    team, two = InterpreterTeam.objects.get(), Couple.objects.get()
    assert "Blue" in words(desk.get(page, {"team": team.pk}))
    desk.post(f"{page}?team={team.pk}", {"what": "team", "team-name": "Navy", "team-pairs": "en-ru"})
    assert InterpreterTeam.objects.get().name == "Navy"
    desk.post(page, {"what": "remove-team", "key": team.pk})
    desk.post(page, {"what": "uncouple", "key": two.pk})
    assert (InterpreterTeam.objects.count(), Couple.objects.count()) == (0, 0)


def test_a_form_with_a_fault_says_where(desk, gathering):
    page = reverse("gatherings:desk_demands", args=["summit"])
    response = desk.post(page, {"what": "team", "team-name": "Blue", "team-pairs": "english"})
    assert (response.status_code, "is no pair of languages" in words(response)) == (422, True)
    response = desk.post(page, {"what": "presence", "presence-person": "nobody"})
    assert (response.status_code, "nobody is not one of the available choices" in words(response)) == (
        422,
        True,
    )
    assert desk.post(page, {"what": "uncouple", "key": "x"}).status_code == 404
    elsewhere = acts.keep_team(None, make_gathering(), name="Theirs", pairs=["en-zh"])
    assert desk.post(page, {"what": "remove-team", "key": elsewhere.pk}).status_code == 404


def test_sessions_and_persons_are_chosen_by_their_words(desk, gathering):
    """Nobody has to know a short name; where two have the same words, it tells them apart."""
    make_session(gathering, "Talk", make_person("Wei")), make_session(gathering, "talk")
    one, other = make_session(gathering, "Zebra"), make_session(gathering, "Zebra")
    elsewhere = make_session(make_gathering(), "Elsewhere", make_person("Somebody else"))
    forms = desk.get(reverse("gatherings:desk_demands", args=["summit"])).context["forms"]
    told = ["–", "Talk", "talk", *(f"Zebra ({slug})" for slug in sorted((one.slug, other.slug)))]
    assert [words for _slug, words in forms["couple"].fields["second"].choices] == told
    assert [words for _slug, words in forms["presence"].fields["person"].choices] == ["–", "Wei"]
    page = reverse("gatherings:desk_session_demand", args=["summit", one.slug])
    choices = dict(desk.get(page).context["form"].fields["after"].choices)
    assert (set(choices) & {one.slug, elsewhere.slug}, len(choices)) == (set(), 3)
    assert desk.post(page, {"demand-after": elsewhere.slug}).status_code == 422


def test_a_session_and_a_room_say_what_they_need_and_have(desk, gathering):
    room, one, other = make_room(gathering), make_session(gathering, "One"), make_session(gathering)
    page = reverse("gatherings:desk_session_demand", args=["summit", one.slug])
    data = {"demand-audience": "80", "demand-equipment": "Stage, booths", "demand-interpretation": "en-zh",
            "demand-after": other.slug, "demand-pinned": "on"}  # fmt: skip
    assert desk.post(page, data).status_code == 302
    demand = queries.demand_of(one)
    assert (demand.audience, demand.equipment, demand.pinned) == (80, ["stage", "booths"], True)
    assert list(demand.after.all()) == [other]
    assert 'value="stage, booths"' in desk.get(page).content.decode()
    assert desk.post(page, {"demand-after": "nothing"}).status_code == 422
    page = reverse("gatherings:desk_room_demand", args=["summit", room.slug])
    assert desk.post(page, {"equip-equipment": "stage", "equip-closed": "2027-11-04"}).status_code == 302
    facts = RoomFacts.objects.get()
    assert (facts.room, facts.equipment, facts.closed) == (room, ["stage"], ["2027-11-04"])
    assert desk.post(page, {"equip-closed": "whenever"}).status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_queries_are_few_and_fixed(gathering, count, django_assert_num_queries):
    for number in range(count):
        person = make_person()
        one, other = make_session(gathering, None, person), make_session(gathering)
        acts.say_presence(None, gathering, person, absent=["2027-11-03"])
        acts.keep_team(None, gathering, name=f"Team {number}", pairs=["en-zh"])
        acts.couple(None, gathering, one, other)
        acts.say_demand(None, one, after=[other])
    for query, cost in (
        (lambda: [str(row.person.name) for row in queries.presences(gathering)], 1),
        (lambda: list(queries.people_of(gathering)), 1),
        (lambda: list(queries.teams(gathering)), 1),
        (lambda: [(row.first.title, row.second.title) for row in queries.couples(gathering)], 1),
        (lambda: list(queries.demand_of(one).after.all()), 2),
        (lambda: queries.presence_of(gathering, person), 1),
    ):
        with django_assert_num_queries(cost):
            query()
