"""What a request asks for: which kept page, and in which of its forms. For `Door` and `Porch`."""

from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import trans_real

from .making import AGENDA
from .pages import Face, Page

type Request = dict[str, Any]  # as WSGI has it

THEMES = ("light", "dark")
_NOT_OURS = ("HTTP_AUTHORIZATION", "HTTP_HX_REQUEST", "HTTP_IF_MATCH", "HTTP_X_HTTP_METHOD_OVERRIDE")


def key(request: Request) -> str | None:
    """What tells one kept page from another; None for a request that is Django's."""
    if request["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return None
    for name in _NOT_OURS:
        if name in request:
            return None
    cookie = request.get("HTTP_COOKIE", "")
    theme, chosen = "", ""
    if cookie:
        read = reader(cookie)
        if read is None:
            return None
        theme, chosen = read
    scheme = request["wsgi.url_scheme"]
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        if request.get(name, "").partition(",")[0].strip() == value:
            scheme = "https"
    path = request.get("PATH_INFO", "")
    language = ""
    if path[1:].partition("/")[0] not in _codes():
        language = negotiated(chosen, request.get("HTTP_ACCEPT_LANGUAGE", ""))
    host = request.get("HTTP_HOST", "")
    return f"{scheme}://{host} {path}?{request.get('QUERY_STRING', '')} {theme} {language}"


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for code, _name in settings.LANGUAGES)


@lru_cache(maxsize=4096)
def reader(cookie: str) -> tuple[str, str] | None:
    """The theme and the language of a Cookie header; None for a reader whom Django has to see."""
    found = {}
    for part in cookie.split(";"):
        name, _equals, value = part.strip().partition("=")
        found[name] = value
    if settings.SESSION_COOKIE_NAME in found or "messages" in found:
        return None
    if "lay" not in found and any(name.startswith(AGENDA) for name in found):
        return None
    theme = found.get("theme", "")
    return theme if theme in THEMES else "", found.get(settings.LANGUAGE_COOKIE_NAME, "")


@lru_cache(maxsize=4096)
def negotiated(chosen: str, accepted: str) -> str:
    """The language for an address without one, as Django finds it."""
    wanted = [one for one, _weight in trans_real.parse_accept_lang_header(accepted.lower()[:500])]
    for code in ([chosen] if chosen else []) + wanted:
        if code == "*":
            break
        try:
            return trans_real.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


@lru_cache(maxsize=1024)
def encodings(accepted: str) -> tuple[str, ...]:
    """Which encodings an Accept-Encoding header allows, ours first."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _semicolon, more = part.strip().partition(";")
        try:
            weights[name.strip()] = float(more.strip().removeprefix("q=") or 1) if more else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    return tuple(one for one in ("br", "gzip") if weights.get(one, weights.get("*", 0.0)) > 0)


def face(page: Page, request: Request) -> Face:
    """The smallest form that the reader's browser takes."""
    if accepted := request.get("HTTP_ACCEPT_ENCODING"):
        for encoding in encodings(accepted):
            if encoding in page.faces:
                return page.faces[encoding]
    return page.faces[""]


def has(request: Request, face: Face) -> bool:
    """Whether the reader's browser has these bytes already."""
    wanted: str = request.get("HTTP_IF_NONE_MATCH") or ""
    return bool(wanted) and (
        wanted.strip() == "*" or face.tag in [one.strip().removeprefix("W/") for one in wanted.split(",")]
    )
