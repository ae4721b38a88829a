"""People's pages and accounts in a real browser: axe, the width of a phone, passkeys."""

import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.urls import reverse
from playwright.sync_api import sync_playwright

from summitry.people import acts
from summitry.people.tests.factories import (
    PASSWORD,
    make_institution,
    make_mandate,
    make_organisation,
    make_person,
    make_user,
)
from summitry.text.value import Text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    context = browser.new_context()
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "console", lambda said: page.problems.append(said.text) if "Content Security" in said.text else None
    )
    yield page
    assert page.problems == []
    context.close()


def sign_in(page, base, user):
    page.goto(base + reverse("account_login"))
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form.form button.go")
    page.wait_for_url("**/me/")


def confirm(page, url):
    """Open a page that asks for the password again."""
    page.goto(url)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form.form button.go")
    page.wait_for_url(url)


def audit(page, url):
    """What axe and the width of a phone find wrong, light and dark."""
    wrong = []
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            answer = page.goto(url)
            assert answer.status in (200, 410), (url, answer.status)
            found = Axe().run(page, options=RULES).response["violations"]
            for one in found:
                nodes = [node["html"][:160] for node in one["nodes"][:3]]
                wrong.append(f"{url} {width} {scheme}: {one['id']} {nodes}")
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append(f"{url} {width} {scheme}: sideways scroll")
    return wrong


def test_pages_for_visitors_pass_axe(page, live_server):
    make_institution()
    names = ["account_login", "account_signup", "account_reset_password", "account_request_login_code"]
    urls = [live_server.url + reverse(name) for name in [*names, "account_reset_password_done"]]
    urls += [url.replace("/en/", "/ar/") for url in urls[:2]]
    urls.append(live_server.url + reverse("people:invitation", args=["forged"]))
    assert "\n".join(wrong for url in urls for wrong in audit(page, url)) == ""


def test_pages_behind_the_door_pass_axe(page, live_server):
    make_institution()
    user = make_user("secretariat")
    other = make_user("secretariat", name=Text.of("王小明", "zh-hans"))
    organisation = make_organisation(Text.of("Institute", ar="معهد"), kind="university", country="CN")
    make_organisation("Named by somebody", confirmed=False)
    person = make_person("Somebody")
    mandate = make_mandate(person, "juror")
    affiliation = acts.add_affiliation(
        user, user.person, organisation=organisation, title=Text.of("Director")
    )
    acts.invite(user, "guest@example.org", "juror", name=Text.of("Guest"))
    acts.invite(other, user.email, "auditor")
    sign_in(page, live_server.url, user)
    names = [
        "me",
        "profile",
        "preferences",
        "add_affiliation",
        "organisations",
        "new_organisation",
        "persons",
    ]
    names += ["mandates", "invitations", "invite"]
    urls = [reverse(f"people:{name}") for name in names]
    urls += [
        reverse("people:affiliation", args=[affiliation.pk]),
        reverse("people:organisation", args=[organisation.slug]),
        reverse("people:organisation", args=["named-by-somebody"]),
        reverse("people:grant", args=[person.slug]),
        reverse("people:end_mandate", args=[mandate.pk]),
    ]
    names = ["account_email", "account_change_password", "mfa_index", "mfa_list_webauthn", "account_logout"]
    names += ["socialaccount_connections", "mfa_activate_totp", "mfa_add_webauthn"]
    urls += [reverse(name) for name in names]
    urls += [urls[0].replace("/en/", "/ar/"), urls[1].replace("/en/", "/ar/"), reverse("people:erase")]
    wrong = audit(page, live_server.url + urls[-1])  # the page that asks for the password again
    confirm(page, live_server.url + urls[-1])
    wrong += [one for url in urls for one in audit(page, live_server.url + url)]
    assert "\n".join(wrong) == ""


def test_a_passkey_is_added_and_signs_in(page, live_server, settings):
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    base = live_server.url.replace("127.0.0.1", "localhost")  # a passkey needs a name, not a number
    make_institution()
    user = make_user()
    tool = page.context.new_cdp_session(page)
    tool.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    tool.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, base, user)
    confirm(page, base + reverse("mfa_add_webauthn"))
    page.fill("input[name=name]", "My laptop")
    page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/2fa/recovery-codes/**")
    page.goto(base + reverse("mfa_list_webauthn"))
    assert page.locator("tbody th").inner_text() == "My laptop"
    assert page.locator("tbody td").first.inner_text() == "Passkey"

    page.context.clear_cookies()
    page.goto(base + reverse("account_login"))
    page.click("#passkey_login")
    page.wait_for_url("**/me/")
    assert user.email in page.locator(".lede").inner_text()


def test_a_refused_passkey_is_said_where_it_happened(page, live_server):
    make_institution()
    base = live_server.url.replace("127.0.0.1", "localhost")
    page.goto(base + reverse("account_login"))
    page.evaluate("() => { webauthnJSON.get = () => Promise.reject(new Error('refused')) }")
    page.click("#passkey_login")
    alert = page.locator("#passkey-problem")
    assert alert.inner_text() == "The passkey could not be used. Try again, or sign in another way."
    assert page.evaluate("document.activeElement.id") == "passkey-problem"


def test_sign_up_with_a_mailed_code(page, live_server):
    make_institution()
    page.goto(live_server.url + reverse("account_signup"))
    page.fill("input[name=email]", "new@example.org")
    page.fill("input[name=name]", "Zoë Ångström")
    page.fill("input[name=password1]", PASSWORD)
    page.click("main form.form button.go")
    page.wait_for_url("**/confirm-email/")
    code = re.search(r"^([A-Z0-9]{4}-?[A-Z0-9]{3,4}|[A-Z0-9]{6})$", mail.outbox[-1].body, re.MULTILINE).group(
        1
    )
    page.fill("input[name=code]", code)
    page.click("main form.form button.go")
    page.wait_for_url("**/me/")
    assert page.locator(".lede").inner_text() == "Zoë Ångström · new@example.org"
