import re

import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import RequestFactory
from django.urls import reverse

from summitry.people.adapter import AccountAdapter, SocialAccountAdapter
from summitry.people.models import User
from summitry.people.tests.factories import PASSWORD, make_institution, make_user
from summitry.people.tests.letters import code_in, posted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _house():
    make_institution()


def sign_in(client, user, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def confirm(client, url):
    """Pass the page that asks for the password again."""
    asked = client.get(url)["Location"]
    assert asked.startswith(reverse("account_reauthenticate"))
    return client.post(asked, {"password": PASSWORD, "next": url})


def test_sign_in_by_password(client):
    user = make_user()
    answer = sign_in(client, user)
    assert answer["Location"] == reverse("people:me")
    client.post(reverse("account_logout"))
    answer = sign_in(client, user, "wrong")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    assert "not correct" in answer.text
    assert "_auth_user_id" not in client.session


def test_unknown_and_known_addresses_get_the_same_answer(client):
    make_user(email="known@example.org")
    said = []
    for address in ("known@example.org", "unknown@example.org"):
        answer = client.post(reverse("account_login"), {"login": address, "password": "wrong"})
        said.append(answer.text.replace(address, "X"))
    assert re.sub(r'value="[^"]{64}"', "", said[0]) == re.sub(r'value="[^"]{64}"', "", said[1])


def test_guessing_is_slowed_without_any_proxy_header(client):
    user = make_user()
    for _attempt in range(5):
        assert sign_in(client, user, "wrong").status_code == 200
    answer = sign_in(client, user)  # the right password, too late
    assert "Too many failed login attempts" in answer.text
    assert "_auth_user_id" not in client.session


def test_addresses_that_rate_limits_count_by(settings):
    adapter, factory = AccountAdapter(), RequestFactory()
    assert adapter.get_client_ip(factory.get("/", REMOTE_ADDR="192.0.2.1")) == "192.0.2.1"
    forged = factory.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="198.51.100.7")
    assert adapter.get_client_ip(forged) == "192.0.2.1"
    assert adapter.get_client_ip(factory.get("/", REMOTE_ADDR="")) == "0.0.0.0"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert adapter.get_client_ip(forged) == "198.51.100.7"
    assert adapter.get_client_ip(factory.get("/", REMOTE_ADDR="192.0.2.1")) == "192.0.2.1"


def test_sign_up_with_a_code_makes_account_and_person(client, django_capture_on_commit_callbacks):
    words = {"email": "New@Example.org", "name": " 王小明 ", "password1": PASSWORD}
    with posted(django_capture_on_commit_callbacks) as letters:
        answer = client.post("/zh-hans/account/signup/", words)
    assert answer["Location"] == "/zh-hans/account/confirm-email/"
    assert letters[0].to == ["new@example.org"]
    assert letters[0].subject.startswith("测试研究所: ")
    assert "testserver" not in letters[0].body
    user = User.objects.get()
    assert user.person.name.values == {"zh-hans": "王小明"}
    assert (user.person.slug.isascii(), user.language) == (True, "zh-hans")
    answer = client.post(answer["Location"], {"code": "WRONG1"})
    assert 'aria-invalid="true"' in answer.text
    answer = client.post("/zh-hans/account/confirm-email/", {"code": code_in(letters[0])})
    assert answer["Location"] == "/zh-hans/me/"
    assert EmailAddress.objects.get().verified


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "no address", "Enter a valid email address."),
        ("name", "\u202e", "Write your name in letters that can be seen."),
        ("name", "", "This field is required."),
        ("password1", "short", "This password is too short."),
        ("password1", "password", "This password is too common."),
    ],
)
def test_bad_sign_ups_come_back(client, field, value, words):
    good = {"email": "new@example.org", "name": "Amina", "password1": PASSWORD}
    answer = client.post(reverse("account_signup"), {**good, field: value})
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert User.objects.count() == 0


def test_signing_up_with_a_known_address_tells_nobody_but_its_owner(
    client, django_capture_on_commit_callbacks
):
    make_user(email="known@example.org")
    words = {"email": "known@example.org", "name": "X", "password1": PASSWORD}
    with posted(django_capture_on_commit_callbacks) as letters:
        answer = client.post(reverse("account_signup"), words)
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert [letter.to for letter in letters] == [["known@example.org"]]
    assert User.objects.count() == 1


def test_sign_in_by_a_mailed_code(client, django_capture_on_commit_callbacks):
    user = make_user()
    with posted(django_capture_on_commit_callbacks) as letters:
        answer = client.post(reverse("account_request_login_code"), {"email": user.email})
    assert answer["Location"] == reverse("account_confirm_login_code")
    answer = client.post(answer["Location"], {"code": code_in(letters[0])})
    assert answer["Location"] == reverse("people:me")


def test_a_password_is_reset_by_a_link_that_works_once(client, django_capture_on_commit_callbacks):
    user = make_user()
    with posted(django_capture_on_commit_callbacks) as letters:
        client.post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(r"http://\S+", letters[0].body).group(0)
    form = client.get(link)["Location"]
    assert client.post(form, {"password1": "another long one", "password2": "different"}).status_code == 200
    client.post(form, {"password1": "another long one", "password2": "another long one"})
    assert sign_in(client, user, "another long one")["Location"] == reverse("people:me")
    client.post(reverse("account_logout"))
    assert "has already been used" in client.get(link, follow=True).text
    assert "has already been used" in client.get(link[:-6] + "forged/", follow=True).text


def test_an_address_is_added_confirmed_and_made_the_main_one(client, django_capture_on_commit_callbacks):
    user = make_user(email="old@example.org")
    sign_in(client, user)
    url = reverse("account_email")
    confirm(client, reverse("people:erase"))
    with posted(django_capture_on_commit_callbacks) as letters:
        client.post(url, {"action_add": "", "email": "new@example.org"})
    codes = [letter for letter in letters if letter.to == ["new@example.org"]]
    client.post(reverse("account_email_verification_sent"), {"code": code_in(codes[0])})
    client.post(url, {"action_primary": "", "email": "new@example.org"})
    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert "new@example.org" in client.get(url).text


def test_a_second_factor_is_set_up_asked_for_and_sealed(client, monkeypatch):
    user = make_user()
    sign_in(client, user)
    url = reverse("mfa_activate_totp")
    assert confirm(client, url)["Location"] == url
    page = client.get(url)
    assert 'alt="QR code of the secret below"' in page.text
    drawn = mfa_adapter().build_totp_svg("otpauth://totp/x")
    assert 'xmlns="http://www.w3.org/2000/svg"' in drawn
    assert 'fill="#fff"' in drawn  # its own white ground: a camera reads it on a dark page
    secret = page.context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    assert client.post(url, {"code": code})["Location"] == reverse("mfa_view_recovery_codes")
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert mfa_adapter().decrypt(stored) == secret
    codes = client.get(reverse("mfa_view_recovery_codes")).text
    assert "recovery_codes" in codes
    one = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    client.post(reverse("account_logout"))
    answer = sign_in(client, user)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("people:me")).status_code == 302
    assert 'aria-invalid="true"' in client.post(answer["Location"], {"code": "000000"}).text
    assert client.post(answer["Location"], {"code": one})["Location"] == reverse("people:me")


def test_a_changed_password_is_told_by_mail(client, django_capture_on_commit_callbacks):
    user = make_user()
    sign_in(client, user)
    new = {"oldpassword": PASSWORD, "password1": "another long one", "password2": "another long one"}
    with posted(django_capture_on_commit_callbacks) as letters:
        client.post(reverse("account_change_password"), new)
    assert [letter.to for letter in letters] == [[user.email]]


def test_identity_providers_appear_when_they_are_configured(client, settings):
    assert "Example ID" not in client.get(reverse("account_login")).text
    app = {"provider_id": "oidc", "name": "Example ID", "client_id": "x", "secret": "y"}
    app["settings"] = {"server_url": "https://id.example.org"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    assert "Example ID" in client.get(reverse("account_login")).text


def test_a_name_from_an_identity_provider_is_taken_over(rf):
    from allauth.socialaccount.models import SocialAccount, SocialLogin

    request = rf.get("/")
    from django.contrib.messages.storage.fallback import FallbackStorage
    from django.contrib.sessions.backends.db import SessionStore

    request.session = SessionStore()
    request._messages = FallbackStorage(request)
    account = SocialAccount(provider="oidc", uid="1", extra_data={"userinfo": {"name": "Amina Example"}})
    login = SocialLogin(user=User(email="a@example.org"), account=account, email_addresses=[])
    with request_context(request):
        SocialAccountAdapter().save_user(request, login)
    assert str(User.objects.get().person.name) == "Amina Example"


@pytest.mark.parametrize("language", ["ar", "zh-hans", "en", "fr", "ru", "es"])
def test_entrance_pages_in_every_language(client, language):
    for name in ("login/", "signup/", "password/reset/", "login/code/", "password/reset/done/", "inactive/"):
        answer = client.get(f"/{language}/account/{name}")
        assert answer.status_code == 200
        assert answer.text.count("<h1") == 1


def test_scripts_are_files_so_that_the_strict_policy_lets_them_run(client):
    answer = client.get(reverse("account_login"))
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    for attributes in re.findall(r"<script([^>]*)>", answer.text):
        assert "src=" in attributes or 'type="application/json"' in attributes
    assert not re.search(r"\son\w+=|\sstyle=", answer.text)
    assert mail.outbox == []


def test_a_signed_in_reader_of_the_sign_in_page_is_led_on(client):
    client.force_login(make_user())
    assert client.get(reverse("account_login"))["Location"] == reverse("people:me")
