"""The pages on which jurors say what they know, and managers deal."""

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from summitry.calls import acts, queries_pages, tasks
from summitry.calls.models import Assignment, JurorProfile
from summitry.people.models import Mandate
from summitry.people.tests.factories import make_institution, make_user

from .factories import jury, open_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


def to(name: str, world, *more: str) -> str:
    return reverse(f"calls:{name}", args=[world.call.slug, *more])


def filled(**changes):
    return {
        "version": "",
        "topics": ["north", "theme.ai"],
        "languages": ["fr"],
        "region": "002",
        "most": "7",
        "statement": "Boats",
        **changes,
    }


# -- profiles -------------------------------------------------------------------------------------


def test_a_juror_keeps_her_own(client: Client) -> None:
    world = open_world()
    client.force_login(world.jurors[0])
    assert client.get(to("own_profile", world)).status_code == 200
    answer = client.post(to("own_profile", world), filled())
    assert answer["Location"] == to("marking", world)
    found = JurorProfile.objects.get()
    assert (found.person, found.topics, found.languages, found.region, found.most, found.statement) == (
        world.jurors[0].person,
        ["north", "theme.ai"],
        ["fr"],
        "002",
        7,
        "Boats",
    )
    page = client.get(to("own_profile", world))
    assert page.context["form"].initial == {
        "version": 1,
        "topics": ["north", "theme.ai"],
        "languages": ["fr"],
        "region": "002",
        "most": 7,
        "statement": "Boats",
    }
    stale = client.post(to("own_profile", world), filled(statement="Other"))
    assert (stale.status_code, JurorProfile.objects.get().statement) == (422, "Boats")


def test_what_is_wrong_is_said_beside_it(client: Client) -> None:
    world = open_world()
    client.force_login(world.jurors[0])
    answer = client.post(to("own_profile", world), filled(most="0", region="moon", topics=["moon"]))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"most", "region", "topics"}
    assert not JurorProfile.objects.exists()


def test_whoever_assigns_keeps_anybodys_on_the_jury(client: Client) -> None:
    world, elsewhere = open_world(), open_world()
    juror = world.jurors[1].person
    client.force_login(world.manager)
    assert client.post(to("juror_profile", world, juror.slug), filled())["Location"] == to(
        "assignments", world
    )
    assert JurorProfile.objects.get().person == juror
    for stranger in (elsewhere.jurors[0], world.chair):
        assert client.get(to("juror_profile", world, stranger.person.slug)).status_code == 404
    assert client.get(to("own_profile", world)).status_code == 403


def test_nobody_else_opens_them(client: Client) -> None:
    world, elsewhere = open_world(), open_world()
    juror = world.jurors[0].person
    acts.save_juror_profile(world.manager, world.call, juror, statement="Knows secrets of boats")
    for user in (world.jurors[1], world.chair, world.screener, elsewhere.manager, make_user()):
        client.force_login(user)
        for answer in (
            client.get(to("juror_profile", world, juror.slug)),
            client.post(to("juror_profile", world, juror.slug), filled()),
        ):
            assert answer.status_code == 403
            assert "secrets" not in answer.content.decode()
    client.force_login(world.jurors[1])
    assert "secrets" not in client.get(to("own_profile", world)).content.decode()
    client.logout()
    assert client.get(to("own_profile", world)).status_code == 302
    assert JurorProfile.objects.get().statement == "Knows secrets of boats"


def test_the_list_leads_a_juror_to_her_profile(client: Client) -> None:
    world = open_world()
    client.force_login(world.jurors[0])
    assert to("own_profile", world) in client.get(to("marking", world)).content.decode()


# -- dealing --------------------------------------------------------------------------------------


@pytest.fixture
def _queue(settings) -> None:
    """What is put off waits, as it does in the product."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}


queued = pytest.mark.usefixtures("_queue")


def work() -> None:
    """What a worker does with the dealings that wait."""
    for row in DBTaskResult.objects.ready().filter(task_path=tasks.deal.module_path):
        row.claim("worker")
        row.set_successful(row.task.call(*row.task_result.args))


def dealt(client: Client, world, **more) -> Any:
    """The page that tells what came of a dealing."""
    asked = client.post(to("assignments", world), {"do": "deal", "per_entry": "2", "most": "", **more})
    assert asked.status_code == 302
    waiting = client.get(asked["Location"])
    assert "The entries will be dealt in a moment." in waiting.content.decode()
    work()
    return client.get(asked["Location"])


@queued
def test_a_dealing_is_put_off_and_its_page_says_what_it_came_to(client: Client) -> None:
    world = open_world(jurors=2)
    jury(world, 2)
    acts.save_juror_profile(world.manager, world.call, world.jurors[0].person, topics=["north"])
    client.force_login(world.manager)
    page = dealt(client, world)
    assert page.context["dealing"].told == (
        "4 assignments were made. How well jurors fit, from 0 to 100: 50 on average. "
        "The entry that is served worst has 50. It is proven that no other assignment is better."
    )
    words = page.content.decode()
    assert page.context["dealing"].told in words
    assert "http-equiv" not in words  # it is over: the page does not ask again
    assert words.count("no profile") == 1
    assert to("juror_profile", world, world.jurors[0].person.slug) in words


@queued
def test_where_jurors_are_missing_the_page_says_why_and_can_go_as_far_as_possible(client: Client) -> None:
    world = open_world(jurors=1)
    jury(world, 2)
    client.force_login(world.manager)
    why = "Category “North” needs 1 more juror. 2 places on jurors’ lists are lacking."
    page = dealt(client, world)
    assert page.context["dealing"].refused == (why,)
    assert why in page.content.decode()
    assert not Assignment.objects.exists()
    page = dealt(client, world, partly="on")
    assert page.context["dealing"].reasons == (why,)
    assert why in page.content.decode()
    assert Assignment.objects.count() == 2


@queued
def test_while_it_is_computed_the_page_asks_again_and_is_fetched_anew_at_the_end(client: Client) -> None:
    world = open_world(jurors=2)
    jury(world, 2)
    client.force_login(world.manager)
    asked = client.post(to("assignments", world), {"do": "deal", "per_entry": "2"})
    [row] = DBTaskResult.objects.filter(task_path=tasks.deal.module_path)
    row.claim("worker")
    page = client.get(asked["Location"]).content.decode()
    assert "The entries are being dealt, since" in page
    assert f'{to("dealing", world)}?dealing={row.id}" hx-trigger="every 2s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    asks = client.get(to("dealing", world), {"dealing": str(row.id)})
    assert "HX-Redirect" not in asks
    row.set_failed(RuntimeError("a secret of the machine"))
    over = client.get(to("dealing", world), {"dealing": str(row.id)})
    assert over["HX-Redirect"] == asked["Location"]
    told = client.get(asked["Location"]).content.decode()
    assert "broken off by a fault of the server: nothing was dealt." in told
    assert "secret" not in told


@queued
def test_a_manager_whose_duty_ends_before_it_is_computed_deals_nothing(client: Client) -> None:
    world = open_world(jurors=2)
    jury(world, 2)
    client.force_login(world.manager)
    client.post(to("assignments", world), {"do": "deal", "per_entry": "2"})
    Mandate.objects.filter(person=world.manager.person).update(until=timezone.now())
    work()
    [row] = DBTaskResult.objects.filter(task_path=tasks.deal.module_path)
    assert row.return_value == {"refused": ["You may not do this any more."]}
    assert not Assignment.objects.exists()


@queued
def test_it_is_told_in_the_language_of_who_asked_and_to_nobody_of_another_call(client: Client) -> None:
    world, other = open_world(jurors=1), open_world()
    jury(world, 2)
    client.force_login(world.manager)
    with translation.override("fr"):
        here = to("assignments", world)
    asked = client.post(here, {"do": "deal", "per_entry": "2"})["Location"]
    work()
    [row] = DBTaskResult.objects.filter(task_path=tasks.deal.module_path)
    assert row.args_kwargs["args"][2] == "fr"
    [why] = row.return_value["refused"]
    assert "needs" not in why
    assert html.escape(why) in client.get(asked).content.decode()
    client.force_login(other.manager)
    assert client.get(asked).status_code == 403
    key = {"dealing": str(row.id)}
    assert client.get(to("assignments", other), key).context["dealing"] is None
    assert client.get(to("dealing", other), key).status_code == 404
    for nonsense in ("x", "00000000-0000-0000-0000-000000000000", "\0"):
        assert client.get(to("assignments", other), {"dealing": nonsense}).context["dealing"] is None
        assert client.get(to("dealing", other), {"dealing": nonsense}).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_the_jury_costs_the_same_for_one_and_three(django_assert_num_queries, many) -> None:
    world = open_world(jurors=many)
    jury(world)
    for juror in world.jurors:
        acts.save_juror_profile(world.manager, world.call, juror.person, most=2)
    call = world.fresh()
    with django_assert_num_queries(5):
        found = queries_pages.jury(call)
    assert [one.profile.most for one in found.loads] == [2] * many
    with django_assert_num_queries(1):
        assert queries_pages.juror_of(call, world.jurors[0].person.slug) == world.jurors[0].person
    assert queries_pages.juror_of(call, world.chair.person.slug) is None
