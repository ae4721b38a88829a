"""Reads a schedule against the database and finds out what would change. Writes nothing."""

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import time
from typing import Any
from urllib.parse import urlsplit

from summitry.people.queries import institution
from summitry.people.slugs import slug_for

from ..formats.data import Extra, Schedule
from ..formats.data import Room as FileRoom
from ..formats.problems import NOWHERE, ScheduleError, problem_at
from ..identity import programme_address
from ..models import Gathering, Room, Track
from .parts import SLUG, Plan, free, given, merged, set_all, web_address, words
from .people import PeoplePlanner
from .sessions import SessionPlanner


def find_gathering(schedule: Schedule) -> Gathering | None:
    """The gathering that a file is about: its acronym is the short name of one."""
    if "conference" in schedule.silent:
        return None
    return Gathering.objects.filter(slug=_slug(schedule)).first()


def make(schedule: Schedule, gathering: Gathering | None, source: str = "") -> Plan:
    """The plan for a file. `source` tells whose person ids these are; by default the host of the file's
    base_url, so that a speaker of two editions is one person. Raises ScheduleError where file and database
    contradict, and for a file that names no gathering where none is given."""
    if gathering is None and "conference" in schedule.silent:
        raise ScheduleError([problem_at(NOWHERE, "no-gathering")])
    planner = _Planner(
        schedule,
        gathering or Gathering(slug=_slug(schedule)),
        source or _source(schedule, gathering),
        known=gathering is not None,
    )
    plan = planner.plan()
    if plan.problems:
        raise ScheduleError(plan.problems)
    return plan


def _slug(schedule: Schedule) -> str:
    acronym = schedule.conference.acronym
    return acronym if SLUG.match(acronym) and len(acronym) <= 80 else slug_for(schedule.conference.title)


def _source(schedule: Schedule, gathering: Gathering | None) -> str:
    """A file that says nothing of its conference speaks of the persons that the gathering's last file had."""
    said: dict[str, str] = {}
    if gathering is not None and "conference" in schedule.silent:
        said = gathering.extra.get("frab", {})
    address = schedule.conference.base_url or said.get("base_url", "")
    acronym = schedule.conference.acronym or said.get("acronym", "")
    host = urlsplit(address).hostname
    fallback = gathering.slug if gathering is not None and not acronym else _slug(schedule)
    return (host or acronym.rstrip("0123456789-_") or fallback)[:100]


class _Planner(PeoplePlanner, SessionPlanner):
    def plan(self) -> Plan:
        self.done.gathering_changed = self.head()
        self.tracks()
        self.rooms()
        self.people()
        self.sessions()
        return self.done

    # -- the gathering ----------------------------------------------------------------------------
    def head(self) -> bool:
        conference, gathering, silent = self.schedule.conference, self.gathering, self.silent
        said = gathering.extra.get("frab")
        ours = self.known and said is None and conference.base_url == programme_address(gathering)
        if "conference" in silent or ours:  # a file of our own says of it what stands here already
            return False
        before: dict[str, Any] = said if said is not None else {"own_facts": True}
        frab: dict[str, Any] = {**(said or {}), **self._said(before)}
        frab["own_facts"] = self.known and before.get("own_facts", False)
        values: dict[str, Any] = {"extra": {**gathering.extra, "frab": frab}}
        if not frab["own_facts"]:  # a gathering that was made by hand keeps what was said of it here
            values |= self._facts(frab)
        return bool(set_all(gathering, values))

    def _said(self, before: dict[str, Any]) -> dict[str, Any]:
        """What the file says that has no column."""
        schedule, conference = self.schedule, self.schedule.conference
        found: dict[str, Any] = {
            "version": schedule.version,
            "url": schedule.url,
            "generator": dict(schedule.generator),
            "acronym": conference.acronym,
            "venue": conference.venue,
            "city": conference.city,
            "base_url": conference.base_url,
            "url_of_conference": conference.url,
            "days_said": conference.days,
            "no_day_change": conference.day_change is None,
            "timeslot": int(conference.timeslot.total_seconds()) if conference.timeslot else None,
            "zone": conference.time_zone,
            "start": conference.start.isoformat() if conference.start else None,
            "end": conference.end.isoformat() if conference.end else None,
            "lists_persons": bool(schedule.persons),
            "days": [
                {
                    "index": day.index,
                    "date": day.date.isoformat(),
                    "start": day.starts.isoformat() if day.starts else None,
                    "end": day.ends.isoformat() if day.ends else None,
                    "more": day.extra.to_json(),
                    "rooms": [room.name for room in day.rooms],
                }
                for day in schedule.days
            ],
            "more": conference.extra.to_json(),
            "more_of_schedule": schedule.extra.to_json(),
        }
        kept = {_HEAD_KEYS.get(name, name) for name in self.silent}
        return {key: value for key, value in found.items() if key not in kept or key not in before}

    def _facts(self, frab: dict[str, Any]) -> dict[str, Any]:
        conference, gathering = self.schedule.conference, self.gathering
        dates = [day.date for day in self.schedule.days]
        minutes = int(conference.timeslot.total_seconds() // 60) if conference.timeslot else 0
        place = ", ".join(filter(None, [frab["venue"], frab["city"]]))
        starts = min(filter(None, [conference.start, *dates]))
        values: dict[str, Any] = {
            name: given(getattr(conference, name), self.language, getattr(gathering, name), conference, name)
            for name in ("title", "subtitle", "summary")
        }
        texts = dict(conference.texts)
        values |= {
            "place": merged(texts["city"], gathering.place)
            if "city" in texts
            else words(place, self.language, gathering.place),
            "country": conference.country,
            "starts": starts,
            "ends": max(filter(None, [conference.end, starts, *dates])),
            "time_zone": conference.time_zone or institution().time_zone,
            "day_change": conference.day_change or time(0),
            "slot_minutes": minutes if 1 <= minutes <= 240 else 15,
            "website": web_address(conference.url) or web_address(conference.base_url),
            "logo": conference.logo,
        }
        silent = {name.removeprefix("conference.") for name in self.silent if name.startswith("conference.")}
        silent -= {"place"} if {"venue", "city"} - silent else set()
        return {name: value for name, value in values.items() if not (self.known and name in silent)}

    # -- tracks and rooms -------------------------------------------------------------------------
    def tracks(self) -> None:
        existing = self._existing(self.gathering.tracks.all() if self.known else ())
        by_slug = {
            one.extra["frab"]["slug"]: one for one in existing if one.extra.get("frab", {}).get("slug")
        }
        by_name = {one.name.get(one.name.source): one for one in existing}
        taken = {one.slug for one in existing}
        partial = "tracks" in self.silent
        listed = {} if partial else {track.name: track for track in self.schedule.tracks}
        loose = {event.track: event.track_slug for event in self.schedule.events() if event.track}
        names = [*listed, *(name for name in loose if name not in listed)]
        for position, name in enumerate(names):
            said = listed.get(name)
            slug = said.slug if said else loose[name]
            track = (by_slug.get(slug) if slug else None) or by_name.get(name)
            known = track is not None and track not in self.done.tracks.values()
            if track is None or not known:
                track = Track(gathering=self.gathering, slug=free(slug, name, taken, 120))
            elif partial:
                self.done.tracks[name] = track
                continue
            frab = {"slug": slug, "listed": said is not None, "more": said.extra.to_json() if said else {}}
            values: dict[str, Any] = {
                "name": given(name, self.language, track.name, said, "name"),
                "position": len(taken) if partial else position,
            }
            if not (known and _unmarked(track, slug, said.extra if said else None)):
                values["extra"] = {**track.extra, "frab": frab}
            if said:
                values["colour"] = said.colour if len(said.colour) <= 7 else ""
            self._merge(track, values)
            self.done.tracks[name] = track
        if not partial:
            self._retire(existing, self.done.tracks.values())

    def rooms(self) -> None:
        existing = self._existing(self.gathering.rooms.all() if self.known else ())
        by_guid = {str(one.guid): one for one in existing if one.guid}
        by_slug = {
            one.extra["frab"]["slug"]: one for one in existing if one.extra.get("frab", {}).get("slug")
        }
        by_name = {one.name.get(one.name.source): one for one in existing}
        taken = {one.slug for one in existing}
        partial = "rooms" in self.silent
        said: dict[str, FileRoom] = {}
        for day in self.schedule.days:
            for room in day.rooms:
                said.setdefault(room.name, room)
        times = Counter(room.guid for room in said.values())
        for position, (name, room) in enumerate(said.items()):
            found = by_guid.get(room.guid) if times[room.guid] == 1 else None
            found = found or (by_slug.get(room.slug) if room.slug else None) or by_name.get(name)
            known = found is not None and found not in self.done.rooms.values()
            if found is None or not known:
                found = Room(gathering=self.gathering, slug=free(room.slug, name, taken, 120))
            elif partial:
                self.done.rooms[name] = found
                continue
            values: dict[str, Any] = {
                "name": given(name, self.language, found.name, room, "name"),
                "guid": uuid.UUID(room.guid) if room.guid else found.guid if known else None,
                "position": len(taken) if partial else position,
            }
            if room.capacity is not None:
                values["capacity"] = room.capacity
            if not (known and _unmarked(found, room.slug, room.extra)):
                values["extra"] = {
                    **found.extra,
                    "frab": {"slug": room.slug, "more": room.extra.to_json()},
                }
            self._merge(found, values)
            self.done.rooms[name] = found
        if not partial:
            self._retire(existing, self.done.rooms.values())

    def _retire(self, existing: Iterable[Any], kept: Iterable[Any]) -> None:
        """What the file no longer names stays, but is not exported while nothing stands in it."""
        keep = {id(one) for one in kept}
        for one in existing:
            if id(one) not in keep and "frab" in one.extra:
                self._merge(one, {"extra": {**one.extra, "frab": {**one.extra["frab"], "gone": True}}})
                self.done.retired.append(one)


_HEAD_KEYS = {
    "conference.venue": "venue",
    "conference.city": "city",
    "conference.url": "url_of_conference",
    "conference.base_url": "base_url",
    "conference.day_change": "no_day_change",
    "conference.timeslot": "timeslot",
    "conference.days": "days_said",
    "conference.extra": "more",
    "biographies": "lists_persons",
    "schedule.extra": "more_of_schedule",
}


def _unmarked(thing: Any, slug: str, extra: Extra | None) -> bool:
    """A thing that was made here, of which the file says no more than we do: it stays ours."""
    return "frab" not in thing.extra and slug in ("", thing.slug) and not extra
