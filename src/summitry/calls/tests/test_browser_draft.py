"""A draft in a real browser: what lies on the device is offered only where the page does not show it."""

from dataclasses import replace

import pytest
from django.urls import reverse

from summitry.calls.rules import Field
from summitry.people.tests.factories import make_institution, make_user
from tests.chromium import PHONE, chromium, expect

from .factories import T, make_draft, open_world, rules
from .test_browser_jurors import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEAM = Field("team", "persons", T("Team"))


def test_what_was_refused_and_is_shown_again_is_not_offered_as_unsaved(django_db_setup, live_server):
    make_institution()
    given = rules()
    world, user = open_world(replace(given, fields=(*given.fields, TEAM))), make_user()
    draft = make_draft(world, user)
    with chromium() as browser:
        page = browser.new_context(viewport=PHONE).new_page()
        sign_in(page, live_server.url, user)
        page.goto(live_server.url + reverse("calls:draft", args=[draft.uid]))
        page.fill("[name='team--0-name']", "Amal")
        page.set_input_files(
            "[name='papers-new']", {"name": "a.exe", "mimeType": "application/exe", "buffer": b"MZ"}
        )
        page.locator("button[value=check]").click()
        expect(page.locator("[role=alert][autofocus]")).to_contain_text("a.exe")
        refused = page.locator("#older").is_visible(), page.input_value("[name='team--0-name']")
        older = {"version": "0", "values": [["team--0-name", "Dock"]]}
        page.evaluate(
            "([key, copy]) => localStorage.setItem(key, JSON.stringify({at: Date.now(), ...copy}))",
            [page.locator("#draft").get_attribute("data-key"), older],
        )
        page.goto(live_server.url + reverse("calls:draft", args=[draft.uid]))
        expect(page.locator("#older")).to_be_visible()
    assert refused == (False, "Amal")


def test_a_form_that_is_sent_while_its_draft_is_being_saved_is_no_older_window(django_db_setup, live_server):
    make_institution()
    world, user = open_world(), make_user()
    draft = make_draft(world, user)
    with chromium() as browser:
        page = browser.new_context(viewport=PHONE).new_page()
        sign_in(page, live_server.url, user)
        page.goto(live_server.url + reverse("calls:draft", args=[draft.uid]))
        kept = []

        def late(route):
            answer = route.fetch()  # the server has saved, and its answer is still on its way
            kept.append(answer.status)
            page.locator("button[value=check]").dispatch_event("click")
            route.fulfill(response=answer)

        page.route("**/save/", late)
        page.fill("[name='summary-']", "One catch, once.")
        page.wait_for_url("**/check/")
        said = page.locator("main").inner_text()
    assert (kept, "One catch, once." in said) == ([200], True)
