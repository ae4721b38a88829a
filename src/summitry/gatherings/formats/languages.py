"""Codes of languages as files write them, and as we keep them."""

import re

from django.conf import settings

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*\Z")


def language_of(code: str) -> str:
    """The language in which an event's words are written, by the language that it says; else the first of the
    institution's."""
    code = code.strip().lower().replace("_", "-")
    return code if _LANGUAGE.match(code) else settings.CONTENT_FALLBACKS[0]
