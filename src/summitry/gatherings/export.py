"""From our rows to a schedule file's values: the way back of `imports`."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from summitry import __version__
from summitry.text.value import Text

from . import queries
from .formats import data
from .formats.data import Extra, Texts
from .formats.languages import language_of
from .identity import person_guid, person_number, programme_address, session_address
from .models import Gathering, Link, Release, ReleasedSlot, Session, SessionPerson, Track
from .programme import day_edges

_VIDEOS = ("recording_url", "recording_link", "video_download_url")  # those for which a schedule has a field


class Programme:
    """What a writer of a format may ask of a programme; each thing is read once, when it is asked for."""

    def __init__(self, gathering: Gathering, release: Release | None):
        self.gathering, self.release = gathering, release

    @cached_property
    def schedule(self) -> data.Schedule:
        """Everything, as a schedule's values. Eight queries."""
        return schedule_of(self.gathering, self.release)

    @cached_property
    def rows(self) -> list[ReleasedSlot]:
        """The sessions with what a calendar tells of them. At most three queries."""
        if self.release is None:
            return queries.working(self.gathering)
        return queries.calendar_rows(self.release)

    @cached_property
    def cancelled(self) -> list[ReleasedSlot]:
        """Those that an earlier release had and the current one has not. One query."""
        return queries.cancelled_since(self.gathering)

    @cached_property
    def moments(self) -> dict[int, datetime]:
        """When each version became public. One query."""
        return queries.published_moments(self.gathering)

    @cached_property
    def parts(self) -> dict[int, list[SessionPerson]]:
        """Who takes part, by session. One query."""
        return queries.persons_of_sessions(row.session_id for row in (*self.rows, *self.cancelled))

    @cached_property
    def told(self) -> list[queries.Told]:
        """The newest releases with what each changed. Four queries."""
        return queries.latest_changes(self.gathering)


def schedule_of(gathering: Gathering, release: Release | None = None) -> data.Schedule:
    """The working programme, or that of a release, as a schedule. Eight queries, whatever its size."""
    return _Exporter(gathering, release).schedule()


def _words(text: Text) -> str:
    """The text in the language that it was written in: what a file with one language says."""
    return text.get(text.source)


def _texts(language: str, **texts: Text) -> Texts:
    """Those that a file in this one language could not say."""
    return tuple(
        (name, text)
        for name, text in texts.items()
        if text and (len(text.texts) > 1 or text.source != language)
    )


class _Exporter:
    def __init__(self, gathering: Gathering, release: Release | None):
        self.gathering, self.release = gathering, release
        self.said: dict[str, Any] = gathering.extra.get("frab", {})
        self.zone = ZoneInfo(gathering.time_zone)
        self.language = settings.CONTENT_FALLBACKS[0]
        self.language_of, self.guid_of = cache(language_of), cache(person_guid)  # asked for each session

    def schedule(self) -> data.Schedule:
        gathering, said = self.gathering, self.said
        whole = queries.whole(gathering, self.release)
        rows = whole.rows
        self.sessions, self.speakers, self.people = whole.sessions, whole.speakers, whole.persons
        self.parts, self.links = whole.parts, whole.links
        self.all_tracks, self.all_rooms = whole.tracks, whole.rooms
        if self.release is not None:
            self._leave_out_what_waits(rows)
        self.track_words = {key: self._track_words(one) for key, one in self.all_tracks.items()}
        self.used_ids = {one.external_id for one in self.sessions.values() if one.external_id}
        version = str(self.release.version) if self.release else said.get("version", "")
        own = (("name", "Summitry"), ("version", __version__))
        return data.Schedule(
            conference=self.conference(),
            version=version,
            url=programme_address(gathering, "schedule.xml") if self.release else said.get("url", ""),
            generator=own if self.release else tuple(said.get("generator", {}).items()),
            tracks=self.tracks(rows),
            persons=self.persons(),
            days=self.days(rows),
            extra=Extra.from_json(said.get("more_of_schedule")),
        )

    def _leave_out_what_waits(self, rows: Iterable[Any]) -> None:
        """A track, a room or a person that this release does not name may be part of the next one, which
        nobody outside knows of yet."""
        tracks, rooms = {row.track_id for row in rows}, {row.room_id for row in rows}
        persons = {part.person_id for parts in self.parts.values() for part in parts}
        self.all_tracks = {key: one for key, one in self.all_tracks.items() if key in tracks}
        self.all_rooms = {key: one for key, one in self.all_rooms.items() if key in rooms}
        self.speakers = {key: one for key, one in self.speakers.items() if key in persons}

    def conference(self) -> data.Conference:
        gathering, said = self.gathering, self.said
        days = (gathering.ends - gathering.starts).days + 1
        timeslot: timedelta | None = timedelta(minutes=gathering.slot_minutes)
        if "timeslot" in said:
            timeslot = timedelta(seconds=said["timeslot"]) if said["timeslot"] is not None else None
        no_change = said.get("no_day_change") and not gathering.day_change.hour
        return data.Conference(
            title=_words(gathering.title),
            acronym=said.get("acronym", gathering.slug),
            subtitle=_words(gathering.subtitle),
            summary=_words(gathering.summary),
            country=gathering.country,
            venue=said.get("venue", ""),
            city=said.get("city", _words(gathering.place)),
            start=self._date("start", gathering.starts),
            end=self._date("end", gathering.ends),
            days=said.get("days_said", days),
            day_change=None if no_change else gathering.day_change,
            timeslot=timeslot,
            base_url=said.get("base_url", programme_address(gathering)),
            url=said.get("url_of_conference", gathering.website),
            logo=gathering.logo,
            time_zone=said.get("zone", gathering.time_zone) or "",
            texts=_texts(
                self.language,
                title=gathering.title,
                subtitle=gathering.subtitle,
                summary=gathering.summary,
                city=gathering.place,
            ),
            extra=Extra.from_json(said.get("more")),
        )

    def _date(self, name: str, ours: date) -> date | None:
        """Ours, but left out where an imported file left it out."""
        return None if name in self.said and self.said[name] is None else ours

    def tracks(self, rows: Iterable[Any]) -> tuple[data.Track, ...]:
        used = {row.track_id for row in rows}
        found = []
        for one in self.all_tracks.values():
            said = one.extra.get("frab", {"listed": True, "slug": one.slug})
            if (said.get("gone") and one.pk not in used) or not said.get("listed"):
                continue
            found.append(
                data.Track(
                    _words(one.name),
                    said["slug"],
                    one.colour,
                    _texts(self.language, name=one.name),
                    Extra.from_json(said.get("more")),
                )
            )
        return tuple(found)

    def persons(self) -> tuple[data.Person, ...]:
        if self.said and not self.said.get("lists_persons"):
            return ()
        listed = [
            one
            for one in self.speakers.values()
            if one.extra.get("frab", {}).get("listed") or (one.biography and not one.external_id)
        ]
        listed.sort(key=lambda one: (one.extra.get("frab", {}).get("at", 1 << 30), one.pk))
        return tuple(
            data.Person(
                one.external_id or person_number(one.person_id),
                _words(who.name),
                one.extra.get("frab", {}).get("slug", who.slug),
                _words(one.biography),
                _texts(self.language, name=who.name, biography=one.biography),
                Extra.from_json(one.extra.get("frab", {}).get("more")),
            )
            for one in listed
            for who in (self.people[one.person_id],)
        )

    def days(self, rows: list[Any]) -> tuple[data.Day, ...]:
        said = {date.fromisoformat(one["date"]): one for one in self.said.get("days", [])}
        rooms = self.all_rooms
        filled: dict[tuple[date, int], list[Any]] = {}
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
                data.Day(
                    index=told.get("index", index),
                    date=day,
                    starts=_moment(told.get("start")) if told else first,
                    ends=_moment(told.get("end")) if told else last - timedelta(minutes=1),
                    rooms=tuple(
                        data.Room(
                            name=_words(room.name),
                            slug=room.extra.get("frab", {"slug": room.slug})["slug"],
                            guid=str(room.guid) if room.guid else "",
                            capacity=room.capacity,
                            texts=_texts(self.language, name=room.name),
                            events=tuple(self.event(row) for row in filled.get((day, room.pk), ())),
                            extra=Extra.from_json(room.extra.get("frab", {}).get("more")),
                        )
                        for room in here
                    ),
                    extra=Extra.from_json(told.get("more")),
                )
            )
        return tuple(found)

    def _track_words(self, track: Track) -> tuple[str, str]:
        """Its name and its slug."""
        return _words(track.name), track.extra.get("frab", {"slug": track.slug})["slug"]

    def event(self, row: Any) -> data.Event:
        session = self.sessions[row.session_id]
        said = session.extra.get("frab", {"slug": session.slug})
        links = self.links.get(session.pk, [])
        video = {one.type: one.url for one in links if one.kind == Link.Kind.VIDEO and one.type in _VIDEOS}
        track, track_slug = self.track_words.get(row.track_id, ("", ""))
        return data.Event(
            id=session.external_id or self._number(session.pk),
            guid=str(session.guid),
            code=session.code,
            begins=row.starts.astimezone(self.zone),
            duration=row.ends - row.starts,
            title=_words(row.title),
            slug=said.get("slug", ""),
            url=session.url or (session_address(self.gathering, session.slug) if self.release else ""),
            subtitle=_words(session.subtitle),
            track=track,
            track_slug=said.get("track_slug", track_slug),
            type=row.kind,
            language=row.language,
            interpreted=tuple(row.interpreted),
            captions=tuple(session.captions),
            mode="" if session.mode == Session.Mode.ONSITE else session.mode,
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
            persons=self.refs(session.pk),
            links=tuple(
                self.link(one)
                for one in links
                if one.kind != Link.Kind.ATTACHMENT and (one.kind != Link.Kind.VIDEO or one.type not in video)
            ),
            attachments=tuple(self.link(one) for one in links if one.kind == Link.Kind.ATTACHMENT),
            texts=_texts(
                self.language_of(row.language),
                title=row.title,
                subtitle=session.subtitle,
                abstract=session.abstract,
                description=session.description,
            ),
            extra=Extra.from_json(said.get("more")),
        )

    def _number(self, key: int) -> str:
        """A whole number for a session that has no id from elsewhere; one that no other session has."""
        while str(key) in self.used_ids:
            key += 10**9
        return str(key)

    def refs(self, session: int) -> tuple[data.PersonRef, ...]:
        placed: list[tuple[int, data.PersonRef]] = []
        parts = self.parts.get(session, [])
        times = Counter(part.person_id for part in parts)
        for part in parts:
            ref = self.ref(part, times[part.person_id] > 1)
            placed += [(at, ref) for at in (part.position, *part.extra.get("again", ()))]
        return tuple(ref for _at, ref in sorted(placed, key=lambda one: one[0]))

    def ref(self, part: Any, several: bool) -> data.PersonRef:
        speaker, person = self.speakers.get(part.person_id), self.people[part.person_id]
        key = speaker.external_id if speaker else ""
        guid = part.extra.get("guid", "") if key else self.guid_of(person.slug)
        plain = part.role == SessionPerson.Role.SPEAKER and not several
        return data.PersonRef(
            "" if guid and key == guid else key or person_number(part.person_id),
            part.extra.get("name") or _words(person.name),
            guid,
            "" if plain else part.role,
            Extra.from_json(part.extra.get("more")),
        )

    @staticmethod
    def link(one: Any) -> data.Link:
        kind = "" if one.kind in (Link.Kind.LINK, Link.Kind.ATTACHMENT) else one.kind
        extra = Extra.from_json(one.extra.get("more"))
        return data.Link(one.title, one.url, one.type, one.service, kind, one.language, extra)


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
