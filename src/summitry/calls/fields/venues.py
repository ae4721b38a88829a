"""A place on the map of the world: a venue with its city and country."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from summitry.people import countries

from ..rules import Field
from .base import Context, Shown, register
from .parties import Parties


@dataclass(frozen=True, slots=True)
class PlaceNamed:
    """A place as an applicant names it; the name and the country are always there."""

    name: str
    country: str
    city: str = ""
    street: str = ""

    def __str__(self) -> str:
        return " · ".join(filter(None, [self.name, self.street, self.city, countries.name(self.country)]))


@register
class Place(Parties):
    """The value is a `PlaceNamed`."""

    key = "place"
    label = gettext_lazy("place")
    parts = ("name", "street", "city", "country")
    made = PlaceNamed
    most = 1
    options = {}

    def clean(self, field: Field, raw: Any, context: Context) -> Any:
        given = [asdict(raw)] if isinstance(raw, PlaceNamed) else raw
        return super().clean(field, [given] if isinstance(given, dict) else given, context)

    def asked(self, field: Field) -> list[str]:
        return ["country"]

    def value(self, field: Field, stored: Any, context: Context) -> Any:
        return PlaceNamed(**stored[0])

    def show(self, field: Field, stored: Any, context: Context) -> Shown:
        return Shown("words", (str(self.value(field, stored, context)),))
