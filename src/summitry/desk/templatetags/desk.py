"""What every work screen shows beside its work."""

from django import template
from django.template.context import Context

from ..areas import Link, rail

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_rail(context: Context) -> list[Link]:
    """{% desk_rail as rail %}: the work areas that this user may enter, with how much waits in each."""
    return rail(context["request"])
