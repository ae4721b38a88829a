"""Whether a proposed timetable is still one: what is demanded may have changed since it was computed."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from summitry.engines import timetable as engine

from ..models import Proposal, Session
from . import keeping
from .reading import Asked, read


@dataclass(frozen=True, slots=True)
class Still:
    """demands: their digest as they are now. changed: they are others than those it was computed for. cost:
    its points by those of now. broken: which of them it does not keep, as `Proposal.violations`."""

    demands: str
    changed: bool
    cost: int
    broken: tuple[dict[str, Any], ...] = ()


def digest(asked: Asked) -> str:
    """Of all that is demanded, and of whom: the same as long as nobody changes it. Where sessions stand
    meanwhile, if they are not fixed, is no demand."""
    rows = (asked.sessions, asked.rooms, asked.people, asked.teams, asked.standing)
    told = [
        _plain(dataclasses.replace(asked.problem, base=None)),
        [[one.pk for one in listed] for listed in rows],
        [[one.slot.room_id, str(one.slot.starts), str(one.slot.ends)] for one in asked.standing],
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """JSON values in an order that is the same in every process."""
    if dataclasses.is_dataclass(value):
        return [_plain(getattr(value, one.name)) for one in dataclasses.fields(value)]
    if isinstance(value, Mapping):
        return sorted([key, _plain(one)] for key, one in value.items())
    if isinstance(value, frozenset):
        return sorted(value)
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def look(proposal: Proposal) -> Still:
    """A proposal against the demands as they are now. As many queries as `reading.read`."""
    asked = read(proposal.gathering, proposal.base)
    now = digest(asked)
    if now == proposal.demands:
        return Still(now, False, proposal.cost or 0)
    timetable, broken = _placed(asked, proposal.places)
    cost = engine.cost(asked.problem, timetable)
    told = {one["sessions"][0] for one in broken}
    hard = [one for one in keeping.violations(asked, cost) if one["hard"]]
    broken += [one for one in hard if one["kind"] != "unplaced" or one["sessions"][0] not in told]
    return Still(now, True, cost.soft, tuple(broken))


def _placed(
    asked: Asked, places: list[dict[str, Any]]
) -> tuple[list[engine.Placement | None], list[dict[str, Any]]]:
    """The places in the numbers of the problem, and what of them is not there any more."""
    number = {one.pk: at for at, one in enumerate(asked.sessions)}
    rooms = {one.pk: at for at, one in enumerate(asked.rooms)}
    teams = {one.pk: at for at, one in enumerate(asked.teams)}
    standing = {one.pk: one for one in asked.standing}
    found: list[engine.Placement | None] = [None] * len(asked.sessions)
    broken = []
    for one in places:
        session, starts = one["session"], datetime.fromisoformat(one["starts"])
        at = asked.grid.at(starts)
        if session in standing and not _is_there(standing[session], one):
            broken.append(_breach("pinned_slot", session))
        if session not in number:
            continue
        if one["room"] not in rooms:
            broken.append(_breach("no_room", session))
        elif at is None:
            broken.append(_breach("no_slot", session, slot=one["starts"]))
        elif not set(one["teams"].values()) <= teams.keys():
            broken.append(_breach("no_team", session))
        else:
            served = tuple((pair, teams[team]) for pair, team in sorted(one["teams"].items()))
            found[number[session]] = engine.Placement(at, rooms[one["room"]], served)
    return found, broken


def _is_there(session: Session, place: dict[str, Any]) -> bool:
    slot = session.slot
    return (slot.room_id, slot.starts) == (place["room"], datetime.fromisoformat(place["starts"]))


def _breach(kind: str, session: int, **facts: Any) -> dict[str, Any]:
    return {"kind": kind, "hard": True, "cost": 0, "sessions": [session], "facts": facts}
