"""The library: pages of cases, and their pins on the map."""

from dataclasses import dataclass
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from summitry.engines import worldmap
from summitry.people import countries
from summitry.people.fields import normal
from summitry.people.models import Organisation, Person, scope_of
from summitry.record.models import Entry

from ..models import Case
from .facets import place_name
from .filters import WORLDWIDE, Filters, found, published

PAGE = 20
ENTERED = ("atlas.published", "atlas.added")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the library: a case, and the number of the record's entry with which it came in."""

    case: Case
    entry: int | None

    @property
    def places(self) -> list[str]:
        """Where it takes place, in the reader's language."""
        named = [countries.name(code) for code in self.case.country_codes]
        return [str(place_name(WORLDWIDE)), *named] if self.case.worldwide else named


def rows(cases: QuerySet[Case]) -> list[Row]:
    """Lines of some cases, with topics, countries, languages. Five queries for any number."""
    found = list(
        cases.defer("body", "evidence", "search", "withdrawn_reason").prefetch_related(
            "topics", "countries", "languages"
        )
    )
    entered = Entry.objects.filter(kind__in=ENTERED, subject__in=[scope_of(case) for case in found])
    index = dict(entered.order_by("-index").values_list("subject", "index"))
    return [Row(case, index.get(scope_of(case))) for case in found]


def page(filters: Filters, number: int | str | None = 1) -> Page[Row]:
    """A page of the library; a number beyond the last gives the last. Six queries."""
    paged: Page[Any] = Paginator(found(filters), PAGE).get_page(number)
    paged.object_list = rows(cast("QuerySet[Case]", paged.object_list))
    return paged


@dataclass(frozen=True, slots=True)
class MapPoints:
    """Pins, and what has no place on the map: cases that are worldwide, or that name no country."""

    pins: list[worldmap.Pin]
    by: str  # the facet that a pin's key belongs to
    worldwide: int


def map_points(filters: Filters = Filters(), radius: float = 16.0) -> MapPoints:  # noqa: B008  (frozen)
    """What is found, gathered by sub-region; by country once a region is chosen. A case counts once a pin.
    Two queries.
    """
    cases = found(filters).order_by()
    by_country = bool(filters.values("region") or filters.values("country"))
    column = "countries__country" if by_country else "countries__subregion"
    place = worldmap.country_point if by_country else worldmap.region_point
    name = countries.name if by_country else place_name
    rows = (
        cases.exclude(countries=None)
        .values_list(column)
        .annotate(n=Count("pk", distinct=True), top=Count("pk", distinct=True, filter=Q(top=True)))
        .order_by(column)
    )
    pins = [
        worldmap.Pin(key, name(key), n, top, *spot, radius)
        for key, n, top in rows
        if key and (spot := place(key)) is not None
    ]
    return MapPoints(
        worldmap.spread(pins), "country" if by_country else "region", cases.filter(worldwide=True).count()
    )


def newest(most: int = 6) -> list[Row]:
    """For the home page. Five queries."""
    return rows(found(Filters())[:most])


def of_organisation(organisation: Organisation, most: int = 50) -> list[Case]:
    """The cases in the library that an organisation carries out, the newest first. One query."""
    return list(published().filter(organisations=organisation).order_by("-year", "-pk")[:most])


def of_person(person: Person, most: int = 50) -> list[Case]:
    """The cases in the library that a person applied with for herself, and whose pages name her as the one
    who carries them out. Whoever applied for an organisation is not public. One query."""
    names = {normal(one) for one in person.name.values.values() if one.strip()}
    cases = published().filter(
        decision__submission__applicant=person, decision__submission__organisation=None
    )
    return [
        case
        for case in cases.order_by("-year", "-pk")[:most]
        if {normal(one) for one in case.carried_by.values.values()} & names
    ]
