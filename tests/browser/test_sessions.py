"""What is left of sessions, as their people would walk it: a convener confirms, a rapporteur delivers, a
programme changes twice and its reader reads what changed; in three languages, on a phone and at a desk."""

import re
import secrets

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Demo, SignIn
from .test_axe import faults
from .test_path import fill, press

EDITION = "preparatory-2"
POINTS = "Small payments across borders: open points"
WARNING = "Warning the neighbours in an hour"
LATER = f"17:{secrets.randbelow(60):02d}"  # another one if the tests run again on the same demonstration


def session_page(page: Page, title: str) -> str:
    """The address of a session's public page."""
    page.goto(f"/en/gatherings/{EDITION}/programme/?view=list")
    with page.expect_navigation():
        page.get_by_role("link", name=title).first.click()
    return page.url


def reader(browser: Browser, demo: Demo, width: int = 1280) -> Page:
    context = browser.new_context(
        base_url=demo.url, viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    return context.new_page()


def test_the_last_convener_speaks_and_the_document_becomes_public(
    browser: Browser, demo: Demo, sign_in: SignIn
) -> None:
    public = reader(browser, demo)
    address = session_page(public, POINTS)
    expect(public.get_by_role("heading", name="What came of it")).to_have_count(0)
    answer = public.goto(f"{address}outcome/")
    assert answer is not None
    assert answer.status == 404
    page = sign_in("focal-point-2")
    page.goto("/en/me/")
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("the outcome document waits for")).first.click()
    expect(page.get_by_role("heading", name=re.compile("^You speak for"))).to_be_visible()
    expect(page.get_by_text("put to the conveners; not public yet")).to_be_visible()
    page.get_by_text("We do not confirm it").click()
    page.get_by_label("Why not").fill("Who bears the cost of a return is still open.")
    press(page, "Say so")
    expect(page.get_by_role("status")).to_contain_text("in the public record")
    public.goto(address)
    expect(public.get_by_text("Who bears the cost of a return is still open.")).to_be_visible()
    expect(public.get_by_text("does not confirm it")).to_be_visible()
    press(page, "We confirm this document")
    public.goto(f"{address}outcome/")
    expect(public.get_by_text("confirms it", exact=True)).to_have_count(2)
    public.goto("/en/record/")
    entry = public.locator("main").get_by_text(re.compile("confirms the outcome document of Small payments"))
    expect(entry.first).to_be_visible()
    public.context.close()


def test_the_rapporteur_delivers_a_report(browser: Browser, demo: Demo, sign_in: SignIn) -> None:
    page = sign_in("rapporteur")
    page.goto("/en/me/")
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile(f"{WARNING}.*report")).first.click()
    expect(page.get_by_role("heading", name="Report of the session")).to_be_visible()
    fill(page, "text", {"en": "The list is kept by **the smallest team**.", "ar": "يحفظ القائمة أصغر فريق."})
    page.set_input_files(
        "input[type=file]",
        files=[{"name": "report.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}],
    )
    press(page, "Deliver the report")
    expect(page.get_by_role("status")).to_contain_text("The report is public.")
    public = reader(browser, demo)
    address = session_page(public, WARNING)
    with public.expect_navigation():
        public.get_by_role("link", name="Read the report").click()
    expect(public.locator("strong", has_text="the smallest team")).to_be_visible()
    with public.expect_download() as download:
        public.get_by_role("link", name=re.compile("report.pdf")).click()
    assert download.value.suggested_filename == "report.pdf"
    public.goto(f"{address}report/".replace("/en/", "/ar/"))
    expect(public.get_by_text("يحفظ القائمة أصغر فريق.")).to_be_visible()
    public.context.close()


def move(page: Page, title: str, time: str) -> None:
    """At the desk: the session begins at another time."""
    page.goto(f"/en/desk/gatherings/{EDITION}/?q={title}")
    with page.expect_navigation():
        page.get_by_role("link", name=title).first.click()
    page.get_by_label("Begins at").fill(time)
    press(page, "Place it")


def rename(page: Page, title: str, name: str) -> None:
    page.goto(f"/en/desk/gatherings/{EDITION}/?q={title}")
    with page.expect_navigation():
        page.get_by_role("link", name=title).first.click()
    page.locator('[name="title_en"]').fill(name)
    press(page, "Save", page.locator("form", has=page.locator('[name="title_en"]')))


def test_release_change_release_again_and_read_the_difference(
    browser: Browser, demo: Demo, sign_in: SignIn
) -> None:
    page = sign_in("programme-manager")
    move(page, WARNING, LATER)
    page.goto(f"/en/desk/gatherings/{EDITION}/release/")
    expect(page.get_by_role("heading", name="Moved to another time")).to_be_visible()
    fill(page, "note", {"en": "One forum later.", "zh-hans": "一场论坛推迟。"})
    press(page, "Release it")
    first = int(page.get_by_role("status").inner_text().split("Version ")[1].split()[0])
    rename(page, WARNING, "Warning the neighbours within the hour")
    page.goto(f"/en/desk/gatherings/{EDITION}/release/")
    page.get_by_label("Under embargo until").fill("2099-01-01T10:00")
    press(page, "Release it")
    expect(page.locator(".oops", has_text="At most 400 days ahead.")).to_be_visible()
    page.get_by_label("Under embargo until").fill("")
    press(page, "Release it")
    public = reader(browser, demo)
    public.goto(f"/en/gatherings/{EDITION}/changes/")
    expect(public.get_by_role("heading", name=re.compile(rf"^Version {first + 1}, "))).to_be_visible()
    with public.expect_navigation():
        public.get_by_role("link", name=f"Version {first}", exact=True).click()
    assert public.url.endswith(f"/gatherings/{EDITION}/releases/{first}/")
    expect(public.get_by_text("One forum later.")).to_be_visible()
    expect(public.locator("ins", has_text=LATER)).to_be_visible()
    with public.expect_navigation():
        public.locator("a[rel=next]").click()
    expect(public.get_by_role("heading", name="Renamed")).to_be_visible()
    expect(public.locator("del", has_text=WARNING)).to_be_visible()
    public.goto(f"/zh-hans/gatherings/{EDITION}/releases/{first}/")
    expect(public.get_by_text("一场论坛推迟。")).to_be_visible()
    public.context.close()
    rename(page, "Warning the neighbours within the hour", WARNING)  # as the other tests know it


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_these_pages(
    browser: Browser, demo: Demo, sign_in: SignIn, language: str, width: int
) -> None:
    public = reader(browser, demo, width)
    session = session_page(public, "Trade papers without paper: the terms").removeprefix(f"{demo.url}/en")
    public.goto(f"/en{session}")
    person = public.locator('a[href*="/people/"]').first.get_attribute("href") or ""
    slug = person.rstrip("/").rpartition("/")[2]
    body = public.locator('a[href*="/organisations/"]').first.get_attribute("href") or ""
    reported = session_page(public, "Models for small languages: what is missing").removeprefix(
        f"{demo.url}/en"
    )
    wrong: dict[str, list[str]] = {}
    for path in (
        session,
        f"{session}outcome/",
        f"{reported}report/",
        f"/gatherings/{EDITION}/changes/",
        f"/gatherings/{EDITION}/releases/2/",
        "/series/preparatory-meetings/",
        f"/people/{slug}/",
        body.removeprefix("/en"),
    ):
        answer = public.goto(f"/{language}{path}")
        assert answer is not None
        assert answer.status == 200, path
        if found := faults(public):
            wrong[path] = found
    public.context.close()
    desk = sign_in("programme-manager")
    desk.set_viewport_size({"width": width, "height": 900})
    for path in (
        "reports/",
        f"reports/{reported.split('/')[-2]}/",
        "release/",
        f"sessions/{session.split('/')[-2]}/",
    ):
        desk.goto(f"/{language}/desk/gatherings/{EDITION}/{path}")
        if found := faults(desk):
            wrong[path] = found
    assert wrong == {}
