"""The institution."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Schema

from summitry.people import queries

from ..shapes import Ask, Words, words

router = Router(tags=["institution"])


class Institution(Schema):
    """The institution of this deployment."""

    name: Words
    short_name: str
    kind: Words
    aim: Words
    principles: Words
    seat: Words
    founded: date | None
    contact: str
    time_zone: str
    languages: list[str]


@router.get("", response=Institution, summary="The institution")
def institution(request: HttpRequest, ask: Query[Ask]) -> dict[str, Any]:
    """Its names, aim and principles, and the languages that it writes in."""
    found = queries.institution()
    texts = {name: words(getattr(found, name), ask) for name in ("name", "kind", "aim", "principles", "seat")}
    return {
        **texts,
        "short_name": found.short_name,
        "founded": found.founded,
        "contact": found.contact,
        "time_zone": found.time_zone,
        "languages": settings.CONTENT_LANGUAGES,
    }
