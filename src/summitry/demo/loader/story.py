"""What the threads of the loading know of each other."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from summitry.people.models import User

# Yields the moment at which it goes on; what stands between two yields happens at the first one's moment.
type Thread = Generator[datetime]


FOUNDED = datetime(2022, 7, 12, 1, tzinfo=UTC)  # when the story begins, and with it the record


@dataclass
class Story:
    """It begins when the institution was founded, and ends `today`, at the moment of loading."""

    today: datetime
    users: dict[str, User] = field(default_factory=dict)
    gathering: Any = None  # the next summit

    def on(self, day: date, hours: float = 9) -> datetime:
        """A day of the past, at this hour in UTC; not before the institution was founded, nor after today."""
        moment = datetime.combine(day, time(), UTC) + timedelta(hours=hours)
        return min(max(moment, FOUNDED), self.today)

    def ago(self, days: float) -> datetime:
        return self.today - timedelta(days=days)

    def ahead(self, days: float) -> datetime:
        return self.today + timedelta(days=days)
