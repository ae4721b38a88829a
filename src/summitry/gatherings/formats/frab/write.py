"""A `Schedule` as XML, in pieces, so that a large one streams.

Two shapes. The full one (default) writes everything, in the way of FOSDEM's files, and reads back equal.
The strict one keeps to the c3voc XSD, which has no place for the venue, biographies, slugs of rooms, extras.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from .. import numbers
from ..data import Attrs, Conference, Day, Element, Event, Extra, Link, PersonRef, Room, Schedule, Track
from . import ours

_HTTP = re.compile(r"https?://\S+\Z")
_ACRONYM = re.compile(r"[a-z0-9_-]{4,}\Z")
_SLUG = re.compile(r"[a-z0-9_]{4,}-[a-z0-9\-_]{4,}\Z")
_TRACK_SLUG = re.compile(r"[a-z][a-z0-9-]+\Z")
_CODE = re.compile(r"[0-9A-Z]{6}\Z")
_ADDRESSES = ("url", "feedback_url", "origin_url", "video_download_url", "logo")
_MARKED = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ud800-\uffff]")  # what may have to be written otherwise
_MARKED_IN_ATTR = re.compile(r'["&<>\x00-\x1f\ud800-\uffff]')
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


def write(schedule: Schedule, *, strict: bool = False) -> Iterator[str]:
    """Pieces of text, each ending in a line break; encode them as UTF-8.

    strict: only what https://c3voc.de/schedule/schema.xsd allows. It needs whole numbers as ids of events.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<schedule{_attrs(() if strict else schedule.extra.attrs)}>\n"
    generator = ours.generated(schedule.generator) if strict else schedule.generator
    if generator:
        yield f"  <generator{_attrs(generator)}/>\n"
    if _HTTP.match(schedule.url) or (schedule.url and not strict):
        yield _line("url", schedule.url, 2)
    yield _line("version", schedule.version, 2)
    yield from _conference(schedule.conference, schedule.tracks, strict)
    if not strict:
        yield from _full_head(schedule)
    seen: set[str] = set()
    for day in schedule.days:
        yield from _day(day, strict, seen)
    if not strict:
        yield ours.written(schedule)
    yield "</schedule>\n"


def _text(value: str) -> str:
    if not _MARKED.search(value):
        return value
    return escape(ours.legal(value)).replace("\r", "&#13;")


def _attr(name: str, value: str) -> str:
    if _MARKED_IN_ATTR.search(value):
        value = escape(ours.legal(value), {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
    return f' {name}="{value}"'


def _attrs(pairs: Attrs) -> str:
    return "".join(_attr(name, value) for name, value in pairs)


def _line(tag: str, value: str, indent: int, attrs: str = "") -> str:
    return f"{' ' * indent}<{tag}{attrs}>{_text(value)}</{tag}>\n"


def _element(one: Element) -> str:
    inside = "".join(_text(part) if isinstance(part, str) else _element(part) for part in one.content)
    return f"<{one.tag}{_attrs(one.attrs)}>{inside}</{one.tag}>"


def _elements(extra: Extra, indent: int) -> str:
    return "".join(f"{' ' * indent}{_element(one)}\n" for one in extra.elements)


def length(value: timedelta) -> str:
    """00:30, or with seconds where there are any."""
    seconds = int(value.total_seconds())
    found = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return f"{found}:{seconds % 60:02d}" if seconds % 60 else found


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="microseconds" if value.microsecond else "seconds")


def _conference(one: Conference, tracks: tuple[Track, ...], strict: bool) -> Iterator[str]:
    yield "  <conference>\n" if strict else f"  <conference{_attrs(one.extra.attrs)}>\n"
    if _ACRONYM.match(one.acronym) or (one.acronym and not strict):
        yield _line("acronym", one.acronym, 4)
    yield _line("title", one.title, 4)
    if not strict:
        yield _line("subtitle", one.subtitle, 4)
        yield _line("venue", one.venue, 4)
        yield _line("city", one.city, 4)
    for tag, day in (("start", one.start), ("end", one.end)):
        if day:
            yield _line(tag, day.isoformat(), 4)
    if one.days is not None:
        yield _line("days", str(one.days), 4)
    if one.day_change is not None and not strict:
        yield _line("day_change", one.day_change.isoformat(timespec="seconds"), 4)
    if one.timeslot is not None:
        whole = length(one.timeslot)
        yield _line("timeslot_duration", whole if whole.count(":") == 2 else f"{whole}:00", 4)
    for tag, address in (("base_url", one.base_url), ("logo", one.logo), ("url", one.url)):
        if _HTTP.match(address) or (address and not strict):
            yield _line(tag, address, 4)
    if one.time_zone:
        yield _line("time_zone_name", one.time_zone, 4)
    if strict:
        for track in tracks:
            colour = _attr("color", track.colour) if _COLOUR.match(track.colour) else ""
            slug = _attr("slug", track.slug) if _TRACK_SLUG.match(track.slug) else ""
            yield f"    <track{_attr('name', track.name)}{colour}{slug}/>\n"
    else:
        yield _elements(one.extra, 4)
    yield "  </conference>\n"


def _full_head(schedule: Schedule) -> Iterator[str]:
    if schedule.tracks:
        yield "  <tracks>\n"
        for track in schedule.tracks:
            more = _attrs(track.extra.attrs)
            for name, value in (("slug", track.slug), ("color", track.colour)):
                more += _attr(name, value) if value else ""
            inside = "".join(_element(one) for one in track.extra.elements)
            yield f"    <track{more}>{_text(track.name)}{inside}</track>\n"
        yield "  </tracks>\n"
    if schedule.persons:
        yield "  <persons>\n"
        for person in schedule.persons:
            yield (
                f"    <person{_attr('id', person.id)}{_attrs(person.extra.attrs)}>\n"
                f"{_line('name', person.name, 6)}{_line('slug', person.slug, 6)}"
                f"{_line('biography', person.biography, 6)}{_elements(person.extra, 6)}"
                "    </person>\n"
            )
        yield "  </persons>\n"
    yield _elements(schedule.extra, 2)


def _day(day: Day, strict: bool, seen: set[str]) -> Iterator[str]:
    attrs = _attr("index", str(day.index)) + _attr("date", day.date.isoformat())
    for name, moment in (("start", day.starts), ("end", day.ends)):
        attrs += _attr(name, _moment(moment)) if moment else ""
    yield f"  <day{attrs}{'' if strict else _attrs(day.extra.attrs)}>\n"
    if not strict:
        yield _elements(day.extra, 4)
    for room in day.rooms:
        yield from _room(room, strict, seen)
    yield "  </day>\n"


def _room(room: Room, strict: bool, seen: set[str]) -> Iterator[str]:
    attrs = _attr("name", room.name)
    if room.slug and not strict:
        attrs += _attr("slug", room.slug)
    if room.guid:
        attrs += _attr("guid", room.guid)
    yield f"    <room{attrs}{'' if strict else _attrs(room.extra.attrs)}>\n"
    if not strict:
        yield _elements(room.extra, 6)
    for event in room.events:
        yield "".join(_event(event, room.name, strict, seen))
    yield "    </room>\n"


def _event(event: Event, room: str, strict: bool, seen: set[str]) -> Iterator[str]:
    attrs = _attr("guid", event.guid) if event.guid else ""
    key = str(numbers.number(event.id, event.guid)) if strict else event.id
    attrs += _attr("id", key) if key else ""
    if _CODE.match(event.code) or (event.code and not strict):
        attrs += _attr("code", event.code)
    yield f"      <event{attrs}{'' if strict else _attrs(event.extra.attrs)}>\n"
    begins = _moment(event.begins)
    yield _line("date", begins, 8)
    yield _line("start", begins[11 : 19 if event.begins.second else 16], 8)
    yield _line("duration", length(event.duration), 8)
    yield _line("room", room, 8)
    if not strict and event.slug:
        yield _line("slug", event.slug, 8)
    elif _SLUG.match(event.slug) and event.slug not in seen:
        seen.add(event.slug)
        yield _line("slug", event.slug, 8)
    for tag in _ADDRESSES:
        address = getattr(event, tag)
        if _HTTP.match(address) or (address and not strict):
            yield _line(tag, address, 8)
    yield _line("title", event.title, 8)
    yield _line("subtitle", event.subtitle, 8)
    track_attrs = _attr("slug", event.track_slug) if event.track_slug and not strict else ""
    yield _line("track", event.track, 8, track_attrs)
    yield _line("type", event.type, 8)
    yield _line("language", event.language, 8)
    yield _line("abstract", event.abstract, 8)
    yield _line("description", event.description, 8)
    if event.license or event.do_not_record or event.recording_url or event.recording_link:
        yield (
            f"        <recording>\n{_line('license', event.license, 10)}"
            f"{_line('optout', 'true' if event.do_not_record else 'false', 10)}"
            f"{_address('url', event.recording_url, strict)}{_address('link', event.recording_link, strict)}"
            "        </recording>\n"
        )
    yield "        <persons>\n"
    for person in event.persons:
        yield _person(person, strict)
    yield "        </persons>\n"
    yield "        <attachments>\n"
    for link in event.attachments:
        yield _link("attachment", link, strict)
    yield "        </attachments>\n"
    yield "        <links>\n"
    for link in event.links:
        yield _link("link", link, strict)
    yield "        </links>\n"
    if not strict:
        yield _elements(event.extra, 8)
    yield "      </event>\n"


def _address(tag: str, value: str, strict: bool) -> str:
    return _line(tag, value, 10) if _HTTP.match(value) or (value and not strict) else ""


def _person(person: PersonRef, strict: bool) -> str:
    numbered = not strict or person.id.isdigit()
    attrs = _attr("id", person.id) if person.id and numbered else ""
    guid = person.guid or ("" if numbered else numbers.guid("person", person.id))
    attrs += _attr("guid", guid) if guid else ""
    if strict:
        return _line("person", person.name, 10, attrs)
    inside = "".join(_element(one) for one in person.extra.elements)
    return f"          <person{attrs}{_attrs(person.extra.attrs)}>{_text(person.name)}{inside}</person>\n"


def _link(tag: str, link: Link, strict: bool) -> str:
    attrs = _attr("href", link.href)
    attrs += _attr("type", link.type) if link.type else ""
    if link.service and not (strict and tag == "attachment"):
        attrs += _attr("service", link.service)
    inside = "" if strict else "".join(_element(one) for one in link.extra.elements)
    more = "" if strict else _attrs(link.extra.attrs)
    return f"          <{tag}{attrs}{more}>{_text(link.title)}{inside}</{tag}>\n"
