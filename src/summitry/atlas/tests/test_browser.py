"""The library in a real browser: axe, the width of a phone, the map by keyboard, the list without script."""

import pytest
from django.urls import reverse

from summitry.atlas import acts
from summitry.people.models import Role
from summitry.people.tests.factories import PASSWORD, make_institution, make_user
from summitry.text.value import Text
from tests.chromium import chromium, violations

from .factories import COLLECTION, OUTSTANDING, make_case, make_decision, make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLACES = (
    "CN",
    "FR",
    "UG",
    "BR",
    "IN",
    "US",
    "ID",
    "EG",
    "FJ",
    "KZ",
    "NG",
    "ZA",
    "MX",
    "JP",
    "NO",
    "AU",
    "DE",
    "IT",
)


@pytest.fixture
def library(django_db_setup, live_server):
    """A library of a few years: 27 cases in several languages from all over the world."""
    make_institution()
    secretariat = make_user(Role.SECRETARIAT, email="secretariat@example.org")
    data = make_topic(
        "data", Text.of("Data across borders", zh_hans="数据跨境流动", ar="البيانات عبر الحدود")
    )
    health = make_topic("health", Text.of("Health", zh_hans="健康", ar="الصحة"))
    decision = make_decision(
        answers={
            "body": Text.of(
                "## What was done\n\nBoats share catch and weather data.\n\n- One\n- Two"
            ).to_json(),
            "evidence": Text.of(
                "| Claim | Document |\n| --- | --- |\n| Faster | [Survey](https://example.org) |"
            ).to_json(),
        }
    )
    chosen = acts.publish_case(secretariat, decision)
    acts.add_case(
        secretariat,
        slug="satellites",
        title=Text.of(
            "Satellites serve the world", zh_hans="卫星系统服务全球", ar="أقمار صناعية تخدم العالم"
        ),
        summary=Text.of("Used in half of the countries", zh_hans="用于半数国家", ar="مستخدمة في نصف البلدان"),
        year=2022,
        source=Text.of("The report of 2022", zh_hans="2022年报告"),
        source_url="https://example.org/report",
        topic_slugs=["data"],
        countries=["CN"],
        worldwide=True,
        tier="outstanding",
        tier_label=OUTSTANDING,
        top=True,
    )
    gone = make_case("Withdrawn one", slug="gone")
    acts.withdraw_case(secretariat, gone, Text.of("The evidence did not hold"), 1)
    for n in range(25):
        make_case(
            Text.of(
                f"A practice with a name of some length, number {n}", zh_hans=f"实践案例{n}", ar=f"ممارسة {n}"
            ),
            summary=Text.of(
                "What was tried, by whom, with what result, told in two lines of plain words. " * 2
            ),
            year=2019 + n % 5,
            topics=[(data, health)[n % 2]],
            countries=tuple({PLACES[n % 18], PLACES[n * 7 % 18]}),
            tier="collection",
            tier_label=COLLECTION,
        )
    return live_server.url, chosen.slug


def sign_in(page, base):
    page.goto(base + reverse("account_login"))
    page.fill("input[name=login]", "secretariat@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.click("main form.form button.go")
    page.wait_for_url("**/me/")


def audit(page, url):
    """What axe and the width of a phone find wrong, light and dark."""
    wrong = []
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            answer = page.goto(url)
            assert answer.status in (200, 410), (url, answer.status)
            for one in violations(page):
                nodes = [node["html"][:160] for node in one["nodes"][:3]]
                wrong.append((url, width, scheme, one["id"], nodes))
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append((url, width, scheme, "sideways scroll", []))
    return wrong


def test_pages_pass_axe(library):
    """What the demonstration does not hold: a full list, a withdrawn case, evidence as a table."""
    base, chosen = library
    public = ["", "?region=142&q=practice&tier=collection", f"{chosen}/", "gone/"]
    with chromium() as browser:
        page = browser.new_page()
        urls = [f"{base}/{code}/cases/{path}" for path in public for code in ("en", "ar")]
        assert [wrong for url in urls for wrong in audit(page, url)] == []
        sign_in(page, base)
        urls = [
            f"{base}/en/desk/cases/{path}" for path in ("", f"{chosen}/", "satellites/withdraw/", "gone/")
        ]
        assert [wrong for url in urls for wrong in audit(page, url)] == []


def test_the_map_and_the_facets_work_without_script(library):
    base, _chosen = library
    with chromium() as browser:
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(f"{base}/en/cases/")
        page.get_by_role("link", name="South America: 2 cases").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**region=005**")
        assert page.locator("#found").inner_text() == "2 cases"
        assert page.locator("ul.cases > li").count() == 2
        assert "Brazil: 2 cases" in [one.get_attribute("aria-label") for one in page.locator("a.pin").all()]

        page.goto(f"{base}/en/cases/")
        page.get_by_label("Search the cases").fill("渔船")
        page.get_by_label("Data flow").check()
        page.get_by_role("button", name="Apply").click()
        page.wait_for_url("**topic=data-flow**")
        assert [one.inner_text() for one in page.locator("ul.cases h3").all()] == ["Boats share data"]
