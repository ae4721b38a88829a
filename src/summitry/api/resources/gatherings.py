"""Gatherings: editions, their released programmes, sessions, and who takes part."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from summitry.gatherings import queries
from summitry.gatherings.models import Gathering as Model
from summitry.gatherings.models import Link as LinkModel
from summitry.gatherings.models import Release as ReleaseModel
from summitry.gatherings.models import ReleasedSlot, SessionPerson
from summitry.people.models import Person as PersonModel

from ..shapes import Ask, Listed, Paging, Problem, Slug, Words, listed, words

router = Router(tags=["gatherings"])
SHOWN = 100  # sessions of one person


class GatheringFilters(Paging):
    """Which gatherings."""

    partners: Annotated[
        bool, Field(description="Those of other conveners instead of the institution's own.")
    ] = False


class SessionFilters(Paging):
    """Which sessions."""

    day: Annotated[date | None, Field(description="A day in the gathering's own time zone.")] = None
    track: Annotated[str, Field(max_length=120)] = ""
    room: Annotated[str, Field(max_length=120)] = ""
    language: Annotated[str, Field(max_length=20, description="Spoken in or interpreted into.")] = ""
    q: Annotated[str, Field(max_length=120, description="Words in title, track or room.")] = ""


class GatheringBrief(Schema):
    """An edition in a list."""

    slug: str
    url: str
    series: str | None
    number: int | None
    title: Words
    subtitle: Words
    place: Words
    country: str
    starts: date
    ends: date
    time_zone: Annotated[str, Field(description="A name of the IANA database.")]
    state: Literal["announced", "cancelled"]
    partner: Annotated[bool, Field(description="Whether other conveners hold it.")]
    release: Annotated[int | None, Field(description="The version of its programme that is public.")]


class Gathering(GatheringBrief):
    """An edition."""

    summary: Annotated[Words, Field(description="Markdown.")]
    origin: Words
    parties: list[str]
    website: str


class Place(Schema):
    """A room or a track."""

    slug: str
    name: str


class Day(Schema):
    """A day of a programme."""

    date: date
    sessions: int


class Release(Schema):
    """A published version of a programme."""

    version: int
    published_at: datetime
    digest: Annotated[str, Field(description="SHA-256 of the canonical rows, in hexadecimal.")]
    note: Words
    sessions: int


class Programme(Schema):
    """What there is in a released programme; its sessions are a list of their own."""

    release: Release
    time_zone: str
    days: list[Day]
    tracks: list[Place]
    rooms: list[Place]
    languages: list[str]


class Session(Schema):
    """A session as the release published it."""

    slug: str
    url: str
    guid: str
    title: Words
    kind: str
    day: date
    starts: Annotated[datetime, Field(description="UTC.")]
    ends: datetime
    room: Words
    track: Words
    language: str
    interpreted: list[str]


class Part(Schema):
    """Somebody’s part in a session."""

    slug: str
    name: Words
    role: Literal["speaker", "moderator", "rapporteur", "host"]


class Link(Schema):
    """Something to read or see."""

    kind: Literal["link", "attachment", "video", "stream", "slides", "outcome", "transcript"]
    title: str
    url: str


class FullSession(Session):
    """A session with its texts."""

    subtitle: Words
    abstract: Annotated[Words, Field(description="Markdown.")]
    description: Annotated[Words, Field(description="Markdown.")]
    cancelled: Annotated[bool, Field(description="No longer in the programme.")]
    persons: list[Part]
    links: list[Link]


class BriefPerson(Schema):
    """A person in a list."""

    slug: str
    name: Words


class Participant(BriefPerson):
    """What the programme says of a person."""

    url: str
    biography: Words
    sessions: list[Session]


def _visible(slug: str) -> Model:
    """A gathering that everybody may see. One query."""
    found = Model.objects.exclude(state=Model.State.DRAFT).select_related("series", "released")
    gathering = found.filter(slug=slug).first()
    if gathering is None:
        raise Http404(_("There is no gathering at this address."))
    return gathering


def _released(slug: str) -> tuple[Model, ReleaseModel]:
    gathering = _visible(slug)
    if gathering.released is None:
        raise Http404(_("The programme of this gathering is not published yet."))
    return gathering, gathering.released


def _brief(request: HttpRequest, ask: Ask, one: Model) -> dict[str, Any]:
    return {
        "slug": one.slug,
        "url": request.build_absolute_uri(reverse("gatherings:detail", args=[one.slug])),
        "series": one.series.slug if one.series else None,
        "number": one.number,
        "title": words(one.title, ask),
        "subtitle": words(one.subtitle, ask),
        "place": words(one.place, ask),
        "country": one.country,
        "starts": one.starts,
        "ends": one.ends,
        "time_zone": one.time_zone,
        "state": one.state,
        "partner": one.partner,
        "release": one.released.version if one.released else None,
    }


def _session(request: HttpRequest, ask: Ask, slug: str, row: ReleasedSlot) -> dict[str, Any]:
    address = reverse("gatherings:session", args=[slug, row.session.slug])
    return {
        "slug": row.session.slug,
        "url": request.build_absolute_uri(address),
        "guid": str(row.session.guid),
        "title": words(row.title, ask),
        "kind": row.kind,
        "day": row.day,
        "starts": row.starts,
        "ends": row.ends,
        "room": words(row.room.name, ask),
        "track": words(row.track.name, ask) if row.track else {},
        "language": row.language,
        "interpreted": row.interpreted,
    }


@router.get("", response=Listed[GatheringBrief], summary="Gatherings")
def gatherings(request: HttpRequest, asked: Query[GatheringFilters]) -> dict[str, Any]:
    """The institution's editions, the newest first."""
    found = queries.partner_gatherings() if asked.partners else queries.editions()
    return listed(request, asked, found, lambda one: _brief(request, asked, one))


@router.get("/{slug:slug}", response={200: Gathering, 404: Problem}, summary="One gathering")
def gathering(request: HttpRequest, slug: Slug, ask: Query[Ask]) -> dict[str, Any]:
    """An edition: where and when, and whose it is."""
    one = _visible(slug)
    return {
        **_brief(request, ask, one),
        "summary": words(one.summary, ask),
        "origin": words(one.origin, ask),
        "parties": one.parties,
        "website": one.website,
    }


@router.get("/{slug:slug}/programme", response={200: Programme, 404: Problem}, summary="A programme")
def programme(request: HttpRequest, slug: Slug, ask: Query[Ask]) -> dict[str, Any]:
    """The released programme: version, days, tracks, rooms, languages."""
    one, release = _released(slug)
    found = queries.programme(one, release, choose=lambda days: days[0] if days else None)
    return {
        "release": {
            "version": release.version,
            "published_at": release.published_at,
            "digest": release.digest,
            "note": words(release.note, ask),
            "sessions": release.sessions,
        },
        "time_zone": one.time_zone,
        "days": [{"date": day.date, "sessions": day.count} for day in found.days],
        "tracks": [{"slug": slug, "name": name} for slug, name in found.tracks],
        "rooms": [{"slug": slug, "name": name} for slug, name in found.rooms],
        "languages": found.languages,
    }


@router.get("/{slug:slug}/sessions", response={200: Listed[Session], 404: Problem}, summary="Sessions")
def sessions(request: HttpRequest, slug: Slug, asked: Query[SessionFilters]) -> dict[str, Any]:
    """The sessions of the released programme by time and room."""
    one, release = _released(slug)
    filters = queries.Filters(asked.q, asked.track, asked.room, asked.language)
    found = queries.programme(one, release, choose=lambda days: asked.day, filters=filters)
    return listed(request, asked, found.rows, lambda row: _session(request, asked, slug, row))


@router.get(
    "/{slug:slug}/sessions/{slug:session_slug}",
    response={200: FullSession, 404: Problem},
    summary="One session",
)
def session(request: HttpRequest, slug: Slug, session_slug: Slug, ask: Query[Ask]) -> dict[str, Any]:
    """A session that a release has named, with its texts, who takes part, and what to read."""
    one = _visible(slug)
    found = one.sessions.filter(slug=session_slug).first()
    row = queries.released_row(found) if found else None
    if found is None or row is None:
        raise Http404(_("There is no session at this address."))
    parts = queries.persons_of_sessions([found.pk]).get(found.pk, [])
    return {
        **_session(request, ask, slug, row),
        "subtitle": words(found.subtitle, ask),
        "abstract": words(found.abstract, ask),
        "description": words(found.description, ask),
        "cancelled": row.release_id != one.released_id,
        "persons": [_part(ask, part) for part in parts if part.person.erased_at is None],
        "links": [_link(link) for link in found.links.all()],
    }


def _part(ask: Ask, part: SessionPerson) -> dict[str, Any]:
    return {"slug": part.person.slug, "name": words(part.person.name, ask), "role": part.role}


def _link(link: LinkModel) -> dict[str, Any]:
    return {"kind": link.kind, "title": link.title, "url": link.url}


@router.get("/{slug:slug}/persons", response={200: Listed[BriefPerson], 404: Problem}, summary="Persons")
def persons(request: HttpRequest, slug: Slug, paging: Query[Paging]) -> dict[str, Any]:
    """Who takes part in the sessions of the released programme."""
    _one, release = _released(slug)
    inside = SessionPerson.objects.filter(session__released__release=release).values("person")
    found = PersonModel.objects.filter(pk__in=inside, erased_at=None).order_by("slug")
    return listed(request, paging, found, lambda who: {"slug": who.slug, "name": words(who.name, paging)})


@router.get(
    "/{slug:slug}/persons/{slug:person_slug}", response={200: Participant, 404: Problem}, summary="One person"
)
def person(request: HttpRequest, slug: Slug, person_slug: Slug, ask: Query[Ask]) -> dict[str, Any]:
    """What the programme says of a person who takes part: name, biography, sessions in all editions."""
    one, _release = _released(slug)
    found = queries.participant(one, person_slug)
    rows = list(queries.sessions_of(found.person)[:SHOWN]) if found else []
    if found is None or not any(row.session.gathering_id == one.pk for row in rows):
        raise Http404(_("There is no such person in this programme."))
    return {
        "slug": found.person.slug,
        "name": words(found.person.name, ask),
        "url": request.build_absolute_uri(reverse("gatherings:person", args=[slug, person_slug])),
        "biography": words(found.biography, ask),
        "sessions": [_session(request, ask, row.session.gathering.slug, row) for row in rows],
    }
