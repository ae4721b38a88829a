"""A country, several countries."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from summitry.people import countries

from ..rules import Field
from .base import Context, FieldKind, Shown, is_blank, register
from .choices import bounds


def code_of(raw: Any) -> str:
    """A code of ISO 3166-1 alpha-2. Raises ValidationError."""
    code = raw.strip().upper() if isinstance(raw, str) else ""
    if not countries.known(code):
        raise ValidationError(_("Choose a country or area from the list."), code="country")
    return code


@register
class Country(FieldKind):
    """The value is a two-letter code."""

    key = "country"
    label = pgettext_lazy("kind of field", "country or area")

    def clean(self, field: Field, raw: Any, context: Context) -> Any:
        return None if is_blank(raw) else code_of(raw)

    def forms(self, field: Field, suggested: Any) -> list[Any]:
        return list(suggested) if isinstance(suggested, list | tuple) else [suggested]

    def made_up(self, field: Field, context: Context) -> str:
        return countries.codes()[0]

    def show(self, field: Field, stored: Any, context: Context) -> Shown:
        return Shown("words", (countries.name(stored),))


@register
class Countries(FieldKind):
    """The value is a list of two-letter codes, sorted."""

    key = "countries"
    label = gettext_lazy("several countries or areas")
    options = {"min": int, "max": int}

    def clean(self, field: Field, raw: Any, context: Context) -> Any:
        if is_blank(raw):
            return None
        if not isinstance(raw, list | tuple):
            raise self.wrong()
        kept = sorted({code_of(one) for one in raw})
        bounds(field, len(kept))
        return kept

    def forms(self, field: Field, suggested: Any) -> list[Any]:
        if not isinstance(suggested, list | tuple):
            return [[suggested]]
        return [suggested[: field.option("max")]]

    def made_up(self, field: Field, context: Context) -> list[str]:
        return countries.codes()[: max(1, field.option("min", 1))]

    def show(self, field: Field, stored: Any, context: Context) -> Shown:
        return Shown("items", tuple(countries.name(one) for one in stored))
