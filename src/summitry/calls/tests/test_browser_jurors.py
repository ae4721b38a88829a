"""Comparing on a phone and ranking at a desk, in a real browser: axe, width, no script, buttons."""

import pytest
from django.urls import reverse

from summitry.calls.models import Comparison, Ranking
from summitry.calls.rules import Stage
from summitry.people.tests.factories import PASSWORD, make_institution
from tests.chromium import PHONE, chromium, violations

from .factories import T
from .test_comparing import FINAL, staged

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = {"width": 1280, "height": 900}


def sign_in(page, base, user):
    page.goto(f"{base}{reverse('account_login')}")
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_load_state()


def faults(page):
    found = [one["id"] for one in violations(page)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("scrolls sideways")
    return found


def test_comparing_on_a_phone_without_script(django_db_setup, live_server):
    make_institution()
    world = staged(FINAL, 3)
    here = live_server.url + reverse("calls:compare", args=[world.call.slug, "final"])
    with chromium() as browser:
        context = browser.new_context(viewport=PHONE, java_script_enabled=False)
        page = context.new_page()
        sign_in(page, live_server.url, world.jurors[0])
        page.goto(here)
        titles = page.locator("section.sheet h2").all_inner_texts()
        boxes = [one.bounding_box() for one in page.locator("button[value=left], button[value=right]").all()]
        page.locator("button[value=right]").click()
        told = page.locator("form.row .dim").inner_text()
        page.locator("button[value=undo]").click()
        again = page.locator("section.sheet h2").all_inner_texts()
        page.locator("button[value=same]").click()
        context.close()
    assert len(titles) == 2
    assert all(box["height"] >= 48 and box["width"] >= 300 for box in boxes)
    assert "before" in told
    assert again in (titles, titles[::-1])
    assert [one.winner for one in Comparison.objects.filter(undone_at=None)] == [None]
    assert Comparison.objects.count() == 2


def test_ranking_with_buttons(django_db_setup, live_server):
    make_institution()
    world = staged(Stage("final", "rank", T("Ranking"), options={"seats": 1}), 3)
    entries = world.submissions
    with chromium() as browser:
        context = browser.new_context(viewport=DESK, reduced_motion="reduce")
        page = context.new_page()
        sign_in(page, live_server.url, world.jurors[0])
        page.goto(live_server.url + reverse("calls:rank", args=[world.call.slug, "final"]))
        for name in ("Up: Entry 2", "Up: Entry 0", "Up: Entry 0", "Down: Entry 0", "Up: Entry 1"):
            page.get_by_role("button", name=name).click()
        focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
        numbers = page.locator("#ranking input").evaluate_all("all => all.map((one) => one.value)")
        page.get_by_role("button", name="Save").click()
        shown = page.locator("#ranking b").all_inner_texts()
        context.close()
    assert focused == "Up: Entry 1"
    assert numbers == ["1", "2", "3"]
    assert shown == ["Entry 2", "Entry 0", "Entry 1"]
    assert Ranking.objects.get().order == [entries[2].pk, entries[0].pk, entries[1].pk]


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
def test_axe_finds_nothing_at_either_width(django_db_setup, live_server, language):
    make_institution()
    pairs = staged(FINAL, 3)
    ranks = staged(Stage("final", "rank", T("Ranking"), options={"seats": 1}), 3)
    addresses = [
        reverse("calls:compare", args=[pairs.call.slug, "final"]),
        reverse("calls:stage_entry", args=[pairs.call.slug, "final", pairs.submissions[0].ref]),
        reverse("calls:rank", args=[ranks.call.slug, "final"]),
    ]
    wrong = {}
    with chromium() as browser:
        for user, some in ((pairs.jurors[0], addresses[:2]), (ranks.jurors[0], addresses[2:])):
            context = browser.new_context(viewport=DESK, reduced_motion="reduce")
            page = context.new_page()
            sign_in(page, live_server.url, user)
            for address in some:
                answer = page.goto(live_server.url + address.replace("/en/", f"/{language}/", 1))
                assert answer.status == 200
                for size in (DESK, PHONE):
                    page.set_viewport_size(size)
                    if found := faults(page):
                        wrong[address, size["width"]] = found
            context.close()
    assert wrong == {}
