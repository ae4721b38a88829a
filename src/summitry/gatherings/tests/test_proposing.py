"""A timetable is asked for, computed by a task, looked at, accepted and undone, or discarded."""

from datetime import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils.translation import override

from summitry.engines import timetable as engine
from summitry.gatherings import acts, queries, tasks
from summitry.gatherings.models import Proposal, Room, Service, Slot
from summitry.gatherings.tests.factories import at, make_gathering, make_placed, make_room, make_session
from summitry.gatherings.tests.test_editor import parts
from summitry.gatherings.tests.test_pages import words
from summitry.gatherings.timetabling import reading, running, still
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_person, make_user
from summitry.record.act import Stale

pytestmark = pytest.mark.django_db
ALL_DAYS = ["2027-11-03", "2027-11-04", "2027-11-05"]


@pytest.fixture
def edition():
    """Three sessions of one person, one of them interpreted, one placed at an unwelcome time."""
    gathering = make_gathering(slug="summit")
    make_room(gathering, "Hall", capacity=100)
    attic = make_room(gathering, "Attic", capacity=20)
    wei = make_person("Wei")
    one = make_session(gathering, "One", wei, minutes=60)
    make_session(gathering, "Two", wei, minutes=30)
    acts.say_demand(None, one, audience=50, interpretation=["en-zh"])
    acts.keep_team(None, gathering, name="Blue", pairs=["en-zh"])
    three = make_placed(gathering, attic, at(9), "Three", wei, length=45)
    acts.say_demand(None, three, wanted=["2027-11-04 14:00-16:00"])
    return gathering


@pytest.fixture
def desk(client, edition):
    client.force_login(make_user(Role.PROGRAMME, scope_of(edition)))
    return client


def asked(gathering, **options) -> Proposal:
    return acts.ask_proposal(None, gathering, seconds=20, later=False, **options)


def computed(gathering, **options) -> Proposal:
    return running.compute(asked(gathering, **options))


def stands(gathering) -> dict[str, tuple]:
    return {
        str(slot.session.title): (slot.room_id, slot.starts, slot.ends)
        for slot in Slot.objects.filter(session__gathering=gathering).select_related("session")
    }


def test_a_proposal_keeps_all_demands_and_moves_nothing_by_itself(edition):
    before = stands(edition)
    made = computed(edition)
    assert (made.state, made.cost, made.bound, made.violations) == ("done", 0, 0, [])
    assert made.before["hard"] == 2  # two sessions had no place
    assert made.before["soft"] == 3  # the third began when it did not wish to
    assert stands(edition) == before
    places = {place["session"]: place for place in made.places}
    assert len(places) == 3
    rooms = {room.slug: room.pk for room in Room.objects.all()}
    one = edition.sessions.get(title__icontains="One")
    assert (places[one.pk]["room"], places[one.pk]["minutes"]) == (rooms["hall"], 60)
    assert places[one.pk]["teams"] == {"en-zh": edition.teams.get().pk}


def test_accepting_places_all_and_can_be_undone(edition):
    before = stands(edition)
    made = computed(edition)
    shift = acts.accept_proposal(None, made)
    expected = {place["session"]: (place["room"], place["starts"]) for place in made.places}
    assert {
        slot.session_id: (slot.room_id, slot.starts.isoformat()) for slot in Slot.objects.all()
    } == expected
    assert [(one.session.title.best().value, one.pair) for one in Service.objects.all()] == [("One", "en-zh")]
    assert engine.cost((now := reading.read(edition)).problem, now.working).hard == 0
    assert acts.accept_proposal(None, made) == shift  # twice changes nothing
    assert Proposal.objects.get().state == "accepted"
    acts.undo(None, shift)
    assert stands(edition) == before


def test_a_programme_that_changed_meanwhile_is_left_alone(edition):
    made = computed(edition)
    acts.place_session(None, edition.sessions.first(), room=edition.rooms.first(), starts=at(15), minutes=60)
    before = stands(edition)
    with pytest.raises(Stale):
        acts.accept_proposal(None, made)
    assert (stands(edition), Proposal.objects.get().state) == (before, "done")


def changed(gathering, how) -> None:
    """Something is demanded otherwise than when the timetable was computed."""
    one = gathering.sessions.get(title__icontains="One")
    first = gathering.sessions.order_by("pk")[:2]
    hall, attic = gathering.rooms.order_by("pk")
    {
        "seats": lambda: acts.say_demand(None, one, audience=5000, interpretation=["en-zh"]),
        "away": lambda: acts.say_presence(None, gathering, one.people.get(), absent=ALL_DAYS),
        "closed": lambda: [acts.equip_room(None, room, closed=ALL_DAYS) for room in (hall, attic)],
        "times": lambda: acts.plan(None, gathering, day_starts=time(22), day_ends=time(23, 50), step=7),
        "team": lambda: acts.remove_team(None, gathering.teams.get()),
        "fewer": lambda: acts.say_demand(None, one, audience=40, interpretation=["en-zh"]),
        "couple": lambda: acts.couple(None, gathering, *first, kind="similar"),
    }[how]()


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("seats", "“One” expects 5000 people; Hall has fewer seats."),
        ("away", "“One” is when Wei cannot take part."),
        ("closed", "is in Hall while that room is not available."),
        ("times", "which is no longer one of the times."),
        ("team", "The interpreters of “One” are no longer there."),
    ],
)
def test_a_demand_that_came_later_and_is_not_kept_is_told(desk, edition, how, sentence):
    made = computed(edition)
    before = stands(edition)
    changed(edition, how)
    page = reverse("gatherings:desk_propose", args=["summit"])
    shown = words(desk.get(page))
    assert "does not keep them as they are now" in shown
    assert sentence in shown
    assert "Accept" not in shown
    with pytest.raises(Stale, match="does not keep what is demanded now"):
        acts.accept_proposal(None, made, seen=still.look(made).demands)
    assert (stands(edition), Proposal.objects.get().state) == (before, "done")


@pytest.mark.parametrize("how", ["fewer", "couple"])
def test_demands_that_came_later_and_are_kept_are_told_before_it_is_accepted(desk, edition, how):
    made = computed(edition)
    page = reverse("gatherings:desk_propose", args=["summit"])
    assert "Demands have changed" not in words(desk.get(page))
    seen = still.look(made).demands
    changed(edition, how)
    refused = desk.post(page, {"what": "accept", "uid": made.uid, "seen": seen}, follow=True)
    assert "Demands have changed since this timetable was computed." in words(refused)
    assert Slot.objects.count() == 1
    assert "keeps them as they are now, and has 0 points by them" in words(refused)
    [field] = parts(refused, "[name=seen]")
    desk.post(page, {"what": "accept", "uid": made.uid, "seen": field.get("value")})
    assert (Slot.objects.count(), Proposal.objects.get().state) == (3, "accepted")


def test_the_digest_is_of_demands_and_not_of_places(edition):
    """Nor of the process that makes it, nor of what nobody demanded."""
    before = still.digest(reading.read(edition))
    three = edition.sessions.get(title__icontains="Three")
    acts.place_session(None, three, room=edition.rooms.first(), starts=at(15), minutes=45)
    assert still.digest(reading.read(edition)) == before
    acts.say_demand(None, three, wanted=["2027-11-04 14:00-16:00"], pinned=True)
    fixed = still.digest(reading.read(edition))
    assert fixed != before
    acts.place_session(None, three, room=edition.rooms.first(), starts=at(16), minutes=45)
    assert still.digest(reading.read(edition)) != fixed


def test_a_room_that_has_gone_meanwhile_is_noticed(edition):
    made = computed(edition)
    used = {place["room"] for place in made.places}
    free = [room for room in edition.rooms.all() if room.pk in used and not room.slots.exists()]
    acts.remove_room(None, free[0])
    with pytest.raises(Stale, match="no longer there"):
        acts.accept_proposal(None, made)


def test_little_moves_when_that_is_wished(edition):
    acts.plan(None, edition, weights={"moves": 100})
    before = stands(edition)["Three"]
    made = computed(edition, base="working")
    acts.accept_proposal(None, made)
    assert stands(edition)["Three"] == before


def test_the_published_programme_can_be_the_base(edition):
    with pytest.raises(ValidationError, match="No programme is published yet"):
        asked(edition, base="released")
    acts.release(None, edition)
    edition.refresh_from_db()
    acts.place_session(
        None,
        edition.sessions.get(title__icontains="Three"),
        room=edition.rooms.first(),
        starts=at(15),
        minutes=45,
    )
    acts.plan(None, edition, weights={"moves": 100})
    acts.accept_proposal(None, computed(edition, base="released"))
    assert stands(edition)["Three"][1] == at(9)


def test_only_one_is_computed_at_a_time(edition):
    first = asked(edition)
    with pytest.raises(ValidationError, match="being computed already"):
        asked(edition)
    acts.stop_proposal(None, first)  # it has not begun: it is discarded
    assert Proposal.objects.get().state == "discarded"
    assert running.compute(first).state != "done"
    assert computed(edition).state == "done"


@pytest.mark.parametrize("wrong", [{"seconds": 0}, {"seconds": 9999}, {"base": "mine"}])
def test_what_makes_no_sense_is_refused(edition, wrong):
    with pytest.raises(ValidationError) as caught:
        acts.ask_proposal(None, edition, **{"seconds": 5, **wrong})
    assert list(caught.value.message_dict) == list(wrong)


def test_only_those_who_make_this_programme_ask_stop_accept_or_discard(edition):
    made = computed(edition)
    elsewhere = make_user(Role.PROGRAMME, scope_of(make_gathering()))
    with pytest.raises(PermissionDenied):
        acts.ask_proposal(elsewhere, edition)
    for act in (acts.accept_proposal, acts.stop_proposal, acts.discard_proposal):
        with pytest.raises(PermissionDenied):
            act(elsewhere, made)
    assert (Proposal.objects.get().state, Service.objects.count()) == ("done", 0)
    acts.accept_proposal(make_user(Role.PROGRAMME, scope_of(edition)), made)
    assert Proposal.objects.get().state == "accepted"


def test_somebody_who_says_enough_is_heard_and_the_best_is_kept(edition, monkeypatch):
    """Her word is a row that the computing looks at."""
    monkeypatch.setattr(running, "PAUSE", 0)
    made, solve, best = asked(edition), engine.solve, []

    def stopped(problem, *, on_progress, should_stop, **given):
        best.append(solve(problem, **given))
        on_progress(engine.Progress(1.0, best[0].cost.soft, 0, best[0].timetable))
        assert not should_stop()
        acts.stop_proposal(None, made)
        on_progress(engine.Progress(2.0, best[0].cost.soft, 0, best[0].timetable))
        assert should_stop()
        return best[0]

    monkeypatch.setattr(running.engine, "solve", stopped)
    done = running.compute(made)
    assert (done.state, done.stopping, done.cost) == ("done", True, best[0].cost.soft)
    assert len(done.places) == 3
    assert acts.accept_proposal(None, done).moves.count() == 3


def test_how_far_it_is_is_kept_and_a_discarded_one_is_told_to_end(edition):
    made = asked(edition)
    assert acts.begin_proposal(made, mark=0, before={})
    assert acts.tell_proposal(made, passed=2.5, cost=9, bound=4)
    found = Proposal.objects.get()
    assert (found.passed, found.cost, found.bound) == (2.5, 9, 4)
    acts.discard_proposal(None, made)
    assert not acts.tell_proposal(made, passed=3, cost=8, bound=4)
    acts.end_proposal(made, "done", passed=3)
    assert Proposal.objects.get().state == "discarded"


def test_the_task_computes_it(edition):
    made = asked(edition)
    assert tasks.compute_proposal.call(str(made.uid)) == "done"
    assert tasks.compute_proposal.call(str(made.uid)) == "done"  # a task may run twice
    assert queries.last_proposal(edition).state == "done"


def test_a_page_shows_the_proposal_beside_the_present_programme(desk, edition):
    page = reverse("gatherings:desk_propose", args=["summit"])
    assert "Ask for a timetable" in words(desk.get(page))
    made = computed(edition)
    shown = words(desk.get(page))
    for words_ in (
        "Points: 0, after",
        "3 sessions would stand elsewhere",
        "unscheduled",
        "Blue",
        "Sessions begin when",
    ):
        assert words_ in shown
    assert desk.post(page, {"what": "accept", "uid": made.uid}).status_code == 302
    assert "was accepted" in words(desk.get(page))
    assert Slot.objects.count() == 3


def test_a_page_asks_stops_and_discards(desk, edition, django_capture_on_commit_callbacks):
    page = reverse("gatherings:desk_propose", args=["summit"])
    part = reverse("gatherings:desk_propose_progress", args=["summit"])
    assert desk.post(page, {"what": "ask", "seconds": "0", "base": "nothing"}).status_code == 422
    desk.post(page, {"what": "ask", "seconds": "5", "base": "nothing"})
    made = Proposal.objects.get()
    assert (made.state, made.by) == ("waiting", desk.get(page).wsgi_request.user.person)
    waiting = desk.get(page)
    assert "It waits for its turn." in words(waiting)
    assert '<noscript><meta http-equiv="refresh"' in waiting.content.decode()
    assert "It waits for its turn." in words(desk.get(part))
    acts.begin_proposal(made, mark=0, before={})
    acts.tell_proposal(made, passed=2, cost=9, bound=4)
    assert "The best timetable so far has 9 points" in words(desk.get(part))
    desk.post(page, {"what": "stop", "uid": made.uid})
    assert "It is being stopped." in words(desk.get(page))
    desk.post(page, {"what": "discard", "uid": made.uid})
    assert desk.get(part)["HX-Refresh"] == "true"
    assert "Ask for a timetable" in words(desk.get(page))
    other = asked(make_gathering())
    assert desk.post(page, {"what": "discard", "uid": other.uid}).status_code == 404


def test_a_page_says_why_there_is_none(desk, edition):
    acts.say_demand(None, edition.sessions.get(title__icontains="Two"), audience=5000)
    made = computed(edition)
    assert (made.state, made.reasons["what"]) == ("impossible", "clash")
    shown = words(desk.get(reverse("gatherings:desk_propose", args=["summit"])))
    assert "No timetable keeps all demands" in shown
    assert "“Two” needs 5000 seats." in shown


@pytest.mark.parametrize(
    ("code", "told"), [("zh-hans", "“Two”需要 5000 个座位"), ("ar", "«\u2068Two\u2069»")]
)
def test_each_reader_is_told_in_her_language_whoever_pressed(desk, edition, code, told):
    """What clashes is kept as facts: the English of the one who asked is not what others read."""
    acts.say_demand(None, edition.sessions.get(title__icontains="Two"), audience=5000)
    with override("en"):
        computed(edition)
    with override(code):
        shown = words(desk.get(reverse("gatherings:desk_propose", args=["summit"])))
    assert told in shown
    assert "needs" not in shown


def test_an_auditor_looks_and_presses_nothing(client, edition):
    made = computed(edition)
    client.force_login(make_user(Role.AUDITOR))
    page = reverse("gatherings:desk_propose", args=["summit"])
    assert "Accept" not in words(client.get(page))
    assert client.post(page, {"what": "accept", "uid": made.uid}).status_code == 403
    assert Slot.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_what_would_move_costs_three_queries(edition, count, django_assert_num_queries):
    for _more in range(count):
        make_session(edition)
    computed(edition)
    proposal = queries.last_proposal(edition)
    with django_assert_num_queries(3):
        found = queries.proposed(proposal)
    assert len(found) == count + 3
    with django_assert_num_queries(1):
        queries.last_proposal(edition)


def test_nothing_is_proposed_for_nothing():
    gathering = make_gathering()
    made = computed(gathering)
    with override("en"):
        assert (made.state, made.places) == ("done", [])
