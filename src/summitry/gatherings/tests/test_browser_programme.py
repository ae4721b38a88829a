"""A programme from accepted proposals to a reader's telephone, walked in a browser in three languages:
results are published, a timetable is proposed and taken over, a session is dragged into a conflict and led
out of it by keyboard, the programme is released, changed and released again, and an agenda follows."""

import re
from datetime import time

import pytest
from django.urls import reverse
from django.utils.translation import gettext, override
from playwright.sync_api import Page, expect

from summitry.calls import acts as calls
from summitry.calls.tests.factories import GOLD, SILVER, close, decide, make_sent, mark, open_world, rules
from summitry.calls.tests.factories import screen_all as screen
from summitry.gatherings import acts
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_institution, make_mandate, make_user
from summitry.text.languages import apart
from summitry.text.value import Text
from tests.chromium import PHONE, chromium

from .factories import DAY, make_gathering, make_room
from .test_browser_agenda import take
from .test_browser_editor import centre, faults, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLES = (
    Text.of("Ferries that everybody hears", ar="عبّارات يسمعها الجميع", zh_hans="人人都听得见的渡船"),
    Text.of("Queues without a queue", ar="طوابير بلا طابور", zh_hans="不用排的队"),
    Text.of("Names on a map", ar="أسماء على خريطة", zh_hans="地图上的名字"),
)
IMMEDIATE = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


class World:
    """A call of which three proposals are accepted and nothing is public, and an edition with two rooms."""

    def __init__(self) -> None:
        make_institution()
        self.gathering = make_gathering(
            slug="summit", title=Text.of("Summit", ar="القمة", zh_hans="峰会"), ends=DAY
        )
        make_room(self.gathering, "Hall", capacity=200)
        make_room(self.gathering, "Annex", capacity=40)
        acts.plan(None, self.gathering, day_starts=time(9), day_ends=time(11), step=30)
        self.editor = make_user(Role.PROGRAMME, scope_of(self.gathering), name="Mona")
        given = {"outcome": "gatherings.session", "outcome_options": {"gathering": "summit"}}
        self.call = open_world(rules(**given))
        for title in TITLES:
            make_sent(self.call, title=title)
        close(self.call)
        screen(self.call)
        entries, jurors = self.call.submissions, self.call.jurors[:2]
        for entry in entries:
            for juror in jurors:
                calls.assign(self.call.manager, entry, juror.person)
        calls.open_stage(self.call.manager, self.call.run("jury"))
        for entry, points in zip(entries, (5, 4, 3), strict=True):
            for juror in jurors:
                mark(juror, entry, points, points)
        calls.close_stage(self.call.manager, self.call.run("jury"))
        calls.open_stage(self.call.manager, self.call.run("deliberation"))
        decided = decide(self.call, GOLD, SILVER, SILVER)
        calls.seal_verdict(self.call.chair, decided, decided.sheet)
        self.slug = decided.slug
        make_mandate(self.editor.person, Role.CALL_MANAGER, scope_of(decided))


@pytest.fixture
def world(django_db_setup, transactional_db, settings):
    settings.TASKS = IMMEDIATE  # the timetable is computed while the page is asked for
    return World()


class Words:
    """What the interface says in a language, and the titles in it."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.titles = [title.get(language) for title in TITLES]

    def __call__(self, words: str, **facts: object) -> str:
        with override(self.language):
            return gettext(words) % facts if facts else gettext(words)


def go(page: Page, site: str, language: str, name: str, *args: str) -> None:
    with override(language):
        page.goto(site + reverse(name, args=args))


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def card(page: Page, title: str) -> str:
    """Where the session stands in the grid."""
    key = page.locator("#grid .card", has_text=title).get_attribute("id")
    return f"#grid #{key}"


def onto(page: Page, path: str, other: str) -> None:
    """Drags a card to where the other one begins, and holds it there."""
    page.mouse.move(*centre(page, path))
    page.mouse.down()
    x, y = centre(page, other)
    page.mouse.move(x, y + 30, steps=5)
    page.mouse.move(x, y, steps=3)


def move(page: Page, path: str, *keys: str) -> None:
    """By keyboard: picks a card up, moves it, puts it there."""
    page.locator(f"{path} .grip").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ghost")).to_be_visible()
    for key in (*keys, "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".ghost")).to_have_count(0)


def aside(page: Page, path: str) -> str:
    """The key that leads to the other one of two rooms."""
    here, keys = centre(page, path)[0], [one.get_attribute("id") for one in page.locator("#grid .room").all()]
    other = max((centre(page, f"#{key}")[0] for key in keys), key=lambda x: abs(x - here))
    return "ArrowRight" if other > here else "ArrowLeft"


def times(page: Page, path: str) -> str:
    found = re.search(r"\d\d:\d\d–\d\d:\d\d", page.locator(f"{path} .at").inner_text())
    assert found is not None
    return found[0]


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
def test_from_accepted_proposals_to_an_agenda_that_follows(world, live_server, language):
    site, words = live_server.url, Words(language)
    first, second, _third = words.titles
    with chromium() as browser:
        # The results are published, and what was accepted waits for a place.
        desk = opened(browser, site, world.editor, language)
        expect(desk.locator("#tray-list .card")).to_have_count(0)
        go(desk, site, language, "calls:publish", world.slug)
        press(desk, words("Publish now"))
        go(desk, site, language, "gatherings:desk_editor", "summit")
        expect(desk.locator("#tray-list .card")).to_have_count(3)
        expect(desk.locator("#grid .card")).to_have_count(0)

        # A timetable is proposed, looked at, and taken over.
        go(desk, site, language, "gatherings:desk_propose", "summit")
        desk.locator("[name=seconds]").fill("5")
        with desk.expect_navigation():
            desk.locator("button[value=ask]").click()
        for title in words.titles:
            expect(desk.get_by_role("link", name=title)).to_be_visible()
        assert faults(desk) == []
        with desk.expect_navigation():
            desk.locator("button[value=accept]").click()
        go(desk, site, language, "gatherings:desk_editor", "summit")
        expect(desk.locator("#grid .card")).to_have_count(3)
        expect(desk.locator("#grid .flag")).to_have_count(0)

        # Dragged onto another one, it is told in words what is wrong; by keyboard it is led out of it.
        one, other = card(desk, first), card(desk, second)
        with override(language):
            clash = words("Same room as “%(other)s”", other=apart(second))
        onto(desk, one, other)
        expect(desk.locator(".ghost p")).to_contain_text(clash)
        desk.mouse.up()
        expect(desk.locator(f"{one} .flag")).to_contain_text(clash)
        expect(desk.locator("#told-1")).to_contain_text(second)
        assert faults(desk) == []
        move(desk, one, aside(desk, one))
        expect(desk.locator(one)).not_to_contain_text(clash)
        expect(desk.locator("#told-1")).to_have_count(0)
        at_first = times(desk, one)

        # Released, it is in a reader's agenda, which opens without a connection.
        go(desk, site, language, "gatherings:desk_release", "summit")
        press(desk, words("Release it"))
        phone = browser.new_context(viewport=PHONE, reduced_motion="reduce")
        reader = phone.new_page()
        take(reader, site, language)
        phone.set_offline(True)
        go(reader, site, language, "gatherings:agenda", "summit")
        expect(reader.locator(".prog > li")).to_have_count(3)
        expect(reader.locator("#offline")).to_be_visible()
        expect(reader.locator(".prog")).to_contain_text(at_first[:5])

        # Changed and released again; what it changes is read before and after.
        go(desk, site, language, "gatherings:desk_editor", "summit")
        move(desk, one, *["ArrowDown"] * 4)
        expect(desk.locator(f"{one} .at")).not_to_contain_text(at_first)
        at_last = times(desk, one)
        go(desk, site, language, "gatherings:desk_release", "summit")
        moved = words("Moved to another time")
        expect(desk.get_by_role("heading", name=moved)).to_be_visible()
        press(desk, words("Release it"))
        visitor = browser.new_context(viewport=PHONE, reduced_motion="reduce").new_page()
        visitor.errors = []
        go(visitor, site, language, "gatherings:release", "summit", "2")
        expect(visitor.get_by_role("heading", name=moved)).to_be_visible()
        expect(visitor.locator("main")).to_contain_text(first)
        expect(visitor.locator("main")).not_to_contain_text(second)
        expect(visitor.locator("del")).to_contain_text(at_first[:5])
        expect(visitor.locator("ins")).to_contain_text(at_last[:5])
        assert faults(visitor) == []

        # The agenda hears of it as soon as there is a connection, and has it without one.
        phone.set_offline(False)
        expect(reader.locator("#anew")).to_be_visible()
        expect(reader.locator("[data-last]").locator("visible=true")).to_contain_text(at_first[:5])
        reader.reload()
        reader.locator("#held").wait_for(state="visible")
        phone.set_offline(True)
        go(reader, site, language, "gatherings:agenda", "summit")
        expect(reader.locator(".prog")).to_contain_text(at_last[:5])
        assert desk.errors == []
