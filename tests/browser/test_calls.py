"""Each role's real work in a call, and what she must not see: a blind award from its screening to an appeal,
and finals on stage that jurors judge on a telephone without script."""

import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from summitry.calls.tests.walking import PDF
from tests.chromium import PATIENCE

from . import backstage as acts
from .backstage import Backstage
from .conftest import Demo, SignIn, signed_in
from .test_axe import faults
from .test_path import follow, press

JURORS = ["juror-11", "juror-12", "juror-13"]
TITLES = {
    "applicant-11": "A pier that answers",
    "applicant-12": "Tides by telephone",
    "applicant-13": "A lock without a keeper",
    "applicant-14": "Salt for the roads",
}
HOUSES = [f"The house of {key}" for key in TITLES]
SHARED = "Institute of the far shore"  # juror-11 and applicant-14 belong to it


@pytest.fixture(scope="module")
def people(backstage: Backstage) -> Backstage:
    backstage.do(acts.make_people, [*JURORS, *TITLES])
    backstage.do(acts.share_an_organisation, SHARED, ["juror-11", "applicant-14"])
    return backstage


@pytest.fixture
def visitor(browser: Browser, demo: Demo) -> Iterator[Page]:
    context = browser.new_context(base_url=demo.url, viewport={"width": 390, "height": 800})
    yield context.new_page()
    context.close()


def words(page: Page, address: str, status: int = 200) -> str:
    """What a page says; it must answer with this status."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status, address
    return page.locator("main").inner_text()


def told(text: str, some: list[str]) -> list[str]:
    """Which of these a page says."""
    return [one for one in some if one in text]


def close(manager: Page, slug: str) -> None:
    manager.goto(f"/en/desk/calls/{slug}/")
    press(manager, "Close this stage")


def begin(manager: Page, slug: str) -> None:
    manager.goto(f"/en/desk/calls/{slug}/")
    press(manager, "Open this stage")


def test_a_blind_award_from_its_screening_to_an_appeal(
    people: Backstage, sign_in: SignIn, visitor: Page, tmp_path: Path
) -> None:
    slug = f"walked-award-{secrets.token_hex(2)}"
    desk = f"/desk/calls/{slug}"
    mine = people.do(acts.award, slug, JURORS, TITLES)
    manager, applicant = sign_in("call-manager"), sign_in("applicant-11")

    begin(manager, slug)
    _screens(sign_in("screener"), slug)
    people.do(acts.screen_rest, slug)
    close(manager, slug)

    # The manager lets the entries be dealt: the conflict was found, nobody declared it.
    manager.goto(f"/en{desk}/assignments/")
    press(manager, "Deal the entries")
    why = manager.locator("main [role=alert]").inner_text()
    assert "1 more juror without a conflict of interest" in why
    manager.check('[name="partly"]')
    press(manager, "Deal the entries")
    expect(manager.locator("main [role=status]:not([hx-get])")).to_contain_text("assignments were made")
    conflicts = words(manager, f"/en{desk}/conflicts/")
    assert told(conflicts, [f"{slug}-{n}" for n in range(1, 5)]) == [f"{slug}-4"]
    begin(manager, slug)

    _scores(sign_in("juror-11"), slug)
    _reads_nothing_of_others(applicant, mine[0])
    people.do(acts.mark_rest, slug, [5, 4, 3, 2], "juror-12")
    close(manager, slug)

    # Those still in the running are asked for papers.
    begin(manager, slug)
    applicant.goto("/en/calls/mine/")
    follow(applicant, applicant.get_by_role("link", name=TITLES["applicant-11"]))
    follow(applicant, applicant.locator('main a[href*="/supplement/"]'))
    assert faults(applicant) == {}
    applicant.locator("input[type=file]").first.set_input_files(
        {"name": "proof.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    press(applicant, "Send it")
    expect(applicant.locator(".chip.ok", has_text="Sent")).to_be_visible()
    people.do(acts.supplement_rest, slug, "supplement")
    people.do(acts.let_time_pass, slug, "supplement")
    close(manager, slug)
    begin(manager, slug)

    _decides(sign_in("chair"), slug)
    begin(manager, slug)
    _approves(sign_in("organ"), slug)

    # Answers under embargo: the applicant has hers, and nobody else reads anything.
    manager.goto(f"/en{desk}/publish/")
    assert manager.get_by_role("button", name="Publish now").is_disabled()
    press(manager, "Tell the applicants under embargo")
    answer = words(applicant, f"/en/calls/mine/{mine[0]}/")
    assert "Under embargo" in answer
    assert "Award" in answer
    words(visitor, f"/en/calls/{slug}/results/", 404)
    assert told(words(visitor, f"/en/calls/{slug}/"), [*TITLES.values(), *HOUSES]) == []
    people.do(acts.let_time_pass, slug, "release")
    manager.goto(f"/en{desk}/publish/")
    press(manager, "Publish now")

    # Anybody reads who was chosen, in Chinese as well; of the others nothing.
    results = words(visitor, f"/zh-hans/calls/{slug}/results/")
    assert told(results, list(TITLES.values())) == [TITLES["applicant-11"]]
    assert faults(visitor) == {}

    _appeals(sign_in("applicant-13"), sign_in("secretariat"), slug, mine[2])
    _audits(sign_in("auditor"), slug, tmp_path)


def _screens(screener: Page, slug: str) -> None:
    screener.goto(f"/en/desk/calls/{slug}/screening/{slug}-1/")
    assert TITLES["applicant-11"] in screener.locator("main").inner_text()
    screener.check('[name="verdict"][value="pass"]')
    press(screener, "Save and read the next")
    expect(screener.locator("main")).to_contain_text(TITLES["applicant-12"])
    for closed in ("jury", "sheet", "verdicts", "assignments"):
        words(screener, f"/en/desk/calls/{slug}/{closed}/", 403)


def _scores(juror: Page, slug: str) -> None:
    """Her list has every entry but the one of her own house; she reads no names, and marks one."""
    desk = f"/en/desk/calls/{slug}"
    listed = words(juror, f"{desk}/jury/")
    assert told(listed, list(TITLES.values())) == list(TITLES.values())[:3]
    assert told(listed, [*HOUSES, SHARED]) == []
    words(juror, f"{desk}/jury/{slug}-4/", 404)
    for closed in (f"entries/{slug}-4", "calibration", "sheet", "verdicts"):
        words(juror, f"{desk}/{closed}/", 403)
    juror.goto(f"{desk}/jury/{slug}-1/")
    juror.check('[name="interest"][value="no"]')
    press(juror, "Continue")
    assert told(juror.locator("main").inner_text(), [*HOUSES, SHARED]) == []
    for criterion in juror.locator("fieldset.crit").all():
        criterion.locator('label:has(input[value="5"])').click()
    juror.fill('[name="comment"]', "Heard it answer.")
    press(juror, "Send and read the next")
    sent = words(juror, f"{desk}/jury/{slug}-1/")
    assert "Heard it answer." in sent
    assert "Said backstage." not in sent


def _reads_nothing_of_others(applicant: Page, uid: str) -> None:
    own = words(applicant, f"/en/calls/mine/{uid}/")
    assert told(own, ["Heard it answer.", *list(TITLES.values())[1:]]) == []


def _decides(chair: Page, slug: str) -> None:
    """In Arabic, where the page is mirrored: estimates, the sheet, the seal."""
    desk = f"/ar/desk/calls/{slug}"
    meant = words(chair, f"{desk}/calibration/")
    assert told(meant, list(TITLES.values())) == list(TITLES.values())
    assert told(meant, HOUSES) == []
    assert chair.locator("html").get_attribute("dir") == "rtl"
    assert chair.locator("main svg.chart").count() == 1
    assert faults(chair) == {}
    sheet = words(chair, f"{desk}/sheet/")
    assert told(sheet, list(TITLES.values())) == list(TITLES.values())
    assert told(sheet, HOUSES) == []
    rows = chair.locator("tbody tr")
    rows.nth(0).locator("select[name^=choice_]").select_option("accepted:award")
    rows.nth(1).locator("select[name^=choice_]").select_option("reserve:")
    for place in (1, 2, 3):
        if place > 1:
            rows.nth(place).locator("select[name^=choice_]").select_option("rejected:")
        rows.nth(place).locator("details summary").click()
        rows.nth(place).locator("textarea[name^=reason_]").fill("Others were stronger.")
    with chair.expect_navigation():
        chair.locator("main form button.btn.go").first.click()
    follow(chair, chair.locator('main a[href$="/sheet/seal/"]'))
    for box in chair.locator("main form input[type=checkbox]").all():
        box.check()
    with chair.expect_navigation():
        chair.locator("main form button.btn.act").click()
    expect(chair.locator(".seal")).to_be_visible()


def _approves(organ: Page, slug: str) -> None:
    """The organ reads what was decided and no mark of a juror."""
    desk = f"/en/desk/calls/{slug}"
    said = words(organ, f"{desk}/stages/organisers/approval/")
    assert told(said, list(TITLES.values())) == list(TITLES.values())
    for closed in ("sheet", "calibration", "jury", "verdicts"):
        words(organ, f"{desk}/{closed}/", 403)
    entry = words(organ, f"{desk}/entries/{slug}-1/")
    assert told(entry, ["Heard it answer.", "Said backstage."]) == []
    organ.goto(f"{desk}/stages/organisers/approval/")
    organ.fill('[name="minutes"]', "Minutes 7")
    press(organ, "Approve")
    expect(organ.get_by_text("Minutes 7")).to_be_visible()


def _appeals(applicant: Page, secretariat: Page, slug: str, uid: str) -> None:
    applicant.goto(f"/en/calls/mine/{uid}/appeal/")
    applicant.locator("main form textarea").fill("The lock has a keeper; she was not asked.")
    press(applicant, "Send the appeal")
    appeals = words(secretariat, f"/en/desk/calls/{slug}/appeals/")
    assert told(appeals, [f"{slug}-{n}" for n in range(1, 5)]) == [f"{slug}-3"]
    secretariat.goto(f"/en/desk/calls/{slug}/appeals/{slug}-3/")
    assert "she was not asked" in secretariat.locator("main").inner_text()
    secretariat.check('[name="upheld"][value="no"]')
    secretariat.locator('main form [name^="answer"]').first.fill("The keeper was asked on the second day.")
    press(secretariat, "Answer the appeal")
    assert "The keeper was asked" in words(applicant, f"/en/calls/mine/{uid}/")


def _audits(auditor: Page, slug: str, folder: Path) -> None:
    """What the auditor downloads computes again without this site; it names nobody."""
    page = words(auditor, f"/en/desk/calls/{slug}/verdicts/")
    assert "It computes again to the byte." in page
    with auditor.expect_download() as download:
        auditor.get_by_role("link", name="The sealed text").first.click()
    file = folder / "verdict.json"
    download.value.save_as(file)
    assert told(file.read_text(), [*HOUSES, *JURORS, SHARED]) == []
    done = subprocess.run(
        [sys.executable, "-m", "summitry", "recompute", str(file)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_finals_judged_on_a_telephone_without_script(
    people: Backstage, sign_in: SignIn, browser: Browser, demo: Demo
) -> None:
    slug = f"walked-finals-{secrets.token_hex(2)}"
    desk = f"/desk/calls/{slug}"
    three = dict(list(TITLES.items())[:3])
    mine = people.do(acts.finals, slug, JURORS, three)
    people.do(acts.open_stage, slug, "screening")
    people.do(acts.screen_rest, slug)
    people.do(acts.close_stage, slug, "screening")
    people.do(acts.open_stage, slug, "duels")
    context = browser.new_context(
        base_url=demo.url, viewport={"width": 390, "height": 800}, java_script_enabled=False
    )
    context.set_default_timeout(PATIENCE)
    juror = signed_in(context, "juror-12")

    _compares(juror, f"/zh-hans{desk}/stages/duels/compare/", list(three.values()))
    people.do(acts.compare_rest, slug, "duels", JURORS)
    people.do(acts.close_stage, slug, "duels")
    people.do(acts.open_stage, slug, "finals")

    # Nobody is on stage: she reads, and marks nothing yet.
    live = f"/zh-hans{desk}/stages/finals/live/"
    juror.goto(f"{live}?entry={slug}-2")
    assert juror.locator("[name^=mark_]").count() == 0
    manager = sign_in("call-manager")
    manager.goto(f"/en{desk}/stages/finals/turns/")
    assert faults(manager) == {}
    assert manager.get_by_role("button", name="On stage now").count() == 3
    press(manager, "On stage now")
    title = manager.locator("li", has=manager.get_by_text("on stage")).locator("b").first.inner_text()
    hall = words(manager, f"/en{desk}/stages/finals/hall/")
    assert told(hall, list(three.values())) == [title]
    assert re.search(r"\bmark", hall) is None

    juror.goto(live)
    assert title in juror.locator("main h2").first.inner_text()
    juror.check('[name="interest"][value="no"]')
    with juror.expect_navigation():
        juror.locator("main form button.go").first.click()
    for criterion in juror.locator("fieldset.crit").all():
        criterion.locator('label:has(input[value="4"])').click()
    with juror.expect_navigation():
        juror.locator('button[value="send"]').click()
    juror.goto(live)
    assert juror.locator("ol.queue li", has_text=title).locator(".t").inner_text() != ""
    assert juror.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    for closed in (f"{desk}/stages/finals/turns/", f"{desk}/sheet/"):
        words(juror, f"/en{closed}", 403)
    context.close()

    # Applicants read neither marks nor the screen of the hall.
    applicant = sign_in("applicant-11")
    words(applicant, f"/en{desk}/stages/finals/hall/", 403)
    own = words(applicant, f"/en/calls/mine/{mine[0]}/")
    assert told(own, list(three.values())[1:]) == []


def _compares(juror: Page, address: str, titles: list[str]) -> None:
    """Three pairs; one answer is taken back and given again."""
    for number in range(3):
        juror.goto(address)
        pair = juror.locator("section.sheet h2").all_inner_texts()
        assert len(told(" ".join(titles), pair)) == 2
        with juror.expect_navigation():
            juror.locator("button[value=left]").click()
        if number == 0:
            with juror.expect_navigation():
                juror.locator("button[value=undo]").click()
            assert sorted(juror.locator("section.sheet h2").all_inner_texts()) == sorted(pair)
            with juror.expect_navigation():
                juror.locator("button[value=left]").click()
    assert juror.locator("button[value=left]").count() == 0
    assert juror.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
