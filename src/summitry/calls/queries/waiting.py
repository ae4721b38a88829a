"""What waits for somebody in calls."""

from typing import Any

from summitry.people.waiting import Waiting


def waiting(user: Any) -> list[Waiting]:
    """What waits for this user: drafts before a deadline, entries to screen and to score, stages and
    decisions."""
    return []
