"""The record in a real browser: the proof computed there, axe, a phone's width, without script."""

import os
from itertools import product

import pytest
from django.apps import apps

from summitry.record.models import Checkpoint, Entry
from summitry.text.value import Text
from tests.chromium import chromium, violations

from .factories import say, things

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SHOTS")  # a folder for pictures to look at


@pytest.fixture
def record(django_db_setup, live_server):
    """A record of 300 entries; the server starts after the database, whose name it takes."""
    apps.get_model("people", "Institution").objects.create(pk=1, name=Text.of("Test Institute"))
    with things() as world:
        world.faces["one"] = {"title": "x"}
        say(299)
        say(1, title={"en": "Cases <2027>", "ar": "حالات", "zh-hans": "案例"})
        yield live_server


def said(record, page, index):
    """What the page says that the browser found."""
    page.goto(f"{record.url}/en/record/{index}/")
    page.wait_for_selector("#check[data-said]", state="attached")
    shown = page.locator("#check > p:visible")
    assert shown.count() == 1
    assert shown.get_attribute("data-say") == page.locator("#check").get_attribute("data-said")
    return shown.get_attribute("data-say")


def test_the_browser_verifies_inclusion_and_signature(record):
    with chromium() as browser:
        page = browser.new_page()
        assert [said(record, page, index) for index in (0, 255, 256, 298, 299)] == ["whole"] * 5


def test_the_browser_sees_a_changed_entry(record):
    entry = Entry.objects.get(index=299)
    Entry.objects.filter(index=299).update(body=entry.body.replace(b"2027", b"2028"))
    with chromium() as browser:
        page = browser.new_page()
        assert [said(record, page, index) for index in (299, 298)] == ["wrong", "whole"]


def test_the_browser_sees_a_forged_signature(record):
    head = Checkpoint.objects.get(size=300)
    start, signature = head.note.strip().rsplit(" ", 1)
    spoiled = signature[:20] + ("B" if signature[20] == "A" else "A") + signature[21:]
    Checkpoint.objects.filter(size=300).update(note=f"{start} {spoiled}\n")
    with chromium() as browser:
        assert said(record, browser.new_page(), 298) == "forged"


def test_a_page_that_says_something_else_than_what_is_sealed(record):
    """Not what the server sends beside it is hashed, but the words that the reader sees."""

    def change(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("حالات", "حالة"))

    with chromium() as browser:
        page = browser.new_page()
        page.route("**/en/record/299/", change)
        assert said(record, page, 299) == "wrong"


def test_without_a_connection_it_says_so(record):
    with chromium() as browser:
        page = browser.new_page()
        page.route("**/*.tlog-proof", lambda route: route.abort())
        assert said(record, page, 5) == "away"


def test_the_search_works_without_script(record):
    with chromium() as browser:
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(f"{record.url}/en/record/")
        page.get_by_label("Entry number or hash").fill("299")
        page.get_by_role("button", name="Verify").click()
        assert page.url == f"{record.url}/en/record/299/"
        assert page.get_by_role("heading", level=1).inner_text() == "Thing opened: Cases <2027>"


def test_no_barrier_and_no_sideways_scroll(record):
    paths = ["/en/record/", "/ar/record/299/", "/zh-hans/record/how/", "/en/record/?q=x"]
    with chromium() as browser:
        for path, width, scheme in product(paths, (390, 1280), ("light", "dark")):
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            problems = []
            page.on("console", lambda one, to=problems: to.append(one.text) if one.type == "error" else None)
            page.on("pageerror", lambda one, to=problems: to.append(str(one)))
            page.goto(f"{record.url}{path}")
            page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
            found = violations(page)
            assert found == [], (path, width, scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            assert problems == []
            if SHOTS:
                name = f"{path.strip('/').replace('/', '-').replace('?', '-')}-{width}-{scheme}.png"
                page.screenshot(path=f"{SHOTS}/{name}", full_page=True)
            page.close()
