"""What the pages of calls need from templates: {% load calls %}."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.template.context import Context
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from summitry.text import moments
from summitry.text.value import Text

from ..rules import Criterion, RuleSet

register = template.Library()


def own_zone(name: str) -> ZoneInfo | None:
    """A reader's time zone, or None where she has none that is known, or lives by UTC."""
    if not name or name == "UTC":
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


@register.filter
def utc(value: datetime | None) -> str:
    """{{ call.closes_at|utc }}: a moment in UTC as bare words, for sentences and attributes."""
    return moments.minute(value) if value else ""


@register.filter
def utc_day(value: datetime | None) -> str:
    """{{ call.closes_at|utc_day }}: the day alone, in UTC, as bare words."""
    if value is None:
        return ""
    return date_format(value.astimezone(UTC), "SHORT_DATE_FORMAT")


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | None) -> SafeString:
    """{% moment call.closes_at %}: the moment in UTC, and in the reader's zone when her account names one."""
    if value is None:
        return mark_safe("")
    iso = value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    zone = own_zone(getattr(context.get("user"), "time_zone", ""))
    if zone is None:
        return format_html(
            '<time datetime="{}">{}</time>', iso, moments.minute(value)
        )  # the page's script adds it
    own = _("in your zone: %(moment)s") % {"moment": moments.minute(value, zone)}
    said = moments.minute(value)
    return format_html(
        '<time datetime="{}" data-own-zone>{}</time> <span class="dim">({})</span>', iso, said, own
    )


@register.simple_tag
def day(value: datetime | None) -> SafeString:
    """{% day call.closes_at %}: the day alone, in UTC."""
    if value is None:
        return mark_safe("")
    iso = value.astimezone(UTC).date().isoformat()
    return format_html('<time datetime="{}">{}</time>', iso, utc_day(value))


@register.filter
def by_category(criterion: Criterion, rules: RuleSet) -> list[tuple[Text, int]]:
    """{% for name, weight in criterion|by_category:rules %}: where a category has a weight of its own."""
    return [
        (one.name, criterion.weights[one.key]) for one in rules.categories if one.key in criterion.weights
    ]


@register.filter
def named_shares(rules: RuleSet) -> list[tuple[Text, int]]:
    """{% for name, percent in rules|named_shares %}: the stages that make the order together."""
    listed = [(rules.stage(one.key), one.percent) for one in rules.decision.shares]
    return [(stage.name, percent) for stage, percent in listed if stage is not None]


@register.filter
def percent(work: Any) -> int:
    """{{ stage|percent }}: how much is done of what has `done` and `total`."""
    return round(100 * work.done / work.total) if work.total else 0


@register.filter
def figure(value: str | None) -> str:
    """{{ row.mean|figure }}: a decimal as it was sealed, "4.419", with the comma of the active language."""
    if not value:
        return "–"
    _whole, _point, part = value.partition(".")
    return number_format(Decimal(value), len(part), use_l10n=True)
