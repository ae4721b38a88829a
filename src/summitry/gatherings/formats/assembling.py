"""Days and rooms made of events that each say for themselves when and where they are."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo

from ..programme import day_edges, day_of
from .data import Conference, Day, Event, Room

MOST_DAYS = 400


def days_of(
    placed: Iterable[tuple[Event, str]],
    rooms: Sequence[Room],
    zone: tzinfo,
    change: time,
    first: date | None = None,
    last: date | None = None,
) -> tuple[Day, ...]:
    """placed: events with the names of their rooms. rooms: in their order, all of them on every day. first
    and last: days that are there without events too."""
    filled: dict[tuple[date, str], list[Event]] = {}
    dates: set[date] = set()
    if first and last and (last - first).days < MOST_DAYS:
        dates |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    for event, name in placed:
        day = day_of(event.begins, zone, change)
        dates.add(day)
        filled.setdefault((day, name), []).append(event)
    return tuple(
        Day(
            index,
            day,
            *edges(day, zone, change),
            rooms=tuple(replace(room, events=in_order(filled.get((day, room.name), ()))) for room in rooms),
        )
        for index, day in enumerate(sorted(dates), 1)
    )


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda one: one.begins))


def edges(day: date, zone: tzinfo, change: time) -> tuple[datetime, datetime]:
    """When a day begins and the last minute of it."""
    first, end = day_edges(day, zone, change)
    return first, end - timedelta(minutes=1)


def spanned(conference: Conference, days: Sequence[Day]) -> tuple[date | None, date | None]:
    """The first and the last day, as the conference says or as the days are."""
    dates = [day.date for day in days]
    return (
        conference.start or min(dates, default=None),
        conference.end or max(dates, default=None),
    )
