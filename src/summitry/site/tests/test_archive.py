"""Persons and organisations across all editions, at addresses that last."""

import pytest
from django.urls import reverse

from summitry.atlas.models import Case
from summitry.atlas.tests.factories import make_case
from summitry.calls.models import Decision
from summitry.calls.tests.factories import make_sent, open_world
from summitry.gatherings import acts
from summitry.gatherings.models import Gathering
from summitry.gatherings.tests.factories import DAY, at, make_gathering, make_placed, make_room, make_session
from summitry.gatherings.tests.test_pages import words
from summitry.people import acts as people
from summitry.people.tests.factories import make_organisation, make_person, make_user
from summitry.site import archive
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


def person_page(slug: str) -> str:
    return reverse("site:person", args=[slug])


def body_page(slug: str) -> str:
    return reverse("site:organisation", args=[slug])


class Past:
    """Ada spoke in two editions, once for a body that also convened; a third edition is a draft."""

    def __init__(self, sessions: int = 1) -> None:
        self.user = make_user(name="Ada")
        self.ada = self.user.person
        self.body = make_organisation("Harbour Board", slug="harbour", kind="association", country="FR")
        self.gatherings = []
        for n in range(3):
            day = DAY.replace(year=2025 + n)
            draft = Gathering.State.DRAFT if n == 2 else Gathering.State.ANNOUNCED
            gathering = make_gathering(
                slug=f"summit-{day.year}",
                title=Text.of(f"Summit {day.year}"),
                starts=day,
                ends=day,
                time_zone="Asia/Shanghai",
            )
            for number in range(sessions):
                room = make_room(gathering)
                session = make_placed(gathering, room, at(2, day=day), f"Talk {day.year}.{number}")
                part = (self.ada, "moderator", self.body if n == 0 else None)
                acts.edit_session(None, session, people=[part])
                if n == 1:
                    acts.name_conveners(None, session, [self.body])
            make_session(gathering, f"Unreleased {day.year}", self.ada)
            acts.release(None, gathering)
            Gathering.objects.filter(pk=gathering.pk).update(state=draft)
            self.gatherings.append(gathering)


@pytest.fixture
def past() -> Past:
    return Past()


def test_a_person_has_one_page_for_all_editions(past, client):
    page = words(client.get(person_page(past.ada.slug)))
    assert "2 sessions in the published programmes." in page
    assert page.index("Summit 2026") < page.index("Summit 2025")
    assert "10:00 – 10:30 ( UTC+8 ) Talk 2025.0 Moderator, Harbour Board" in page
    assert ("Summit 2027" in page, "Unreleased" in page) == (False, False)


def test_an_organisation_has_one_page_for_what_it_convened_and_who_spoke_for_it(past, client):
    past.gatherings[1].conveners.add(past.body)
    past.gatherings[2].conveners.add(past.body)
    make_case("Quays", organisations=(past.body,))
    make_case("Gone", organisations=(past.body,), state=Case.State.WITHDRAWN, withdrawn_at=at(1, day=DAY))
    page = words(client.get(body_page("harbour")))
    assert "Association · France" in page
    assert "Gatherings that it convened 3 November 2026 Summit 2026" in page
    assert "Talk 2026.0 convened by it" in page
    assert "Talk 2025.0 Ada moderator" in page
    assert "Practice cases 2022 Quays" in page
    assert ("Gone" in page, "Summit 2027" in page) == (False, False)


def test_nobody_unpublished_has_a_page(client):
    hidden = make_gathering(state=Gathering.State.DRAFT)
    spy = make_person("Spy", slug="spy")
    make_placed(hidden, make_room(hidden), at(9), "Secret", spy)
    make_organisation("Rumour", slug="rumour", confirmed=False)
    for address in (person_page("spy"), person_page("none"), body_page("rumour"), body_page("none")):
        assert client.get(address).status_code == 404
    people.change_address(None, spy, "mole")
    assert client.get(person_page("spy")).status_code == 404  # not even where she is now


def test_an_erased_person_shows_nothing_and_her_old_addresses_lead_nowhere(past, client):
    slug = past.ada.slug
    people.change_address(None, past.ada, "ada-l")
    assert client.get(person_page(slug))["Location"] == person_page("ada-l")
    people.erase(past.user)
    past.ada.refresh_from_db()
    for address in (slug, "ada-l", past.ada.slug):
        assert client.get(person_page(address)).status_code == 404
    page = words(client.get(body_page("harbour")))
    assert "Ada" not in page
    assert client.get(body_page("harbour")).status_code == 200


def test_old_addresses_lead_on_for_ever(past, client):
    old = past.ada.slug
    people.change_address(None, past.ada, "ada-l")
    people.change_address(None, past.ada, "ada-lovelace")
    for address in (old, "ada-l"):
        response = client.get(person_page(address))
        assert (response.status_code, response["Location"]) == (301, person_page("ada-lovelace"))
    edition = reverse("gatherings:person", args=["summit-2025", "ada-lovelace"])
    assert person_page("ada-lovelace") in client.get(edition).content.decode()
    moved = client.get(reverse("gatherings:person", args=["summit-2025", old]))
    assert (moved.status_code, moved["Location"]) == (301, edition)
    people.lead_address(None, past.body, "quay-board")
    assert client.get(body_page("quay-board"))["Location"] == body_page("harbour")


def test_only_a_case_whose_page_names_her_stands_on_her_page(past, client):
    """Whoever applied for an organisation is not public, nor is who stands behind another's name."""
    world = open_world()
    told = make_sent(world, past.user)
    decision = Decision.objects.create(submission=told, result="accepted")
    case = make_case("Her own", decision=decision, carried_by=Text.of("ADA"), source=Text())
    assert archive.of_person(past.ada).cases == (case,)
    Case.objects.update(carried_by=Text.of("Somebody else"))
    assert archive.of_person(past.ada).cases == ()
    Case.objects.update(carried_by=Text.of("Ada"), state=Case.State.WITHDRAWN, withdrawn_at=at(1, day=DAY))
    assert archive.of_person(past.ada).cases == ()
    Case.objects.update(state=Case.State.PUBLISHED, withdrawn_at=None)
    assert archive.of_person(past.ada).cases == (case,)
    told.organisation = make_organisation("Employer")
    told.save()
    assert archive.of_person(past.ada).cases == ()


@pytest.mark.parametrize("many", [1, 3])
def test_how_many_queries_a_history_costs(many, django_assert_num_queries):
    past = Past(many)
    with django_assert_num_queries(4):
        assert sum(len(held.rows) for held in archive.of_person(past.ada).editions) == 2 * many
    with django_assert_num_queries(7):
        assert sum(len(held.rows) for held in archive.of_organisation(past.body).editions) == 2 * many


def test_the_sitemap_knows_them(past, client):
    series = acts.create_series(None, title=Text.of("Summits"), slug="summits")
    acts.edit_gathering(None, Gathering.objects.get(slug="summit-2025"), series=series)
    make_organisation("Nothing yet", slug="nothing-yet")
    make_person("Nobody", slug="nobody")
    places = b"".join(client.get("/sitemap-en.xml").streaming_content).decode()
    for there in (f"/en/people/{past.ada.slug}/", "/en/organisations/harbour/", "/en/series/summits/"):
        assert f"{there}</loc>" in places
    assert ("nothing-yet" in places, "/people/nobody/" in places) == (False, False)


@pytest.mark.parametrize("code", ["ar", "zh-hans", "fr", "ru", "es"])
def test_every_page_opens_in_every_language(past, client, code):
    for path in (person_page(past.ada.slug), body_page("harbour")):
        assert client.get(path.replace("/en/", f"/{code}/", 1)).status_code == 200
