"""A whole programme for files: as plain rows with the columns that files tell, and each table read once. To
make an object of each of many thousand rows costs more than to read and write them."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from summitry import kept
from summitry.people.models import Person

from ..models import Gathering, Link, Release, ReleasedSlot, Room, Session, SessionPerson, Speaker, Track
from .programme import working

type Fields = Any  # a named tuple of the columns below

_ROW = ("session_id", "room_id", "track_id", "day", "starts", "ends", "title", "kind", "language")
_SESSION = (
    *("pk", "guid", "external_id", "code", "slug", "subtitle", "abstract", "description", "captions", "mode"),
    *("do_not_record", "license", "logo", "url", "feedback_url", "origin_url", "extra"),
)
_SPEAKER = ("pk", "person_id", "external_id", "biography", "extra")
_PERSON = ("pk", "name", "slug")
_PART = ("session_id", "person_id", "role", "position", "extra")
_LINK = ("session_id", "title", "url", "type", "service", "kind", "language", "extra")


@dataclass(slots=True)
class Whole:
    """rows: by time and room. parts and links: by session, in their order. speakers: by person."""

    rows: list[Fields]
    sessions: dict[int, Fields]
    tracks: dict[int, Track]
    rooms: dict[int, Room]
    speakers: dict[int, Fields]
    persons: dict[int, Fields]
    parts: dict[int, list[Fields]] = field(default_factory=dict)
    links: dict[int, list[Fields]] = field(default_factory=dict)


def whole(gathering: Gathering, release: Release | None) -> Whole:
    """Of a release, or with None of the working programme. Eight queries, whatever its size."""
    kept.depends(f"programme:{gathering.pk}", f"sessions:{gathering.pk}")
    these = _these(gathering, release)
    parts = SessionPerson.objects.filter(session__in=these).order_by("session", "position", "pk")
    speakers = Speaker.objects.filter(gathering=gathering).order_by("pk")
    known = Q(pk__in=parts.order_by().values("person")) | Q(pk__in=speakers.order_by().values("person"))
    found = Whole(
        rows=_rows(release) if release else list(working(gathering)),
        sessions=_by_key(Session.objects.filter(pk__in=these), _SESSION),
        tracks={one.pk: one for one in gathering.tracks.all()},
        rooms={one.pk: one for one in gathering.rooms.all()},
        speakers={one.person_id: one for one in speakers.values_list(*_SPEAKER, named=True)},
        persons=_by_key(Person.objects.filter(known), _PERSON),
    )
    for listed, rows in (
        (found.parts, parts.values_list(*_PART, named=True)),
        (found.links, Link.objects.filter(session__in=these).values_list(*_LINK, named=True)),
    ):
        for row in rows:
            listed.setdefault(row.session_id, []).append(row)
    kept.depends(*(f"person:{key}" for key in found.persons))
    return found


def _these(gathering: Gathering, release: Release | None) -> QuerySet[Any]:
    """The sessions of these rows, as a query in others: to name a thousand keys is slow."""
    if release is not None:
        return ReleasedSlot.objects.filter(release=release).order_by().values("session")
    accepted = gathering.sessions.filter(state=Session.State.ACCEPTED)
    return accepted.filter(slot__isnull=False).order_by().values("pk")


def _rows(release: Release) -> list[Fields]:
    rows = ReleasedSlot.objects.filter(release=release).order_by("starts", "room__position", "session")
    return list(rows.values_list(*_ROW, "interpreted", named=True))


def _by_key(rows: QuerySet[Any], columns: tuple[str, ...]) -> dict[int, Fields]:
    return {one.pk: one for one in rows.order_by("pk").values_list(*columns, named=True)}
