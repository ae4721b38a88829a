"""The pages of the finals: the juror's, the manager's, the screen of the hall; what each shows and hides."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from summitry.calls import acts
from summitry.calls.models import Assessment, Conflict, Submission
from summitry.calls.stages.pitch import draw_of
from summitry.people.models import Role
from summitry.people.tests.factories import make_institution, make_user

from .factories import make_manager_of, mark
from .pitching import final_world, order, run_of, turn_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


def to(name: str, world, query: str = "") -> str:
    return reverse(f"calls:{name}", args=[world.call.slug, "final"]) + query


def text(answer) -> str:
    return answer.content.decode()


def on_stage(world, at: int = 0) -> Submission:
    turn = order(world)[at]
    acts.begin_turn(world.manager, turn)
    return turn.submission


# -- the juror ------------------------------------------------------------------------------------


def test_a_juror_sees_who_is_on_who_is_next_and_marks_the_entry_on_stage(client: Client) -> None:
    world = final_world(3)
    juror = world.jurors[0]
    client.force_login(juror)
    page = text(client.get(to("live", world)))
    assert "nobody at the moment" in page
    assert 'id="marks"' not in page
    entry = on_stage(world)
    page = text(client.get(to("live", world)))
    assert str(entry.title) in page.partition("On stage")[2].partition("Next")[0]
    assert str(order(world)[1].submission.title) in page.partition("Next")[2].partition("</dl>")[0]
    assert f'data-save="{reverse("calls:marks", args=[world.call.slug, entry.ref])}"' in page
    given = {"mark_effect": "4", "mark_evidence": "5", "version": "0", "comment": "Clear"}
    assert client.post(to("live", world, f"?entry={entry.ref}"), {**given, "do": "save"}).status_code == 302
    answer = client.post(to("live", world, f"?entry={entry.ref}"), {**given, "version": "1", "do": "send"})
    assert (answer.status_code, answer["Location"]) == (302, to("live", world))
    found = Assessment.objects.get(stage__key="final")
    assert (found.marks, found.comment, found.counts) == ({"effect": 4, "evidence": 5}, "Clear", True)
    again = client.post(to("live", world, f"?entry={entry.ref}"), {**given, "mark_effect": "1", "do": "send"})
    assert again.status_code == 302
    assert Assessment.objects.get(stage__key="final").marks["effect"] == 4


def test_marks_that_are_not_complete_stay_on_the_page_with_what_is_missing(client: Client) -> None:
    world = final_world(1)
    entry = on_stage(world)
    client.force_login(world.jurors[0])
    answer = client.post(
        to("live", world, f"?entry={entry.ref}"), {"mark_effect": "4", "version": "0", "do": "send"}
    )
    assert answer.status_code == 422
    assert "A mark is missing here." in text(answer)
    assert re.search(r'name="mark_effect" value="4" checked', text(answer))
    assert client.post(to("live", world), {"do": "rig"}).status_code == 403


def test_the_machine_saves_marks_as_they_are_given_and_not_before_the_turn(client: Client) -> None:
    world = final_world(2)
    first, second = (turn.submission for turn in order(world))
    on_stage(world)
    client.force_login(world.jurors[0])

    def save(entry):
        address = reverse("calls:marks", args=[world.call.slug, entry.ref])
        return client.post(address, {"mark_effect": "4", "version": "0"})

    assert save(first).json()["version"] == 1
    early = save(second)
    assert (early.status_code, early.json()["message"]) == (422, "The turn of this entry has not begun yet.")


def test_who_has_not_said_so_declares_first_and_on_the_same_page(client: Client) -> None:
    world = final_world(2)
    juror, entry = world.jurors[1], on_stage(world)
    client.force_login(juror)
    page = text(client.get(to("live", world)))
    assert "Do you have an interest in this entry?" in page
    assert "Boats record" not in page
    here = to("live", world, f"?entry={entry.ref}")
    assert client.post(here, {"interest": "no"})["Location"] == here
    page = text(client.get(to("live", world)))
    assert 'id="marks"' in page
    assert "Boats record" in page


def test_who_steps_back_sees_nothing_more_of_the_entry_anywhere(client: Client) -> None:
    world = final_world(2)
    juror, entry = world.jurors[1], on_stage(world)
    mark(world.jurors[0], entry, 5, 5, comment="The other’s comment")
    client.force_login(juror)
    here = to("live", world, f"?entry={entry.ref}")
    answer = client.post(here, {"interest": "yes", "why": "My cousin"})
    assert answer["Location"] == to("live", world)
    assert Conflict.objects.get().juror == juror.person
    for name in ("live", "now", "hall"):
        page = text(client.get(to(name, world)))
        assert "n entry that is not before you" in page
        for leak in (str(entry.title), entry.ref, "The other’s comment", f"Ministry {entry.number - 1}"):
            assert leak not in page
    assert client.get(here).status_code == 404
    assert client.post(here, {"do": "send", "mark_effect": "5", "mark_evidence": "5"}).status_code == 404


def test_others_marks_show_once_ones_own_are_sent(client: Client) -> None:
    world = final_world(1)
    entry = on_stage(world)
    mark(world.jurors[0], entry, 5, 1, comment="The other’s comment", note="For the chair alone")
    client.force_login(world.jurors[1])
    here = to("live", world, f"?entry={entry.ref}")
    client.post(here, {"interest": "no"})
    assert "The other’s comment" not in text(client.get(here))
    mark(world.jurors[1], entry, 2, 2)
    page = text(client.get(here))
    assert "The other’s comment" in page
    assert "For the chair alone" not in page


def test_the_part_that_renews_itself_leads_to_the_entry_on_stage(client: Client) -> None:
    world = final_world(2)
    first, second = (turn.submission for turn in order(world))
    on_stage(world)
    client.force_login(world.jurors[0])
    link = f"{to('live', world)}?entry={second.ref}"
    assert link not in text(client.get(to("now", world, f"?entry={first.ref}")))
    on_stage(world, 1)
    page = text(client.get(to("now", world, f"?entry={first.ref}")))
    assert link in page
    assert "<html" not in page


def test_a_juror_can_read_ahead_and_mark_what_she_missed(client: Client) -> None:
    world = final_world(2)
    first, second = (turn.submission for turn in order(world))
    client.force_login(world.jurors[0])
    page = text(client.get(to("live", world, f"?entry={second.ref}")))
    assert "you mark it once its turn has begun" in page
    on_stage(world, 0)
    on_stage(world, 1)
    assert 'id="marks"' in text(client.get(to("live", world, f"?entry={first.ref}")))
    mark(world.jurors[0], second, 3, 3)
    page = text(client.get(to("live", world)))
    assert f"?entry={first.ref}" in page.partition("<form")[2].partition(">")[0]


def test_who_has_which_page(client: Client) -> None:
    world = final_world(1)
    auditor, nobody = make_user(Role.AUDITOR), make_user()
    partial = make_manager_of(world)
    world.submissions[0].conflicts.create(juror=partial.person)
    applicant = world.submissions[0].applicant.user
    expected = {
        "live": [200, 403, 403, 403, 403, 403, 403, 403],
        "now": [200, 403, 403, 403, 403, 403, 403, 403],
        "turns": [403, 200, 403, 403, 403, 403, 403, 403],
        "hall": [200, 200, 200, 200, 200, 403, 403, 403],
    }
    users = [world.jurors[0], world.manager, partial, world.chair, auditor, world.screener, nobody, applicant]
    found = {}
    for name in expected:
        found[name] = []
        for user in users:
            client.force_login(user)
            found[name].append(client.get(to(name, world)).status_code)
    assert found == expected
    client.logout()
    assert {client.get(to(name, world)).status_code for name in expected} == {302}
    client.force_login(world.jurors[0])
    assert client.get(reverse("calls:live", args=[world.call.slug, "heats"])).status_code == 404


# -- the hall -------------------------------------------------------------------------------------


def test_the_hall_reads_title_organisation_and_time_and_never_a_mark(client: Client) -> None:
    world = final_world(2)
    client.force_login(world.manager)
    following = order(world)[0].submission
    page = text(client.get(to("hall", world)))
    assert str(following.title) in page
    assert "5 minutes" in page
    entry = on_stage(world)
    mark(world.jurors[0], entry, 5, 1, comment="Sound")
    page = text(client.get(to("hall", world)))
    turn = turn_of(world, entry)
    assert str(entry.title) in page
    assert f"Ministry {entry.number - 1}" in page
    [until] = re.findall(r'data-until="([^"]+)"', page)
    assert datetime.fromisoformat(until) == turn.began_at + timedelta(minutes=5)
    for leak in ("Sound", "Private note", "contact-"):
        assert leak not in page
    part = text(client.get(to("hall", world), headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert str(entry.title) in part
    for turn in order(world):
        acts.begin_turn(world.manager, turn)
        acts.end_turn(world.manager, turn)
    assert "Every turn was had" in text(client.get(to("hall", world)))


def test_the_hall_of_a_blind_call_names_nobody(client: Client) -> None:
    world = final_world(1)
    entry = on_stage(world)
    rules = replace(world.fresh().rules, blind=True)
    call = world.call
    call.set_rules(rules)
    call.save()
    client.force_login(world.manager)
    page = text(client.get(to("hall", world)))
    assert (str(entry.title) in page, "Ministry" in page) == (True, False)


# -- the manager ----------------------------------------------------------------------------------


def test_a_manager_runs_the_stage_by_buttons(client: Client) -> None:
    world = final_world(3)
    first, second, third = order(world)
    client.force_login(world.manager)
    page = text(client.get(to("turns", world)))
    assert draw_of(world.call, "final") in page
    assert world.fresh().seed not in page

    def press(turn, do, **more):
        return client.post(to("turns", world), {"turn": turn.pk, "do": do, **more})

    assert press(first, "begin").status_code == 302
    assert "marks: 0 of 2 jurors" in text(client.get(to("turns", world)))
    mark(world.jurors[0], first.submission, 5, 5)
    page = text(client.get(to("turns", world)))
    assert "marks: 1 of 2 jurors" in page
    assert press(first, "end").status_code == 302
    assert press(third, "up", position=third.position, reason="").status_code == 422
    assert press(third, "up", reason="Why").status_code == 422
    assert press(third, "up", position=third.position, reason="The train is late").status_code == 302
    assert press(third, "up", position=third.position, reason="The train is late").status_code == 422  # stale
    assert [turn.pk for turn in order(world)] == [first.pk, third.pk, second.pk]
    assert press(first, "rig").status_code == 403
    assert client.post(to("turns", world), {"turn": "99999999", "do": "begin"}).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_the_pages_cost_the_same_for_one_and_three(client: Client, many) -> None:
    world = final_world(many)
    on_stage(world)
    costs = []
    for user, name in ((world.jurors[0], "live"), (world.manager, "turns"), (world.manager, "hall")):
        client.force_login(user)
        client.get(to(name, world))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(to(name, world)).status_code == 200
        costs.append(len(seen))
    assert costs == [20, 12, 9]  # the whole page, its frame and the account


def test_the_stage_is_reached_from_the_work_page(client: Client) -> None:
    world = final_world(1)
    for user, names in (
        (world.jurors[0], {"live", "hall"}),
        (world.manager, {"turns", "hall"}),
        (world.chair, {"hall"}),
    ):
        client.force_login(user)
        page = text(client.get(reverse("calls:work")))
        assert {name for name in ("live", "turns", "hall") if f'href="{to(name, world)}"' in page} == names
    assert run_of(world).is_open
