"""Which pages there are: what a visitor reaches by following links, and one page of each kind."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Page

ROLES = (
    "secretariat",
    "call-manager",
    "screener",
    "juror-1",
    "chair",
    "programme-manager",
    "auditor",
    "translator",
    "applicant-1",
    "applicant-2",
)
# Doors for machines and downloads, and what would sign somebody out.
NO_PAGE = re.compile(
    r"\.(json|xml|ics|csv|txt|svg|tlog-proof|zip)$|/logout/|/api/|/tile/|/checkpoint|/files/"
)
MOST = 150


def kind(address: str) -> str:
    """The shape of an address: names and numbers of single things become "*"."""
    path = urlsplit(address).path
    parts = path.strip("/").split("/")
    shaped = [part if position < 2 or part in FIXED else "*" for position, part in enumerate(parts)]
    return "/".join(shaped)


FIXED = frozenset(
    [
        "agenda",
        "assignments",
        "changes",
        "check",
        "co_applicants",
        "confirm",
        "desk",
        "display",
        "edit",
        "entries",
        "erase",
        "export",
        "facts",
        "form",
        "how",
        "import",
        "invitations",
        "jury",
        "lists",
        "login",
        "mailbox",
        "mandates",
        "mine",
        "new",
        "organisations",
        "pages",
        "people",
        "persons",
        "preferences",
        "preview",
        "profile",
        "programme",
        "publish",
        "receipt",
        "release",
        "results",
        "review",
        "rooms",
        "rules",
        "screening",
        "seal",
        "sessions",
        "sheet",
        "signup",
        "stages",
        "submit",
        "tracks",
        "withdraw",
    ]
)


def one_of_each(addresses: Iterable[str]) -> list[str]:
    """The first address of each shape, in their order."""
    found: dict[str, str] = {}
    for address in addresses:
        found.setdefault(kind(address), address)
    return list(found.values())


def _links(html: str, base: str) -> list[str]:
    found = []
    for target in re.findall(r'href="([^"#]+)', html):
        parts = urlsplit(urljoin(base, target.replace("&amp;", "&")))
        if parts.netloc == urlsplit(base).netloc and not NO_PAGE.search(parts.path):
            found.append(parts.path)
    return found


def public(url: str, language: str) -> list[str]:
    """What a visitor reaches in one language: at most three pages of a shape."""
    start = f"/{language}/"
    queue, seen, shapes = [start, f"/{language}/account/login/", f"/{language}/account/signup/"], {}, {}
    while queue and len(seen) < MOST:
        path = queue.pop(0)
        shape = kind(path)
        if path in seen or shapes.get(shape, 0) >= 3:
            continue
        try:
            with urllib.request.urlopen(url + path, timeout=20) as answer:
                if "text/html" not in answer.headers.get("Content-Type", ""):
                    continue
                final, html = urlsplit(answer.url).path, answer.read().decode()
        except urllib.error.HTTPError as error:
            seen[path] = str(error.code)
            error.close()
            continue
        if final != path:
            continue
        seen[path] = html
        shapes[shape] = shapes.get(shape, 0) + 1
        queue += [link for link in _links(html, url + path) if link.startswith(start)]
    return list(seen)


def of_role(page: Page, url: str) -> list[str]:
    """What somebody who has signed in reaches and the public does not: one page of a shape."""
    visited = set(public_kinds(url))
    queue, found, shapes = ["/en/me/", "/en/desk/"], [], set()
    while queue and len(found) < MOST:
        path = queue.pop(0)
        shape = kind(path)
        if shape in shapes or shape in visited:
            continue
        answer = page.goto(path)
        if answer is None or answer.status in {403, 404} or urlsplit(page.url).path != path:
            shapes.add(shape) if path.startswith("/en/desk/") and answer and answer.status == 403 else None
            continue
        if "text/html" not in (answer.headers.get("content-type") or ""):
            continue
        shapes.add(shape)
        found.append(path)
        queue += [link for link in _links(page.content(), page.url) if link.startswith("/en/")]
    return found


_kinds: dict[str, list[str]] = {}


def public_kinds(url: str) -> list[str]:
    if url not in _kinds:
        _kinds[url] = [kind(path) for path in public(url, "en")]
    return _kinds[url]
