"""Loads the demonstration institution. Only acts of the rooms change anything, so the record tells it all.

The same on every machine but for the day: what is open, what is past and what is to come follows from it.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.test.utils import override_settings
from django.utils import timezone, translation

from . import calls as calls_
from . import cases, gatherings, institution, people, programme


@dataclass(frozen=True)
class Step:
    """How far the loading has come."""

    label: str
    done: int
    total: int


@dataclass
class Story:
    """What the parts of the loading know of each other. The story ends `today`, at the moment of loading."""

    today: datetime
    users: dict[str, Any] = field(default_factory=dict)
    calls: dict[str, Any] = field(default_factory=dict)
    gathering: Any = None  # the next summit

    def ago(self, days: float) -> datetime:
        return self.today - timedelta(days=days)

    def ahead(self, days: float) -> datetime:
        return self.today + timedelta(days=days)


type Part = Callable[[Story], Generator[None]]

# Each part yields as often as its weight says, so that the bar moves evenly.
PARTS: tuple[tuple[str, Part, int], ...] = (
    ("The institution", institution.load, institution.STEPS),
    ("People", people.load, people.STEPS),
    ("Gatherings", gatherings.load, gatherings.STEPS),
    ("Calls", calls_.load, calls_.STEPS),
    ("Cases", cases.load, cases.STEPS),
    ("Programme", programme.load, programme.STEPS),
)


def load(today: datetime | None = None) -> Iterator[Step]:
    """Loads everything, step by step; the database must be migrated and empty."""
    story = Story(today or timezone.now())
    total = sum(weight for _, _, weight in PARTS)
    before = 0
    # Letters are written into the mailbox at once, with the story's dates.
    with (
        override_settings(TASKS={"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}),
        translation.override("en"),
    ):
        for label, part, weight in PARTS:
            yield Step(label, before, total)
            for count, _ in enumerate(part(story), 1):
                yield Step(label, before + min(count, weight), total)
            before += weight
    yield Step("Done", total, total)
