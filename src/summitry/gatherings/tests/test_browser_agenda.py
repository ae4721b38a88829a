"""An agenda on a phone: kept when the connection goes, and marked when a new version has changed it."""

import os
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect, sync_playwright

from summitry.gatherings import acts
from summitry.gatherings.models import Gathering, Session, Slot
from summitry.people.tests.factories import make_institution
from summitry.text.value import Text
from tests.chromium import CHROMIUM, PATIENCE, PHONE, violations

from .factories import at, make_gathering, make_placed, make_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SHOTS")  # a folder for pictures to look at


@pytest.fixture
def summit(django_db_setup, transactional_db):
    make_institution()
    gathering = make_gathering(slug="summit", title=Text.of("Summit", ar="القمة"))
    for n, title in enumerate(["One", "Two", "Three"]):
        room = make_room(gathering, f"Room {title}")
        make_placed(gathering, room, at(9, 15 * n), title, abstract=Text.of(f"All of {title}."))
    acts.release(None, gathering)
    return gathering


def change(gathering):
    """Version 2: One is later and in another room, Two is cancelled, Three has another title."""
    one, two, three = Session.objects.filter(gathering=gathering).order_by("pk")
    Slot.objects.filter(session=one).update(starts=at(12), ends=at(13), room=two.slot.room)
    acts.cancel_session(None, two)
    Session.objects.filter(pk=three.pk).update(title=Text.of("Third", ar="الثالثة"))
    acts.release(None, Gathering.objects.get(pk=gathering.pk))


@contextmanager
def phone(profile, **more):
    """Her telephone, which remembers what it is told between two uses. What a page complains of ends the
    test; the database is not asked meanwhile, for the browser's event loop would open another
    connection."""
    wrong = []
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            viewport=PHONE,
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        yield context, context.pages[0]
        context.close()
    assert wrong == []


def take(page, site, language="en"):
    """Stars all sessions in the programme and opens the agenda, until all of it is kept."""
    page.goto(f"{site}/{language}/gatherings/summit/programme/?view=list")
    for star in page.locator("button.star").all():
        with page.expect_response(lambda answer: answer.url.endswith("/agenda/")):
            star.click()
    page.goto(f"{site}/{language}/gatherings/summit/agenda/")
    page.locator("#held").wait_for(state="visible")


def shot(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("language", "clash", "marks"),
    [
        (
            "en",
            "Overlaps",
            ["Moved: it was on", "Another room: it was in Room One.", "Another title: it was “Three”."],
        ),
        ("ar", None, ["09:00 – 09:30", "Room One", "Three"]),
    ],
)
def test_an_agenda_opens_without_a_connection_and_tells_what_has_changed(
    summit, live_server, tmp_path, language, clash, marks
):
    address = f"{live_server.url}/{language}/gatherings/summit/agenda/"
    with phone(tmp_path / "profile") as (context, page):
        take(page, live_server.url, language)
        assert page.locator("#anew, #offline").locator("visible=true").count() == 0
        context.set_offline(True)
        page.goto(address)
        assert page.locator(".prog > li").count() == 3
        assert page.locator(".prog > li.clash").count() == 3
        if clash:
            assert page.locator(".prog").inner_text().count(clash) == 4
        expect(page.locator("#offline")).to_be_visible()
        assert page.evaluate("getComputedStyle(document.querySelector('.prog > li')).display") != "list-item"
        link = page.locator(".prog").get_by_role("link", name="One", exact=True)
        for _try in range(5):  # a click is lost if the page is loaded anew at that moment
            link.click()
            page.wait_for_timeout(2000)
            if "/sessions/" in page.url:
                break
        expect(page.locator("h1")).to_have_text("One")
        assert "All of One." in page.locator("main").inner_text()
        shot(page, f"{language}-session-offline")
    change(summit)
    with phone(tmp_path / "profile") as (context, page):
        context.set_offline(True)
        page.goto(address)
        assert page.locator(".prog > li").count() == 3
        shot(page, f"{language}-agenda-offline")
        context.set_offline(False)  # the page asks for the present state by itself
        expect(page.locator("#anew")).to_be_visible()
        expect(page.locator("#offline")).to_be_hidden()
        shown = page.locator("[data-last]").locator("visible=true")
        assert shown.count() == 3
        told = " ".join(shown.all_inner_texts())
        assert [words for words in marks if words not in told] == []
        found = violations(page)
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        shot(page, f"{language}-agenda-changed")
        page.reload()  # she has not said that she has seen it
        expect(page.locator("#anew")).to_be_visible()
        page.locator("#anew button").click()
        expect(page.locator("#anew")).to_be_hidden()
        assert shown.count() == 0
        page.reload()
        page.locator("#held").wait_for(state="visible")
        assert shown.count() == 0
        context.set_offline(True)
        page.goto(address)
        assert "12:00" in page.locator(".prog").inner_text()


def test_what_is_kept_follows_the_stars_and_ends_with_them(summit, live_server, tmp_path):
    kept = """async () => {
        const names = (await caches.keys()).filter((one) => one.startsWith("agenda "));
        const all = await Promise.all(names.map(async (one) => (await caches.open(one)).keys()));
        return all.flat().filter((one) => one.url.includes("/sessions/")).length;
    }"""
    with phone(tmp_path / "profile") as (_context, page):
        take(page, live_server.url)
        assert page.evaluate(kept) == 3
        page.locator(".prog button.star").first.click()
        page.wait_for_function(f"async () => (await ({kept})()) === 2")
        page.goto(f"{live_server.url}/en/gatherings/summit/agenda/")
        page.get_by_role("button", name="Empty my agenda").click()
        page.get_by_role("heading", name="Nothing in your agenda yet").wait_for()
        page.wait_for_function(f"async () => (await ({kept})()) === 0")
        page.wait_for_function("async () => (await navigator.serviceWorker.getRegistrations()).length === 0")


def test_without_workers_everything_is_as_it_was(summit, live_server, tmp_path):
    with phone(tmp_path / "profile", service_workers="block") as (_context, page):
        page.goto(f"{live_server.url}/en/gatherings/summit/programme/?view=list")
        with page.expect_response(lambda answer: answer.url.endswith("/agenda/")):
            page.locator("button.star").first.click()
        page.goto(f"{live_server.url}/en/gatherings/summit/agenda/")
        assert page.locator(".prog > li").count() == 1
        assert page.locator("#held, #offline, #anew").locator("visible=true").count() == 0
