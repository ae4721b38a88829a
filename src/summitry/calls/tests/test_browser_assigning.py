"""A juror's profile and the page of assignments in a real browser: axe, width, right to left."""

import pytest
from django.urls import reverse

from summitry.calls.models import Assignment, JurorProfile
from summitry.people.tests.factories import make_institution
from tests.chromium import PHONE, chromium

from .factories import jury, open_world
from .test_browser_jurors import DESK, faults, sign_in
from .test_views_assigning import _queue, work  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("size", "language"), [(PHONE, "ar"), (DESK, "en")])
@pytest.mark.usefixtures("_queue")
def test_a_juror_says_what_she_knows_and_a_manager_deals(
    django_db_setup, live_server, monkeypatch, size, language
):
    # The browser runs a loop in this thread, which asks the database one thing at a time nevertheless.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    make_institution()
    world = open_world(jurors=2)
    jury(world, 2)
    for user in (world.jurors[0], world.manager):
        user.language = language
        user.save(update_fields=["language"])
    here = {
        name: live_server.url
        + reverse(f"calls:{name}", args=[world.call.slug]).replace("/en/", f"/{language}/", 1)
        for name in ("own_profile", "assignments")
    }
    found = {}
    with chromium() as browser:
        page = browser.new_context(viewport=size, locale=language).new_page()
        sign_in(page, live_server.url, world.jurors[0])
        page.goto(here["own_profile"])
        found["profile"] = faults(page)
        page.locator("[name=topics][value=north]").check()
        page.locator("[name=most]").fill("3")
        page.locator("main form button.go").click()
        page.wait_for_load_state()
        page = browser.new_context(viewport=size, locale=language).new_page()
        sign_in(page, live_server.url, world.manager)
        page.goto(here["assignments"])
        found["before"] = faults(page)
        page.locator("[name=per_entry]").fill("3")
        page.locator("form:has([name=partly]) button.go").click()
        page.wait_for_selector("[role=status][hx-get]")
        found["waiting"] = faults(page)
        work()
        page.wait_for_selector("main [role=alert] h2")  # the page asks, and is fetched anew by itself
        found["refused"] = faults(page)
        page.locator("[name=per_entry]").fill("3")
        page.locator("[name=partly]").check()
        page.locator("form:has([name=partly]) button.go").click()
        page.wait_for_selector("[role=status][hx-get]")
        work()
        page.wait_for_selector("main [role=status]:not([hx-get]) li")
        found["after"] = faults(page)
    assert found == {"profile": [], "before": [], "waiting": [], "refused": [], "after": []}
    assert (JurorProfile.objects.get().topics, JurorProfile.objects.get().most) == (["north"], 3)
    assert Assignment.objects.count() == 4
