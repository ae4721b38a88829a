"""A real conversation goes on here: voted on in three languages on a phone without JavaScript, its map read
by keyboard and as a screen reader hears it; and a conversation in a frame of another site."""

import re
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html
from playwright.sync_api import sync_playwright

from summitry.opinions import acts, polis
from summitry.opinions.models import Participant, Vote
from summitry.opinions.tests.factories import make_conversation
from summitry.people.tests.factories import make_institution, make_user
from tests.chromium import CHROMIUM, PHONE, chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LANGUAGES = ("en", "zh-hans", "ar")


def test_a_real_conversation_goes_on_here(django_db_setup, live_server, shared_data):
    make_institution()
    secretariat = make_user("secretariat")
    taken = acts.import_polis(None, polis.read(shared_data / "polis" / "london.youth.policing"))
    conversation = acts.reopen_conversation(secretariat, taken.conversation, "It goes on here")
    before = acts.draw_map(conversation)
    base = f"{live_server.url}/{{}}/opinions/{conversation.slug}/"

    with chromium() as browser:
        for code in LANGUAGES:
            page = browser.new_context(java_script_enabled=False, viewport=PHONE).new_page()
            page.goto(base.format(code) + "vote/")
            for step in range(3):
                assert page.locator("blockquote").inner_text().strip()
                page.locator(".votes button").nth(step % 3).focus()
                with page.expect_navigation():
                    page.keyboard.press("Enter")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    after = acts.draw_map(conversation)
    assert (after.people - before.people, after.votes - before.votes) == (3, 9)
    acts.close_conversation(None, conversation)
    run = acts.report_on(None, conversation)
    rows = len(run.table)
    statement = conversation.statements.get(pk=run.table[0][0])
    number, words = statement.number, " ".join(str(statement.text).split())

    with chromium() as browser:
        page = browser.new_context(java_script_enabled=False, viewport=PHONE).new_page()
        for code in LANGUAGES:
            page.goto(base.format(code) + "map/")
            assert page.locator("html").get_attribute("dir") == ("rtl" if code == "ar" else None)
            _tab_to(page, "[role=region]")
            heard = page.locator("main [role=region]").aria_snapshot()
            assert len(re.findall(r"^ *- row ", heard, re.MULTILINE)) == rows + 1
            headers = re.findall(r'^ *- rowheader "(.+)":$', heard, re.MULTILINE)
            assert len(headers) == rows
            assert words in headers
            assert len(re.findall(r"^ *- columnheader ", heard, re.MULTILINE)) == 3 + run.groups
            picture = page.get_by_role("img").first.aria_snapshot()
            for group in run.shown["groups"]:
                assert re.search(rf"\b{group['people']}\b", picture)
            page.goto(base.format(code) + "report/")
            assert run.digest in page.locator("main").inner_text()
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            page.goto(base.format(code) + f"statements/{number}/")
            assert page.locator("main tbody tr").count() == 1 + run.groups


def _tab_to(page, selector: str) -> None:
    """By the Tab key alone, as somebody without a mouse comes there."""
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches('{selector}')"):
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")


@contextmanager
def another_site():
    """A server of one page, which others fill in, and its headers; it has another host's name than the live
    server."""
    shown: dict[str, bytes] = {}
    policy: dict[str, str] = {}

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            for name, value in policy.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(shown.get("page", b""))

        def log_message(self, *_words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", shown, policy
        server.shutdown()


@pytest.mark.parametrize("script", [True, False])
def test_in_a_frame_of_another_site(django_db_setup, live_server, tmp_path, script):
    make_institution()
    assert live_server.url.startswith("http://localhost:")
    with another_site() as (site, shown, policy):
        conversation = make_conversation(statements=5, embed_in=site)
        other = make_conversation(statements=1, embed_in="https://elsewhere.example.org")
        # A site that lets nothing in but this frame; it has what the desk gives to copy.
        policy["Content-Security-Policy"] = f"default-src 'none'; frame-src {live_server.url}"
        given = [snippet_of(one, live_server.url) for one in (conversation, other)]
        shown["page"] = "".join(
            one.replace("<iframe ", f'<iframe id="{name}" ', 1)
            for name, one in zip(("own", "other"), given, strict=True)
        ).encode()
        cookies = _two_visits(site, script, tmp_path)
    assert cookies == []
    assert Vote.objects.count() == 4
    assert Participant.objects.count() == (1 if script else 2)


def snippet_of(conversation, base: str) -> str:
    """What the desk shows to be copied."""
    desk = Client(headers={"host": urlsplit(base).netloc})
    desk.force_login(make_user("secretariat"))
    page = desk.get(reverse("opinions:edit", args=[conversation.slug])).content
    return html.fromstring(page).xpath("string(//main//pre/code)")


def _two_visits(site, script, folder) -> list:
    """Two votes on each, in the frame; the cookies that there are in the end."""
    # A browser that lets frames keep something: some do by default, private windows never.
    (folder / "Default").mkdir()
    (folder / "Default" / "Preferences").write_text('{"profile": {"cookie_controls_mode": 0}}')
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder,
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            java_script_enabled=script,
            viewport=PHONE,
        )
        for visit in range(2):
            page = context.new_page()
            page.goto(site)
            assert page.locator("#own").evaluate("one => getComputedStyle(one).borderTopWidth") == "0px"
            frame = page.frame_locator("#own")
            goes_on = 3 if visit and script else 1  # her voice was remembered
            frame.get_by_text(f"Statement {goes_on} of 5").wait_for()
            for _step in range(2):
                said = frame.locator("blockquote").inner_text()
                frame.locator(".votes button").first.click()
                frame.locator("blockquote").filter(has_not_text=said).wait_for()
            assert page.frame_locator("#other").locator("blockquote").count() == 0
        cookies = context.cookies()
        context.close()
        return cookies
