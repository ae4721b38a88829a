"""What persons and organisations owe elsewhere in the house. Rooms above register a source; calls never know
them, and ask all of them where a call takes nobody who owes something."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from summitry.people.models import Organisation, Person


@dataclass(frozen=True, slots=True)
class Debt:
    """One thing past its day, in the reader's words ("The report of “…” is still owed."), and since when."""

    words: str
    since: datetime


type Source = Callable[[Sequence[Person], Sequence[Organisation]], Iterable[Debt]]

_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Called in `AppConfig.ready()`: `debts.register("gatherings", queries.debts)`; a name again replaces
    it. A source asks in a fixed number of queries."""
    _sources[name] = source


def owed_elsewhere(persons: Iterable[Person], organisations: Iterable[Organisation]) -> list[Debt]:
    """What these persons, or these organisations, owe by now, the longest due first."""
    who, bodies = list(persons), list(organisations)
    found = [debt for name in sorted(_sources) for debt in _sources[name](who, bodies)]
    return sorted(found, key=lambda debt: debt.since)
