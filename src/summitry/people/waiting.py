"""What waits for somebody: each app registers one function, and the desk and "My page" put all answers
together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do: words, address, by when (UTC) if there is a time; `area` is a key of the desk's."""

    title: str
    url: str
    icon: str
    area: str
    count: int = 1
    due: datetime | None = None
    late: bool = False
    detail: str = ""


type Source = Callable[[Any], Iterable[Waiting]]

_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Call from AppConfig.ready(): `waiting.register(queries.waiting)`; registering twice changes nothing."""
    _sources[f"{source.__module__}.{source.__qualname__}"] = source
    return source


def everything(user: Any) -> list[Waiting]:
    """All that waits for this user, in all apps: what is late first, then by due time, then what has none."""
    if not user.is_authenticated:
        return []
    now = timezone.now()
    found = [one for source in _sources.values() for one in source(user)]
    return sorted(
        found, key=lambda one: (not (one.late or (one.due or _FAR) < now), one.due or _FAR, one.title)
    )
