"""What a reader asks of the library: facets, words, order; from an address into a queryset."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

from django.db.models import Q, QuerySet

from summitry.text import search as searching

from ..models import Case, CaseCountry, CaseLanguage, Topic

WORLDWIDE: Final = "001"  # M.49: the world
MOST_VALUES = 40  # of one facet in one address


def _years(values: tuple[str, ...]) -> Q:
    return Q(year__in=[int(value) for value in values if value.isdecimal() and len(value) == 4])


def _topics(values: tuple[str, ...]) -> Q:
    return Q(pk__in=Topic.cases.through.objects.filter(topic__slug__in=values).values("case"))


def _regions(values: tuple[str, ...]) -> Q:
    places = CaseCountry.objects.filter(Q(region__in=values) | Q(subregion__in=values))
    return Q(pk__in=places.values("case")) | (Q(worldwide=True) if WORLDWIDE in values else Q())


def _countries(values: tuple[str, ...]) -> Q:
    return Q(
        pk__in=CaseCountry.objects.filter(country__in=[value.upper() for value in values]).values("case")
    )


def _languages(values: tuple[str, ...]) -> Q:
    return Q(pk__in=CaseLanguage.objects.filter(code__in=[value.lower() for value in values]).values("case"))


def _tiers(values: tuple[str, ...]) -> Q:
    return Q(tier__in=values)


# The name of a facet in addresses, and what it asks of the database. Values of one facet widen, facets
# narrow.
FACETS: dict[str, Callable[[tuple[str, ...]], Q]] = {
    "tier": _tiers,
    "topic": _topics,
    "year": _years,
    "region": _regions,
    "country": _countries,
    "language": _languages,
}

SORTS: dict[str, tuple[str, ...]] = {
    "newest": ("-year", "-published_at", "-pk"),
    "oldest": ("year", "published_at", "pk"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Chosen values by facet, words to search, order. Values that nothing has are kept: they find nothing."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: str = ""
    sort: str = "newest"

    @classmethod
    def of(cls, get: Callable[[str], Iterable[str]]) -> Self:
        """From something that lists the values of a name, such as `request.GET.getlist`."""
        chosen = {
            name: values
            for name in FACETS
            if (
                values := tuple(dict.fromkeys(_tame(value) for value in get(name) if _tame(value)))[
                    :MOST_VALUES
                ]
            )
        }
        words = next(iter(get("q")), "").replace("\x00", "").strip()[: searching.MAX_LENGTH]
        sort = next(iter(get("sort")), "")
        return cls(chosen, words, sort if sort in SORTS else "newest")

    def values(self, name: str) -> tuple[str, ...]:
        return self.chosen.get(name, ())

    def without(self, name: str) -> Self:
        return replace(self, chosen={key: values for key, values in self.chosen.items() if key != name})

    @property
    def active(self) -> bool:
        return bool(self.chosen or self.words)


def _tame(value: str) -> str:
    """A value as it may be shown and asked: no control signs, at most 60 characters."""
    return "".join(sign for sign in value if sign.isprintable()).strip()[:60]


def published() -> QuerySet[Case]:
    """The cases that the library shows."""
    return Case.objects.filter(state=Case.State.PUBLISHED)


def found(filters: Filters) -> QuerySet[Case]:
    """Published cases that satisfy all of it, in the order asked for. Rows are never doubled."""
    cases = published()
    for name, values in filters.chosen.items():
        cases = cases.filter(FACETS[name](values))
    terms = searching.terms(filters.words)
    if filters.words and not terms:
        return cases.none()  # signs only: nothing can contain them
    for term in terms:
        cases = cases.filter(search__contains=term)
    return cases.order_by(*SORTS[filters.sort])
