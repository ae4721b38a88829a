"""An address on the web."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..rules import Field
from .base import Context, FieldKind, Link, Shown, is_blank, register

_valid = URLValidator(schemes=["http", "https"])


def address(raw: Any) -> str:
    """A web address; one without a scheme is taken as https. Raises ValidationError."""
    words = raw.strip() if isinstance(raw, str) else ""
    if words and "://" not in words:
        words = f"https://{words}"
    try:
        _valid(words)
    except ValidationError as error:
        raise ValidationError(
            _("Write a web address, for instance https://example.org."), code="url"
        ) from error
    if len(words) > 500:
        raise ValidationError(_("This address is too long."), code="url")
    return words


@register
class Url(FieldKind):
    key = "url"
    label = gettext_lazy("web address")

    def clean(self, field: Field, raw: Any, context: Context) -> Any:
        return None if is_blank(raw) else address(raw)

    def made_up(self, field: Field, context: Context) -> str:
        return "https://www.example.org/"

    def show(self, field: Field, stored: Any, context: Context) -> Shown:
        return Shown("links", (Link(stored, stored.split("://", 1)[-1].rstrip("/")),))
