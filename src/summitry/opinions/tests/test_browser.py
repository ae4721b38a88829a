"""A conversation in a real browser: on a phone without JavaScript, read by keyboard, in two directions."""

import re

import pytest

from summitry.opinions import acts, tasks
from summitry.opinions.models import Conversation
from summitry.opinions.tests.factories import make_conversation, make_statement, make_votes
from summitry.people.models import Role
from summitry.people.tests.factories import PASSWORD, make_institution, make_user
from summitry.text.tests.providers import HERE, Upside
from summitry.text.value import Text
from tests.chromium import PHONE, chromium, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = (
    ("Anyone refused a service by a machine should be told so", "من ترفض الآلة خدمته ينبغي أن يُخبَر بذلك"),
    ("Test results should be published beforehand", "ينبغي نشر نتائج الاختبار مسبقًا"),
    ("Training data should be listed in full", "ينبغي سرد بيانات التدريب كاملة"),
    ("One international body should license the largest models", "ينبغي أن ترخّص هيئة دولية أكبر النماذج"),
    ("Small operators need a simpler way", "يحتاج المشغلون الصغار إلى طريق أبسط"),
    ("Audits should be paid for by a common fund", "ينبغي أن يدفع صندوق مشترك ثمن التدقيق"),
    ("Machines should never decide alone", "ينبغي ألا تقرر الآلات وحدها"),
    ("Open models deserve lighter rules", "تستحق النماذج المفتوحة قواعد أخف"),
)


@pytest.fixture
def house(django_db_setup, live_server):
    """A conversation with 24 people in two camps, none of them the reader; and one that is reported on."""
    make_institution()
    secretariat = make_user(Role.SECRETARIAT, email="secretariat@example.org")
    made = []
    for slug in ("settle", "settled"):
        conversation = make_conversation(
            Text.of(
                "What should the AI track settle this year?", ar="ماذا يجب أن يحسم مسار الذكاء هذا العام؟"
            ),
            slug=slug,
            description=Text.of("Answer as many as you like.", ar="أجب عما تشاء."),
        )
        for number, (english, arabic) in enumerate(WORDS):
            make_statement(conversation, Text.of(english, ar=arabic), number=number)
        make_votes(conversation, 24)
        acts.draw_map(conversation)
        made.append(conversation)
    acts.remove_statement(secretariat, made[1].statements.get(number=7), "It was said twice")
    acts.close_conversation(secretariat, made[1])
    acts.report_on(secretariat, made[1])
    return live_server.url


def sign_in(page, base):
    page.goto(f"{base}/en/account/login/")
    page.fill("input[name=login]", "secretariat@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.click("main form.form button.go")
    page.wait_for_url("**/me/")


def audit(page, url):
    """What axe and the width of a phone find wrong, light and dark."""
    wrong = []
    for width, scheme in ((1280, "light"), (390, "dark"), (390, "light")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        answer = page.goto(url)
        assert answer.status == 200, (url, answer.status)
        for one in violations(page):
            wrong.append((url, width, scheme, one["id"], [node["html"][:160] for node in one["nodes"][:3]]))
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append((url, width, scheme, "sideways scroll", []))
    return wrong


def test_pages_pass_axe(house):
    public = ["", "settle/", "settle/vote/", "settle/mine/", "settle/map/", "settled/report/", "settled/log/"]
    with chromium() as browser:
        page = browser.new_page()
        urls = [f"{house}/{code}/opinions/{path}" for path in public for code in ("en", "ar")]
        assert [wrong for url in urls for wrong in audit(page, url)] == []
        sign_in(page, house)
        desk = ["", "new/", "import/", "settle/", "settle/seeds/", "settle/queue/?state=shown"]
        desk += ["settle/queue/3/remove/", "settled/reopen/"]
        desk += ["settle/translations/?in=fr", "settle/translations/3/ar/"]
        assert [wrong for path in desk for wrong in audit(page, f"{house}/en/desk/opinions/{path}")] == []


@pytest.mark.parametrize("code", ["en", "ar"])
def test_on_a_phone_without_javascript_from_the_first_vote_to_the_map(house, code):
    said = {"en": "Rural clinics come first", "ar": "العيادات الريفية أولًا"}[code]
    with chromium() as browser:
        reader = browser.new_context(java_script_enabled=False, viewport=PHONE)
        page = reader.new_page()
        page.goto(f"{house}/{code}/opinions/settle/")
        page.locator("main a.btn.go").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/settle/vote/")
        assert page.locator("html").get_attribute("dir") == ("rtl" if code == "ar" else None)
        for step in range(len(WORDS)):
            buttons = page.locator(".votes button")
            widths = {round(one.bounding_box()["width"]) for one in buttons.all()}
            assert len(widths) == 1  # no answer is larger than another
            buttons.nth(step % 3).focus()
            with page.expect_navigation():
                page.keyboard.press("Enter")
        assert page.locator(".votes").count() == 0  # all answered
        page.locator("main details summary").click()
        page.locator("textarea[name=text]").fill(said)
        page.locator("main details button").click()
        page.wait_for_url("**/vote/?thanks=waiting")
        assert page.locator("[role=status]").first.is_visible()

        staff = browser.new_context(viewport=PHONE).new_page()
        sign_in(staff, house)
        staff.goto(f"{house}/en/desk/opinions/settle/queue/")
        assert said in staff.locator("main").inner_text()
        staff.get_by_role("button", name="Show it").click()
        staff.get_by_text("The statement is shown.").wait_for()
        staff.goto(f"{house}/en/desk/opinions/settle/")
        staff.get_by_role("button", name="Draw the map now").click()
        staff.get_by_text("The map is drawn").wait_for()

        page.goto(f"{house}/{code}/opinions/settle/mine/")
        text = page.locator("main").inner_text()
        assert said in text
        assert page.locator("section[aria-labelledby=statements] .chip.ok").count() == 1
        assert re.search(r"\b[A-E]\b", page.locator("main .lede").inner_text())  # the group of this voice
        page.goto(f"{house}/{code}/opinions/settle/vote/")
        assert said in page.locator("blockquote").inner_text()

        page.goto(f"{house}/{code}/opinions/settle/map/")
        picture = page.locator("svg.chart[role=img]")
        assert "25" in page.locator("main").inner_text()
        assert "A" in picture.locator("title").text_content()
        table = page.locator("main .scroll")
        table.focus()
        assert page.evaluate("document.activeElement.getAttribute('role')") == "region"
        assert page.locator("main tbody tr").count() == len(WORDS) + 1
        assert WORDS[0][code == "ar"] in page.locator("main tbody").inner_text()


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_words_of_machines_stand_below_the_original_and_pass_axe(house, settings, code, monkeypatch):
    settings.SUMMITRY_TRANSLATOR = f"{HERE}.Upside"
    made = {"fr": "Traduit par un service", "ar": "ترجمته الآلة"}[code]
    monkeypatch.setattr(Upside, "translate", lambda _self, texts, *_more: [made] * len(texts))
    for conversation in Conversation.objects.all():
        conversation.statements.update(text=Text.of("An original in Spanish", "es"))
        tasks.translate_conversation.call(conversation.pk, code)
    with chromium() as browser:
        page = browser.new_page()
        for path in ("settle/", "settle/vote/", "settle/map/", "settled/report/", "settled/log/"):
            assert audit(page, f"{house}/{code}/opinions/{path}") == []
            assert made in page.locator("main").inner_text(), path
        page.goto(f"{house}/{code}/opinions/settle/vote/")
        voted = page.locator("form.statement")
        assert voted.locator("blockquote").inner_text() == "An original in Spanish"
        below = voted.locator("blockquote + p")
        assert made in below.inner_text()
        assert below.locator(".chip").count() == 1
        assert below.bounding_box()["y"] < page.locator(".votes").bounding_box()["y"]
