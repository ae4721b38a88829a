"""Takes the README's picture from a running demonstration: `uv run python scripts/screenshot.py [URL]`."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

OUT = Path(__file__).resolve().parent.parent / "docs" / "screenshot.png"

address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1280, "height": 1080})
    page.goto(f"{address}/en/")
    page.screenshot(path=OUT)
    browser.close()
