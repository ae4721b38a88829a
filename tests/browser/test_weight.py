"""The first view of every public page weighs at most 50 kB over the wire, and needs no script to be read."""

from playwright.sync_api import Browser

from . import paths, weight
from .conftest import Demo


def test_every_public_page_is_light(demo: Demo) -> None:
    heavy = {}
    for language in ("en", "ar", "zh-hans"):
        for path in paths.one_of_each(paths.public(demo.url, language)):
            found = weight.first_view(demo.url + path)
            if found.total > weight.LIMIT:
                heavy[path] = found.total
    assert heavy == {}


def test_public_pages_say_the_same_without_script(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(base_url=demo.url, java_script_enabled=False)
    quiet = context.new_page()
    for path in paths.one_of_each(paths.public(demo.url, "en")):
        quiet.goto(path, wait_until="domcontentloaded")
        assert quiet.locator("main h1").count() == 1, path
        assert len(quiet.locator("main").inner_text().strip()) > 20, path
    context.close()
