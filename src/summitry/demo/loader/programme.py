"""The next summit's programme: rooms, tracks, sessions, places for what the call accepted, what its timetable
must keep; released twice."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from summitry.demo.accounts import name_of
from summitry.demo.texts import read, text
from summitry.gatherings.acts import add_session, place_session, release
from summitry.gatherings.models import Session
from summitry.people.acts import ensure_person
from summitry.people.models import Person
from summitry.text.value import Text

from . import demands
from .story import Story, Thread

INTERPRETED = ["ar", "zh-hans", "en", "fr", "ru", "es"]


def threads(story: Story) -> Iterator[Thread]:
    yield tell(story)


def tell(story: Story) -> Thread:
    data = read("programme")
    yield story.ago(20)
    manager, gathering = story.users["programme-manager"], story.gathering
    rooms = {room.slug: room for room in gathering.rooms.all()}
    tracks = {track.slug: track for track in gathering.tracks.all()}
    people: dict[str, Person] = {}
    for row in data["sessions"]:
        yield story.ago(20)
        day, begins, minutes, room, kind, track, language, names, title, abstract = row
        session = add_session(
            manager,
            gathering,
            title=text(title),
            abstract=text(abstract),
            kind=kind,
            track=tracks.get(track),
            language={"zh": "zh-hans"}.get(language, language),
            interpreted=INTERPRETED if room == "main-hall" else [],
            people=[_part(people, name) for name in names],
        )
        place_session(manager, session, room=rooms[room], starts=_moment(story, day, begins), minutes=minutes)
    yield story.ago(18)
    release(manager, gathering, text({"en": "First programme.", "zh": "首次公布议程。"}), after=0)
    yield story.ago(9)
    waiting = Session.objects.filter(gathering=gathering, slot=None).exclude(source="").order_by("pk")
    for session, (day, begins, minutes, room) in zip(waiting, data["free"], strict=False):
        place_session(manager, session, room=rooms[room], starts=_moment(story, day, begins), minutes=minutes)
    demands.state(manager, gathering, people)
    note = text({"en": "With the sessions that the call accepted.", "zh": "加入征集入选的会议。"})
    release(manager, gathering, note, after=1)
    yield story.ago(5)
    demands.take_leave(manager, gathering, people)


def _part(people: dict[str, Person], key: str) -> tuple[Person, str]:
    """A person by role and number, made once: "speaker-7", "moderator-2"."""
    if key not in people:
        biography = Text.of("Stands for a person in this demonstration.", zh_hans="演示中的虚拟人物。")
        people[key] = ensure_person(name_of(key), external_id=f"demonstration:{key}", biography=biography)
    return people[key], key.partition("-")[0]


def _moment(story: Story, day: int, clock_time: str) -> datetime:
    gathering: Any = story.gathering
    date = gathering.starts + timedelta(days=day - 1)
    return datetime.combine(date, time.fromisoformat(clock_time), ZoneInfo(gathering.time_zone))
