"""A browser for the tests of every room, and axe-core in it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

PATIENCE = 60_000  # milliseconds: a busy machine fails nothing
expect.set_options(timeout=PATIENCE)
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PHONE = {"width": 390, "height": 844}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# Without the last part axe describes at length all that is in order, which takes longer than the looking.
EVERY = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser. The database is not asked while it runs: its event loop would open another connection."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


def violations(page: Page, options: dict[str, Any] = EVERY) -> list[dict[str, Any]]:
    """What axe finds wrong on the page as it is shown now."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(options).then(found => found.violations)", options
    )
    return found
