"""Names of countries and kinds in templates: {% load people %}."""

from django import template

from .. import countries, kinds

register = template.Library()


@register.simple_tag
def country_name(code: str) -> str:
    """{% country_name person.country %}: in the reader's language; empty for none."""
    return countries.name(code) if code else ""


@register.simple_tag
def kind_name(key: str) -> str:
    """{% kind_name organisation.kind %}: in the reader's language; empty for none."""
    return kinds.name(key) if key else ""
