"""The programme editor's pages: who sees and does what, without script and with it."""

from datetime import timedelta

import pytest
from cssselect2 import ElementWrapper
from django.urls import reverse
from lxml import html

from summitry.gatherings import acts, queries
from summitry.gatherings.models import (
    Gathering,
    InterpreterTeam,
    Presence,
    RoomFacts,
    Service,
    Session,
    SessionDemand,
    Shift,
    Slot,
)
from summitry.gatherings.queries import Asked
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_person, make_user

from .factories import DAY, at, make_gathering, make_placed, make_room, make_session, make_track
from .test_pages import words
from .test_placing import places

pytestmark = pytest.mark.django_db


@pytest.fixture
def gathering() -> Gathering:
    return make_gathering(slug="summit", time_zone="Asia/Shanghai")


@pytest.fixture
def ada(gathering):
    return make_user(Role.PROGRAMME, scope_of(gathering), name="Ada")


@pytest.fixture
def desk(client, ada):
    client.force_login(ada)
    return client


def url(name="desk_editor"):
    return reverse(f"gatherings:{name}", args=["summit"])


def ref(session):
    return f"{session.pk} {Session.objects.get(pk=session.pk).version}"


def parts(response, path):
    page = ElementWrapper.from_html_root(html.document_fromstring(response.content.decode()))
    return [one.etree_element for one in page.query_all(path)]


def found(response, path):
    return [one.text_content().strip() for one in parts(response, path)]


ADDRESSES = ["desk_editor", "desk_editor_since", "desk_editor_places", "desk_editor_moved"]


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_editor_is_for_those_who_work_on_the_programme(client, gathering, name):
    session = make_placed(gathering, make_room(gathering, "Hall"), at(1), "Secret session")
    acts.place_session(make_user(Role.PROGRAMME), session, room=session.slot.room, starts=at(2), minutes=30)
    assert client.get(url(name)).status_code == 302  # to sign in
    for stranger in (
        make_user(),
        make_user(Role.JUROR),
        make_user(Role.PROGRAMME, scope_of(make_gathering())),
    ):
        client.force_login(stranger)
        response = client.get(url(name) + f"?pick={session.pk}")
        assert (response.status_code, b"Secret" in response.content) == (403, False)


def test_an_auditor_sees_and_moves_nothing(client, gathering):
    hall = make_room(gathering, "Hall")
    session = make_placed(gathering, hall, at(1), "Opening")
    client.force_login(make_user(Role.AUDITOR))
    page = client.get(url() + f"?pick={session.pk}")
    assert found(page, f"#s{session.pk} h4") == ["Opening"]
    assert found(page, "#grid button, #grid .move, #act, #many, button[name=undo]") == []
    for press in (
        {"out": ref(session)},
        {"to": f"{hall.pk} 2027-11-03T10:00:00+08:00", "session": ref(session)},
    ):
        assert client.post(url(), press).status_code == 403
    assert client.get(url("desk_editor_places") + f"?pick={session.pk}").status_code == 403
    assert places(gathering) == {"Opening": ("Hall", "03 01:00", "01:30")}


def test_one_day_is_laid_out_and_the_rest_waits(desk, gathering):
    hall = make_room(gathering, "Hall", capacity=900)
    make_room(gathering, "Annex")
    make_placed(gathering, hall, at(1, 15), "Opening", length=75)
    make_placed(gathering, hall, at(1) + timedelta(days=1), "Tomorrow")
    make_session(gathering, "Loose", minutes=45, kind="forum", track=make_track(gathering, "AI"))
    make_session(gathering, "Gone", state=Session.State.CANCELLED)
    make_session(make_gathering(), "Elsewhere")
    page = desk.get(url())
    assert found(page, "#grid .room h3") == ["Hall", "Annex"]
    assert found(page, "#grid .card .at bdi") == ["09:15–10:30"]
    assert found(page, "#grid .card h4") == ["Opening"]
    assert found(page, "#tray-list li b") == ["Loose"]
    assert found(page, "#tray-list li .tiny") == ["45 min · AI · Forum"]
    assert found(page, ".tabs[aria-label=Days] a") == ["Wed 31 session", "Thu 41 session"]
    assert found(desk.get(url() + "?day=2027-11-04"), "#grid .card h4") == ["Tomorrow"]


@pytest.mark.parametrize(
    "query", ["?day=x&rooms=-1&step=7&pick=x", "?pick=" + "9" * 19, "?rooms=99&length=x-"]
)
def test_nonsense_in_the_address_is_nothing(desk, gathering, query):
    make_placed(gathering, make_room(gathering), at(1), "Opening")
    assert found(desk.get(url() + query), "#grid .card h4") == ["Opening"]


def test_without_rooms_it_says_what_to_do(desk, gathering):
    make_session(gathering, "Loose")
    assert "There is no room yet." in words(desk.get(url()))
    assert desk.get(url() + f"?pick={Session.objects.get().pk}").status_code == 200


def test_the_tray_is_searched_and_filtered(desk, gathering):
    ai = make_track(gathering, "AI")
    make_room(gathering)
    make_session(gathering, "Cables", make_person("Zoë Null"), minutes=30, kind="talk")
    make_session(gathering, "Names", minutes=90, kind="forum", track=ai)
    for query, wanted in (
        ("q=zoe", ["Cables"]),
        ("q=NAM", ["Names"]),
        (f"track={ai.slug}", ["Names"]),
        ("kind=talk", ["Cables"]),
        ("length=16-30", ["Cables"]),
        ("length=61-90", ["Names"]),
        ("q=nothing", []),
    ):
        assert found(desk.get(f"{url()}?{query}"), "#tray-list li b") == wanted, query


def test_a_session_is_chosen_and_put_without_script(desk, gathering):
    ada = make_person("Ada L")
    hall, annex = make_room(gathering, "Hall"), make_room(gathering, "Annex")
    make_placed(gathering, hall, at(2), "Other", ada, length=60)
    session = make_session(gathering, "Loose", ada, minutes=30)
    page = desk.get(f"{url()}?pick={session.pk}&step=30")
    assert found(page, "#picked-h") == ["Where shall “Loose” go?"]
    there = found(page, f"button[name=to][value^='{hall.pk} ']")
    assert (there[1], there[2], there[4]) == (
        "09:30",
        "10:00Same room as “Other”; Ada L is in “Other” then",
        "11:00",
    )
    assert found(page, f"button[name=to][value^='{annex.pk} ']")[2] == "10:00Ada L is in “Other” then"
    value = parts(page, f"button[name=to][value^='{annex.pk} ']")[2].get("value")
    done = desk.post(
        f"{url()}?pick={session.pk}&step=30", {"session": ref(session), "to": value}, follow=True
    )
    assert done.redirect_chain == [(url() + "?step=30", 302)]
    told = words(done)
    assert "“Loose” is in Annex on 3 November, 10:00 to 10:30." in told
    assert "Ada L is in both “Other” and “Loose” on 3 November, 10:00 to 10:30." in told
    assert found(done, f"#s{session.pk} .flag") == ["Ada L is in “Other” then"]
    assert found(done, "#told-1 summary") == ["1 error"]
    assert places(gathering)["Loose"] == ("Annex", "03 02:00", "02:30")


def test_taken_out_swapped_longer_and_written(desk, gathering):
    hall = make_room(gathering, "Hall")
    one, other = make_placed(gathering, hall, at(1), "One"), make_placed(gathering, hall, at(3), "Other")
    here = f"{url()}?pick={one.pk}"
    assert "is in Hall on 3 November, 09:00 to 09:45." in words(
        desk.post(here, {"session": ref(one), "length": "45"}, follow=True)
    )
    assert "have swapped" in words(desk.post(here, {"session": ref(one), "swap": ref(other)}, follow=True))
    assert places(gathering)["One"] == ("Hall", "03 03:00", "03:45")
    exact = {
        "session": ref(one),
        "exact": "1",
        "room": hall.pk,
        "day": "2027-11-04",
        "time": "14:10",
        "minutes": "20",
    }
    desk.post(here, exact)
    assert places(gathering)["One"] == ("Hall", "04 06:10", "06:30")
    assert "“One” waits" in words(desk.post(url(), {"out": ref(one)}, follow=True))
    assert "One" not in places(gathering)
    bad = desk.post(here, {**exact, "session": ref(one), "time": "25:00"}, follow=True)
    assert "Begins at: Enter a valid time." in words(bad)
    assert found(bad, "#picked-h")  # still chosen


@pytest.mark.parametrize(
    ("press", "message"),
    [
        ({}, "Choose what shall be done."),
        ({"to": "ROOM never"}, "That is not a time."),
        ({"to": "ROOM 2027-11-03T10:00:00"}, "That is not a time."),
        ({"to": "ROOM 2027-12-24T10:00:00+08:00"}, "That day is not one of the gathering’s days."),
        ({"length": "9999"}, "This session has no place yet."),
    ],
)
def test_nonsense_is_refused_in_words(desk, gathering, press, message):
    hall, session = make_room(gathering), make_session(gathering, "Loose")
    data = {name: value.replace("ROOM", str(hall.pk)) for name, value in press.items()}
    for headers in ({}, {"X-Board": "1"}):
        response = desk.post(url(), {"session": ref(session), **data}, headers=headers, follow=True)
        assert (response.status_code, message in words(response)) == (422 if headers else 200, True)
    assert Slot.objects.count() == 0


def test_things_of_another_gathering_are_not_there(desk, gathering):
    other = make_gathering()
    foreign = make_placed(other, make_room(other), at(1), "Foreign")
    acts.place_session(None, foreign, room=foreign.slot.room, starts=at(2), minutes=30)
    mine = make_placed(gathering, make_room(gathering), at(1), "Mine")
    for press in (
        {"out": ref(foreign)},
        {"session": ref(foreign), "length": "10"},
        {"session": ref(mine), "swap": ref(foreign)},
        {"session": ref(mine), "to": f"{foreign.slot.room_id} 2027-11-03T10:00:00+08:00"},
        {"undo": str(Shift.objects.get().pk)},
    ):
        assert desk.post(url(), press).status_code == 404
    assert places(other)["Foreign"][1] == "03 02:00"


def test_with_script_the_answer_is_the_board(desk, gathering):
    hall, session = make_room(gathering, "Hall"), make_session(gathering, "Loose")
    before = ref(session)
    press = {"session": before, "to": f"{hall.pk} 2027-11-03T10:00:00+08:00"}
    done = desk.post(f"{url()}?pick={session.pk}", press, headers={"X-Board": "1"})
    assert (
        done.status_code,
        found(done, "#said"),
        found(done, "#grid .card .at bdi"),
        found(done, "#picked"),
    ) == (
        *(200, ["“Loose” is in Hall on 3 November, 10:00 to 10:30."]),
        *(["10:00–10:30"], []),
    )
    assert b"<header" not in done.content
    late = desk.post(url(), press | {"to": f"{hall.pk} 2027-11-03T12:00:00+08:00"}, headers={"X-Board": "1"})
    assert late.status_code == 409
    assert "Somebody else has changed this in the meantime." in found(late, "#said.due")[0]
    assert found(late, "#grid .card .at bdi") == ["10:00–10:30"]  # as it is now


def test_undo_and_the_history_say_who(desk, gathering, client):
    hall, session = make_room(gathering, "Hall"), make_session(gathering, "Loose")
    desk.post(url(), {"session": ref(session), "to": f"{hall.pk} 2027-11-03T10:00:00+08:00"})
    shift = Shift.objects.get()
    page = desk.get(url())
    [told] = found(page, "#moves li")
    assert "Ada: placed“Loose”, unscheduled Wed 3 10:00–10:30 Hall" in told
    assert "Ada: placed" in words(desk.get(url("desk_editor_moved")))
    done = desk.post(url(), {"undo": str(shift.pk)}, follow=True)
    assert "Undone: the sessions stand where they stood before." in words(done)
    assert (places(gathering), found(done, "#moves li:last-child button")) == ({}, [])
    redo = parts(done, "#board-tools button[name=undo]")[1]
    desk.post(url(), {"undo": redo.get("value")})
    assert "Loose" in places(gathering)
    bo = make_user(Role.PROGRAMME, name="Bo")
    acts.place_session(bo, session, room=hall, starts=at(9), minutes=30)
    refused = desk.post(url(), {"undo": str(Shift.objects.order_by("pk")[2].pk)}, follow=True)
    assert "“Loose” has been moved again since, by Bo. Nothing was undone." in words(refused)


def test_a_day_is_moved_together(desk, gathering):
    hall = make_room(gathering, "Hall")
    make_placed(gathering, hall, at(1), "One")
    form = {
        "shift": "1",
        "shift-from_day": "2027-11-03",
        "shift-by": "30",
        "shift-seen": queries.mark(gathering),
    }
    assert "1 session moved." in words(desk.post(url(), form, follow=True))
    assert places(gathering)["One"][1] == "03 01:30"
    assert "Somebody else" in words(desk.post(url(), form, follow=True))
    far = {"shift": "1", "shift-from_day": "2027-11-03", "shift-by": "9999"}
    assert "less than or equal to 1440" in words(desk.post(url(), far, follow=True))


def test_a_look_costs_nothing_while_nothing_changes(desk, gathering, django_assert_num_queries):
    hall = make_room(gathering, "Hall")
    session = make_placed(gathering, hall, at(1), "One")
    other = make_session(gathering, "Loose")
    first = desk.get(url("desk_editor_since"))
    tag = first["ETag"]
    assert (first.status_code, first["Cache-Control"], found(first, "#grid h4")) == (
        *(200, "private, no-cache", ["One"]),
    )
    again = desk.get(url("desk_editor_since"), headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    for change in (
        lambda: acts.place_session(None, session, room=hall, starts=at(5), minutes=30),
        lambda: acts.edit_session(None, session, title=session.title),
        lambda: acts.add_room(None, gathering, name=session.title),
        lambda: acts.say_demand(None, session, audience=900),
        lambda: acts.equip_room(None, hall, closed=["2027-11-03"]),
        lambda: acts.say_presence(None, gathering, make_person(), absent=["2027-11-03"]),
        lambda: acts.keep_team(None, gathering, name="Team", pairs=["en-zh"]),
        lambda: acts.couple(None, gathering, session, other),
        lambda: acts.uncouple(None, gathering.couples.get()),
        lambda: acts.release(None, gathering),
    ):
        change()
        fresh = desk.get(url("desk_editor_since"), headers={"If-None-Match": tag})
        assert (fresh.status_code, fresh["ETag"] != tag) == (200, True)
        tag = fresh["ETag"]
    french = desk.get("/fr/" + url("desk_editor_since")[4:], headers={"If-None-Match": tag})
    assert french.status_code == 200  # another language is another page


def test_what_changed_since_the_release_is_marked(desk, gathering):
    hall, annex = make_room(gathering, "Hall"), make_room(gathering, "Annex")
    same, moved, out, renamed = (make_placed(gathering, hall, at(1 + n), f"S{n}") for n in range(4))
    acts.release(None, gathering)
    acts.place_session(None, moved, room=annex, starts=at(5), minutes=30)
    acts.unplace_session(None, out)
    acts.edit_session(None, renamed, title=same.title)
    make_placed(gathering, annex, at(1), "New")
    page = desk.get(url())
    assert found(page, f"#s{moved.pk} .news") == ["moved; the public finds it in Hall, Wed 3, 10:00"]
    assert (found(page, f"#s{out.pk} .news"), found(page, f"#s{renamed.pk} .news")) == (
        ["taken out"],
        ["renamed"],
    )
    assert (found(page, f"#s{same.pk} .news"), len(found(page, ".news"))) == ([], 4)


def test_the_script_is_told_what_would_be_wrong(desk, gathering):
    hall = make_room(gathering, "Hall")
    make_placed(gathering, hall, at(1), "Other")
    session = make_session(gathering, "Loose", minutes=30)
    told = desk.get(f"{url('desk_editor_places')}?pick={session.pk}").json()
    assert told == {
        "mark": queries.mark(gathering),
        "rooms": {str(hall.pk): {n: {"words": ["Same room as “Other”"], "error": True} for n in ("0", "1")}},
    }


@pytest.mark.parametrize("many", [1, 3])
def test_the_editor_costs_seventeen_queries(gathering, ada, many, django_assert_num_queries):
    for n in range(many):
        session = make_placed(
            gathering, make_room(gathering), at(n + 1), f"S{n}", make_person(), track=make_track(gathering)
        )
        make_session(gathering, f"L{n}", make_person())
    acts.release(None, gathering)
    for one in gathering.sessions.filter(slot__isnull=False):
        acts.place_session(ada, one, room=one.slot.room, starts=at(9), minutes=30)
    gathering = Gathering.objects.select_related("released").get()
    with django_assert_num_queries(17):
        board = queries.editor(gathering, Asked(pick=session.pk), ada)
        for shift in board.recent:
            for move in shift.moves.all():
                str(move.session), str(move.to_room), str(shift.by)
    assert ([len(column.items) for column in board.columns], len(board.tray)) == ([1] * many, many)
    with django_assert_num_queries(2):
        queries.tag(gathering)


def test_many_rooms_come_in_groups(desk, gathering):
    rooms = [make_room(gathering, f"R{n}") for n in range(13)]
    session = make_placed(gathering, rooms[12], at(1), "Far")
    other = make_placed(gathering, rooms[12], at(1), "Far too")
    page = desk.get(url())
    assert found(page, "#grid .room h3") == [f"R{n}" for n in range(5)]
    [link] = {one.get("href") for one in parts(page, "#told-1 li a")[:1]}
    assert link == f"?day=2027-11-03&rooms=3#s{session.pk}"
    assert found(desk.get(url() + link), "#grid .card h4") == ["Far", "Far too"]
    assert {found(desk.get(url() + link), f"#s{one.pk} .flag")[0] for one in (session, other)} == {
        "Same room as “Far”",
        "Same room as “Far too”",
    }
    assert DAY.isoformat() in link


def test_what_was_demanded_is_checked(desk, gathering):
    """From the rows of demands, presences, teams and rooms to the words on the card."""
    hall = make_room(gathering, "Hall", capacity=50)
    RoomFacts.objects.create(room=hall, equipment=["screen"], closed=["2027-11-03 10:00-11:00"])
    ada = make_person("Ada L")
    Presence.objects.create(gathering=gathering, person=ada, absent=["2027-11-03"])
    first = make_placed(gathering, hall, at(4), "First")
    session = make_placed(gathering, hall, at(2), "Wanted", ada)
    demand = SessionDemand.objects.create(session=session, audience=90, equipment=["screen", "piano"])
    demand.after.add(first)
    team = InterpreterTeam.objects.create(gathering=gathering, name="Team A", absent=["2027-11-03"])
    for one in (first, session):
        Service.objects.create(session=one, team=team, pair="en-zh")
    assert {conflict.check for conflict in queries.conflicts_of(session)} == {
        *("absent", "absent-team", "closed", "equipment", "order", "seats")
    }
    page = desk.get(url() + f"?pick={session.pk}")
    assert found(page, f"#s{session.pk} .flag") == [
        "Ada L cannot take part then",
        "The interpreters Team A are not available then",
        "Hall is not available then",
    ]
    assert found(page, f"#q{hall.pk} button")[12].startswith("12:00Same room as “First”")
    acts.place_session(None, session, room=make_room(gathering, "Annex"), starts=at(4), minutes=30)
    assert [conflict.check for conflict in queries.conflicts_of(session) if conflict.severity == 1] == [
        "team"
    ]
