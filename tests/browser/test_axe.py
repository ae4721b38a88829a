"""axe-core finds nothing on any page, public or a role’s, light or dark, wide or narrow."""

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import EVERY, violations

from . import paths
from .conftest import Demo, SignIn

FORM = {**EVERY, "rules": {"color-contrast": {"enabled": False}}}  # what a narrow window may change
COLOUR = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
LOOKS = [("light", 1280, EVERY), ("light", 390, FORM), ("dark", 390, COLOUR), ("dark", 1280, COLOUR)]


def faults(page: Page) -> dict[str, list[str]]:
    """What axe finds in each look, one line a fault, and whether the page is wider than the window."""
    wrong = {}
    for scheme, width, options in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        found = violations(page, options)
        lines = [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
            lines.append("scrolls sideways")
        if lines:
            wrong[f"{scheme} {width}"] = lines
    return wrong


def look(page: Page, addresses: list[str]) -> dict[str, list[str]]:
    """The faults of each page in each look."""
    wrong = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        if answer.status >= 400:
            wrong[address] = [f"answers {answer.status}"]
            continue
        wrong |= {f"{address} {where}": lines for where, lines in faults(page).items()}
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
    assert faults(page) == {}
    context.close()
