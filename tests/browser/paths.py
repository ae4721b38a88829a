"""Which pages there are: what a visitor reaches by following links, and one page of each kind."""

import re
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from django.utils import translation
from playwright.sync_api import Page

ROLES = (
    "secretariat",
    "call-manager",
    "screener",
    "juror-1",
    "chair",
    "organ",
    "delegate",
    "programme-manager",
    "auditor",
    "translator",
    "applicant-1",
    "applicant-2",
    "rapporteur",
    "focal-point-2",
    "depositary",
)
# Doors for machines and downloads, and what would sign somebody out.
NO_PAGE = re.compile(
    r"\.(json|jsonld|xml|atom|ics|csv|xlsx|pdf|txt|svg|tlog-proof|zip)$|/logout/|/api/|/tile/|/checkpoint|/files/|/(report|powers/[^/]+)/file/"
)
MOST = 150
# Each call leads to pages of its own stage: as many of them are followed, and one or three looked at.
HUBS = {"calls/<slug:slug>/": 20, "desk/calls/<slug:slug>/": 20}


def kind(address: str) -> str:
    """The route that leads to a page: it leaves open the names and numbers of single things."""
    path = urlsplit(address).path
    language = path.split("/")[1]
    with translation.override(language):
        try:
            return resolve(path).route
        except Resolver404:
            return path


def one_of_each(addresses: Iterable[str]) -> list[str]:
    """The first address of each shape, in their order."""
    found: dict[str, str] = {}
    for address in addresses:
        found.setdefault(kind(address), address)
    return list(found.values())


def _follows(shape: str, otherwise: int) -> int:
    """How many pages of a shape are followed."""
    return HUBS.get(shape.partition("/")[2], otherwise)


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
        if path in seen or shapes.get(shape, 0) >= _follows(shape, 3):
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
        shapes[shape] = shapes.get(shape, 0) + 1
        seen[path] = shape if shapes[shape] <= 3 else ""
        queue += [link for link in _links(html, url + path) if link.startswith(start)]
    return [path for path, shape in seen.items() if shape]


def of_role(page: Page, url: str) -> list[str]:
    """What somebody who has signed in reaches and the public does not: one page of a shape."""
    visited = set(public_kinds(url))
    queue, found, seen, shapes = ["/en/me/", "/en/desk/"], [], set(), Counter[str]()
    while queue and len(seen) < MOST:
        path = queue.pop(0)
        shape = kind(path)
        if path in seen or shape in visited or shapes[shape] >= _follows(shape, 1):
            continue
        seen.add(path)
        answer = page.goto(path)
        if answer is None or answer.status in {403, 404} or urlsplit(page.url).path != path:
            shapes[shape] += bool(path.startswith("/en/desk/") and answer and answer.status == 403)
            continue
        if "text/html" not in (answer.headers.get("content-type") or ""):
            continue
        shapes[shape] += 1
        if shapes[shape] == 1:
            found.append(path)
        queue += [link for link in _links(page.content(), page.url) if link.startswith("/en/")]
    return found


_kinds: dict[str, list[str]] = {}


def public_kinds(url: str) -> list[str]:
    if url not in _kinds:
        _kinds[url] = [kind(path) for path in public(url, "en")]
    return _kinds[url]
