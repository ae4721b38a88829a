"""How gatherings are shown: dates, zones, kinds, texts of imported files."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from summitry.text import languages
from summitry.text.value import Text

from .. import kinds, queries
from ..models import Gathering, Link
from ..programme import Change, Changes, Clash
from ..richtext import to_html

register = template.Library()
register.filter("kind_name", kinds.name)


@register.filter
def rich(value: Any) -> SafeString:
    """{{ session.abstract|rich }}: Markdown, or the HTML of an imported file, in the language that it is
    in."""
    if not isinstance(value, Text):
        return format_html("<div>{}</div>", to_html(str(value or "")))
    reading = value.best()
    if reading.language == languages.current():
        return format_html("<div>{}</div>", to_html(reading.value))
    return format_html(
        '<div lang="{}" dir="{}">{}</div>',
        languages.bcp47(reading.language),
        languages.direction(reading.language),
        to_html(reading.value),
    )


@register.filter
def weekday(day: date) -> str:
    """ "Wednesday, 3 November", in the order of the reader's language."""
    return _("%(weekday)s, %(date)s") % {
        "weekday": date_format(day, "l"),
        "date": date_format(day, "MONTH_DAY_FORMAT"),
    }


@register.filter
def days(gathering: Gathering) -> str:
    """ "2 November to 5 November 2027". Where only the month or the year is known, an edition runs from its
    first day to its last, and that month or year is said."""
    first, last = gathering.starts, gathering.ends
    if first == last:
        return date_format(first, "DATE_FORMAT")
    if (first.day, first.year) == (1, last.year) and (last + timedelta(days=1)).day == 1:
        if first.month == last.month:
            return date_format(first, "YEAR_MONTH_FORMAT")
        if (first.month, last.month) == (1, 12):
            return str(first.year)
    return _("%(first)s to %(last)s") % {
        "first": date_format(first, "MONTH_DAY_FORMAT" if first.year == last.year else "DATE_FORMAT"),
        "last": date_format(last, "DATE_FORMAT"),
    }


@register.filter
def offset(gathering: Gathering, day: date | None = None) -> str:
    """The zone's distance from UTC on a day (by default the first): "UTC+8"."""
    moment = datetime.combine(day or gathering.starts, time(12), ZoneInfo(gathering.time_zone))
    minutes = int((moment.utcoffset() or moment - moment).total_seconds() // 60)
    sign, (hours, rest) = ("-" if minutes < 0 else "+"), divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}:{rest:02d}" if rest else f"UTC{sign}{hours}" if hours else "UTC"


@register.filter
def zone_city(gathering: Gathering) -> str:
    """ "Brussels" of "Europe/Brussels"."""
    return gathering.time_zone.rpartition("/")[2].replace("_", " ")


@register.filter
def minutes(row: Any) -> int:
    """Whole minutes from a row's start to its end."""
    return int((row.ends - row.starts).total_seconds() // 60)


@register.filter
def clash_words(clash: Clash, gathering: Gathering) -> str:
    return queries.clash_words(clash, gathering)


@register.filter
def web(address: str) -> str:
    """An address that may stand in a link: of the web or of mail, and of no script."""
    return address if address.startswith(("https://", "http://", "mailto:", "/")) else "#"


@register.filter
def href(link: Link) -> str:
    return web(link.url)


@register.simple_tag
def change_groups(changes: Changes) -> list[tuple[str, tuple[Change, ...]]]:
    """The kinds of changes with their headings, in the order in which a reader wants them."""
    return [
        (_("Cancelled"), changes.cancelled),
        (_("Moved"), changes.moved),
        (_("New"), changes.new),
        (_("Renamed"), changes.retitled),
        (_("Other changes"), changes.other),
    ]
