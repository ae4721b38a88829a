"""Bytes to a `Schedule`. Pure: no database, no clock. All problems are told at once, each with its line."""

from datetime import date, datetime, time, timedelta
from typing import Any

from .. import numbers
from ..beyond import KEY, restored
from ..data import (
    NOTHING,
    Conference,
    Day,
    Element,
    Event,
    Extra,
    Link,
    Person,
    PersonRef,
    Room,
    Schedule,
    Track,
)
from ..problems import Place, ScheduleError, problem
from ..values import LONGEST, Values, fixed
from . import ours
from .xml import Node, tree

_TEXTS = (
    "title",
    "subtitle",
    "abstract",
    "description",
    "type",
    "language",
    "slug",
    "url",
    "feedback_url",
    "origin_url",
    "logo",
    "video_download_url",
)
_EVENT = frozenset(
    {*_TEXTS, "date", "start", "duration", "room", "track", "persons", "links", "attachments", "recording"}
)
_CONFERENCE = frozenset(
    {
        *("title", "acronym", "subtitle", "venue", "city", "start", "end", "days", "day_change"),
        *("timeslot_duration", "base_url", "url", "logo", "time_zone_name", "track"),
    }
)


def read(data: bytes) -> Schedule:
    """A schedule from the bytes of a file. Raises ScheduleError: what is wrong, in which line."""
    return _Reader(tree(data)).schedule()


def _extra(node: Node, known: frozenset[str] | set[str], attrs: set[str]) -> Extra:
    more = tuple((name, value) for name, value in node.attrs.items() if name not in attrs)
    elements = tuple(_element(one) for one in node.children if one.tag not in known)
    return Extra(more, elements) if more or elements else NOTHING


def _element(node: Node) -> Element:
    nested = bool(node.children)
    content = tuple(
        one if isinstance(one, str) else _element(one)
        for one in node.parts
        if not (nested and isinstance(one, str) and not one.strip())
    )
    return Element(node.tag, tuple(node.attrs.items()), content)


class _Reader(Values):
    def __init__(self, root: Node):
        super().__init__()
        self.root = root

    # -- parts of an element ----------------------------------------------------------------------
    @staticmethod
    def words(parts: dict[str, list[Node]], tag: str) -> str:
        return parts[tag][0].text.strip() if parts.get(tag) else ""

    @staticmethod
    def exact(parts: dict[str, list[Node]], tag: str) -> str:
        """The text of an element as it is written; white space alone counts as nothing."""
        text = parts[tag][0].text if parts.get(tag) else ""
        return text if text.strip() else ""

    def clock_of(self, parts: dict[str, list[Node]], tag: str) -> time | None:
        value = self.words(parts, tag)
        return self.clock(parts[tag][0], value) if value else None

    def length_of(self, parts: dict[str, list[Node]], tag: str) -> timedelta | None:
        return self.length(parts[tag][0], parts[tag][0].text)

    def date_of(self, parts: dict[str, list[Node]], tag: str) -> date | None:
        return self.parsed_date(parts[tag][0], self.words(parts, tag)) if parts.get(tag) else None

    # -- the whole --------------------------------------------------------------------------------
    def schedule(self) -> Schedule:
        root = self.root
        if root.tag != "schedule":
            raise ScheduleError([problem(root.line, "", "root", found=root.tag[:40])])
        parts = self.by_tag(root)
        if not parts.get("conference"):
            raise ScheduleError([problem(root.line, "schedule", "no-conference")])
        conference, own_tracks = self.conference(parts["conference"][0])
        if not parts.get("day"):
            self.wrong(root, "no-days")
        tracks = [
            self.track(one) for top in parts.get("tracks", []) for one in top.children if one.tag == "track"
        ]
        persons = self.people(parts.get("persons", []))
        days = tuple(self.day(one) for one in parts.get("day", []))
        self.once(parts.get("day", []), "index", "doubled-day")
        self.unique_events(parts.get("day", []))
        made = tuple(parts["generator"][0].attrs.items()) if parts.get("generator") else ()
        silent = ours.SILENT | (frozenset() if parts.get("persons") else {"biographies"})
        if ours.is_strict(made, parts.get(KEY)):
            silent = ours.STRICT
        found = Schedule(
            conference=conference,
            version=self.words(parts, "version"),
            url=self.words(parts, "url"),
            generator=made,
            tracks=tuple(tracks or own_tracks),
            persons=persons,
            days=days,
            silent=silent,
            extra=_extra(
                root, {"conference", "tracks", "persons", "day", "version", "url", "generator", KEY}, set()
            ),
        )
        if self.problems:
            raise ScheduleError(self.problems)
        own = parts.get(KEY)
        return restored(found, ours.stored(own[0]), own[0].place) if own else found

    @staticmethod
    def by_tag(node: Node) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for one in node.children:
            found.setdefault(one.tag, []).append(one)
        return found

    # -- the head ---------------------------------------------------------------------------------
    def conference(self, node: Node) -> tuple[Conference, list[Track]]:
        parts = self.by_tag(node)
        zone = self.words(parts, "time_zone_name")
        if zone:
            self.zone_named(parts["time_zone_name"][0], zone)
        change = self.clock_of(parts, "day_change")
        self.day_change = change or time(0)
        slot = self.length_of(parts, "timeslot_duration") if self.words(parts, "timeslot_duration") else None
        days = None
        if count := self.words(parts, "days"):
            days = self.number(parts["days"][0], count)
        start, end = self.date_of(parts, "start"), self.date_of(parts, "end")
        if start and end and end < start:
            self.wrong(node, "backwards", start=str(start), end=str(end))
        if not self.words(parts, "title"):
            self.wrong(node, "missing", name="title")
        for name in ("title", "base_url", "url", "logo"):
            if parts.get(name):
                self.fits(parts[name][0], name, self.words(parts, name))
        found = Conference(
            title=self.words(parts, "title"),
            acronym=self.words(parts, "acronym"),
            subtitle=self.words(parts, "subtitle"),
            venue=self.words(parts, "venue"),
            city=self.words(parts, "city"),
            start=start,
            end=end,
            days=days,
            day_change=change,
            timeslot=slot,
            base_url=self.words(parts, "base_url"),
            url=self.words(parts, "url"),
            logo=self.words(parts, "logo"),
            time_zone=zone,
            extra=_extra(node, _CONFERENCE, set()),
        )
        return found, [self.track(one) for one in parts.get("track", [])]

    def track(self, node: Node) -> Track:
        name = node.attrs.get("name") or node.text.strip()  # c3voc writes the name as an attribute
        if not name:
            self.wrong(node, "missing", name="track")
        self.fits(node, "slug", node.attrs.get("slug", ""))
        self.fits(node, "color", node.attrs.get("color", ""))
        return Track(
            name,
            node.attrs.get("slug", ""),
            node.attrs.get("color", ""),
            extra=_extra(node, frozenset(), {"name", "slug", "color"}),
        )

    def people(self, lists: list[Node]) -> tuple[Person, ...]:
        nodes = [one for top in lists for one in top.children if one.tag == "person"]
        self.once(nodes, "id", "doubled-person")
        found = []
        for node in nodes:
            parts = self.by_tag(node)
            key = node.attrs.get("id", "").strip()
            name = self.words(parts, "name") or node.text.strip()
            if not key:
                self.wrong(node, "missing-person-id", name=name[:80])
            self.fits(node, "id", key)
            extra = _extra(node, {"name", "slug", "biography"}, {"id"})
            found.append(
                Person(key, name, self.words(parts, "slug"), self.exact(parts, "biography"), extra=extra)
            )
        return tuple(found)

    # -- the days ---------------------------------------------------------------------------------
    def day(self, node: Node) -> Day:
        index = self.number(node, node.attrs.get("index", "")) or 0
        when = self.parsed_date(node, node.attrs.get("date", ""))
        edges = [
            self.parsed_moment(node, node.attrs[name]) if node.attrs.get(name) else None
            for name in ("start", "end")
        ]
        if when is None and edges[0]:
            when = edges[0].date()
        if when is None and not node.attrs.get("date"):
            self.wrong(node, "missing", name="date")
        day = when or date(2000, 1, 1)
        rooms = tuple(self.room(one, day) for one in node.children if one.tag == "room")
        return Day(
            index, day, edges[0], edges[1], rooms, _extra(node, {"room"}, {"index", "date", "start", "end"})
        )

    def room(self, node: Node, day: date) -> Room:
        name = node.attrs.get("name", "").strip()
        if not name:
            self.wrong(node, "missing", name="name")
        guid = self.guid(node, node.attrs.get("guid", ""))
        self.fits(node, "slug", node.attrs.get("slug", ""))
        events = tuple(
            event for one in node.children if one.tag == "event" for event in [self.event(one, day)] if event
        )
        return Room(
            name,
            node.attrs.get("slug", ""),
            guid,
            events=events,
            extra=_extra(node, {"event"}, {"name", "slug", "guid"}),
        )

    def event(self, node: Node, day: date) -> Event | None:
        parts = self.by_tag(node)
        texts: dict[str, Any] = {name: self.exact(parts, name) for name in _TEXTS}
        for name in _TEXTS:
            if name in LONGEST and parts.get(name):
                self.fits(parts[name][0], name, texts[name])
        guid = self.guid(node, node.attrs.get("guid", ""))
        key = numbers.said(node.attrs.get("id", "").strip(), guid)
        self.fits(node, "id", key)
        self.fits(node, "code", node.attrs.get("code", ""))
        if not texts["title"]:
            self.wrong(node, "missing", name="title")
        if not key and not guid:
            self.wrong(node, "missing-id", title=texts["title"][:80])
        begins = self.begin(node, parts, day)
        if self.words(parts, "duration"):
            duration = self.length_of(parts, "duration")
        else:
            self.wrong(node, "missing", name="duration")
            duration = None
        if begins is None or duration is None:
            return None
        track = parts["track"][0] if parts.get("track") else None
        recording = self.by_tag(parts["recording"][0]) if parts.get("recording") else {}
        license_ = self.words(recording, "license")
        if recording:
            self.fits(parts["recording"][0], "license", license_)
            for name in ("url", "link"):
                self.fits(parts["recording"][0], "href", self.words(recording, name))
        return Event(
            id=key,
            guid=guid,
            code=node.attrs.get("code", ""),
            begins=begins,
            duration=duration,
            track=self.exact(parts, "track"),
            track_slug=track.attrs.get("slug", "") if track else "",
            license=license_,
            do_not_record=self.words(recording, "optout").lower() in {"true", "1", "yes"},
            recording_url=self.words(recording, "url"),
            recording_link=self.words(recording, "link"),
            persons=self.refs(parts.get("persons", [])),
            links=self.links(parts.get("links", []), "link"),
            attachments=self.links(parts.get("attachments", []), "attachment"),
            extra=_extra(node, _EVENT, {"id", "guid", "code"}),
            at=node.place,
            **texts,
        )

    def begin(self, node: Node, parts: dict[str, list[Node]], day: date) -> datetime | None:
        """From <date> with its offset; older files give a day and <start> only, in the conference's zone."""
        stated = self.words(parts, "date")
        if stated and len(stated) > 10:
            return self.parsed_moment(parts["date"][0], stated)
        clock = self.clock_of(parts, "start")
        if clock is None:
            if not self.words(parts, "start"):
                self.wrong(node, "missing", name="start" if stated else "date")
            return None
        if stated:
            parsed = self.parsed_date(parts["date"][0], stated)
            if parsed is None:
                return None
            day = parsed
        elif clock < self.day_change:
            day += timedelta(days=1)
        if self.zone is None:
            self.wrong(node, "no-zone", value=clock.isoformat())
            return None
        return fixed(datetime.combine(day, clock, self.zone))

    def refs(self, lists: list[Node]) -> tuple[PersonRef, ...]:
        found = []
        for node in (one for top in lists for one in top.children if one.tag == "person"):
            key, guid = node.attrs.get("id", "").strip(), self.guid(node, node.attrs.get("guid", ""))
            name = node.text.strip() or node.attrs.get("name", "").strip()
            if not key and not guid:
                self.wrong(node, "missing-person-id", name=name[:80])
            self.fits(node, "id", key)
            found.append(PersonRef(key, name, guid, extra=_extra(node, frozenset(), {"id", "guid", "name"})))
        return tuple(found)

    def links(self, lists: list[Node], tag: str) -> tuple[Link, ...]:
        found = []
        for node in (one for top in lists for one in top.children if one.tag == tag):
            title, given = (
                node.text.strip(),
                [node.attrs.get(name, "") for name in ("href", "type", "service")],
            )
            self.fits(node, "link", title)
            for name, value in zip(("href", "type", "service"), given, strict=True):
                self.fits(node, name, value)
            extra = _extra(node, frozenset(), {"href", "type", "service"})
            found.append(Link(title, given[0], given[1], given[2], extra=extra))
        return tuple(found)

    # -- once -------------------------------------------------------------------------------------
    def once(self, nodes: list[Node], attr: str, code: str) -> None:
        first: dict[str, Place] = {}
        for node in nodes:
            value = node.attrs.get(attr, "").strip()
            if value and value in first:
                self.wrong(node, code, value=value[:60], first=str(first[value]))
            elif value:
                first[value] = node.place

    def unique_events(self, days: list[Node]) -> None:
        events = [
            event
            for day in days
            for room in day.children
            if room.tag == "room"
            for event in room.children
            if event.tag == "event"
        ]
        self.once(events, "id", "doubled-id")
        for node in events:
            node.attrs["guid"] = node.attrs.get("guid", "").lower()
        self.once(events, "guid", "doubled-guid")
