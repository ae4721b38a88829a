"""How our own things are known in files: addresses, numbers and guids that come back as the same things."""

import uuid
from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from .models import Gathering, Session

_PERSONS = 10**9  # ids of persons of our own begin above those that other systems count to


def programme_address(gathering: Gathering, name: str = "") -> str:
    """Where the files of a programme are; `name` is that of one of them."""
    return f"{settings.BASE_URL.rstrip('/')}/g/{gathering.slug}/{name}"


def session_address(gathering: Gathering, slug: str) -> str:
    """The page of a session, in the language that is active."""
    return f"{_sessions(settings.BASE_URL, gathering.slug, get_language())}{slug}/"


@lru_cache(maxsize=256)
def _sessions(base: str, gathering: str, _language: str | None) -> str:
    """What the addresses of all sessions begin with: to ask Django for each of a thousand is slow."""
    return base.rstrip("/") + reverse("gatherings:session", args=[gathering, "-"]).removesuffix("-/")


def is_session_address(gathering: Gathering, session: Session, url: str) -> bool:
    """Whether an address is that of the session's page here, in any language."""
    base, tail = settings.BASE_URL.rstrip("/"), f"/gatherings/{gathering.slug}/sessions/{session.slug}/"
    return url.startswith(base) and url.endswith(tail)


def person_number(key: int) -> str:
    """The id of a person who has none from elsewhere, by her key here."""
    return str(_PERSONS + key)


def person_guid(slug: str) -> str:
    """The guid of a person who has none from elsewhere: by her address here, so that it says no more."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.BASE_URL.rstrip('/')}/people/{slug}"))
