"""How the desk shows a conversation."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from ..models import Conversation

register = template.Library()
_PARTS = (
    ("edit", _("Facts"), "opinions.see_conversation"),
    ("seeds", _("First statements"), "opinions.keep_conversation"),
    ("queue", _("Moderation"), "opinions.moderate"),
    ("translations", _("Translations"), "opinions.translate"),
    ("result", _("What unites"), "opinions.see_conversation"),
)


@register.simple_tag
def desk_parts(user: Any, conversation: Conversation) -> list[tuple[str, str, str]]:
    """(key, address, name) of the parts that are open to somebody."""
    return [
        (key, f"opinions:{key}", str(name))
        for key, name, permission in _PARTS
        if user.has_perm(permission, conversation)
    ]
