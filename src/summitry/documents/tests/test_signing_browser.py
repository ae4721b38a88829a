"""Signing in a real browser: a key that stays in it, a passkey; the pages by axe, in two directions."""

import json
from base64 import b64encode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from summitry.people.tests.factories import PASSWORD, make_institution, make_user
from summitry.text.value import Text
from tests.chromium import chromium, violations

from .. import acts, proofs, roll
from ..models import Signature
from .signing import a_certified, a_final, a_signatory, a_speaker, a_state, an_adopted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = """name,category,nature,nationality,date_signed
Égypte,state,UE,EGY,2019-11-12
ABB,private-sector,Entreprise,SWE,2019-12-11
Université de Genève,civil-society,Université,CHE,2020-03-25
Nowhere,,,,2021-05-20
Kenya,state,,KEN,"""


@pytest.fixture
def house(django_db_setup, live_server):
    """An adopted text with signatures of every kind, and one whose window for objections is open."""
    make_institution()
    version = an_adopted(
        title=Text.of("Call for trust and security", ar="نداء الثقة والأمن", zh_hans="信任与安全倡议")
    )
    rows, _remarks = roll.read(LIST.encode())
    acts.take_in_signatories(None, version.document, rows, source="elsewhere.example", language="fr")
    peru = a_state("Peru", "PE")
    a_certified(version, a_signatory(version.document, peru), reservation=Text.of("Not p2."), anchors=["p2"])
    chile = a_state("Chile", "CL")
    a_signatory(version.document, chile, make_user("depositary", email="signatory@example.org"))
    make_user("secretariat", email="secretariat@example.org")
    delegate = a_speaker(peru)
    closes = timezone.now() + timedelta(days=15)
    adoption = acts.begin_adoption(None, a_final("open"), "consensus", closes_at=closes)
    acts.object_to_adoption(delegate, adoption, peru, Text.of("It goes too far.", ar="يذهب بعيدًا"))
    return live_server.url


def sign_in(page, base, email):
    page.goto(f"{base}/en/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form.form button.go")
    page.wait_for_url("**/me/")


def audit(page, url):
    """What axe and the width of a phone find wrong."""
    wrong = []
    answer = page.goto(url)
    assert answer.status == 200, (url, answer.status)
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        for one in violations(page):
            wrong.append((url, width, scheme, one["id"], [node["html"][:160] for node in one["nodes"][:3]]))
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append((url, width, scheme, "sideways scroll", []))
    return wrong


def test_pages_pass_axe(house):
    at = "documents/initiative/"
    public = [f"{at}{one}/" for one in ("signatures", "adoption", "positions", "copy")]
    public += [at, f"{at}1/", f"{at}1/?at=p2", "documents/open/adoption/", "documents/open/1/"]
    with chromium() as browser:
        page = browser.new_page()
        urls = [f"{house}/en/{path}" for path in public] + [f"{house}/ar/{path}" for path in public[:3]]
        assert [wrong for url in urls for wrong in audit(page, url)] == []
        page.goto(f"{house}/en/{at}signatures/?q=peru")
        page.get_by_role("link", name="Peru", exact=True).click()
        assert audit(page, page.url) == []
        sign_in(page, house, "signatory@example.org")
        own = [f"{at}sign/", f"{at}sign/powers/", f"{at}positions/state/", "desk/signatures/"]
        own += [f"desk/{at}signatures/enter/", "desk/signatures/powers/"]
        assert [wrong for path in own for wrong in audit(page, f"{house}/en/{path}")] == []
        page.context.clear_cookies()
        sign_in(page, house, "secretariat@example.org")
        desk = [f"desk/{at}signatures/import/", f"desk/{at}adoption/", f"desk/{at}adoption/consensus/"]
        assert [wrong for path in desk for wrong in audit(page, f"{house}/en/{path}")] == []


def to_the_message(page, house):
    page.goto(f"{house}/en/documents/initiative/sign/")
    page.get_by_role("button", name="Show what I sign").click()
    page.locator("#signing").wait_for()
    return page.locator("#signing").get_attribute("data-message")


def test_a_key_that_stays_in_the_browser_signs(house):
    with chromium() as browser:
        page = browser.new_page()
        sign_in(page, house, "signatory@example.org")
        message = to_the_message(page, house)
        assert violations(page) == []
        page.get_by_role("button", name="Sign with the key").click()
        page.wait_for_url("**/signatures/*/")
        assert "Yes: the key signed this message" in page.locator("main").inner_text()
        kept = page.evaluate(
            """() => new Promise(done => {
                const opening = indexedDB.open('summitry-signing', 1)
                opening.onsuccess = () => {
                    const keys = opening.result.transaction('keys').objectStore('keys')
                    keys.get('own').onsuccess = event => crypto.subtle
                        .exportKey('pkcs8', event.target.result.privateKey)
                        .then(() => done('came out'), error => done(error.name))
                }
            })"""
        )
        assert kept == "InvalidAccessError"
    signature = Signature.objects.get(organisation__slug="chile")
    assert (signature.message, signature.means) == (message, "key")
    proofs.check_key(message.encode(), signature.proof)


def test_a_key_file_that_she_chose_signs(house):
    own = Ed25519PrivateKey.generate()
    kinds = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    public = b64encode(own.public_key().public_bytes_raw()).decode()
    words = {"private": b64encode(own.private_bytes(*kinds)).decode(), "public": public}
    file = {"name": "key.json", "mimeType": "application/json", "buffer": json.dumps(words).encode()}
    with chromium() as browser:
        page = browser.new_page()
        sign_in(page, house, "signatory@example.org")
        message = to_the_message(page, house)
        page.get_by_label("Use a key file that I have").check()
        page.get_by_role("button", name="Sign with the key").click()
        assert page.evaluate("document.activeElement.id") == "keyfile"  # the browser says that it lacks
        page.get_by_label("Keep the key in this browser").check()
        page.locator("#keyfile").set_input_files(file)  # whoever chooses a file signs with it
        page.get_by_role("button", name="Sign with the key").click()
        page.wait_for_url("**/signatures/*/")
    signature = Signature.objects.get(organisation__slug="chile")
    assert signature.proof["key"] == public
    proofs.check_key(message.encode(), signature.proof)


def test_a_passkey_of_the_account_signs(house):
    with chromium() as browser:
        page = browser.new_page()
        sign_in(page, house, "signatory@example.org")
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
        options |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        page.goto(f"{house}/en/account/2fa/webauthn/add/")
        if page.locator("input[name=password]").count():  # the account is asked once more
            page.fill("input[name=password]", PASSWORD)
            page.locator("main form button.go").click()
        page.locator("#mfa_webauthn_add").click()
        page.wait_for_url(lambda address: "/2fa/" in address and "/add/" not in address)
        message = to_the_message(page, house)
        page.locator("[data-sign-passkey]").click()
        page.wait_for_url("**/signatures/*/")
        assert "Yes: the key signed this message" in page.locator("main").inner_text()
    signature = Signature.objects.get(organisation__slug="chile")
    assert (signature.message, signature.means) == (message, "passkey")
    proofs.check_passkey(message.encode(), json.loads(json.dumps(signature.proof)))
