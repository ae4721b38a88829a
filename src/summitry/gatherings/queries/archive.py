"""What the archive tells across editions: a person's and an organisation's sessions, a series in figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from summitry.people.models import Organisation, Person

from ..models import Convener, Gathering, OutcomeDocument, ReleasedSlot, Series, SessionPerson


def _current() -> QuerySet[ReleasedSlot]:
    """Rows of the current releases of all public gatherings."""
    return ReleasedSlot.objects.filter(release=F("session__gathering__released")).exclude(
        session__gathering__state=Gathering.State.DRAFT
    )


def roles_of(person: Person, sessions: Iterable[int]) -> dict[int, list[SessionPerson]]:
    """Her parts in these sessions, with for whom she took part. One query."""
    found: dict[int, list[SessionPerson]] = {}
    parts = SessionPerson.objects.filter(person=person, session__in=list(sessions))
    for part in parts.select_related("organisation").order_by("session", "position", "pk"):
        found.setdefault(part.session_id, []).append(part)
    return found


def sessions_of_body(organisation: Organisation) -> QuerySet[ReleasedSlot]:
    """Sessions in current releases that an organisation convened, or in which somebody took part for it, the
    newest first. One query."""
    convened = Convener.objects.filter(session=OuterRef("session"), organisation=organisation)
    spoke = SessionPerson.objects.filter(session=OuterRef("session"), organisation=organisation)
    return (
        _current()
        .annotate(convened=Exists(convened))
        .filter(Q(convened=True) | Exists(spoke))
        .select_related("session__gathering", "room", "track")
        .order_by("-starts", "pk")
    )


def people_of_body(organisation: Organisation, sessions: Iterable[int]) -> dict[int, list[SessionPerson]]:
    """Who took part for an organisation in these sessions; erased persons are not named. One query."""
    found: dict[int, list[SessionPerson]] = {}
    parts = SessionPerson.objects.filter(
        organisation=organisation, session__in=list(sessions), person__erased_at=None
    )
    for part in parts.select_related("person").order_by("session", "position", "pk"):
        found.setdefault(part.session_id, []).append(part)
    return found


def convened_by(organisation: Organisation) -> QuerySet[Gathering]:
    """Public gatherings that an organisation convened, the newest first. One query."""
    found = Gathering.objects.exclude(state=Gathering.State.DRAFT).filter(conveners=organisation)
    return found.select_related("series", "released").order_by("-starts", "slug")


def outcomes_convened_by(organisation: Organisation) -> QuerySet[OutcomeDocument]:
    """Published outcome documents of public sessions that an organisation convened, the newest first. One
    query."""
    named = ReleasedSlot.objects.filter(session=OuterRef("session"))
    found = OutcomeDocument.objects.filter(
        Exists(named), published_at__isnull=False, session__conveners__organisation=organisation
    ).exclude(session__gathering__state=Gathering.State.DRAFT)
    return found.select_related("session__gathering").order_by("-published_at", "-pk")


def public_persons() -> QuerySet[Person]:
    """Persons who take part in a session of a current release. One query."""
    rows = _current().filter(session=OuterRef("session"))
    parts = SessionPerson.objects.filter(person=OuterRef("pk")).filter(Exists(rows))
    return Person.objects.filter(Exists(parts), erased_at=None).order_by("slug")


def public_bodies() -> QuerySet[Organisation]:
    """Confirmed organisations that convened a public gathering or session, or for which somebody took part.
    One query."""
    rows = _current().filter(session=OuterRef("session"))
    sides = Convener.objects.filter(organisation=OuterRef("pk")).filter(Exists(rows))
    parts = SessionPerson.objects.filter(organisation=OuterRef("pk")).filter(Exists(rows))
    whole = Gathering.objects.exclude(state=Gathering.State.DRAFT).filter(conveners=OuterRef("pk"))
    found = Organisation.objects.filter(confirmed=True)
    return found.filter(Q(Exists(sides)) | Exists(parts) | Exists(whole)).order_by("slug")


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a series in figures, from its current release; all zero without a programme."""

    gathering: Gathering
    sessions: int
    people: int
    countries: int
    languages: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A series by editions, the oldest first, and all of it together: each person and country once."""

    editions: tuple[Edition, ...]
    sessions: int
    people: int
    countries: int
    languages: int

    @property
    def with_programme(self) -> tuple[Edition, ...]:
        return tuple(one for one in self.editions if one.sessions)


def public_series() -> QuerySet[Series]:
    """Series with a public edition. One query."""
    editions = Gathering.objects.exclude(state=Gathering.State.DRAFT).filter(series=OuterRef("pk"))
    return Series.objects.filter(Exists(editions)).order_by("slug")


def figures_of(series: Series) -> Figures:
    """The public editions of a series with how many sessions, people, countries and languages each had. Five
    queries."""
    editions = list(
        Gathering.objects.filter(series=series)
        .exclude(state=Gathering.State.DRAFT)
        .select_related("released")
        .order_by("starts", "slug")
    )
    releases = [one.released_id for one in editions if one.released_id]
    parts = SessionPerson.objects.filter(session__released__release__in=releases)
    counted = {
        "people": Count("person", distinct=True),
        "countries": Count("person__country", distinct=True, filter=~Q(person__country="")),
    }
    by_release: dict[int, Any] = {
        row["session__released__release"]: row
        for row in parts.order_by().values("session__released__release").annotate(**counted)
    }
    total = parts.aggregate(**counted)
    rows = ReleasedSlot.objects.filter(release__in=releases).order_by()
    sessions = dict(rows.values_list("release").annotate(n=Count("pk")))
    spoken: dict[int, set[str]] = {}
    for release, language, interpreted in rows.values_list("release", "language", "interpreted").distinct():
        spoken.setdefault(release, set()).update(code for code in (language, *interpreted) if code)
    found = []
    for one in editions:
        key = one.released_id or 0
        row: dict[str, int] = by_release.get(key, {})
        found.append(
            Edition(
                one,
                sessions.get(key, 0),
                row.get("people", 0),
                row.get("countries", 0),
                len(spoken.get(key, ())),
            )
        )
    return Figures(
        tuple(found),
        sum(one.sessions for one in found),
        total["people"] or 0,
        total["countries"] or 0,
        len(set().union(*spoken.values())),
    )
