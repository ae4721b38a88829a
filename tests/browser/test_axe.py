"""axe-core finds nothing on any page, public or a role’s, light or dark, wide or narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from . import paths
from .conftest import Demo, SignIn

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    }
}
LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 390)]


def faults(page: Page) -> list[str]:
    """What axe finds, one line a fault, and whether the page is wider than the window."""
    found = Axe().run(page, options=RULES).response["violations"]
    lines = [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        lines.append("scrolls sideways")
    return lines


def look(page: Page, addresses: list[str]) -> dict[str, list[str]]:
    """The faults of each page in each look."""
    wrong = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        if answer.status >= 400:
            wrong[address] = [f"answers {answer.status}"]
            continue
        for scheme, width in LOOKS:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            if found := faults(page):
                wrong[f"{address} {scheme} {width}"] = found
    return wrong


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
def test_public_pages(browser: Browser, demo: Demo, language: str) -> None:
    context = browser.new_context(base_url=demo.url, reduced_motion="reduce")
    page = context.new_page()
    every = paths.public(demo.url, language)
    # One page of a kind in the other languages: the markup is the same, direction and fonts are not.
    addresses = every if language == "en" else paths.one_of_each(every)
    assert look(page, addresses) == {}
    context.close()


@pytest.mark.parametrize("role", paths.ROLES)
def test_pages_of_a_role(sign_in: SignIn, demo: Demo, role: str) -> None:
    page = sign_in(role)
    assert look(page, paths.of_role(page, demo.url)) == {}


def test_pages_that_say_no(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(base_url=demo.url, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/en/nothing/here/")
    assert faults(page) == []
    context.close()
