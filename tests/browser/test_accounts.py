"""Accounts in a real browser, with the demonstration’s mailbox: sign-up, invitation, passkeys."""

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.chromium import PATIENCE

from .conftest import Demo, SignIn
from .test_axe import look

PASSWORD = "a long enough password"
CODE = r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$"


@pytest.fixture
def local(browser: Browser, demo: Demo) -> Iterator[BrowserContext]:
    """A visitor who names the server: a passkey belongs to a name, never to a number. Fails on any error."""
    base = demo.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=base, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    yield context
    context.close()
    assert errors == []


def in_letter(context: BrowserContext, address: str, wanted: str) -> str:
    """What a pattern finds in the newest letter to an address, once the worker has sent it."""
    page = context.new_page()
    for _attempt in range(60):
        page.goto("/en/demo/mailbox/")
        found = page.locator(f"main li:has-text('{address}') a").first
        if found.count():
            found.click()
            if match := re.search(wanted, page.locator(".prose").inner_text(), re.MULTILINE):
                page.close()
                return match.group(1)
        page.wait_for_timeout(250)
    raise AssertionError(f"no letter to {address} with {wanted}")


def sign_up(page: Page, address: str, name: str) -> None:
    """Fill the form of sign-up and enter the mailed code."""
    page.fill("input[name=email]", address)
    page.fill("input[name=name]", name)
    page.fill("input[name=password1]", PASSWORD)
    page.click("main form.form button.go")
    page.wait_for_url("**/confirm-email/")
    page.fill("input[name=code]", in_letter(page.context, address, CODE))
    page.click("main form.form button.go")


def fresh() -> str:
    return f"{secrets.token_hex(5)}@summitry.example"


def test_sign_up_by_a_mailed_code(local: BrowserContext) -> None:
    page, address = local.new_page(), fresh()
    page.goto("/en/account/signup/")
    sign_up(page, address, "Guest One")
    page.wait_for_url("**/en/me/")
    assert page.locator(".lede").inner_text() == f"Guest One · {address}"


def test_an_invitation_from_the_desk_to_the_mandate(local: BrowserContext, sign_in: SignIn) -> None:
    address = fresh()
    desk = sign_in("secretariat")
    desk.goto("/en/desk/invitations/new/")
    desk.fill("input[name=email]", address)
    desk.select_option("select[name=role]", "auditor")
    desk.click("main form.form button.go")
    desk.wait_for_url("**/desk/invitations/")
    assert desk.locator(f"tr:has-text('{address}')").count() == 1

    link = in_letter(local, address, r"(/en/invitation/\S+/)")
    page = local.new_page()
    page.goto(link)
    assert look(page, [link, link.replace("/en/", "/ar/"), "/en/invitation/forged/"]) == {
        "/en/invitation/forged/": ["answers 410"]
    }
    page.goto(link)
    page.click("main a.btn:has-text('Make an account')")
    sign_up(page, address, "Guest Two")
    page.wait_for_url("**/invitation/**")
    page.click("main button.go")
    page.wait_for_url("**/en/me/")
    assert page.locator("main tbody th").inner_text() == "auditor"
    page.goto(link)
    assert "accepted already" in page.locator("main").inner_text()


def test_a_passkey_is_added_and_signs_in(local: BrowserContext) -> None:
    page, address = local.new_page(), fresh()
    tool = local.new_cdp_session(page)
    tool.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    tool.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/en/account/signup/")
    sign_up(page, address, "Guest Three")
    page.wait_for_url("**/en/me/")
    page.goto("/en/account/2fa/webauthn/add/")
    page.fill("input[name=password]", PASSWORD)  # it asks again before it changes how one signs in
    page.click("main form.form button.go")
    page.fill("input[name=name]", "My laptop")
    page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/2fa/recovery-codes/**")
    security = ["/en/account/2fa/", "/en/account/2fa/webauthn/", "/en/account/2fa/totp/activate/"]
    security += ["/en/account/2fa/recovery-codes/", "/en/account/2fa/webauthn/add/", "/en/account/email/"]
    assert look(page, [*security, "/en/account/password/change/", "/en/me/erase/"]) == {}
    page.goto("/en/account/2fa/webauthn/")
    assert page.locator("tbody th").inner_text() == "My laptop"
    assert page.locator("tbody td").first.inner_text() == "Passkey"

    local.clear_cookies()
    page.goto("/en/account/login/")
    page.click("#passkey_login")
    page.wait_for_url("**/en/me/")
    assert address in page.locator(".lede").inner_text()


def test_a_refused_passkey_is_said_where_it_happened(local: BrowserContext) -> None:
    page = local.new_page()
    page.goto("/en/account/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('refused')) }")
    page.click("#passkey_login")
    alert = page.locator("#passkey-problem")
    assert alert.inner_text() == "The passkey could not be used. Try again, or sign in another way."
    assert page.evaluate("document.activeElement.id") == "passkey-problem"
