"""What the next summit's timetable must keep and what it should, so that a proposal has something to do."""

from datetime import timedelta
from typing import Any

from summitry.demo.texts import read
from summitry.gatherings import acts
from summitry.gatherings.models import Gathering, Session
from summitry.people.models import Person, User


def state(manager: User, gathering: Gathering, people: dict[str, Person]) -> None:
    """The demands of the planned programme; `people` by their keys."""
    told: dict[str, Any] = read("programme")["demands"]
    acts.plan(manager, gathering, step=told["step"], breaks=told["breaks"])
    for room in gathering.rooms.all():
        closed = periods(gathering, told["closed"].get(room.slug, ()))
        acts.equip_room(manager, room, equipment=told["rooms"].get(room.slug, ()), closed=closed)
    for row in told["interpreters"]:
        absent = periods(gathering, row.get("absent", ()))
        acts.keep_team(manager, gathering, name=row["name"], pairs=row["pairs"], absent=absent)
    sessions = {one.slug: one for one in gathering.sessions.select_related("slot__room").order_by("pk")}
    for session in sessions.values():
        _say(manager, session, sessions, told)
    for key, zone in told["remote"].items():
        acts.say_presence(manager, gathering, people[key], zone=zone)
    for one, other, kind, amount in told["apart"]:
        acts.couple(manager, gathering, sessions[one], sessions[other], kind=kind, amount=amount)


def take_leave(manager: User, gathering: Gathering, people: dict[str, Person]) -> None:
    """Somebody cannot come when her session stands: the timetable does not keep this."""
    for key, days in read("programme")["demands"]["away"].items():
        acts.say_presence(manager, gathering, people[key], absent=periods(gathering, days))


def periods(gathering: Gathering, days: Any) -> list[str]:
    """Days by their number ("2 14:00-18:00"), as lines of periods by their date."""
    found = []
    for words in days:
        number, _, hours = words.partition(" ")
        found.append(f"{gathering.starts + timedelta(days=int(number) - 1)} {hours}".strip())
    return found


def _say(manager: User, session: Session, sessions: dict[str, Session], told: dict[str, Any]) -> None:
    """What one session needs; to one that the call accepted no equipment was promised."""
    acts.say_demand(
        manager,
        session,
        audience=told["seats"][session.slot.room.slug],
        equipment=() if session.source else told["equipment"].get(session.kind, ()),
        pinned=session.slug in read("programme")["pinned"],
        wanted=periods(session.gathering, told["wanted"].get(session.slug, ())),
        after=[sessions[slug] for slug in told["after"].get(session.slug, ())],
    )
