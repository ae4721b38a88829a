"""What the threads of the loading know of each other."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

# Yields the moment at which it goes on; what stands between two yields happens at the first one's moment.
type Thread = Generator[datetime]


@dataclass
class Story:
    """The story ends `today`, at the moment of loading."""

    today: datetime
    users: dict[str, Any] = field(default_factory=dict)
    gathering: Any = None  # the next summit

    def ago(self, days: float) -> datetime:
        return self.today - timedelta(days=days)

    def ahead(self, days: float) -> datetime:
        return self.today + timedelta(days=days)
