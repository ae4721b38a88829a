"""The editor of rules in a real browser, on a telephone in Arabic and at a desk: axe, width, errors of
scripts; a file of rules taken in; a moment typed without seconds."""

import json

import pytest
from django.urls import reverse

from summitry.calls import rulesets
from summitry.people.tests.factories import make_institution
from tests.chromium import PHONE, chromium

from .factories import make_world
from .test_browser_jurors import DESK, faults, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    ("manage", []),
    ("preview", []),
    ("part", ["dates"]),
    ("part", ["weights-experts"]),
    ("items", ["fields"]),
    ("item_add", ["fields"]),
    ("item", ["stages", "experts"]),
    ("rules_upload", []),
]


@pytest.mark.parametrize(("size", "language"), [(PHONE, "ar"), (DESK, "en")])
def test_the_editor(django_db_setup, live_server, size, language):
    make_institution()
    world = make_world(rulesets.load("award"))
    data = world.call.rules.to_json()
    data["decision"]["places"] = 1
    file = {"name": "r.json", "mimeType": "application/json", "buffer": json.dumps(data).encode()}

    def to(name, *more):
        here = reverse(f"calls:{name}", args=[world.call.slug, *more])
        return live_server.url + here.replace("/en/", f"/{language}/", 1)

    wrong, errors = {}, []
    with chromium() as browser:
        page = browser.new_context(viewport=size, locale=language).new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        sign_in(page, live_server.url, world.manager)
        for name, more in PAGES:
            assert page.goto(to(name, *more)).ok
            wrong[name, *more] = faults(page)
        page.set_input_files("[name=file]", file)
        page.locator("main form button.go").click()
        page.wait_for_selector("button[value=apply]")
        wrong["look"] = faults(page)
        page.locator("button[value=apply]").click()
        page.wait_for_url(to("manage"))
        page.goto(to("part", "dates"))
        page.locator("[name=opens_at]").fill("")
        page.locator("[name=opens_at]").press_sequentially("01012027")
        page.keyboard.press("Tab")
        page.keyboard.type("0900AM")
        typed = page.locator("[name=opens_at]").input_value()
    assert {name: found for name, found in wrong.items() if found} == {}
    assert (errors, typed) == ([], "2027-01-01T09:00")
    assert world.fresh().rules.decision.places == 1
