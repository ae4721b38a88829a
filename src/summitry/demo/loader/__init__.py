"""Loads the demonstration institution. Only acts of the rooms change anything, so the record tells it all.

The same on every machine but for the day: what is open, what is past and what is to come follows from it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush

from django.test.utils import override_settings
from django.utils import timezone, translation

from summitry.demo import clock

from . import calls, cases, conversations, dialogues, documents, gatherings, institution, people, programme
from .story import Story, Thread

IMMEDIATE = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
STEPS = 519  # about; a test keeps it near


@dataclass(frozen=True)
class Step:
    """How far the loading has come."""

    label: str
    done: int
    total: int


THREADS: tuple[tuple[str, Callable[[Story], Iterator[Thread]]], ...] = (
    ("The institution", institution.threads),
    ("People", people.threads),
    ("Gatherings", gatherings.threads),
    ("Calls", calls.threads),
    ("Cases", cases.threads),
    ("Programme", programme.threads),
    ("Preparatory meetings", dialogues.threads),
    ("Opinion votes", conversations.threads),
    ("Documents", documents.threads),
)


def load(today: datetime | None = None) -> Iterator[Step]:
    """Loads everything, step by step, in the order of the story; the database must be migrated and empty.

    Each thread of the story says when it goes on; the one whose moment comes first does.
    """
    # On the minute: dates that pages and forms show have no odd seconds.
    story = Story((today or timezone.now()).replace(second=0, microsecond=0))
    waiting: list[tuple[datetime, int, str, Thread]] = []
    for label, threads in THREADS:
        for thread in threads(story):
            heappush(waiting, (next(thread), len(waiting), label, thread))
    done, now = 0, waiting[0][0]
    # Letters go into the mailbox at once, with the story's dates.
    with override_settings(TASKS=IMMEDIATE), translation.override("en"):
        while waiting:
            moment, place, label, thread = heappop(waiting)
            now = max(now, moment)
            yield Step(label, min(done, STEPS - 1), STEPS)
            with clock.at(now):
                if (following := next(thread, None)) is not None:
                    heappush(waiting, (following, place, label, thread))
                now = timezone.now() + timedelta(milliseconds=1)
            done += 1
    yield Step("Done", STEPS, STEPS)
