"""Two past editions of a made-up series: roundtables with their outcome documents, a report that came and one
that is owed, a programme that changed between two releases."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from summitry.demo.accounts import name_of
from summitry.demo.texts import read, text
from summitry.gatherings import acts, kinds
from summitry.gatherings.models import Gathering, Room, Session, SessionReport
from summitry.people.acts import ensure_organisation, ensure_person, grant
from summitry.people.models import Organisation, Role, scope_of

from .story import Story, Thread

ZONE = "Asia/Shanghai"
BEFORE = 45  # days before its first day an edition is announced and released


def threads(story: Story) -> Iterator[Thread]:
    yield tell(story)


def tell(story: Story) -> Thread:
    data = read("dialogues")
    first, second = data["editions"]
    yield story.ago(first["ago"] + BEFORE)
    manager = story.users["programme-manager"]
    series = acts.create_series(
        None,
        slug=data["series"]["slug"],
        title=text(data["series"]["title"]),
        summary=text(data["series"]["summary"]),
    )
    bodies = [
        ensure_organisation(text(row["name"]), kind=row["kind"], country=row["country"])
        for row in data["bodies"]
    ]
    speakers = [story.users["focal-point-1"], story.users["focal-point-2"]]
    for body, user in zip(bodies, speakers, strict=True):
        grant(None, user.person, Role.FOCAL_POINT, scope_of(body))
    make = _Maker(story, data, bodies)
    gathering, room = make.edition(series, first)
    make.sessions(gathering, room)
    acts.release(manager, gathering, text(data["note"]), after=0)

    yield story.ago(second["ago"] + BEFORE)
    gathering, room = make.edition(series, second)
    terms, models, warning = make.sessions(gathering, room, 3)
    acts.name_conveners(manager, terms, bodies)
    acts.release(manager, gathering, text(data["note"]), after=0)
    yield story.ago(second["ago"] + 20)
    slot = warning.slot
    acts.place_session(
        manager, warning, room=slot.room, starts=slot.starts + timedelta(minutes=15), minutes=60
    )
    [points] = make.sessions(gathering, room, skip=3)
    acts.name_conveners(manager, points, bodies)
    acts.release(manager, gathering, text(data["moved"]), after=1)

    yield story.ago(second["ago"] - 2)
    document = _written(manager, terms, data["outcome"], bodies)
    for user, body in zip(speakers, bodies, strict=True):
        yield story.ago(second["ago"] - 5)
        acts.speak_of_outcome(user, document, body, confirms=True)
    open_document = _written(manager, points, data["open_outcome"], bodies)
    acts.speak_of_outcome(speakers[0], open_document, bodies[0], confirms=True)
    yield story.ago(second["ago"] - 12)
    reporter = story.users["rapporteur"]
    acts.deliver_report(reporter, SessionReport.objects.get(session=models), text=text(data["report"]))


def _written(manager: Any, session: Session, words: dict[str, Any], bodies: list[Organisation]) -> Any:
    document = acts.write_outcome(
        manager, session, title=text(words["title"]), text=text(words["text"]), bodies=bodies
    )
    return acts.propose_outcome(manager, document)


class _Maker:
    def __init__(self, story: Story, data: dict[str, Any], bodies: list[Organisation]) -> None:
        self.story, self.data = story, data
        self.bodies = {row["slug"]: body for row, body in zip(data["bodies"], bodies, strict=True)}

    def edition(self, series: Any, row: dict[str, Any]) -> tuple[Gathering, Room]:
        day: date = self.story.ago(row["ago"]).date()
        manager = self.story.users["programme-manager"]
        gathering = acts.create_gathering(
            manager,
            slug=row["slug"],
            series=series,
            title=text(row["title"]),
            place=text(self.data["place"]),
            country="CN",
            starts=day,
            ends=day,
            time_zone=ZONE,
            announce=True,
        )
        room = acts.add_room(
            manager, gathering, slug="meeting-room", name=text(self.data["room"]), capacity=80
        )
        return gathering, room

    def sessions(
        self, gathering: Gathering, room: Room, most: int | None = None, skip: int = 0
    ) -> list[Session]:
        """The sessions of an edition, placed: from `skip`, `most` of them."""
        rows = [row for row in self.data["sessions"] if row[0] == gathering.slug][skip:][:most]
        manager, made = self.story.users["programme-manager"], []
        for _slug, begins, minutes, kind, language, names, title, abstract in rows:
            people: list[acts.Part] = [self._part(name) for name in names]
            if kinds.RAPPORTEUR in kinds.of(kind).roles:
                people.append((self.story.users["rapporteur"].person, "rapporteur"))
            session = acts.add_session(
                manager,
                gathering,
                title=text(title),
                abstract=text(abstract),
                kind=kind,
                language={"zh": "zh-hans"}.get(language, language),
                interpreted=["en", "zh-hans"],
                captions=["en"],
                mode=Session.Mode.HYBRID,
                people=people,
            )
            starts = datetime.combine(gathering.starts, time.fromisoformat(begins), ZoneInfo(ZONE))
            acts.place_session(manager, session, room=room, starts=starts, minutes=minutes)
            made.append(session)
        return made

    def _part(self, key: str) -> acts.Part:
        said = self.data["people"].get(key, {})
        person = ensure_person(
            name_of(key), external_id=f"demonstration:{key}", country=said.get("country", "")
        )
        return person, key.partition("-")[0], self.bodies.get(said.get("body", ""))
