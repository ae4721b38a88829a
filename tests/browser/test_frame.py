"""The frame of every page: light and dark, the reader's own time, without script, by keyboard, on paper."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from .conftest import Demo
from .weight import LIMIT, first_view

GROUND = "getComputedStyle(document.body).backgroundColor"
TIMES = "[...document.querySelectorAll('main time')].map(one => `${one.textContent} ${one.title}`).join(' ')"
FRAME = ("", "documents/", "pages/how-we-decide/", "lists/project/", "display/", "record/")
type Open = Callable[..., Any]


@pytest.fixture
def opened(browser: Browser, demo: Demo) -> Open:
    """`with opened("/ar/", color_scheme="dark") as page`: a fresh visit."""

    @contextmanager
    def visit(path: str, **options: Any) -> Iterator[Page]:
        context = browser.new_context(base_url=demo.url, **options)
        try:
            page = context.new_page()
            page.goto(path)
            yield page
        finally:
            context.close()

    return visit


@pytest.mark.parametrize("path", FRAME)
def test_it_is_light_in_weight(demo: Demo, path: str) -> None:
    for language in ("en", "ar", "zh-hans"):
        weight = first_view(f"{demo.url}/{language}/{path}")
        assert weight.total <= LIMIT, weight
        assert min(weight.html, weight.css, weight.script, weight.other) > 0


def test_the_theme_is_the_systems_until_one_is_chosen(opened: Open) -> None:
    with opened("/en/") as page:
        light = page.evaluate(GROUND)
    with opened("/en/record/", color_scheme="dark") as page:
        assert page.evaluate(GROUND) != light
        page.get_by_role("link", name="Light, dark, language").click()
        page.get_by_label("light", exact=True).check()
        page.get_by_role("button", name="Keep this").click()
        assert page.url.endswith("/en/record/")
        assert page.evaluate(GROUND) == light


def test_a_language_is_kept_for_addresses_without_one(opened: Open) -> None:
    with opened("/en/display/", locale="en-GB") as page:
        page.get_by_label("العربية").check()
        page.get_by_role("button", name="Keep this").click()
        page.goto("/")
        assert page.url.endswith("/ar/")
        assert page.evaluate("document.documentElement.dir") == "rtl"


def test_the_readers_own_time_stands_beside_the_shown_one(opened: Open) -> None:
    with opened("/en/record/", timezone_id="Asia/Shanghai") as page:
        assert "where you are" in page.evaluate(TIMES)
    with opened("/en/record/", timezone_id="UTC") as page:
        assert "where you are" not in page.evaluate(TIMES)


def test_pages_work_without_script(opened: Open) -> None:
    with opened("/en/", java_script_enabled=False) as page:
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Documents").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Documents"


def test_by_keyboard_one_skips_to_the_content(opened: Open) -> None:
    with opened("/ar/record/") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_paper_carries_the_words_and_not_the_buttons(opened: Open) -> None:
    with opened("/en/record/", color_scheme="dark") as page:
        page.emulate_media(media="print")
        assert page.locator(".mast .tools").is_visible() is False
        assert page.locator(".shore").is_visible() is False
        assert page.get_by_role("heading", level=1).is_visible()
        assert page.evaluate(GROUND) == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(16, 33, 43)"
