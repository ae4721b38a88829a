"""The real `summitry demo`, started once, and a browser to look at it. Run with `-m browser`."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from summitry.demo.accounts import DOMAIN, PASSWORD
from tests.chromium import CHROMIUM, PATIENCE

from .backstage import Backstage

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs the browser. Most look at the demonstration; what has a
    server of its own uses the tests' database."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Demo:
    """The running demonstration."""

    url: str
    folder: Path
    log: Path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except OSError:
        return False


def start(folder: Path, port: int, *words: str, seconds: float = 400) -> subprocess.Popen[bytes]:
    """Starts `summitry demo` and waits until it answers."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in {"DATABASE_URL", "SUMMITRY_DATA", "SECRET_KEY"}
    }
    began = time.monotonic()
    with (folder.parent / f"{folder.name}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "summitry", "demo", "--data", str(folder), "--port", str(port), *words],
            env=kept,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    while time.monotonic() - began < seconds:
        if _answers(f"http://127.0.0.1:{port}/en/"):
            return process
        if process.poll() is not None:
            break
        time.sleep(0.2)
    process.kill()
    raise AssertionError((folder.parent / f"{folder.name}.log").read_text())


def stop(process: subprocess.Popen[bytes]) -> int:
    """Presses Ctrl-C and waits for the end; its exit status."""
    process.send_signal(signal.SIGINT)
    try:
        return process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demonstration for all tests. SUMMITRY_URL names one that runs already, SUMMITRY_FOLDER its data."""
    if running := os.environ.get("SUMMITRY_URL"):
        yield Demo(running.rstrip("/"), Path(os.environ.get("SUMMITRY_FOLDER", "")), Path())
        return
    folder = tmp_path_factory.mktemp("browser") / "data"
    port = _free_port()
    process = start(folder, port)
    try:
        yield Demo(f"http://127.0.0.1:{port}", folder, folder.parent / "data.log")
    finally:
        stop(process)


@pytest.fixture(scope="session")
def backstage(demo: Demo) -> Iterator[Backstage]:
    """Acts in the demonstration's database."""
    if demo.folder == Path():
        pytest.skip("needs the folder of the demonstration: SUMMITRY_FOLDER")
    with Backstage(demo.folder) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.fail("no Chromium here; .ci/run installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, demo: Demo) -> Iterator[BrowserContext]:
    """A fresh visitor. Fails the test if a page reports an error to its console."""
    context = browser.new_context(
        base_url=demo.url, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on(
        "console",
        lambda said: (
            errors.append(f"{said.page.url if said.page else ''}: {said.text}")
            if said.type == "error"
            else None
        ),
    )
    yield context
    context.close()
    # A page that answers 403, 404 or 422 is reported too; that is the server's word, not a fault of the page.
    assert [error for error in errors if "Failed to load resource" not in error] == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


type SignIn = Callable[[str], Page]


def signed_in(context: BrowserContext, key: str) -> Page:
    """A page on which an account of the demonstration has signed in: "juror-3"."""
    page = context.new_page()
    page.goto("/en/account/login/")
    page.fill("input[name=login]", f"{key}@{DOMAIN}")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/account/login" not in url)
    return page


@pytest.fixture
def sign_in(browser: Browser, demo: Demo) -> Iterator[SignIn]:
    """sign_in("juror-3"): a page of a browser of her own; the same one when asked again."""
    contexts: dict[str, tuple[BrowserContext, Page]] = {}

    def enter(key: str) -> Page:
        if key not in contexts:
            context = browser.new_context(base_url=demo.url, viewport={"width": 1280, "height": 900})
            context.set_default_timeout(PATIENCE)
            contexts[key] = (context, signed_in(context, key))
        return contexts[key][1]

    yield enter
    for context, _page in contexts.values():
        context.close()
