"""Checks of a schedule that reads well but cannot take place."""

from collections import defaultdict

from .data import Event, Schedule
from .problems import Problem, problem_at


def overlaps(schedule: Schedule) -> list[Problem]:
    """Events that begin in a room while another is still there. O(n log n)."""
    rooms: dict[str, list[Event]] = defaultdict(list)
    for day in schedule.days:
        for room in day.rooms:
            rooms[room.name].extend(room.events)
    found = []
    for name, events in rooms.items():
        latest: Event | None = None
        for event in sorted(events, key=lambda one: (one.begins, one.ends)):
            if latest and event.begins < latest.ends and event.duration:
                found.append(
                    problem_at(
                        event.at,
                        "overlap",
                        title=event.title,
                        room=name,
                        time=f"{event.begins:%Y-%m-%d %H:%M}",
                        other=latest.title,
                        first=str(latest.at),
                    )
                )
            if latest is None or event.ends > latest.ends:
                latest = event
    return found
