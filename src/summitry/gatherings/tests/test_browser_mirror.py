"""A copy in a real browser, opened from its folder: on a phone, in three languages, without scripts too."""

import os
import random
import unicodedata

import pytest
from django.db import transaction
from playwright.sync_api import expect

from summitry.gatherings import mirror
from summitry.people.tests.factories import make_institution
from summitry.text import search
from tests.chromium import PHONE, chromium, violations

from .test_mirror import make_summit

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
SHOTS = os.environ.get("SHOTS")  # a folder for pictures to look at
PAGES = (
    "index",
    "programme",
    "programme,view=list",
    "changes",
    "copy-sessions",
    "copy-people",
    "copy-about",
    "search",
)


@pytest.fixture(scope="module")
def copy(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stick") / "summit"
    with django_db_blocker.unblock(), transaction.atomic():
        make_institution()
        mirror.write(make_summit(), folder)
        transaction.set_rollback(True)
    return folder


def opened(browser, **more):
    """A page without any network; what its console complains of ends the test."""
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce", offline=True, **more)
    page = context.new_page()
    page.wrong = []
    page.on("console", lambda said: page.wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("requestfailed", lambda asked: page.wrong.append(asked.url))
    return page


def test_every_kind_of_page_stands_on_a_phone_in_three_languages(copy):
    with chromium() as browser:
        page = opened(browser)
        checked = opened(
            browser
        )  # of its own: the checker asks for the style sheets, which no page may do here
        for code in ("en", "ar", "zh-hans"):
            for name in (*PAGES, "people/ada", next((copy / code / "sessions").glob("*.html")).stem):
                where = copy / code / f"{name}.html"
                if not where.exists():
                    where = copy / code / "sessions" / f"{name}.html"
                page.goto(where.as_uri())
                assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], where
                assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)"
                drawn = page.locator("svg.i").first.evaluate("one => one.getBBox().width")
                assert drawn > 0, where
                assert page.wrong == [], where
                checked.goto(where.as_uri())
                found = violations(checked)
                assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], where
                if SHOTS:
                    page.screenshot(path=f"{SHOTS}/{code}-{where.stem}.png", full_page=True)
        page.goto((copy / "index.html").as_uri())
        checked.goto((copy / "index.html").as_uri())
        assert violations(checked) == []
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/door.png", full_page=True)


def test_a_reader_finds_her_way_and_changes_the_language(copy):
    with chromium() as browser:
        page = opened(browser)
        page.goto((copy / "index.html").as_uri())
        page.locator("main").get_by_role("link", name="English").click()
        page.get_by_role("link", name="See the programme").click()
        page.locator("main .prog").get_by_role("link", name="Opening").click()
        page.get_by_role("link", name="Ada Lovelace").click()
        expect(page.locator("h1")).to_have_text("Ada Lovelace")
        page.locator("#langs").get_by_role("link", name="العربية").click()
        page.wait_for_url("**/ar/**")
        assert page.url.endswith("/ar/people/ada.html")
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert page.wrong == []


@pytest.mark.parametrize(
    ("code", "asked", "title"),
    [
        ("en", "OPENIN ada", "Opening"),
        ("en", "trust", "Opening"),
        ("ar", "افتتاح", "الافتتاحُ الرَّقْميّ"),
        ("ar", "الرقمي", "الافتتاحُ الرَّقْميّ"),
        ("zh-hans", "数据开幕", None),
        ("zh-hans", "流动开幕", "数据流动开幕式"),
        ("fr", "lovelace counts", "Ada Lovelace"),
        ("en", "quince", None),
    ],
)
def test_the_search_finds(copy, code, asked, title):
    with chromium() as browser:
        page = opened(browser)
        page.goto((copy / code / "search.html").as_uri())
        page.fill("#words", asked)
        hits = page.locator("#hits a")
        if title is None:
            assert hits.count() == 0
            assert page.locator("#told").inner_text() != ""
        else:
            hits.get_by_text(title, exact=True).first.click()
            expect(page.locator("h1")).to_have_text(title)
        assert page.wrong == []


def test_without_scripts_the_search_page_leads_to_the_lists(copy):
    with chromium() as browser:
        page = opened(browser, java_script_enabled=False)
        page.goto((copy / "en" / "search.html").as_uri())
        assert page.locator("#find").is_visible() is False
        page.locator("main").get_by_role("link", name="Sessions by name").click()
        page.get_by_role("link", name="Cables").click()
        expect(page.locator("h1")).to_have_text("Cables")


def test_the_browser_prepares_words_as_the_server_does(copy):
    """Both halves of the search, on every sign of the scripts that people write in here and on words at
    random."""
    spans = "20-250 300-530 590-700 900-e80 1e00-2100 3040-3100 4e00-4f00 ac00-ac80 fb00-fdc0 fe70-ff60"
    edges = [[int(edge, 16) for edge in span.split("-")] for span in spans.split()]
    signs = [chr(n) for first, end in edges for n in range(first, end)]
    signs = [sign for sign in signs if unicodedata.category(sign) != "Cn"]
    dice = random.Random(7)
    texts = [*signs, *("".join(dice.choices(signs, k=dice.randint(2, 14))) for _ in range(3000))]
    each = "texts => texts.map((one) => [copyWords.prepared(one), copyWords.terms(one)])"
    with chromium() as browser:
        page = opened(browser)
        page.goto((copy / "en" / "search.html").as_uri())
        got = page.evaluate(each, texts)
    wrong = [
        (text, theirs, [search.prepared(text), search.terms(text)])
        for text, theirs in zip(texts, got, strict=True)
        if theirs != [search.prepared(text), search.terms(text)]
    ]
    assert wrong == []
