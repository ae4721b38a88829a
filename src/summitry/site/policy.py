"""The content policy of a page names the hash of its style block: the same page is the same bytes each
time, as a nonce would not allow."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP, build_policy


def allow_style(request: HttpRequest, sheet: str) -> None:
    """This page may hold a style block of exactly this text."""
    found = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    request.__dict__.setdefault("style_hashes", []).append(f"'sha256-{found}'")


class StylePolicy:
    """Middleware, within Django's own for content policies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        hashes = request.__dict__.get("style_hashes")
        if not hashes:
            return response
        own: dict[str, Any] = dict(getattr(response, "_csp_config", settings.SECURE_CSP))
        own["style-src"] = [*own["style-src"], *hashes]
        response.headers.setdefault(CSP.HEADER_ENFORCE.value, build_policy(own))
        return response
