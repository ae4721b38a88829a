"""From our rows to a schedule file's values: the way back of `imports`."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from summitry import __version__
from summitry.text.value import Text

from . import frab, queries
from .frab import Extra
from .models import Gathering, Link, Release, ReleasedSlot, Session, SessionPerson, Speaker
from .programme import day_edges


def schedule_of(gathering: Gathering, release: Release | None = None) -> frab.Schedule:
    """The working programme, or that of a release, as a schedule. At most ten queries, whatever its size."""
    return _Exporter(gathering, release).schedule()


def _words(text: Text) -> str:
    """The text in the language that it was written in: what a file with one language says."""
    return text.get(text.source)


class _Exporter:
    def __init__(self, gathering: Gathering, release: Release | None):
        self.gathering, self.release = gathering, release
        self.said: dict[str, Any] = gathering.extra.get("frab", {})
        self.zone = ZoneInfo(gathering.time_zone)
        self.language = settings.LANGUAGE_CODE

    def schedule(self) -> frab.Schedule:
        gathering, said = self.gathering, self.said
        rows = self._rows()
        self.sessions = {
            one.pk: one
            for one in Session.objects.filter(pk__in=[row.session_id for row in rows]).select_related("track")
        }
        self.speakers = {
            one.person_id: one for one in gathering.speakers.select_related("person").order_by("pk")
        }
        self.parts = queries.persons_of_sessions(self.sessions)
        self.links: dict[int, list[Link]] = {}
        for link in Link.objects.filter(session__in=list(self.sessions)):
            self.links.setdefault(link.session_id, []).append(link)
        self.all_tracks = {one.pk: one for one in gathering.tracks.all()}
        self.all_rooms = {one.pk: one for one in gathering.rooms.all()}
        self.used_ids = {one.external_id for one in self.sessions.values() if one.external_id}
        version = str(self.release.version) if self.release else said.get("version", "")
        own = (("name", "Summitry"), ("version", __version__))
        return frab.Schedule(
            conference=self.conference(),
            version=version,
            url=self._address("schedule.xml") if self.release else said.get("url", ""),
            generator=own if self.release else tuple(said.get("generator", {}).items()),
            tracks=self.tracks(rows),
            persons=self.persons(),
            days=self.days(rows),
            extra=Extra.from_json(said.get("more_of_schedule")),
        )

    def _rows(self) -> list[ReleasedSlot]:
        if self.release is None:
            return queries.working(self.gathering)
        return queries.released_rows(self.release)

    def _address(self, name: str) -> str:
        return f"{settings.BASE_URL.rstrip('/')}/g/{self.gathering.slug}/{name}"

    def conference(self) -> frab.Conference:
        gathering, said = self.gathering, self.said
        days = (gathering.ends - gathering.starts).days + 1
        timeslot: timedelta | None = timedelta(minutes=gathering.slot_minutes)
        if "timeslot" in said:
            timeslot = timedelta(seconds=said["timeslot"]) if said["timeslot"] is not None else None
        no_change = said.get("no_day_change") and not gathering.day_change.hour
        return frab.Conference(
            title=_words(gathering.title),
            acronym=said.get("acronym", gathering.slug),
            subtitle=_words(gathering.subtitle),
            venue=said.get("venue", ""),
            city=said.get("city", _words(gathering.place)),
            start=self._date("start", gathering.starts),
            end=self._date("end", gathering.ends),
            days=said.get("days_said", days),
            day_change=None if no_change else gathering.day_change,
            timeslot=timeslot,
            base_url=said.get("base_url", self._address("")),
            url=said.get("url_of_conference", gathering.website),
            logo=gathering.logo,
            time_zone=said.get("zone", gathering.time_zone) or "",
            extra=Extra.from_json(said.get("more")),
        )

    def _date(self, name: str, ours: date) -> date | None:
        """Ours, but left out where an imported file left it out."""
        return None if name in self.said and self.said[name] is None else ours

    def tracks(self, rows: Iterable[ReleasedSlot]) -> tuple[frab.Track, ...]:
        used = {row.track_id for row in rows}
        found = []
        for one in self.all_tracks.values():
            said = one.extra.get("frab", {"listed": True, "slug": one.slug})
            if (said.get("gone") and one.pk not in used) or not said.get("listed"):
                continue
            found.append(
                frab.Track(_words(one.name), said["slug"], one.colour, Extra.from_json(said.get("more")))
            )
        return tuple(found)

    def persons(self) -> tuple[frab.Person, ...]:
        if self.said and not self.said.get("lists_persons"):
            return ()
        listed = [
            one
            for one in self.speakers.values()
            if one.extra.get("frab", {}).get("listed") or (one.biography and not one.external_id)
        ]
        listed.sort(key=lambda one: (one.extra.get("frab", {}).get("at", 1 << 30), one.pk))
        return tuple(
            frab.Person(
                self._person_id(one),
                _words(one.person.name),
                one.extra.get("frab", {}).get("slug", one.person.slug),
                _words(one.biography),
                Extra.from_json(one.extra.get("frab", {}).get("more")),
            )
            for one in listed
        )

    @staticmethod
    def _person_id(speaker: Speaker) -> str:
        return speaker.external_id or str(10**9 + speaker.person_id)

    def days(self, rows: list[ReleasedSlot]) -> tuple[frab.Day, ...]:
        said = {date.fromisoformat(one["date"]): one for one in self.said.get("days", [])}
        rooms = self.all_rooms
        filled: dict[tuple[date, int], list[ReleasedSlot]] = {}
        for row in rows:
            filled.setdefault((row.day, row.room_id), []).append(row)
        count = (self.gathering.ends - self.gathering.starts).days + 1
        dates = {self.gathering.starts + timedelta(days=n) for n in range(count)} if not said else set(said)
        found = []
        for index, day in enumerate(sorted({*dates, *(row.day for row in rows)}), 1):
            told = said.get(day, {})
            listed = {name: at for at, name in enumerate(told.get("rooms", []))}
            here = [
                room
                for room in rooms.values()
                if (day, room.pk) in filled
                or _words(room.name) in listed
                or (not told and not room.extra.get("frab", {}).get("gone"))
            ]
            here.sort(key=lambda room: (listed.get(_words(room.name), 1 << 30), room.position, room.pk))
            first, last = day_edges(day, self.zone, self.gathering.day_change)
            found.append(
                frab.Day(
                    index=told.get("index", index),
                    date=day,
                    starts=_moment(told.get("start")) if told else first,
                    ends=_moment(told.get("end")) if told else last - timedelta(minutes=1),
                    rooms=tuple(
                        frab.Room(
                            name=_words(room.name),
                            slug=room.extra.get("frab", {"slug": room.slug})["slug"],
                            guid=str(room.guid) if room.guid else "",
                            events=tuple(self.event(row) for row in filled.get((day, room.pk), ())),
                            extra=Extra.from_json(room.extra.get("frab", {}).get("more")),
                        )
                        for room in here
                    ),
                    extra=Extra.from_json(told.get("more")),
                )
            )
        return tuple(found)

    def event(self, row: ReleasedSlot) -> frab.Event:
        session = self.sessions[row.session_id]
        said = session.extra.get("frab", {"slug": session.slug})
        links = self.links.get(session.pk, [])
        video = {link.type: link.url for link in links if link.kind == Link.Kind.VIDEO}
        track = self.all_tracks.get(row.track_id or 0)
        track_slug = track.extra.get("frab", {"slug": track.slug})["slug"] if track else ""
        return frab.Event(
            id=session.external_id or self._number(session),
            guid=str(session.guid),
            code=session.code,
            begins=row.starts.astimezone(self.zone),
            duration=row.ends - row.starts,
            title=_words(row.title),
            slug=said.get("slug", ""),
            url=session.url or (self._page(session) if self.release else ""),
            subtitle=_words(session.subtitle),
            track=_words(track.name) if track else "",
            track_slug=said.get("track_slug", track_slug),
            type=row.kind,
            language=row.language,
            abstract=_words(session.abstract),
            description=_words(session.description),
            feedback_url=session.feedback_url,
            origin_url=session.origin_url,
            logo=session.logo,
            license=session.license,
            do_not_record=session.do_not_record,
            recording_url=video.get("recording_url", ""),
            recording_link=video.get("recording_link", ""),
            video_download_url=video.get("video_download_url", ""),
            persons=self.refs(session),
            links=tuple(self.link(one) for one in links if one.kind == Link.Kind.LINK)
            + tuple(self.link(one) for one in links if one.kind == Link.Kind.VIDEO and not one.type),
            attachments=tuple(self.link(one) for one in links if one.kind == Link.Kind.ATTACHMENT),
            extra=Extra.from_json(said.get("more")),
        )

    def _number(self, session: Session) -> str:
        """A whole number for a session that has no id from elsewhere; one that no other session has."""
        found = session.pk
        while str(found) in self.used_ids:
            found += 10**9
        return str(found)

    def _page(self, session: Session) -> str:
        path = reverse("gatherings:session", args=[self.gathering.slug, session.slug])
        return settings.BASE_URL.rstrip("/") + path

    def refs(self, session: Session) -> tuple[frab.PersonRef, ...]:
        placed: list[tuple[int, frab.PersonRef]] = []
        for part in self.parts.get(session.pk, []):
            ref = self.ref(part)
            placed += [(at, ref) for at in (part.position, *part.extra.get("again", ()))]
        return tuple(ref for _at, ref in sorted(placed, key=lambda one: one[0]))

    def ref(self, part: SessionPerson) -> frab.PersonRef:
        speaker = self.speakers.get(part.person_id)
        key = speaker.external_id if speaker else ""
        guid = part.extra.get("guid", "")
        return frab.PersonRef(
            "" if guid and key == guid else key or str(10**9 + part.person_id),
            part.extra.get("name") or _words(part.person.name),
            guid,
            Extra.from_json(part.extra.get("more")),
        )

    @staticmethod
    def link(one: Link) -> frab.Link:
        return frab.Link(one.title, one.url, one.type, one.service, Extra.from_json(one.extra.get("more")))


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
