"""The engine's answers in the keys of our rows, so that they can be kept and read later."""

from datetime import UTC, timedelta
from typing import Any

from summitry.engines import timetable as engine

from .reading import Asked


def places(asked: Asked, timetable: engine.Timetable) -> list[dict[str, Any]]:
    """One per session that has a place."""
    return [
        {
            "session": asked.sessions[number].pk,
            "room": asked.rooms[place.room].pk,
            "starts": asked.grid.moment(place.slot).astimezone(UTC).isoformat(),
            "minutes": asked.minutes(number),
            "teams": {pair: asked.teams[team].pk for pair, team in place.teams},
        }
        for number, place in enumerate(timetable)
        if place is not None
    ]


def summary(cost: engine.Cost) -> dict[str, Any]:
    return {"soft": cost.soft, "hard": cost.hard, "rules": dict(cost.by_rule)}


def violations(asked: Asked, cost: engine.Cost, most: int = 100) -> list[dict[str, Any]]:
    """The gravest ones."""
    return [
        {
            "kind": one.kind,
            "hard": one.hard,
            "cost": one.cost,
            "sessions": [asked.sessions[number].pk for number in one.sessions],
            "facts": _facts(asked, dict(one.facts)),
        }
        for one in cost.violations[:most]
    ]


def reasons(asked: Asked, found: engine.Shortage | engine.Clash | None) -> dict[str, Any]:
    """Why there is no timetable."""
    if found is None:
        return {"what": "unknown"}
    sessions = [asked.sessions[number].pk for number in found.sessions]
    if isinstance(found, engine.Shortage):
        rows = asked.rooms if found.what == "rooms" else asked.teams
        return {
            "what": found.what,
            "resources": [rows[one].pk for one in found.resources],
            "sessions": sessions,
            "need": found.need * asked.grid.step,
            "have": found.have * asked.grid.step,
        }
    demands = [
        {
            "kind": one.kind,
            "sessions": [asked.sessions[number].pk for number in one.sessions],
            "facts": _facts(asked, dict(one.facts)),
        }
        for one in found.demands
    ]
    return {"what": "clash", "demands": demands, "sessions": sessions, "smallest": found.smallest}


def _facts(asked: Asked, facts: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in facts.items():
        if name in {"slot", "at"}:
            told[name] = asked.grid.moment(value).isoformat()
        elif name == "day":
            told[name] = (asked.gathering.starts + timedelta(days=value)).isoformat()
        elif name in {"room", "stands"}:
            told[name] = asked.rooms[value].pk
        elif name == "person":
            told[name] = asked.people[value].pk
        elif name == "team":
            told[name] = asked.teams[value].pk
        else:
            told[name] = value
    return told
