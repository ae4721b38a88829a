"""Pages that are kept as bytes, with what is a reader's own laid over them."""

import re

from playwright.sync_api import BrowserContext, Page, expect


def programme_of(page: Page, url: str) -> str:
    page.goto(f"{url}/en/")
    return url + page.locator(".shore a", has_text="Programme").get_attribute("href")


def test_a_star_is_laid_over_the_kept_page(demo, page):
    address = programme_of(page, demo.url)
    page.goto(address)
    star = page.locator("button.star").first
    expect(star).to_have_attribute("aria-pressed", "false")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#own-count")).to_have_text("1")
    again = page.goto(address)
    assert again.headers["etag"]  # from the kept bytes, in which no star is pressed
    assert 'aria-pressed="true"' not in again.text()
    expect(star).to_have_attribute("aria-pressed", "true")
    page.locator(".prog li.mine h3 a").first.click()
    button = page.locator("#stars button")
    expect(button).to_have_text("Take out of my agenda")
    button.click()
    expect(button).to_have_text("Into my agenda")
    page.goto(address)
    expect(star).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#own-count")).to_have_text("")


def test_without_scripts_the_star_works_and_is_seen(demo, browser):
    context: BrowserContext = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    address = programme_of(page, demo.url)
    page.goto(address)
    page.locator("button.star").first.click()
    expect(page).to_have_url(re.compile(r"#s\d+$"))
    expect(page.locator("button.star").first).to_have_attribute("aria-pressed", "true")
    page.goto(address)
    expect(page.locator("#own-count")).to_have_text("1")
    context.close()


def test_the_last_checkpoint_is_filled_into_the_foot(demo, page):
    page.goto(f"{demo.url}/en/gatherings/")
    foot = page.locator("#sealed")
    expect(foot).not_to_contain_text("Checkpoint", use_inner_text=True)
    foot.scroll_into_view_if_needed()
    expect(foot.locator("b")).to_have_text(re.compile(r"^[\d,]+$"))
    expect(foot.locator(".hash")).to_have_text(re.compile(r"^[0-9a-f]{16}…[0-9a-f]{7}$"))
    expect(foot).to_contain_text(re.compile(r"Sealed \d+ \w+ \d{4}.* UTC"))
