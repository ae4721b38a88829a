"""How the interface behaves at its edges: languages, caching, methods, problems."""

import pytest

from .factories import make_world

pytestmark = pytest.mark.django_db
CASES = "/api/v1/cases"


@pytest.fixture(autouse=True)
def world():
    return make_world()


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ("", "", "en"),
        ("", "fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("", "de, ru;q=0.5", "ru"),
        ("", "zh-CN", "zh-hans"),
        ("", "*", "en"),
        ("", "xx, ;;;q=a", "en"),
        ("?lang=ar", "fr", "ar"),
        ("?lang=ZH-HANS", "fr", "zh-hans"),
    ],
)
def test_the_language_asked_for(client, query, header, language):
    answer = client.get(
        f"/api/v1/institution{query}".replace("ZH-HANS", "zh-hans"), headers={"accept-language": header}
    )
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"].split(", ")
    assert "Cookie" not in answer.headers["Vary"]


def test_a_cookie_changes_nothing(client):
    client.cookies["django_language"] = "ru"
    answer = client.get("/api/v1/institution")
    assert answer.headers["Content-Language"] == "en"
    assert answer.cookies == {}


def test_an_answer_is_kept_until_it_changes(client, world):
    first = client.get(CASES)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    same = client.get(CASES, headers={"if-none-match": first.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    world.elsewhere.delete()
    fresh = client.get(CASES, headers={"if-none-match": first.headers["ETag"]})
    assert fresh.status_code == 200
    assert fresh.headers["ETag"] != first.headers["ETag"]


def test_languages_have_their_own_validators(client):
    tags = {client.get(f"{CASES}?lang={code}").headers["ETag"] for code in ("en", "fr", "ar")}
    assert len(tags) == 3


def test_head_and_options(client):
    head = client.head(CASES)
    assert (head.status_code, head.content, head.headers["Content-Type"]) == (
        200,
        b"",
        "application/json; charset=utf-8",
    )
    assert head.headers["ETag"] == client.get(CASES).headers["ETag"]
    options = client.options(CASES)
    assert (options.status_code, options.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert options.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "path", [CASES, "/api/v1/record/entries/0", "/api/v1/openapi.json", "/api/v1/nothing"]
)
def test_nothing_can_be_changed(client, method, path):
    answer = getattr(client, method)(path, {"title": "x"}, content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"], answer.headers["Allow"]) == (
        405,
        "application/problem+json",
        "GET, HEAD, OPTIONS",
    )
    assert answer.json() == {
        "type": "about:blank",
        "title": "This address can only be read",
        "status": 405,
        "detail": "Use GET: this interface changes nothing.",
    }


@pytest.mark.parametrize(
    ("path", "where", "what"),
    [
        ("/cases?limit=0", ["query", "limit"], "Input should be greater than or equal to 1"),
        ("/cases?limit=101", ["query", "limit"], "Input should be less than or equal to 100"),
        ("/cases?offset=-1", ["query", "offset"], "Input should be greater than or equal to 0"),
        ("/cases?lang=de", ["query", "lang"], None),
        ("/cases?sort=evil", ["query", "sort"], "Input should be 'newest' or 'oldest'"),
        (f"/cases?q={'x' * 201}", ["query", "q"], "String should have at most 200 characters"),
        ("/calls?state=draft", ["query", "state"], None),
        ("/gatherings/summit-2026/sessions?day=2026-02-30", ["query", "day"], None),
        (f"/record/entries/{2**63}", ["path", "index"], f"Input should be less than or equal to {2**63 - 1}"),
        ("/record/entries/-1", ["path", "index"], "Input should be greater than or equal to 0"),
        ("/record/entries/one", ["path", "index"], None),
    ],
)
def test_a_value_that_does_not_fit_is_named(client, path, where, what):
    answer = client.get(f"/api/v1{path}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    (error,) = answer.json()["errors"]
    assert error["where"][0] == where[0]
    assert error["where"][-1] == where[-1]
    assert what is None or error["what"] == what


@pytest.mark.parametrize(
    "path", ["/api/v1/", "/api/v1/nothing", "/api/v2/cases", "/api/v1/cases/a%2Fb", "/api/v1/calls/"]
)
def test_every_other_address_says_so_to_machines(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_people_are_led_to_the_page_about_it(client):
    answer = client.get("/api/", headers={"accept-language": "fr"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/fr/api/")


def test_problems_speak_the_language_asked_for(client):
    """The words are those of the catalogue; here it is enough that the header says which."""
    answer = client.get("/api/v1/cases/nothing?lang=ru")
    assert (answer.status_code, answer.headers["Content-Language"]) == (404, "ru")


def test_nul_and_odd_signs_break_nothing(client):
    for path in (
        "/cases?q=%00",
        "/cases?topic=%00",
        "/record/entries?kind=%00&subject=%00",
        "/cases?year=%F0%9F%98%80",
    ):
        assert client.get(f"/api/v1{path}").status_code == 200
