"""The sessions of a file against those that are here."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from summitry.people.models import Person

from ..formats.data import Event
from ..formats.data import Link as FileLink
from ..formats.languages import language_of
from ..formats.problems import problem_at
from ..identity import is_session_address
from ..models import Link, Room, Session, SessionPerson, Slot
from ..programme import day_of
from .parts import Planner, Step, free, given, link_key, set_all

TEXTS = ("title", "subtitle", "abstract", "description")
_COLUMNS = {"id": "external_id", "type": "kind"}  # fields of an event that we call otherwise
_VIDEOS = ("video_download_url", "recording_url", "recording_link")
_LINKED = frozenset({"links", "attachments", *_VIDEOS})


class SessionPlanner(Planner):
    """Matches the sessions of a file by guid, else by id, and notes what differs."""

    def sessions(self) -> None:
        existing = self._existing(self.gathering.sessions.select_related("slot") if self.known else ())
        by_guid = {str(one.guid): one for one in existing}
        by_id = {one.external_id: one for one in existing if one.external_id}
        taken = {one.slug for one in existing}
        parts, links = self._rows()
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
                            problem_at(
                                event.at, "two-sessions", one=str(session.title), other=str(other.title)
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
                    self._check_day(event)
                    step = Step(session, event, is_new, self._slot(session, is_new))
                    self._fill(step, uuid.UUID(guid), self.done.rooms[room.name])
                    if "persons" not in self.silent or is_new:
                        self._parts(step, parts.get(session.pk, []))
                    if is_new or not self.silent >= _LINKED:
                        self._links(step, links.get(session.pk, []))
                    self.done.steps.append(step)
        self.done.cancelled = [
            one for one in existing if one.pk not in met and "frab" in one.extra and not one.is_cancelled
        ]

    def _rows(self) -> tuple[dict[int, list[SessionPerson]], dict[int, list[Link]]]:
        parts: dict[int, list[SessionPerson]] = {}
        links: dict[int, list[Link]] = {}
        if self.known:
            for part in SessionPerson.objects.filter(session__gathering=self.gathering):
                parts.setdefault(part.session_id, []).append(part)
            for link in Link.objects.filter(session__gathering=self.gathering):
                links.setdefault(link.session_id, []).append(link)
        return parts, links

    def _check_day(self, event: Event) -> None:
        """The days of a gathering that was made by hand are what was said of it here."""
        if not self.known or not self.gathering.extra.get("frab", {"own_facts": True}).get("own_facts"):
            return
        zone = ZoneInfo(self.gathering.time_zone)
        day = day_of(event.begins, zone, self.gathering.day_change)
        if not self.gathering.starts <= day <= self.gathering.ends:
            self.done.problems.append(problem_at(event.at, "outside", title=event.title, day=day.isoformat()))

    @staticmethod
    def _slot(session: Session, is_new: bool) -> Slot:
        found = None if is_new else getattr(session, "slot", None)
        return found or Slot(session=session)

    def _fill(self, step: Step, guid: uuid.UUID, room: Room) -> None:
        event, session = step.event, step.session
        language = language_of(event.language)
        track = self.done.tracks.get(event.track)
        values: dict[str, Any] = {
            "guid": guid,
            "external_id": event.id,
            "code": event.code,
            "kind": event.type,
            "language": event.language,
            "interpreted": list(event.interpreted),
            "captions": list(event.captions),
            "mode": event.mode if event.mode in Session.Mode.values else Session.Mode.ONSITE,
            "do_not_record": event.do_not_record,
            "license": event.license,
            "logo": event.logo,
            "url": event.url,
            "feedback_url": event.feedback_url,
            "origin_url": event.origin_url,
            "minutes": int(event.duration.total_seconds() // 60),
        }
        for name in TEXTS:
            values[name] = given(getattr(event, name), language, getattr(session, name), event, name)
        if not step.is_new:
            ours = {"external_id"} if not session.external_id and event.id == str(session.pk) else set()
            ours |= {"url"} if is_session_address(self.gathering, session, event.url) else set()
            ours |= {"guid"} if not event.guid else set()
            ours |= {"external_id"} if not event.id else set()
            silent = {_COLUMNS.get(name, name) for name in self.silent} | ours
            values = {name: value for name, value in values.items() if name not in silent}
        values["state"] = Session.State.ACCEPTED
        frab = self._frab(event, session, track, step.is_new)
        if frab is not None:
            values["extra"] = {**session.extra, "frab": frab}
        step.restored = not step.is_new and session.is_cancelled
        step.fields = set_all(session, values)
        if "track" not in self.silent or step.is_new:
            self._track(step, track)
        wanted = (room.pk, event.begins, event.ends)
        slot = step.slot
        step.moved = slot.pk is None or room.pk is None or (slot.room_id, slot.starts, slot.ends) != wanted
        if step.moved:
            slot.room, slot.starts, slot.ends = room, event.begins, event.ends

    @staticmethod
    def _track(step: Step, track: Any) -> None:
        session = step.session
        if (session.track_id if session.track_id else None) != (track.pk if track else None) or (
            track and track.pk is None
        ):
            session.track = track
            step.fields.add("track")

    def _frab(self, event: Event, session: Session, track: Any, is_new: bool) -> dict[str, Any] | None:
        """What has no column; None where a session that was made here stays ours."""
        before = session.extra.get("frab")
        frab: dict[str, Any] = {**(before or {})} if self.silent and not is_new else {}
        if event.slug or is_new or "slug" not in (before or {}):
            frab["slug"] = event.slug
        else:
            frab["slug"] = (before or {})["slug"]  # formats that cannot write a slug do not take it away
        if "track_slug" not in self.silent or is_new:
            slug = track.extra.get("frab", {"slug": track.slug})["slug"] if track else ""
            frab.pop("track_slug", None)
            if track is None or slug != event.track_slug:
                frab["track_slug"] = event.track_slug
        if "extra" not in self.silent or is_new:
            frab.pop("more", None)
            if event.extra:
                frab["more"] = event.extra.to_json()
        ours = before is None and not is_new and event.slug in ("", session.slug) and "more" not in frab
        return None if ours else frab

    def _parts(self, step: Step, existing: list[SessionPerson]) -> None:
        wanted: dict[tuple[str, str], tuple[Person, int, dict[str, Any], str]] = {}
        for position, ref in enumerate(step.event.persons):
            key = ref.id or ref.guid
            person = self.done.people[key]
            if (key, ref.role) in wanted:
                wanted[key, ref.role][2].setdefault("again", []).append(position)
                continue
            extra: dict[str, Any] = {"more": ref.extra.to_json()} if ref.extra else {}
            speaker = self.done.speakers.get(key)
            if speaker is not None:  # who has none is our own, and known by what we say of her
                if ref.guid and key not in self.done.aliases:
                    extra["guid"] = ref.guid
                if ref.name != speaker.extra["frab"]["name"]:
                    extra["name"] = ref.name
            wanted[key, ref.role] = (person, position, extra, ref.role)
        roles = {(part.person_id, part.role): part for part in existing}
        by_person = {part.person_id: part for part in reversed(existing)}
        asked, kept = [], set()
        for person, position, extra, role in wanted.values():
            part = roles.get((person.pk, role)) if role else by_person.get(person.pk)
            asked.append((person.pk, position, extra, part.role if part else role))
            if part:
                kept.add(part.pk)
        have = sorted(
            (
                (part.person_id, part.position, without_own(part.extra), part.role)
                for part in existing
                if part.pk in kept or "own" not in part.extra
            ),
            key=lambda one: one[1],
        )
        alike = [one[0] for one in asked] == [one[0] for one in have]
        if alike and "persons.details" in self.silent:  # it says who takes part, and nothing beside it
            return
        if asked != have:
            step.parts = list(wanted.values())

    def _links(self, step: Step, existing: list[Link]) -> None:
        event = step.event
        wanted = [
            *(self._link(step, Link.Kind.LINK, at, one) for at, one in enumerate(event.links)),
            *(self._link(step, Link.Kind.ATTACHMENT, at, one) for at, one in enumerate(event.attachments)),
        ]
        wanted += [
            Link(session=step.session, kind=Link.Kind.VIDEO, url=getattr(event, name), type=name, position=at)
            for at, name in enumerate(_VIDEOS)
            if getattr(event, name)
        ]
        own = {(link.kind, link.url) for link in existing if link.extra.get("own")}
        wanted = [link for link in wanted if (link.kind, link.url) not in own]
        imported = [link for link in existing if not link.extra.get("own")]
        if not step.is_new:  # what the file says nothing about stays
            wanted += [link for link in imported if self._unsaid(link, event)]
        if "links.details" in self.silent and _plainly(wanted) == _plainly(imported):
            return
        if sorted(map(link_key, wanted)) != sorted(map(link_key, imported)):
            step.links = wanted

    def _unsaid(self, link: Link, event: Event) -> bool:
        if link.kind == Link.Kind.VIDEO and link.type in _VIDEOS:
            left_out = "links.details" in self.silent and not getattr(event, link.type)
            return link.type in self.silent or left_out
        return ("attachments" if link.kind == Link.Kind.ATTACHMENT else "links") in self.silent

    @staticmethod
    def _link(step: Step, kind: str, position: int, link: FileLink) -> Link:
        return Link(
            session=step.session,
            kind=link.kind if link.kind in Link.Kind.values else kind,
            title=link.title,
            url=link.href,
            type=link.type,
            service=link.service,
            language=link.language,
            position=position,
            extra={"more": link.extra.to_json()} if link.extra else {},
        )


def _plainly(links: list[Link]) -> list[tuple[str, str]]:
    """Titles and addresses, for formats that say no more of a link."""
    return sorted((link.title, link.url) for link in links)


def without_own(extra: dict[str, Any]) -> dict[str, Any]:
    """What a part carries, without the mark that it was added here."""
    return {name: value for name, value in extra.items() if name != "own"}
