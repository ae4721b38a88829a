"""schema.org Event as JSON-LD: for search engines, in the head of pages and as a file of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .base import Format, register

if TYPE_CHECKING:
    from ..export import Programme
    from ..models import Gathering, ReleasedSlot, SessionPerson

CONTEXT, _SCHEMA = "https://schema.org", "https://schema.org/"
_MODES = {  # keys of Session.Mode
    "onsite": "OfflineEventAttendanceMode",
    "remote": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}
_PERFORMERS = frozenset({"speaker", "moderator"})


def gathering_event(gathering: Gathering) -> dict[str, Any]:
    """An edition as an Event, in the reader's language."""
    from django.urls import reverse

    cancelled = gathering.state == "cancelled"
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Event",
        "@id": _address(reverse("gatherings:detail", args=[gathering.slug])),
        "name": str(gathering.title),
        "url": _address(reverse("gatherings:detail", args=[gathering.slug])),
        "startDate": gathering.starts.isoformat(),
        "endDate": gathering.ends.isoformat(),
        "eventStatus": _SCHEMA + ("EventCancelled" if cancelled else "EventScheduled"),
        "eventAttendanceMode": _SCHEMA + _MODES["onsite"],
    }
    if place := str(gathering.place):
        address: dict[str, str] = {"@type": "PostalAddress", "addressLocality": place}
        if gathering.country:
            address["addressCountry"] = gathering.country
        found["location"] = {"@type": "Place", "name": place, "address": address}
    if summary := str(gathering.summary):
        found["description"] = summary
    if gathering.logo.startswith(("https://", "http://")):
        found["image"] = gathering.logo
    return found


def session_event(
    gathering: Gathering, row: ReleasedSlot, parts: Iterable[SessionPerson], *, cancelled: bool = False
) -> dict[str, Any]:
    """A session as an Event, in the reader's language. Whoever is erased is not named."""
    from ..identity import session_address
    from ..richtext import to_plain

    session, zone = row.session, ZoneInfo(gathering.time_zone)
    address = session_address(gathering, session.slug)
    place = {"@type": "Place", "name": ", ".join(filter(None, [str(row.room.name), str(gathering.place)]))}
    online = {"@type": "VirtualLocation", "url": address}
    found: dict[str, Any] = {
        "@type": "Event",
        "@id": f"urn:uuid:{session.guid}",
        "name": str(row.title),
        "url": address,
        "startDate": row.starts.astimezone(zone).isoformat(),
        "endDate": row.ends.astimezone(zone).isoformat(),
        "eventStatus": _SCHEMA + ("EventCancelled" if cancelled else "EventScheduled"),
        "eventAttendanceMode": _SCHEMA + _MODES.get(session.mode, _MODES["onsite"]),
        "location": {"onsite": place, "remote": online}.get(session.mode, [place, online]),
    }
    if text := to_plain(str(session.abstract)):
        found["description"] = text
    if row.language:
        found["inLanguage"] = row.language
    performers = [
        {"@type": "Person", "name": str(part.person.name)}
        for part in parts
        if part.role in _PERFORMERS and part.person.erased_at is None
    ]
    if performers:
        found["performer"] = performers
    return found


def session_page(
    gathering: Gathering, row: ReleasedSlot, parts: Iterable[SessionPerson], *, cancelled: bool
) -> dict[str, Any]:
    """What the page of a session says in its head."""
    found = session_event(gathering, row, parts, cancelled=cancelled)
    whole = gathering_event(gathering)
    return {
        "@context": CONTEXT,
        **found,
        "superEvent": {name: one for name, one in whole.items() if name != "@context"},
    }


def _address(path: str) -> str:
    return settings.BASE_URL.rstrip("/") + path


def _write(programme: Programme) -> Iterator[str]:
    head = json.dumps(gathering_event(programme.gathering), ensure_ascii=False)
    yield head[:-1] + ', "subEvent": ['
    events = [(row, False) for row in programme.rows] + [(row, True) for row in programme.cancelled]
    for number, (row, gone) in enumerate(events):
        parts = programme.parts.get(row.session_id, [])
        event = session_event(programme.gathering, row, parts, cancelled=gone)
        yield f"{',' if number else ''}\n{json.dumps(event, ensure_ascii=False)}"
    yield "]}\n"


register(
    Format(
        key="jsonld",
        name=_("JSON-LD"),
        about=_("schema.org Event, for search engines."),
        media_type="application/ld+json",
        extension="jsonld",
        file="schedule.jsonld",
        schema="https://schema.org/Event",
        write=_write,
        by_language=True,
        place=70,
    )
)
