"""The entire path, as its people would walk it: from a call that opens to a case on the public map in Arabic,
and a record that anyone can verify."""

import secrets
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from .conftest import Demo, SignIn

SLUG = f"walked-path-{secrets.token_hex(2)}"
WINDOW = 120  # seconds in which applicants can submit
TITLE = {
    "en": "A ferry timetable that everybody can hear",
    "ar": "جدول عبّارات يسمعه الجميع",
    "zh-hans": "人人都能听到的渡船时刻表",
}
OTHER = {"en": "A queue without a queue", "ar": "طابور بلا طابور"}
JURORS = ("juror-1", "juror-2", "juror-3")


def moment(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def press(page: Page, name: str, within: Locator | None = None) -> None:
    """Presses the first button of this name, and waits for the page that follows."""
    with page.expect_navigation():
        (within or page).get_by_role("button", name=name).first.click()


def follow(page: Page, link: Locator) -> None:
    with page.expect_navigation():
        link.first.click()


def fill(page: Page, key: str, words: dict[str, str]) -> None:
    """Writes a text in several languages; further languages are folded away at first."""
    for language, value in words.items():
        box = page.locator(f'[name="{key}_{language}"]')
        if not box.is_visible():
            page.locator(f'details:has([name="{key}_{language}"]) > summary').click()
        box.fill(value)


def write(page: Page, title: dict[str, str], country: str) -> str:
    """Writes a submission from beginning to receipt; its number."""
    page.goto(f"/en/calls/{SLUG}/submit/")
    press(page, "Begin a draft")
    page.check('[name="category"][value="infrastructure"]')
    fill(page, "organisation-", {"en": "A harbour office", "ar": "مكتب ميناء"})
    page.check('[name="organisation_kind-"][value="association"]')
    page.fill('[name="contact--0-name"]', "The harbour office")
    page.fill('[name="contact--0-email"]', "harbour@example.org")
    fill(page, "title-", title)
    summary = {"en": "Announcements in the languages of the passengers.", "ar": "إعلانات بلغات الركاب."}
    fill(page, "summary-", summary)
    fill(page, "body-", {"en": "Boats are announced at every pier.", "ar": "تُعلَن القوارب في كل رصيف."})
    fill(
        page,
        "reuse-",
        {"en": "The loudspeakers are cheap, the texts are free.", "ar": "مكبرات الصوت رخيصة والنصوص حرة."},
    )
    page.fill('[name="year-"]', "2024")
    page.locator('[name="countries-"]').first.select_option(country)
    fill(page, "evidence-", {"en": "Counted at four piers for a year.", "ar": "أُحصي في أربعة أرصفة مدة سنة."})
    page.check('[name="agree-"]')
    press(page, "Check and continue")
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    press(page, "Send it")
    expect(page.get_by_text(f"{SLUG}-").first).to_be_visible()
    return page.url


def judge(page: Page, ref: str, mark: str) -> None:
    """One juror reads an entry on her list, says that she has no interest in it, and marks it."""
    page.goto(f"/en/desk/calls/{SLUG}/jury/{ref}/")
    page.check('[name="interest"][value="no"]')
    press(page, "Continue")
    for criterion in page.locator("fieldset.crit").all():
        criterion.locator(f'label:has(input[value="{mark}"])').click()
    page.fill('[name="comment"]', "Heard it myself, at the second pier.")
    press(page, "Send and read the next")


def verified(demo: Demo, state: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "summitry", "verify", demo.url, "--state", str(state)]
    return subprocess.run(words, capture_output=True, text=True, timeout=120)


def test_from_a_call_to_a_case_on_the_map_and_a_verified_record(
    browser: Browser, demo: Demo, sign_in: SignIn, tmp_path: Path
) -> None:
    before = verified(demo, tmp_path / "state.json")
    assert before.returncode == 0, before.stdout + before.stderr

    # The call manager makes a call from a template, appoints its people, and opens it.
    manager = sign_in("call-manager")
    applicants = [sign_in("applicant-1"), sign_in("applicant-2")]
    manager.goto("/en/desk/calls/new/")
    manager.check('[name="template"][value="practice_cases"]')
    fill(manager, "title", {"en": "Walked path", "ar": "الطريق المقطوع", "zh-hans": "走过的路"})
    manager.fill('[name="slug"]', SLUG)
    manager.fill('[name="opens_at"]', moment(-5))
    manager.fill('[name="closes_at"]', moment(3600))
    press(manager, "Make the draft")
    for key, role in [("screener", "screener"), ("chair", "jury_chair"), *((key, "juror") for key in JURORS)]:
        manager.goto(f"/en/desk/calls/{SLUG}/people/?q={key}%40summitry.example")
        known = manager.locator("#known li", has_text=f"{key}@summitry.example")
        follow(manager, known.locator(f'button[value="{role}"]'))
    _close_soon(manager)
    deadline = time.monotonic() + WINDOW
    manager.goto(f"/en/desk/calls/{SLUG}/")
    press(manager, "Open the call")
    expect(manager.get_by_text("The call is open.")).to_be_visible()

    # Two applicants write and send.
    write(applicants[0], TITLE, "TR")
    write(applicants[1], OTHER, "PT")
    assert time.monotonic() < deadline

    # The deadline passes; the worker closes the call, or its manager does.
    _wait_closed(manager, deadline)
    press(manager, "Open this stage")

    # A screener passes both.
    screener = sign_in("screener")
    for number in (1, 2):
        screener.goto(f"/en/desk/calls/{SLUG}/screening/{SLUG}-{number}/")
        screener.check('[name="verdict"][value="pass"]')
        press(screener, "Save and read the next")
    manager.goto(f"/en/desk/calls/{SLUG}/")
    press(manager, "Close this stage")
    manager.goto(f"/en/desk/calls/{SLUG}/assignments/")
    press(manager, "Deal the entries")
    manager.goto(f"/en/desk/calls/{SLUG}/")
    press(manager, "Open this stage")

    # Three jurors score.
    for key, marks in zip(JURORS, (("5", "2"), ("4", "3"), ("5", "2")), strict=True):
        for number, mark in enumerate(marks, 1):
            judge(sign_in(key), f"{SLUG}-{number}", mark)
    for button in ("Close this stage", "Open this stage"):
        manager.goto(f"/en/desk/calls/{SLUG}/")
        press(manager, button)

    # The chair decides and seals; a rejection without a reason is refused, and nothing is saved.
    chair = sign_in("chair")
    chair.goto(f"/en/desk/calls/{SLUG}/sheet/")
    rows = chair.locator("tbody tr")
    expect(rows).to_have_count(2)
    rows.nth(0).locator("select[name^=choice_]").select_option(index=1)
    rows.nth(1).locator("select[name^=choice_]").select_option("rejected:")
    press(chair, "Save the sheet")
    expect(chair.get_by_text("Who is not accepted is told why").first).to_be_visible()
    chair.locator("tbody tr").nth(1).locator("select[name^=standard_]").select_option(index=1)
    press(chair, "Save the sheet")
    follow(chair, chair.get_by_role("link", name="Seal the verdict"))
    for box in chair.locator("main form input[type=checkbox]").all():
        box.check()
    press(chair, "Seal the verdict")
    expect(chair.get_by_text("Sealed").first).to_be_visible()

    # The manager releases the results.
    manager.goto(f"/en/desk/calls/{SLUG}/publish/")
    press(manager, "Publish now")

    # The applicant reads her answer; the other one hers, with its reason.
    applicants[0].goto("/en/calls/mine/")
    follow(applicants[0], applicants[0].get_by_role("link", name=TITLE["en"]))
    expect(applicants[0].get_by_text("Outstanding case").first).to_be_visible()

    # Anybody finds the case on the public map, in Arabic; Türkiye lies in Western Asia, 145 of M.49.
    visitor = browser.new_context(
        base_url=demo.url, locale="ar", viewport={"width": 390, "height": 800}
    ).new_page()
    visitor.goto("/ar/cases/")
    assert visitor.locator("html").get_attribute("dir") == "rtl"
    follow(visitor, visitor.locator('a.pin[href*="region=145"]'))
    follow(visitor, visitor.get_by_role("link", name=TITLE["ar"]))
    expect(visitor.get_by_role("heading", name=TITLE["ar"], level=1)).to_be_visible()
    follow(visitor, visitor.locator('main a[href*="/ar/record/"]'))
    expect(visitor.locator("main")).to_contain_text(SLUG)

    # And verifies the record: it continues the one of before.
    after = verified(demo, tmp_path / "state.json")
    assert after.returncode == 0, after.stdout + after.stderr
    assert "holds." in after.stdout


def _close_soon(manager: Page) -> None:
    """The draft’s calendar: opens now, closes in two minutes."""
    manager.goto(f"/en/desk/calls/{SLUG}/rules/dates/")
    manager.fill('[name="closes_at"]', moment(WINDOW))
    with manager.expect_navigation():
        manager.locator("main form button.go").first.click()


def _wait_closed(manager: Page, deadline: float) -> None:
    while time.monotonic() < deadline + 150:
        manager.goto(f"/en/desk/calls/{SLUG}/")
        if manager.get_by_role("button", name="Open this stage").count():
            return
        if manager.get_by_role("button", name="Close the call").count():
            press(manager, "Close the call")
        time.sleep(2)
    raise AssertionError("the call was not closed after its deadline")
