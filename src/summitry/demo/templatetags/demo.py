"""{% load demo %}: what the sign-in page of a demonstration shows."""

from typing import Any

from django import template
from django.conf import settings

from summitry.demo.accounts import ACCOUNTS, PASSWORD

register = template.Library()


@register.inclusion_tag("demo/accounts.html")
def demo_accounts() -> dict[str, Any]:
    """The accounts and their common password; nothing where this is no demonstration."""
    return {"accounts": ACCOUNTS, "password": PASSWORD} if settings.DEMO else {}
