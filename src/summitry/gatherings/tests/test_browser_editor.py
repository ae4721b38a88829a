"""The programme editor in a real browser: drag, touch, keyboard, without script, two at once, axe."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import PASSWORD, make_institution, make_person, make_user
from summitry.text.value import Text
from tests.chromium import PATIENCE, PHONE, chromium, violations

from .factories import at, make_gathering, make_placed, make_room, make_session, make_track
from .test_placing import places

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = {"width": 1280, "height": 1400}


class World:
    """A morning in three rooms: “Opening” in the Hall at 09:00, “Cables” in the Annex at 10:00 with Ada L,
    “Names” (30 minutes, with Ada L) unscheduled."""

    def __init__(self):
        make_institution()
        self.gathering = make_gathering(slug="summit", title=Text.of("Summit", ar="القمة"))
        self.editors = [
            make_user(Role.PROGRAMME, scope_of(self.gathering), name=name) for name in ("Mona", "Bo")
        ]
        ada, track = make_person("Ada L"), make_track(self.gathering, "AI")
        hall, annex, self.third = (make_room(self.gathering, name) for name in ("Hall", "Annex", "Canal"))
        self.opening = make_placed(self.gathering, hall, at(9), "Opening", length=60)
        self.cables = make_placed(self.gathering, annex, at(10), "Cables", ada, length=60)
        self.names = make_session(self.gathering, "Names", ada, minutes=30, track=track)


@pytest.fixture
def world(django_db_setup, transactional_db):
    return World()


def opened(browser, base, user, language="en", query="", **context):
    """The editor as this user sees it, in a browser of her own; errors of the console end the test."""
    context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **context})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    # An answer of 404 or 409 is reported too; that is the server's word, not a fault of the page.
    page.on(
        "console",
        lambda said: (
            page.errors.append(said.text)
            if said.type == "error" and "Failed to load resource" not in said.text
            else None
        ),
    )
    page.goto(f"{base}{reverse('account_login')}")
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_load_state()
    address = reverse("gatherings:desk_editor", args=["summit"]).replace("/en/", f"/{language}/")
    page.goto(base + address + query)
    return page


def faults(page):
    found = [one["id"] for one in violations(page)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("scrolls sideways")
    return found + page.errors


def centre(page, path, down=10):
    box = page.locator(path).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + min(down, box["height"] / 2)


def row(page, hour):
    """The height on the screen at which an hour begins."""
    return page.locator(".hour", has_text=hour).bounding_box()["y"]


def drag(page, path, room, hour, *, drop=True):
    """From a card to where its upper edge shall be."""
    x, y = centre(page, path)
    page.mouse.move(x, y)
    page.mouse.down()
    there = centre(page, f"#r{room.pk}")[0]
    page.mouse.move(there, row(page, hour) + 30, steps=5)
    page.mouse.move(there, row(page, hour) + 10, steps=3)
    if drop:
        page.mouse.up()


def test_dragging_tells_conflicts_in_words_and_undoing_takes_it_back(world, live_server):
    with chromium() as browser:
        page = opened(browser, live_server.url, world.editors[0])
        assert faults(page) == []
        drag(page, f"#s{world.names.pk}", world.third, "10:00", drop=False)
        expect(page.locator(".ghost p")).to_have_text("Canal, 10:00 to 10:30. Ada L is in “Cables” then")
        assert faults(page) == []
        page.mouse.up()
        said = page.locator("#said")
        expect(said).to_contain_text("“Names” is in Canal on 3 November, 10:00 to 10:30.")
        expect(said).to_contain_text("Ada L is in both “Cables” and “Names” on 3 November, 10:00 to 10:30.")
        expect(page.locator(f"#s{world.cables.pk} .flag")).to_have_text("Ada L is in “Names” then")
        expect(page.locator("#tray")).to_contain_text("Every session has a place.")
        assert faults(page) == []
        drag(page, f"#s{world.opening.pk}", world.third, "14:00")
        expect(page.locator(f"#s{world.opening.pk} .at")).to_contain_text("14:00–15:00")
        page.keyboard.press("Escape")  # nothing is in hand
        drag(page, f"#s{world.cables.pk}", world.third, "16:00", drop=False)
        page.keyboard.press("Escape")
        page.mouse.up()
        expect(page.locator(f"#s{world.cables.pk} .at")).to_contain_text("10:00–11:00")
        undo = page.locator("#board-tools").get_by_role("button", name="Undo")
        undo.click()
        expect(page.locator(f"#s{world.opening.pk} .at")).to_contain_text("09:00–10:00")
        undo.click()
        expect(page.locator(f"#tray-list #s{world.names.pk}")).to_be_visible()
        expect(undo).to_be_disabled()
        page.locator("#board-tools").get_by_role("button", name="Do again").click()
        expect(page.locator(f"#grid #s{world.names.pk}")).to_be_visible()
        x, y = centre(page, f"#grid #s{world.names.pk}")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(*centre(page, "#tray-h"), steps=8)
        page.mouse.up()
        expect(page.locator(f"#tray-list #s{world.names.pk}")).to_be_visible()
        page.locator("#moves summary").first.click()
        expect(page.locator("#moves li").first).to_contain_text("Mona: taken out")
        assert faults(page) == []
    assert places(world.gathering) == {
        "Opening": ("Hall", "03 09:00", "10:00"),
        "Cables": ("Annex", "03 10:00", "11:00"),
    }


def test_the_keyboard_does_the_same_in_both_directions(world, live_server):
    with chromium() as browser:
        for language, ahead, back in (("en", "ArrowRight", "ArrowLeft"), ("ar", "ArrowLeft", "ArrowRight")):
            page = opened(browser, live_server.url, world.editors[0], language)
            live = page.locator("programme-board + [role=status]")
            page.locator(f"#s{world.opening.pk} .grip").focus()
            page.keyboard.press("Enter")
            page.wait_for_timeout(300)
            page.keyboard.press(ahead)
            expect(live).to_contain_text("Annex")
            page.keyboard.press("Escape")
            expect(page.locator(".ghost")).to_have_count(0)
            page.keyboard.press("Space")
            page.keyboard.press(ahead)
            page.keyboard.press(ahead)
            page.keyboard.press(back)
            for key in ("ArrowDown", "ArrowDown", "+"):
                page.keyboard.press(key)
            expect(live).to_contain_text("09:30")
            expect(live).to_contain_text("10:45")
            expect(live).to_contain_text("Cables")  # with which it would clash
            page.keyboard.press("Enter")
            expect(page.locator(f"#s{world.opening.pk} .at")).to_contain_text("09:30–10:45")
            expect(page.locator(f"#s{world.opening.pk} .flag")).to_contain_text("Cables")
            expect(page.locator(f"#s{world.opening.pk} .grip")).to_be_focused()
            page.locator("#board-tools button").first.click()
            expect(page.locator(f"#s{world.opening.pk} .at")).to_contain_text("09:00–10:00")
            assert page.errors == []
            page.context.close()


def test_two_browsers_see_each_other_and_overwrite_nothing(world, live_server):
    with chromium() as browser:
        mona, bo = (opened(browser, live_server.url, one) for one in world.editors)
        drag(bo, f"#s{world.opening.pk}", world.third, "15:00", drop=False)  # in hand all the while
        drag(mona, f"#s{world.cables.pk}", world.third, "12:00")
        expect(mona.locator(f"#s{world.cables.pk} .at")).to_contain_text("12:00–13:00")
        expect(bo.locator(f"#s{world.cables.pk} .at")).to_contain_text("12:00–13:00")
        expect(bo.locator(".ghost p")).to_contain_text("Canal, 15:00 to 16:00.")
        drag(mona, f"#s{world.opening.pk}", world.third, "16:00")
        expect(bo.locator(f"#s{world.opening.pk} .at")).to_contain_text("16:00–17:00")
        bo.mouse.up()
        expect(bo.locator("#said.due")).to_contain_text("Somebody else has changed this in the meantime.")
        expect(bo.locator(f"#s{world.opening.pk} .at")).to_contain_text("16:00–17:00")
        expect(mona.locator("#said")).to_contain_text("“Opening” is in Canal on 3 November, 16:00 to 17:00.")
        assert faults(bo) == []
        assert faults(mona) == []
    assert places(world.gathering)["Opening"] == ("Canal", "03 16:00", "17:00")


def test_a_finger_drags_by_the_grip(world, live_server):
    with chromium() as browser:
        page = opened(browser, live_server.url, world.editors[0], has_touch=True)
        touch = page.context.new_cdp_session(page)

        def send(kind, *point):
            points = [{"x": point[0], "y": point[1]}] if point else []
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        x, y = centre(page, f"#s{world.opening.pk} .grip")
        there = centre(page, f"#r{world.third.pk}")[0], row(page, "13:00") + 12
        send("touchStart", x, y)
        for part in (0.2, 0.6, 1):
            send("touchMove", x + (there[0] - x) * part, y + (there[1] - y) * part)
        expect(page.locator(".ghost p")).to_contain_text("Canal, 13:00 to 14:00.")
        send("touchEnd")
        expect(page.locator(f"#s{world.opening.pk} .at")).to_contain_text("13:00–14:00")
        assert page.errors == []


def move(page, session):
    """A low card shows its link when one points at it."""
    page.locator(f"#s{session.pk}").hover()
    page.locator(f"#s{session.pk} .move").click()


@pytest.mark.parametrize("script", [False, True])
def test_a_place_is_chosen_by_pressing_alone(world, live_server, script):
    """Without script, and with it as the way that needs no dragging."""
    with chromium() as browser:
        page = opened(browser, live_server.url, world.editors[0], java_script_enabled=script)
        page.get_by_role("link", name=re.compile(r"Place it\s*: Names")).click()
        clashing = page.locator(f"#q{world.third.pk} button").nth(4)  # 10:00
        expect(clashing).to_have_text("10:00Ada L is in “Cables” then")
        box = clashing.bounding_box()
        assert box["height"] >= 24
        if script:
            assert faults(page) == []
        page.locator(f"#q{world.third.pk} button").nth(12).click()  # 12:00
        expect(page.locator("main")).to_contain_text("“Names” is in Canal on 3 November, 12:00 to 12:30.")
        expect(page.locator("#picked")).to_have_count(0)
        expect(page.locator(".places")).to_have_count(0)
        move(page, world.names)
        page.get_by_role("button", name=re.compile(r"Swap\s*: Opening")).click()
        expect(page.locator("main")).to_contain_text("have swapped their places")
        move(page, world.names)
        page.get_by_role("button", name="15 min longer").click()
        expect(page.locator(f"#s{world.names.pk} .at")).to_contain_text("09:00–09:45")
        page.get_by_role("button", name="Take out").click()
        expect(page.locator(f"#tray-list #s{world.names.pk}")).to_be_visible()
        assert page.errors == []


def test_an_arabic_phone(world, live_server):
    with chromium() as browser:
        page = opened(browser, live_server.url, world.editors[0], "ar", viewport=PHONE)
        assert faults(page) == []
        page.locator(f"#s{world.names.pk} .move").click()
        assert faults(page) == []
        page.locator(f"#q{world.third.pk} button").first.click()
        expect(page.locator(f"#grid #s{world.names.pk} .at")).to_contain_text("09:00–09:30")
        assert faults(page) == []
    assert places(world.gathering)["Names"] == ("Canal", "03 09:00", "09:30")
