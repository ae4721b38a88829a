"""Reads a schedule against the database and finds out what would change. Writes nothing."""

import uuid
from collections.abc import Iterable
from datetime import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from summitry.people.models import Person
from summitry.people.queries import institution
from summitry.people.slugs import slug_for

from ..frab import FrabError, Schedule
from ..frab import Link as FileLink
from ..frab import Room as FileRoom
from ..frab.problems import problem
from ..models import Gathering, Link, Room, Session, SessionPerson, Slot, Speaker, Track
from .parts import SLUG, Plan, Step, free, language_of, link_key, set_all, web_address, words


def find_gathering(schedule: Schedule) -> Gathering | None:
    """The gathering that a file is about: its acronym is the short name of one."""
    return Gathering.objects.filter(slug=_slug(schedule)).first()


def make(schedule: Schedule, gathering: Gathering | None, source: str = "") -> Plan:
    """The plan for a file. `source` tells whose person ids these are; by default the host of the file's
    base_url, so that a speaker of two editions is one person. Raises FrabError where file and database
    contradict."""
    planner = _Planner(schedule, gathering, source or _source(schedule))
    plan = planner.plan()
    if plan.problems:
        raise FrabError(plan.problems)
    return plan


def _slug(schedule: Schedule) -> str:
    acronym = schedule.conference.acronym
    return acronym if SLUG.match(acronym) and len(acronym) <= 80 else slug_for(schedule.conference.title)


def _source(schedule: Schedule) -> str:
    host = urlsplit(schedule.conference.base_url).hostname
    return (host or schedule.conference.acronym.rstrip("0123456789-_") or _slug(schedule))[:100]


class _Planner:
    def __init__(self, schedule: Schedule, gathering: Gathering | None, source: str):
        self.schedule, self.source = schedule, source
        self.language = settings.CONTENT_FALLBACKS[0]
        self.known = gathering is not None
        self.gathering = gathering or Gathering(slug=_slug(schedule))

    def plan(self) -> Plan:
        changed = self.head()
        plan = self.done = Plan(self.gathering, not self.known, changed)
        self.tracks()
        self.rooms()
        self.people()
        self.sessions()
        return plan

    def _existing(self, rows: Any) -> list[Any]:
        return list(rows) if self.known else []

    def _merge(self, thing: Any, values: dict[str, Any]) -> None:
        """Sets values; remembers a known instance that now differs from the database."""
        if set_all(thing, values) and thing.pk:
            self.done.changed.add(id(thing))

    # -- the gathering ----------------------------------------------------------------------------
    def head(self) -> bool:
        conference, gathering = self.schedule.conference, self.gathering
        frab: dict[str, Any] = {
            "version": self.schedule.version,
            "url": self.schedule.url,
            "generator": dict(self.schedule.generator),
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
            "lists_persons": bool(self.schedule.persons),
            "days": [
                {
                    "index": day.index,
                    "date": day.date.isoformat(),
                    "start": day.starts.isoformat() if day.starts else None,
                    "end": day.ends.isoformat() if day.ends else None,
                    "more": day.extra.to_json(),
                    "rooms": [room.name for room in day.rooms],
                }
                for day in self.schedule.days
            ],
            "more": conference.extra.to_json(),
            "more_of_schedule": self.schedule.extra.to_json(),
        }
        before = gathering.extra.get("frab", {"own_facts": True})
        frab["own_facts"] = self.known and before.get("own_facts", False)
        values: dict[str, Any] = {"extra": {**gathering.extra, "frab": frab}}
        if not frab["own_facts"]:  # a gathering that was made by hand keeps what was said of it here
            dates = [day.date for day in self.schedule.days]
            minutes = int(conference.timeslot.total_seconds() // 60) if conference.timeslot else 0
            place = ", ".join(filter(None, [conference.venue, conference.city]))
            starts = min(conference.start or min(dates), min(dates))
            values |= {
                "title": words(conference.title, self.language, gathering.title),
                "subtitle": words(conference.subtitle, self.language, gathering.subtitle),
                "place": words(place, self.language, gathering.place),
                "starts": starts,
                "ends": max(conference.end or starts, max(dates)),
                "time_zone": conference.time_zone or institution().time_zone,
                "day_change": conference.day_change or time(0),
                "slot_minutes": minutes if 1 <= minutes <= 240 else 15,
                "website": web_address(conference.url) or web_address(conference.base_url),
                "logo": conference.logo,
            }
        return bool(set_all(gathering, values))

    # -- tracks and rooms -------------------------------------------------------------------------
    def tracks(self) -> None:
        existing = self._existing(self.gathering.tracks.all() if self.known else ())
        by_slug = {
            one.extra["frab"]["slug"]: one for one in existing if one.extra.get("frab", {}).get("slug")
        }
        by_name = {one.name.get(one.name.source): one for one in existing}
        taken = {one.slug for one in existing}
        listed = {track.name: track for track in self.schedule.tracks}
        loose = {event.track: event.track_slug for event in self.schedule.events() if event.track}
        names = [*listed, *(name for name in loose if name not in listed)]
        for position, name in enumerate(names):
            said = listed.get(name)
            slug = said.slug if said else loose[name]
            track = (by_slug.get(slug) if slug else None) or by_name.get(name)
            if track is None or track in self.done.tracks.values():
                track = Track(gathering=self.gathering, slug=free(slug, name, taken, 120))
            frab = {"slug": slug, "listed": said is not None, "more": said.extra.to_json() if said else {}}
            self._merge(
                track,
                {
                    "name": words(name, self.language, track.name),
                    "colour": said.colour if said else "",
                    "position": position,
                    "extra": {**track.extra, "frab": frab},
                },
            )
            self.done.tracks[name] = track
        self._retire(existing, self.done.tracks.values())

    def rooms(self) -> None:
        existing = self._existing(self.gathering.rooms.all() if self.known else ())
        by_guid = {str(one.guid): one for one in existing if one.guid}
        by_slug = {
            one.extra["frab"]["slug"]: one for one in existing if one.extra.get("frab", {}).get("slug")
        }
        by_name = {one.name.get(one.name.source): one for one in existing}
        taken = {one.slug for one in existing}
        said: dict[str, FileRoom] = {}
        for day in self.schedule.days:
            for room in day.rooms:
                said.setdefault(room.name, room)
        for position, (name, room) in enumerate(said.items()):
            found = by_guid.get(room.guid) if room.guid else None
            found = found or (by_slug.get(room.slug) if room.slug else None) or by_name.get(name)
            if found is None or found in self.done.rooms.values():
                found = Room(gathering=self.gathering, slug=free(room.slug, name, taken, 120))
            self._merge(
                found,
                {
                    "name": words(name, self.language, found.name),
                    "guid": uuid.UUID(room.guid) if room.guid else None,
                    "position": position,
                    "extra": {**found.extra, "frab": {"slug": room.slug, "more": room.extra.to_json()}},
                },
            )
            self.done.rooms[name] = found
        self._retire(existing, self.done.rooms.values())

    def _retire(self, existing: Iterable[Any], kept: Iterable[Any]) -> None:
        """What the file no longer names stays, but is not exported while nothing stands in it."""
        keep = {id(one) for one in kept}
        for one in existing:
            if id(one) not in keep and "frab" in one.extra:
                self._merge(one, {"extra": {**one.extra, "frab": {**one.extra["frab"], "gone": True}}})
                self.done.retired.append(one)

    # -- people -----------------------------------------------------------------------------------
    def people(self) -> None:
        listed = {one.id: one for one in self.schedule.persons}
        names = {key: one.name for key, one in listed.items()}
        for event in self.schedule.events():
            for ref in event.persons:
                names.setdefault(ref.id or ref.guid, ref.name)
        outside = {f"{self.source}:{key}": key for key in names}
        found = {
            outside[one.external_id]: one for one in Person.objects.filter(external_id__in=list(outside))
        }
        speakers = {
            one.external_id: one
            for one in self._existing(self.gathering.speakers.exclude(external_id="") if self.known else ())
        }
        taken = set(
            Person.objects.filter(
                slug__in=[slug_for(name) for key, name in names.items() if key not in found]
            ).values_list("slug", flat=True)
        )
        for position, (key, name) in enumerate(names.items()):
            person = found.get(key)
            if person is None:
                person = Person(external_id=f"{self.source}:{key}", slug=free("", name or key, taken, 80))
                person.name = words(name or key, self.language)
            elif person.user_id is None and person.erased_at is None and name:
                self._merge(person, {"name": words(name, self.language, person.name)})
            self.done.people[key] = person
            said = listed.get(key)
            speaker = speakers.get(key) or Speaker(gathering=self.gathering, person=person, external_id=key)
            biography = said.biography if said else ""
            frab = {"at": position, "name": name}
            if said:
                frab |= {"listed": True, "slug": said.slug, "more": said.extra.to_json()}
            self._merge(
                speaker,
                {
                    "biography": words(biography, self.language, speaker.biography),
                    "extra": {**speaker.extra, "frab": frab},
                },
            )
            self.done.speakers[key] = speaker
        for key, speaker in speakers.items():
            if key not in names and "frab" in speaker.extra:
                self._merge(speaker, {"extra": {k: v for k, v in speaker.extra.items() if k != "frab"}})
                self.done.speakers[key] = speaker

    # -- sessions ---------------------------------------------------------------------------------
    def sessions(self) -> None:
        existing = self._existing(self.gathering.sessions.select_related("slot") if self.known else ())
        by_guid = {str(one.guid): one for one in existing}
        by_id = {one.external_id: one for one in existing if one.external_id}
        taken = {one.slug for one in existing}
        parts: dict[int, list[SessionPerson]] = {}
        links: dict[int, list[Link]] = {}
        if self.known:
            for part in SessionPerson.objects.filter(session__gathering=self.gathering):
                parts.setdefault(part.session_id, []).append(part)
            for link in Link.objects.filter(session__gathering=self.gathering):
                if not link.extra.get("own"):
                    links.setdefault(link.session_id, []).append(link)
        met: set[int] = set()
        for day in self.schedule.days:
            for room in day.rooms:
                for event in room.events:
                    guid = event.guid or str(
                        uuid.uuid5(uuid.NAMESPACE_URL, f"{self.source}/{self.gathering.slug}/{event.id}")
                    )
                    session, other = by_guid.get(guid), by_id.get(event.id) if event.id else None
                    if session and other and session is not other:
                        self.done.problems.append(
                            problem(
                                event.line,
                                "event",
                                "two-sessions",
                                one=str(session.title),
                                other=str(other.title),
                            )
                        )
                        continue
                    session = session or other
                    is_new = session is None
                    if session is None:
                        slug = free(event.slug, event.title, taken, 240)
                        session = Session(gathering=self.gathering, guid=uuid.UUID(guid), slug=slug)
                    elif session.pk in met:
                        continue
                    else:
                        met.add(session.pk)
                    step = Step(session, event, is_new, self._slot(session, is_new))
                    self._fill(step, uuid.UUID(guid), self.done.rooms[room.name])
                    self._parts(step, parts.get(session.pk, []))
                    self._links(step, links.get(session.pk, []))
                    self.done.steps.append(step)
        self.done.cancelled = [
            one for one in existing if one.pk not in met and "frab" in one.extra and not one.is_cancelled
        ]

    @staticmethod
    def _slot(session: Session, is_new: bool) -> Slot:
        found = None if is_new else getattr(session, "slot", None)
        return found or Slot(session=session)

    def _fill(self, step: Step, guid: uuid.UUID, room: Room) -> None:
        event, session = step.event, step.session
        language = language_of(event.language)
        track = self.done.tracks.get(event.track)
        frab: dict[str, Any] = {"slug": event.slug}
        if track is None or track.extra["frab"]["slug"] != event.track_slug:
            frab["track_slug"] = event.track_slug
        if event.extra:
            frab["more"] = event.extra.to_json()
        values: dict[str, Any] = {
            "guid": guid,
            "external_id": event.id,
            "code": event.code,
            "kind": event.type,
            "language": event.language,
            "do_not_record": event.do_not_record,
            "license": event.license,
            "logo": event.logo,
            "url": event.url,
            "feedback_url": event.feedback_url,
            "origin_url": event.origin_url,
            "minutes": int(event.duration.total_seconds() // 60),
            "extra": {**session.extra, "frab": frab},
            "state": Session.State.ACCEPTED,
        }
        for name in ("title", "subtitle", "abstract", "description"):
            values[name] = words(getattr(event, name), language, getattr(session, name))
        step.restored = not step.is_new and session.is_cancelled
        step.fields = set_all(session, values)
        if (session.track_id if session.track_id else None) != (track.pk if track else None) or (
            track and track.pk is None
        ):
            session.track = track
            step.fields.add("track")
        wanted = (room.pk, event.begins, event.ends)
        slot = step.slot
        step.moved = slot.pk is None or room.pk is None or (slot.room_id, slot.starts, slot.ends) != wanted
        if step.moved:
            slot.room, slot.starts, slot.ends = room, event.begins, event.ends

    def _parts(self, step: Step, existing: list[SessionPerson]) -> None:
        wanted: dict[str, tuple[Person, int, dict[str, Any]]] = {}
        for position, ref in enumerate(step.event.persons):
            key = ref.id or ref.guid
            person = self.done.people[key]
            if key in wanted:
                wanted[key][2].setdefault("again", []).append(position)
                continue
            extra: dict[str, Any] = {"more": ref.extra.to_json()} if ref.extra else {}
            if ref.guid:
                extra["guid"] = ref.guid
            if ref.name != self.done.speakers[key].extra["frab"]["name"]:
                extra["name"] = ref.name
            wanted[key] = (person, position, extra)
        asked = [(person.pk, position, extra) for person, position, extra in wanted.values()]
        have = sorted(
            ((part.person_id, part.position, part.extra) for part in existing if "own" not in part.extra),
            key=lambda one: one[1],
        )
        if asked != have:
            step.parts = list(wanted.values())

    def _links(self, step: Step, existing: list[Link]) -> None:
        event = step.event
        wanted = [
            *(self._link(step, Link.Kind.LINK, at, one) for at, one in enumerate(event.links)),
            *(self._link(step, Link.Kind.ATTACHMENT, at, one) for at, one in enumerate(event.attachments)),
        ]
        videos = (
            ("video_download_url", event.video_download_url),
            ("recording_url", event.recording_url),
            ("recording_link", event.recording_link),
        )
        wanted += [
            Link(session=step.session, kind=Link.Kind.VIDEO, url=url, type=name, position=at)
            for at, (name, url) in enumerate(videos)
            if url
        ]
        if sorted(map(link_key, wanted)) != sorted(map(link_key, existing)):
            step.links = wanted

    @staticmethod
    def _link(step: Step, kind: str, position: int, link: FileLink) -> Link:
        return Link(
            session=step.session,
            kind=kind,
            title=link.title,
            url=link.href,
            type=link.type,
            service=link.service,
            position=position,
            extra={"more": link.extra.to_json()} if link.extra else {},
        )
