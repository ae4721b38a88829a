"""What a person sees when something is wrong."""

import logging
from importlib import import_module

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import Client
from django.urls import path
from lxml import html

from summitry.people.tests.factories import make_institution, make_user
from summitry.text.value import Text

house = import_module(settings.ROOT_URLCONF)


def broken(request):
    raise RuntimeError("secret detail")


def refused(request):
    raise PermissionDenied("Only jurors of this call read its entries.")


def odd(request):
    raise SuspiciousOperation("secret detail")


def absent(request):
    raise Http404("secret detail")


def reads(request):
    return absent(request) if request.POST else None


handler400, handler403, handler404, handler500 = (
    house.handler400,
    house.handler403,
    house.handler404,
    house.handler500,
)
urlpatterns = [
    path("broken/", broken),
    path("refused/", refused),
    path("odd/", odd),
    path("absent/", absent),
    path("reads/", reads),
    *house.urlpatterns,
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def visitor(client: Client) -> Client:
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/odd/", 400, "This request does not make sense here"),
        ("/refused/", 403, "This door is not yours"),
        ("/absent/", 404, "There is no page at this address"),
        ("/broken/", 500, "Something broke on our side"),
        ("/en/no/such/page/", 404, "There is no page at this address"),
        ("/no/such/page/", 404, "There is no page at this address"),
    ],
)
def test_each_fault_says_what_happened_and_what_to_do(visitor, caplog, address, status, title):
    caplog.set_level(logging.CRITICAL)
    make_institution()
    response = visitor.get(address, headers={"accept-language": "en"})
    assert response.status_code == status
    page = html.fromstring(response.content)
    assert [one.text for one in page.xpath("//h1")] == [title]
    assert page.xpath("//title")[0].text == f"{title} · Test Institute"
    assert page.xpath("//dt[.='What to do']/following-sibling::dd")[0].text
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert len(page.xpath("//*[contains(@class, 'btn') and contains(@class, 'go')]")) == 1
    assert b"secret detail" not in response.content


@pytest.mark.parametrize(
    ("asked", "lang", "dir"), [("ar", "ar", "rtl"), ("zh-CN", "zh-Hans", None), ("fr", "fr", None)]
)
def test_outside_a_language_the_readers_own_is_spoken(visitor, asked, lang, dir):
    page = html.fromstring(visitor.get("/no/such/page/", headers={"accept-language": asked}).content)
    assert (page.get("lang"), page.get("dir")) == (lang, dir)


def test_a_refusal_says_why_and_offers_to_sign_in(visitor):
    page = html.fromstring(visitor.get("/refused/?a=1").content)
    assert page.xpath("//p[@class='lede']")[0].text == "Only jurors of this call read its entries."
    assert page.xpath("//a[contains(@class, 'go')]/@href") == ["/en/account/login/?next=/refused/%3Fa%3D1"]
    visitor.force_login(make_user())
    page = html.fromstring(visitor.get("/refused/").content)
    assert page.xpath("//a[contains(@class, 'go')]/@href") == ["/en/"]


def test_a_missing_page_names_its_address_and_nothing_more_of_it(visitor):
    response = visitor.get("/en/<script>alert(1)</script>" + "x" * 300)
    page = html.fromstring(response.content)
    (named,) = page.xpath("//dd[@class='hash']")
    assert named.text == ("/en/<script>alert(1)</script>" + "x" * 300)[:200]
    assert b"<script>alert" not in response.content


def test_a_broken_page_touches_no_database(visitor, caplog, django_assert_num_queries):
    caplog.set_level(logging.CRITICAL)
    visitor.force_login(make_user())
    with django_assert_num_queries(0):
        response = visitor.get("/broken/")
    assert response.status_code == 500
    page = html.fromstring(response.content)
    assert page.xpath("//a[contains(@class, 'go')]/@href") == ["/broken/"]


def test_a_broken_page_keeps_the_readers_language_and_theme(visitor, caplog):
    caplog.set_level(logging.CRITICAL)
    visitor.cookies["django_language"] = "ar"
    visitor.cookies["theme"] = "dark"
    page = html.fromstring(visitor.get("/broken/").content)
    assert (page.get("lang"), page.get("dir"), page.get("data-theme")) == ("ar", "rtl", "dark")


def test_the_reference_of_a_broken_page_is_in_the_log(visitor, caplog):
    page = html.fromstring(visitor.get("/broken/").content)
    (reference,) = page.xpath("//dd[@class='hash']")
    number = reference.text.split(" ")[0]
    assert [one.getMessage() for one in caplog.records if one.name == "summitry.errors"] == [
        f"{number}: GET /broken/"
    ]


def test_what_is_too_large_is_said_to_be_so(visitor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = visitor.post("/reads/", {"text": "x" * 200})
    assert response.status_code == 413
    assert html.fromstring(response.content).xpath("//h1")[0].text == "This is too much at once"


def test_too_many_fields_are_refused(visitor, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    response = visitor.post("/reads/", {f"f{n}": "x" for n in range(9)})
    assert response.status_code == 413


def test_a_form_without_this_visits_token_is_explained(visitor):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/en/display/", {"language": "ar"}, headers={"accept-language": "en"})
    assert response.status_code == 403
    page = html.fromstring(response.content)
    assert page.xpath("//h1")[0].text == "This form has expired"
    assert page.xpath("//a[contains(@class, 'go')]/@href") == ["/en/display/"]


def test_before_there_is_an_institution_pages_are_called_summitry(visitor):
    page = html.fromstring(visitor.get("/en/no/", headers={"accept-language": "en"}).content)
    assert page.xpath("//a[@class='brand']")[0].text == "Summitry"


def test_an_error_page_costs_three_queries_at_most(visitor, django_assert_max_num_queries):
    make_institution(name=Text.of("Institute"))
    with django_assert_max_num_queries(3):
        visitor.get("/en/no/such/page/")
