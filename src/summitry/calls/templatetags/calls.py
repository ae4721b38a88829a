"""What the pages of calls need from templates: {% load calls %}."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.template.context import Context
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()


def own_zone(name: str) -> ZoneInfo | None:
    """A reader's time zone, or None where she has none that is known, or lives by UTC."""
    if not name or name == "UTC":
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def write_moment(value: datetime, zone: ZoneInfo | None = None) -> str:
    """ "19 Sep 2027, 23:59 UTC" in the active language, or the same in a zone, which it names."""
    local = value.astimezone(zone or UTC)
    words = date_format(local, "SHORT_DATETIME_FORMAT")
    return f"{words} {zone.key.replace('_', ' ') if zone else 'UTC'}"


@register.filter
def utc(value: datetime | None) -> str:
    """{{ call.closes_at|utc }}: a moment in UTC as bare words, for sentences and attributes."""
    return write_moment(value) if value else ""


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
            '<time datetime="{}">{}</time>', iso, write_moment(value)
        )  # the page's script adds it
    own = _("in your zone: %(moment)s") % {"moment": write_moment(value, zone)}
    said = write_moment(value)
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
def percent(work: Any) -> int:
    """{{ stage|percent }}: how much is done of what has `done` and `total`."""
    return round(100 * work.done / work.total) if work.total else 0
