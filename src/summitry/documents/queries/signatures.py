"""The list of signatories as everybody sees it: found by kind of body, country, state and words; on the map;
over time."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from summitry import kept
from summitry.engines import worldmap
from summitry.people import countries, kinds
from summitry.people.fields import normal
from summitry.people.models import Organisation
from summitry.text.ordering import by_name, sort_key

from .. import growth, lineage
from ..models import Document, Signature, Version
from ..models.signing import SignatureQuerySet as Rows
from ..parts import Visit

# What a reader may ask of the state, in the order in which it is offered; the first is asked if none is.
STATES: dict[str, tuple["str | Promise", Callable[[Rows], Rows]]] = {
    "in_force": (gettext_lazy("In force"), lambda rows: rows.in_force()),
    "received": (gettext_lazy("Received, not certified yet"), lambda rows: rows.filter(state="received")),
    "certified": (gettext_lazy("Certified"), lambda rows: rows.filter(state="certified")),
    "taken_in": (gettext_lazy("Taken in from elsewhere"), lambda rows: rows.filter(state="taken_in")),
    "withdrawn": (gettext_lazy("Withdrawn"), lambda rows: rows.filter(state="withdrawn")),
    "refused": (gettext_lazy("Refused"), lambda rows: rows.filter(state="refused")),
    "all": (gettext_lazy("All"), lambda rows: rows),
}
NAMES = ("state", "kind", "region", "country")  # of filters in an address, beside q
_NONE = "none"  # stands for what is not told


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked: values that nothing has find nothing."""

    state: str = "in_force"
    kind: str = ""
    region: str = ""
    country: str = ""
    words: str = ""

    @classmethod
    def of(cls, get: Callable[[str], str | None]) -> Self:
        """From something that gives the value of a name, such as `request.GET.get`."""
        said = {name: (get(name) or "").replace("\x00", "").strip()[:40] for name in NAMES}
        state = said.pop("state")
        words = " ".join((get("q") or "").replace("\x00", "").split())[:100]
        return cls(state if state in STATES else "in_force", **said, words=words)

    @property
    def active(self) -> bool:
        return self != Filters()

    def without(self, *names: str) -> "Filters":
        return replace(self, **dict.fromkeys(names, ""))


def found(document: Document, filters: Filters) -> Rows:
    """Signatures that satisfy all of it, by name as the reader's language has it."""
    rows = STATES[filters.state][1](Signature.objects.filter(document=document))
    if filters.kind:
        rows = rows.filter(organisation__kind="" if filters.kind == _NONE else filters.kind)
    if filters.region:
        rows = rows.filter(organisation__country__in=countries.countries_in(filters.region))
    if filters.country:
        rows = rows.filter(organisation__country="" if filters.country == _NONE else filters.country.upper())
    for word in normal(filters.words).split():
        rows = rows.filter(organisation__search__contains=word)
    name = by_name("organisation__name", "organisation__search")
    return rows.select_related("organisation").order_by(name, "pk")


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a filter: its key in addresses, its name, how many it would find."""

    key: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Numbers of what is found: values of filters, pins, months. undated: whose day is not told; nowhere:
    whose country has no place on the map."""

    kinds: list[Value]
    countries: list[Value]
    pins: list[worldmap.Pin]
    by: str  # the filter to which a pin's key belongs
    nowhere: int
    months: list[growth.Month]
    undated: int
    nations: int

    @property
    def chart(self) -> growth.Chart | None:
        return growth.draw(self.months)

    @property
    def dated(self) -> int:
        return self.months[-1].total if self.months else 0


def overview(document: Document, filters: Filters) -> Overview:
    """Two queries."""
    kept.depends(f"signatures:{document.pk}")
    kept.until(kept.tomorrow())  # when a withdrawal may take effect
    wide = found(document, filters.without("kind", "region", "country")).order_by()
    grid = list(
        wide.values_list("organisation__kind", "organisation__country").annotate(n=Count("pk", distinct=True))
    )
    inside = _place(filters)
    by_kind, by_country = Counter[str](), Counter[str]()
    counted, of_states = Counter[str](), Counter[str]()
    for kind, country, n in grid:
        of_kind = not filters.kind or kind == filters.kind or (filters.kind == _NONE and not kind)
        if inside(country):
            by_kind[kind] += n
        if of_kind:
            by_country[country] += n
        if of_kind and inside(country):
            counted[country] += n
            of_states[country] += n if kind in kinds.ONE_A_COUNTRY else 0
    days = found(document, filters).order_by().values_list("signed_on").annotate(n=Count("pk"))
    dated = dict(days)
    undated = dated.pop(None, 0)
    by, pins, nowhere = _pins(counted, of_states, filters)
    return Overview(
        _values(by_kind, filters.kind, kinds.name, _("Not told")),
        _values(by_country, filters.country, countries.name, _("Not told")),
        pins,
        by,
        nowhere,
        growth.months(dated.items()),
        undated,
        len([code for code in counted if code]),
    )


def _place(filters: Filters) -> Callable[[str], bool]:
    """Whether a country is among what the filters ask."""
    wanted = filters.country.upper()
    codes = frozenset(countries.countries_in(filters.region)) if filters.region else None

    def inside(code: str) -> bool:
        if filters.country and code != ("" if filters.country == _NONE else wanted):
            return False
        return codes is None or code in codes

    return inside


def _values(counts: Counter[str], chosen: str, name: Callable[[str], str], untold: str) -> list[Value]:
    rows = [
        Value(key or _NONE, name(key) if key else untold, n, chosen == (key or _NONE))
        for key, n in counts.items()
        if n or chosen == (key or _NONE)
    ]
    return sorted(rows, key=lambda one: (one.key == _NONE, sort_key(one.label)))


def _pins(
    counts: Counter[str], states: Counter[str], filters: Filters
) -> tuple[str, list[worldmap.Pin], int]:
    """By sub-region; by country once a region or a country is chosen."""
    by_country = bool(filters.region or filters.country)
    place = worldmap.country_point if by_country else worldmap.region_point
    name = countries.name if by_country else countries.region_name
    gathered, top, nowhere = Counter[str](), Counter[str](), 0
    for code, n in counts.items():
        key = code if by_country else countries.subregion_of(code)
        if not code or not key or place(key) is None:
            nowhere += n
            continue
        gathered[key] += n
        top[key] += states[code]
    pins = [
        worldmap.Pin(key, name(key), n, top[key], *spot)
        for key, n in sorted(gathered.items())
        if (spot := place(key)) is not None
    ]
    return "country" if by_country else "region", worldmap.spread(pins), nowhere


def rows_of(document: Document, filters: Filters) -> Iterator[list[Any]]:
    """The list as a table, a row in memory at a time; the headings first. One query a thousand rows."""
    yield [
        *("organisation", "name", "kind", "country", "state", "signed_on", "signature", "means"),
        *("capacity", "confirmed_on", "withdrawn_with_effect_from", "source"),
    ]
    for one in found(document, filters).iterator(chunk_size=1000):
        body = one.organisation
        yield [
            *(body.slug, str(body.name), body.kind, body.country, one.state, one.signed_on or ""),
            *(one.kind, one.means, str(one.capacity), one.confirmed_on or "", one.ends_on or "", one.source),
        ]


def by_uid(document: Document, uid: Any) -> Signature | None:
    """A signature of a document, with what its page names. One query."""
    kept.depends(f"signatures:{document.pk}")
    found_ = document.signatures.filter(uid=uid)
    return found_.select_related("organisation", "version__document", "document").first()


def signed_by(organisation: Organisation, most: int) -> list[Signature]:
    """An organisation's signatures of all texts, the newest first: those that it withdrew, too, but none that
    was refused. One query."""
    kept.depends(f"signed:{organisation.pk}")
    rows = Signature.objects.filter(organisation=organisation).exclude(state=Signature.State.REFUSED)
    newest = F("signed_on").desc(nulls_last=True)
    found_ = list(rows.select_related("document").order_by(newest, "-received_at", "-pk")[:most])
    kept.depends(*(f"document:{one.document_id}" for one in found_))
    return found_


def signatories() -> QuerySet[Organisation]:
    """Confirmed organisations that have signed a text. One query."""
    signed = Signature.objects.filter(organisation=OuterRef("pk")).exclude(state=Signature.State.REFUSED)
    return Organisation.objects.filter(Exists(signed), confirmed=True).order_by("slug")


def certified_rows(version: Version) -> list[Signature]:
    """All signatures under a version, for its certified copy, in their order. One query."""
    rows = version.signatures.select_related("organisation", "version")
    return list(rows.order_by("received_at", "pk"))


def foot(visit: Visit) -> dict[str, Any] | None:
    """Below an adopted text: how many have signed, and the way to the list; positions below a final one. Two
    queries at most."""
    version = visit.version
    if version.stage != Version.Stage.FINAL:
        return None
    positions = version.positions.filter(withdrawn_at=None).count()
    kept.depends(f"positions:{version.pk}", f"signatures:{version.document_id}")
    signed = 0
    if version.adopted_at:
        signed = Signature.objects.filter(document=version.document_id).in_force().count()
    kept.until(kept.tomorrow())  # when a withdrawal may take effect
    return {"version": version, "positions": positions, "signed": signed}


def steps(document: Document) -> Iterable[lineage.Step]:
    """The step of signatures in the way of a document that is open to them. One query."""
    if not document.open_to_signature:
        return
    kept.depends(f"signatures:{document.pk}")
    kept.until(kept.tomorrow())
    n = Signature.objects.filter(document=document).in_force().count()
    label = ngettext("%(count)d signature", "%(count)d signatures", n) % {"count": n}
    url = reverse("documents:signatures", args=[document.slug])
    yield lineage.Step(label if n else _("signatures"), "now" if n else "todo", "", url if n else "")
