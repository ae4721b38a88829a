"""How many cases each value of each facet would show, given what else is chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext_lazy as _

from summitry.people import countries
from summitry.text import languages
from summitry.text.ordering import sort_key
from summitry.text.value import Text

from ..models import Case, Topic
from .filters import FACETS, WORLDWIDE, Filters, found, published

type Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet: its key in addresses, its name, how many cases it would show."""

    key: str
    label: str | Text
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its values, in the order in which they are shown."""

    name: str
    title: str
    values: list[Value]

    @property
    def chosen(self) -> list[Value]:
        return [value for value in self.values if value.chosen]


TITLES = {
    "tier": _("Tier"),
    "topic": _("Topic"),
    "year": _("Year"),
    "region": _("Region"),
    "country": _("Country"),
    "language": _("Language of the text"),
}


def _by(column: str) -> Callable[[QuerySet[Case]], Counts]:
    def count(cases: QuerySet[Case]) -> Counts:
        rows = cases.order_by().values_list(column).annotate(n=Count("pk", distinct=True))
        return {str(key): n for key, n in rows if key not in ("", None)}

    return count


def _regions(cases: QuerySet[Case]) -> Counts:
    """Regions and sub-regions: a case counts once in each of those it lies in. Three queries."""
    worldwide = cases.filter(worldwide=True).count()
    return _by("countries__region")(cases) | subregions(cases) | ({WORLDWIDE: worldwide} if worldwide else {})


subregions = _by("countries__subregion")

COUNTERS: Mapping[str, Callable[[QuerySet[Case]], Counts]] = {
    "tier": _by("tier"),
    "topic": _by("topics__slug"),
    "year": _by("year"),
    "region": _regions,
    "country": _by("countries__country"),
    "language": _by("languages__code"),
}


def counts(filters: Filters, name: str) -> Counts:
    """Cases by value of one facet, where all other facets and the words hold."""
    return COUNTERS[name](found(filters.without(name)))


def tiers() -> dict[str, tuple[Text, bool]]:
    """The name of each tier, and whether it is a highest one, as its newest case has it. One query."""
    newest = (
        published().exclude(tier="").order_by().values("tier").annotate(newest=Max("pk")).values("newest")
    )
    found = Case.objects.filter(pk__in=newest).values_list("tier", "tier_label", "top")
    return {key: (label, top) for key, label, top in found}


@dataclass(frozen=True, slots=True)
class _Names:
    """What names and orders the values of facets."""

    topics: Mapping[str, Topic]
    tiers: Mapping[str, tuple[Text, bool]]

    def label(self, facet: str, key: str) -> str | Text:
        if facet == "topic":
            return self.topics[key].name if key in self.topics else key
        if facet == "tier":
            return self.tiers[key][0] or key if key in self.tiers else key
        named = {"region": place_name, "country": countries.name, "language": languages.local_name}
        return named[facet](key) if facet in named else key

    def order(self, facet: str, value: "Value") -> tuple[object, ...]:
        key = value.key
        if facet == "topic":
            return (self.topics[key].position if key in self.topics else 32767, key)
        if facet == "tier":
            return (not (key in self.tiers and self.tiers[key][1]), -value.count, key)
        if facet == "year":
            return (-int(key) if key.isdecimal() else 0, key)
        if facet in {"region", "country"}:
            return (key == WORLDWIDE, sort_key(str(value.label)))
        return (-value.count, key)


def facets(filters: Filters) -> list[Facet]:
    """All facets with their values. Ten queries, however many cases there are."""
    names = _Names({topic.slug: topic for topic in Topic.objects.all()}, tiers())
    regions = {WORLDWIDE, *(region.code for region in countries.regions())}
    result = []
    for name in FACETS:
        present, chosen = counts(filters, name), filters.values(name)
        for key in chosen:
            present.setdefault(key, 0)
        values = [Value(key, names.label(name, key), n, key in chosen) for key, n in present.items()]
        if name == "region":  # sub-regions are reached from the map; in the list they show only while chosen
            values = [value for value in values if value.chosen or value.key in regions]
        result.append(
            Facet(name, str(TITLES[name]), sorted(values, key=lambda value: names.order(name, value)))
        )
    return result


def place_name(code: str) -> str:
    """A region's or sub-region's name in the reader's language."""
    return str(_("Worldwide")) if code == WORLDWIDE else countries.region_name(code)
