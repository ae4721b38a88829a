"""What happens by the clock. Each entry is harmless when two workers do it at once, or when it comes late."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)
MINUTE, HOUR, DAY = 60, 3600, 86400
KEEP_RESULTS = timedelta(days=7)  # how long a finished task can be looked up


def sweep() -> None:
    """Forgets tasks that ended long ago, and expired sessions."""
    from django.contrib.sessions.backends.db import SessionStore
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEEP_RESULTS).delete()
    SessionStore.clear_expired()


@dataclass(frozen=True)
class Entry:
    every: int  # seconds
    what: str  # dotted path of a function without arguments


SCHEDULE = (
    Entry(MINUTE, "summitry.calls.acts.close_due_calls"),
    Entry(MINUTE, "summitry.gatherings.acts.publish_due_releases"),
    Entry(MINUTE, "summitry.documents.acts.close_due_adoptions"),
    Entry(MINUTE, "summitry.opinions.acts.close_due"),
    Entry(MINUTE, "summitry.opinions.tasks.draw_due"),
    Entry(HOUR, "summitry.documents.acts.tell_all_closing"),
    Entry(5 * MINUTE, "summitry.documents.tasks.translate_due"),
    Entry(5 * MINUTE, "summitry.opinions.tasks.translate_due"),
    Entry(HOUR, "summitry.people.tasks.sweep"),
    Entry(DAY, "summitry.cli.schedule.sweep"),
)


@dataclass
class Clock:
    """Runs what is due. One that fails is logged and comes again at its next time."""

    entries: tuple[Entry, ...] = SCHEDULE
    now: Callable[[], float] = time.monotonic
    _next: dict[str, float] = field(default_factory=dict)

    def tick(self) -> int:
        """How many entries ran. All of them are due at the first tick."""
        ran = 0
        for entry in self.entries:
            if self._next.get(entry.what, 0.0) <= self.now():
                self._next[entry.what] = self.now() + entry.every
                ran += 1
                try:
                    import_string(entry.what)()
                except Exception:
                    logger.exception(
                        "the schedule's %s failed; it comes again in %s s", entry.what, entry.every
                    )
        return ran
