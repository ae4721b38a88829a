"""How gatherings are shown: dates, zones, kinds, texts of imported files."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import rules
from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from summitry.text import languages
from summitry.text.value import Text

from .. import formats, kinds, queries
from ..checks import Conflict
from ..models import Gathering, Link, Release
from ..programme import Change, Changes, Row
from ..richtext import to_html, to_plain
from ..timetabling.words import pair

register = template.Library()
register.filter("kind_name", kinds.name)
register.filter("pair", pair)


@register.simple_tag
def door(one: formats.Format, slug: str) -> str:
    """{% door format gathering.slug %}: the public address of a programme in this format."""
    return reverse(f"programmes:{one.key}", args=[slug])


PARTS = (
    ("sessions", "desk_edition", "see_working", gettext_lazy("Sessions")),
    ("editor", "desk_editor", "see_working", gettext_lazy("Timetable")),
    ("rooms", "desk_rooms", "edit_programme", gettext_lazy("Rooms")),
    ("tracks", "desk_tracks", "edit_programme", gettext_lazy("Tracks")),
    ("demands", "desk_demands", "edit_programme", gettext_lazy("Demands")),
    ("propose", "desk_propose", "see_working", gettext_lazy("Proposal")),
    ("release", "desk_release", "release_programme", gettext_lazy("Release")),
    ("reports", "desk_reports", "edit_programme", gettext_lazy("Reports")),
    ("import", "desk_import", "edit_programme", gettext_lazy("Import")),
    ("facts", "desk_facts", "edit_gathering", gettext_lazy("Facts")),
)


@register.simple_tag
def desk_parts(user: Any, gathering: Gathering) -> list[tuple[str, str, Any]]:
    """The parts of a gathering's desk that are open to this user: key, address and name of each."""
    return [
        (key, reverse(f"gatherings:{page}", args=[gathering.slug]), name)
        for key, page, permission, name in PARTS
        if rules.has_perm(f"gatherings.{permission}", user, gathering)
    ]


@register.simple_tag
def linked_data(found: dict[str, Any] | None) -> SafeString:
    """{% linked_data event %}: what a page says to search engines, so that no word of it ends the element."""
    if not found:
        return SafeString("")
    words = json.dumps(found, ensure_ascii=False, indent=1)
    for one in "<>&\u2028\u2029":
        words = words.replace(one, f"\\u{ord(one):04x}")
    return SafeString(f'<script type="application/ld+json">{words}</script>')


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
    forms = ["DATE_FORMAT", "DATE_FORMAT"]
    if first.year == last.year:  # said once: first where the year leads, as in Chinese, else last
        forms[get_format("DATE_FORMAT").startswith("Y")] = "MONTH_DAY_FORMAT"
    return _("%(first)s to %(last)s") % {
        "first": date_format(first, forms[0]),
        "last": date_format(last, forms[1]),
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
def clash_words(clash: Conflict, gathering: Gathering) -> str:
    return queries.clash_words(clash, gathering)


@register.filter
def web(address: str) -> str:
    """An address that may stand in a link: of the web or of mail, and of no script."""
    return address if address.startswith(("https://", "http://", "mailto:", "/")) else "#"


@register.filter
def href(link: Link) -> str:
    return web(link.url)


_LINKS = {
    Link.Kind.STREAM: "camera",
    Link.Kind.VIDEO: "camera",
    Link.Kind.OUTCOME: "doc",
    Link.Kind.SLIDES: "doc",
    Link.Kind.TRANSCRIPT: "doc",
    Link.Kind.ATTACHMENT: "doc",
    Link.Kind.LINK: "chain",
}


@register.filter
def link_icon(link: Link) -> str:
    return _LINKS.get(Link.Kind(link.kind), "chain")


@register.filter
def in_order(links: Iterable[Link]) -> list[Link]:
    """Links in the order in which a reader wants them: to see first, then to read."""
    order = list(_LINKS)
    return sorted(links, key=lambda link: (order.index(Link.Kind(link.kind)), link.position, link.pk))


@register.filter
def first_words(value: Text) -> SafeString:
    """The beginning of a long text in the reader's language, without markup."""
    reading = value.best()
    return format_html(
        '<span lang="{}" dir="{}">{}</span>',
        languages.bcp47(reading.language),
        languages.direction(reading.language),
        Truncator(to_plain(reading.value)).words(60),
    )


@register.simple_tag
def change_groups(changes: Changes) -> list[tuple[str, tuple[Change, ...]]]:
    """The kinds of changes with their headings, in the order in which a reader wants them. What moved in
    time stands under that alone, even where the room changed too."""
    return [
        (_("Cancelled"), changes.cancelled),
        (_("Moved to another time"), tuple(one for one in changes.moved if one.moved_in_time)),
        (_("Moved to another room"), tuple(one for one in changes.moved if not one.moved_in_time)),
        (_("New"), changes.new),
        (_("Renamed"), changes.retitled),
        (_("Other changes"), changes.other),
    ]


def _stands(row: Row, rooms: Mapping[str, Text]) -> str:
    starts, ends = timezone.localtime(row.starts), timezone.localtime(row.ends)
    return _("%(day)s, %(from)s to %(to)s, %(room)s") % {
        "day": date_format(starts, "MONTH_DAY_FORMAT"),
        "from": date_format(starts, "H:i"),
        "to": date_format(ends, "H:i"),
        "room": rooms.get(row.room, row.room),
    }


@register.filter
def change_words(change: Change, rooms: Mapping[str, Text]) -> str:
    """A change as a line of a letter, in the zone that is active: "was …; now …"."""
    if change.after is None:
        return _("cancelled (it stood on %(was)s)") % {"was": _stands(change.row, rooms)}
    if change.before is None:
        return _("new: %(now)s") % {"now": _stands(change.row, rooms)}
    said = []
    if change.moved_in_time or change.moved_in_space:
        said.append(
            _("was on %(was)s; now on %(now)s")
            % {"was": _stands(change.before, rooms), "now": _stands(change.after, rooms)}
        )
    if change.is_retitled:
        said.append(_("was called “%(title)s”") % {"title": change.before.title})
    return "; ".join(said)


@register.filter
def change_counts(release: Release) -> list[str]:
    """What a release changed, in numbers; nothing for the first one."""
    if release.version == 1:
        return []
    kinds_of = (
        ("cancelled", ngettext_lazy("%(n)d cancelled", "%(n)d cancelled", "n")),
        ("moved", ngettext_lazy("%(n)d moved", "%(n)d moved", "n")),
        ("new", ngettext_lazy("%(n)d new", "%(n)d new", "n")),
        ("retitled", ngettext_lazy("%(n)d renamed", "%(n)d renamed", "n")),
        ("other", ngettext_lazy("%(n)d other change", "%(n)d other changes", "n")),
    )
    return [words % {"n": release.changes[key]} for key, words in kinds_of if release.changes.get(key)]
