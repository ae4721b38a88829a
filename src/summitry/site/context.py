"""The frame around every page: masthead, navigation, foot."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    return {"frame": {"languages": settings.LANGUAGES, "demo": settings.DEMO}}
