"""What a format has no place for, so that our own files lose nothing: the difference between a schedule and
what is left of it after the format. It stands in one extension of the file, and is put back by reading it.

A field that somebody changed in the file itself is not in the difference, and keeps the change.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from .codec import build, defaults, hints, plain, value
from .data import Day, Event, Room, Schedule
from .problems import Place, ScheduleError, problem_at

KEY = "x-summitry"
_PARTS = ("tracks", "persons", "days")


def difference(whole: Schedule, left: Schedule) -> dict[str, Any]:
    """What `left` lacks of `whole`, as JSON values."""
    there = {event.guid or event.key: event for event in left.events()}
    pairs = ((one, there.get(one.guid) or there.get(f"id:{one.id}")) for one in whole.events())
    events = {kept.key: more for one, kept in pairs if kept and (more := _differing(one, kept))}
    found: dict[str, Any] = {"schedule": _differing(whole, left, leave=("conference", *_PARTS))}
    found["conference"] = _differing(whole.conference, left.conference)
    for name in ("tracks", "persons"):
        if getattr(whole, name) != getattr(left, name):
            found[name] = plain(getattr(whole, name))
    frames, frames_left = _frames(whole), _frames(left)
    if frames != frames_left:
        found["days"] = plain(frames)
    found["events"] = events
    return {name: one for name, one in found.items() if one}


def _differing(whole: Any, left: Any, leave: tuple[str, ...] = ()) -> dict[str, Any]:
    kind: Any = type(whole)
    return {
        name: plain(given)
        for name, _default in defaults(kind)
        if name not in leave and (given := getattr(whole, name)) != getattr(left, name)
    }


def _frames(schedule: Schedule) -> tuple[Day, ...]:
    """The days and rooms without their events."""
    return tuple(
        replace(day, rooms=tuple(replace(room, events=()) for room in day.rooms)) for day in schedule.days
    )


def restored(left: Schedule, stored: Any, place: Place) -> Schedule:
    """The schedule with what the extension holds. Raises ScheduleError at this place."""
    if not stored:
        return left
    try:
        return _restored(left, stored)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ScheduleError([problem_at(place, "bad-extension")]) from error


def _restored(left: Schedule, stored: dict[str, Any]) -> Schedule:
    events = stored.get("events", {})
    types = hints(Event)

    def whole(event: Event) -> Event:
        more = events.get(event.key)
        return replace(event, **{k: value(types[k], v) for k, v in more.items()}) if more else event

    days = tuple(
        replace(
            day,
            rooms=tuple(
                replace(room, events=tuple(whole(event) for event in room.events)) for room in day.rooms
            ),
        )
        for day in left.days
    )
    if "days" in stored:
        days = _framed(days, value(tuple[Day, ...], stored["days"]))
    changes: dict[str, Any] = {
        name: value(hints(Schedule)[name], stored[name]) for name in ("tracks", "persons") if name in stored
    }
    changes |= {name: value(hints(Schedule)[name], one) for name, one in stored.get("schedule", {}).items()}
    merged = {**plain(left.conference), **stored.get("conference", {})}
    return replace(
        left,
        conference=build(type(left.conference), merged),
        days=days,
        silent=frozenset(),
        **changes,
    )


def _framed(days: tuple[Day, ...], frames: tuple[Day, ...]) -> tuple[Day, ...]:
    """The days as the extension says, with the events where the file itself has them."""
    events = {(day.index, day.date, room.name): room for day in days for room in day.rooms}
    found = []
    for frame in frames:
        rooms = [
            replace(room, events=_events(events.pop((frame.index, frame.date, room.name), None)))
            for room in frame.rooms
        ]
        found.append(replace(frame, rooms=tuple(rooms)))
    for (index, date, _name), room in events.items():  # an event was put where none was
        if not room.events:
            continue
        at = next((n for n, day in enumerate(found) if (day.index, day.date) == (index, date)), None)
        if at is None:
            found.append(Day(index, date, rooms=(room,)))
        else:
            found[at] = replace(found[at], rooms=(*found[at].rooms, room))
    return tuple(found)


def _events(room: Room | None) -> tuple[Event, ...]:
    return room.events if room else ()


def silent_of(kept: Iterable[str], *more: str) -> frozenset[str]:
    """All fields of an event but those kept: what a format says nothing about; and more by name."""
    names = {one.name for one in dataclasses.fields(Event) if one.compare}
    return frozenset((names - set(kept)) | set(more))
