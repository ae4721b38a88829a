"""The record in a real browser: the proof computed there, axe, a phone's width, without script."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from summitry.people.tests.factories import make_institution
from summitry.record.models import Checkpoint, Entry

from .factories import say, things

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def record(live_server, monkeypatch):
    """A record of 300 entries, and a browser."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    make_institution()
    with things() as world, sync_playwright() as playwright:
        world.faces["one"] = {"title": "x"}
        say(299)
        say(1, title={"en": "Cases <2027>", "ar": "حالات", "zh-hans": "案例"})
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        live_server.browser = browser
        yield live_server
        browser.close()


def said(record, index, page=None):
    """What the page says that the browser found."""
    page = page or record.browser.new_page()
    page.goto(f"{record.url}/en/record/{index}/")
    page.wait_for_selector("#check[data-said]", state="attached")
    shown = page.locator("#check > p:visible")
    assert shown.count() == 1
    assert shown.get_attribute("data-say") == page.locator("#check").get_attribute("data-said")
    return shown.get_attribute("data-say")


def test_the_browser_verifies_inclusion_and_signature(record):
    for index in (0, 255, 256, 298, 299):
        assert said(record, index) == "whole"


def test_the_browser_sees_what_was_changed(record):
    entry = Entry.objects.get(index=299)
    Entry.objects.filter(index=299).update(body=entry.body.replace(b"2027", b"2028"))
    assert said(record, 299) == "wrong"
    assert said(record, 298) == "whole"
    head = Checkpoint.objects.get(size=300)
    line = head.note.strip().rsplit(" ", 1)
    spoiled = line[1][:20] + ("B" if line[1][20] == "A" else "A") + line[1][21:]
    Checkpoint.objects.filter(size=300).update(note=f"{line[0]} {spoiled}\n")
    assert said(record, 298) == "forged"


def test_a_page_that_says_something_else_than_what_is_sealed(record):
    """Not what the server sends beside it is hashed, but the words that the reader sees."""
    page = record.browser.new_page()
    page.route(
        "**/en/record/299/",
        lambda route: route.fulfill(
            response=(got := route.fetch()), body=got.text().replace("حالات", "حالة")
        ),
    )
    assert said(record, 299, page) == "wrong"


def test_without_a_connection_it_says_so(record):
    page = record.browser.new_page()
    page.route("**/*.tlog-proof", lambda route: route.abort())
    assert said(record, 5, page) == "away"


def test_the_search_works_without_script(record):
    page = record.browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{record.url}/en/record/")
    page.get_by_label("Entry number or hash").fill("299")
    page.get_by_role("button", name="Verify").click()
    assert page.url == f"{record.url}/en/record/299/"
    assert page.get_by_role("heading", level=1).inner_text() == "Call opened: Cases <2027>"


@pytest.mark.parametrize(
    "path", ["/en/record/", "/ar/record/299/", "/zh-hans/record/how/", "/en/record/?q=x"]
)
def test_no_barrier_and_no_sideways_scroll(record, path):
    for width in (390, 1280):
        for scheme in ("light", "dark"):
            page = record.browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            problems = []
            page.on(
                "console",
                lambda one, problems=problems: problems.append(one.text) if one.type == "error" else None,
            )
            page.on("pageerror", lambda one, problems=problems: problems.append(str(one)))
            page.goto(f"{record.url}{path}")
            page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
            found = Axe().run(page, options=RULES)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert problems == []
            page.close()
