"""How many cases each value of each facet would show, given what else is chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext_lazy as _

from summitry.people import countries
from summitry.text import languages
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


def tier_labels() -> dict[str, Text]:
    """The name of each tier, as the newest case of it has it. One query."""
    newest = (
        published().exclude(tier="").order_by().values("tier").annotate(newest=Max("pk")).values("newest")
    )
    return dict(Case.objects.filter(pk__in=newest).values_list("tier", "tier_label"))


def facets(filters: Filters) -> list[Facet]:
    """All facets with their values. Ten queries, however many cases there are."""
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    tiers = tier_labels()
    regions = {WORLDWIDE, *(region.code for region in countries.regions())}
    result = []
    for name in FACETS:
        present, chosen = counts(filters, name), filters.values(name)
        for key in chosen:
            present.setdefault(key, 0)
        values = [
            Value(key, _label(name, key, topics, tiers), n, key in chosen) for key, n in present.items()
        ]
        if name == "region":  # sub-regions are reached from the map; in the list they show only while chosen
            values = [value for value in values if value.chosen or value.key in regions]
        result.append(
            Facet(name, str(TITLES[name]), sorted(values, key=lambda value: _order(name, value, topics)))
        )
    return result


def _label(name: str, key: str, topics: Mapping[str, Topic], tiers: Mapping[str, Text]) -> str | Text:
    if name == "topic":
        return topics[key].name if key in topics else key
    if name == "tier":
        return tiers.get(key) or key
    if name == "region":
        return place_name(key)
    if name == "country":
        return countries.name(key)
    if name == "language":
        return languages.local_name(key)
    return key


def place_name(code: str) -> str:
    """A region's or sub-region's name in the reader's language."""
    return str(_("Worldwide")) if code == WORLDWIDE else countries.region_name(code)


def _order(name: str, value: Value, topics: Mapping[str, Topic]) -> tuple[object, ...]:
    if name == "topic":
        topic = topics.get(value.key)
        return (topic.position if topic else 32767, value.key)
    if name == "year":
        return (-int(value.key) if value.key.isdecimal() else 0, value.key)
    if name in {"region", "country"}:
        return (value.key == WORLDWIDE, str(value.label).casefold())
    return (-value.count, value.key)
