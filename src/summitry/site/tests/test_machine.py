"""What machines ask, headers, cookies, and the address without a language."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.conf import settings as configured
from django.utils import timezone

from summitry.atlas.tests.factories import make_case
from summitry.calls.models import Call
from summitry.gatherings.models import Gathering
from summitry.people.tests.factories import make_institution
from summitry.site.tests.factories import make_page
from summitry.text.value import Text

pytestmark = pytest.mark.django_db
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.mark.parametrize(
    ("asked", "home"),
    [
        ("ar", "/ar/"),
        ("zh-CN,zh;q=0.9", "/zh-hans/"),
        ("fr-CH, fr;q=0.9", "/fr/"),
        ("xx", "/en/"),
        ("", "/en/"),
    ],
)
def test_the_root_leads_to_the_language_that_the_browser_asks_for(
    client, asked, home, django_assert_num_queries
):
    with django_assert_num_queries(0):
        response = client.get("/", headers={"accept-language": asked})
    assert (response.status_code, response["Location"]) == (302, home)
    assert {one.strip() for one in response["Vary"].split(",")} >= {"Accept-Language", "Cookie"}


def test_a_choice_is_stronger_than_the_browser(client):
    client.cookies["django_language"] = "ru"
    assert client.get("/", headers={"accept-language": "ar"})["Location"] == "/ru/"


def test_an_address_without_a_language_finds_its_page(client):
    response = client.get("/documents/?page=2", headers={"accept-language": "es"})
    assert (response.status_code, response["Location"]) == (302, "/es/documents/?page=2")


def test_robots_are_led_to_the_map_and_away_from_the_desk(client, settings):
    settings.BASE_URL = "https://summit.example"
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert lines[0] == "User-agent: *"
    assert "Disallow: /*/desk/" in lines
    assert lines[-1] == "Sitemap: https://summit.example/sitemap.xml"


def test_security_txt_has_what_rfc_9116_requires(client, settings):
    settings.BASE_URL = "https://summit.example"
    make_institution(contact="office@summit.example")
    fields = dict(
        line.split(": ", 1) for line in client.get("/.well-known/security.txt").content.decode().splitlines()
    )
    assert fields["Contact"] == "mailto:office@summit.example"
    assert fields["Canonical"] == "https://summit.example/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "ar, zh-Hans, en, fr, ru, es"
    assert fields["Expires"].endswith("Z")


def test_security_txt_falls_back_to_the_sender_of_mails(client, settings):
    settings.DEFAULT_FROM_EMAIL = "Summitry <post@summit.example>"
    assert b"Contact: mailto:post@summit.example\n" in client.get("/.well-known/security.txt").content


def test_browsers_and_password_managers_are_led_on(client):
    assert client.get("/favicon.ico")["Location"] == "/static/summitry/mark.svg"
    asked = client.get("/.well-known/change-password", headers={"accept-language": "fr"})
    assert asked["Location"] == "/fr/account/password/change/"


def test_the_map_lists_each_language(client, settings):
    settings.BASE_URL = "https://summit.example"
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    assert [one.text for one in root.findall("s:sitemap/s:loc", NAMES)] == [
        f"https://summit.example/sitemap-{code}.xml" for code, _ in settings.LANGUAGES
    ]
    assert client.get("/sitemap-xx.xml").status_code == 404


def test_the_map_has_every_public_page_in_every_language_and_no_private_one(client, settings):
    settings.BASE_URL = "https://summit.example"
    make_page(slug="concept", kind="document")
    make_page(slug="rule-1", kind="rule")
    make_page(slug="secret", kind="document", shown=False)
    root = ElementTree.fromstring(b"".join(client.get("/sitemap-ar.xml").streaming_content))
    found = {one.find("s:loc", NAMES).text: one for one in root.findall("s:url", NAMES)}
    base = "https://summit.example/ar"
    assert {
        f"{base}/",
        f"{base}/pages/concept/",
        f"{base}/documents/",
        f"{base}/lists/rule/",
        f"{base}/record/",
    } <= set(found)
    assert not [one for one in found if "secret" in one]
    alternates = found[f"{base}/pages/concept/"].findall("x:link", NAMES)
    assert {one.get("hreflang"): one.get("href") for one in alternates} == {
        "ar": "https://summit.example/ar/pages/concept/",
        "zh-Hans": "https://summit.example/zh-hans/pages/concept/",
        "en": "https://summit.example/en/pages/concept/",
        "fr": "https://summit.example/fr/pages/concept/",
        "ru": "https://summit.example/ru/pages/concept/",
        "es": "https://summit.example/es/pages/concept/",
    }


def test_every_address_of_the_map_is_there_and_none_of_drafts(client, settings):
    settings.BASE_URL = ""
    for kind in ("document", "rule", "page", "milestone", "project"):
        make_page(kind=kind)
    make_case("BeiDou")
    now = timezone.now()
    for slug, state in (("open-call", Call.State.OPEN), ("secret-call", Call.State.DRAFT)):
        Call.objects.create(
            slug=slug,
            title=Text.of(slug),
            state=state,
            opens_at=now,
            closes_at=now + timedelta(days=1),
            opened_at=now if state == Call.State.OPEN else None,
        )
    for slug, state in (("summit", Gathering.State.ANNOUNCED), ("secret-summit", Gathering.State.DRAFT)):
        Gathering.objects.create(slug=slug, title=Text.of(slug), starts=now, ends=now, state=state)
    root = ElementTree.fromstring(b"".join(client.get("/sitemap-en.xml").streaming_content))
    addresses = [one.text for one in root.findall("s:url/s:loc", NAMES)]
    assert len(addresses) == len(set(addresses))
    assert {"/en/calls/open-call/", "/en/gatherings/summit/", "/en/cases/"} <= set(addresses)
    assert [one for one in addresses if "secret" in one] == []
    opened = [one for one in addresses if one != "/en/calls/open-call/"]  # a call without rules has no page
    assert {address: client.get(address).status_code for address in opened} == dict.fromkeys(opened, 200)


def policy(response) -> dict[str, str]:
    return {one.split(" ")[0]: one for one in response["Content-Security-Policy"].split("; ")}


def test_every_page_carries_the_safety_headers(client):
    response = client.get("/en/display/")
    said = policy(response)
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert said[name] == f"{name} 'none'"
    assert said["default-src"] == "default-src 'self'"
    assert said["form-action"] == "form-action 'self'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Content-Language"] == "en"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client):
    response = client.post("/en/account/login/", {"login": "nobody@example.org", "password": "x"})
    response = client.get("/en/account/login/")
    token = response.cookies["csrftoken"]
    assert token["samesite"] == "Lax"
    assert configured.SESSION_COOKIE_HTTPONLY is True
    assert configured.SESSION_COOKIE_SAMESITE == "Lax"


def test_a_public_page_sets_no_cookie(client):
    make_page(slug="concept", kind="document")
    for address in ("/en/", "/en/documents/", "/en/pages/concept/", "/en/record/"):
        assert client.get(address).cookies == {}


def test_display_is_kept_in_cookies_and_leads_back_in_the_new_language(client):
    response = client.post("/en/display/", {"theme": "dark", "language": "ar", "next": "/en/record/?page=2"})
    assert (response.status_code, response["Location"]) == (302, "/ar/record/?page=2")
    assert {name: one.value for name, one in response.cookies.items()} == {
        "theme": "dark",
        "django_language": "ar",
    }
    page = client.get("/ar/display/")
    assert b'data-theme="dark"' in page.content
    response = client.post("/ar/display/", {"theme": "system", "language": "ar"})
    assert response.cookies["theme"]["max-age"] == 0
    assert b"data-theme" not in client.get("/ar/display/").content


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "\\\\evil.example"]
)
def test_display_leads_nowhere_else(client, onward):
    response = client.post("/en/display/", {"theme": "light", "language": "en", "next": onward})
    assert response["Location"] == "/en/"


@pytest.mark.parametrize(
    "data", [{"theme": "dark", "language": "xx"}, {"language": "en", "theme": "pink"}, {"language": "en"}, {}]
)
def test_display_refuses_what_it_does_not_know(client, data):
    response = client.post("/en/display/", data)
    assert response.status_code == 422
    assert response.cookies.keys() <= {"csrftoken"}


def test_a_theme_that_nobody_offered_is_ignored(client):
    client.cookies["theme"] = '"><script>'
    assert b"data-theme" not in client.get("/en/display/").content
