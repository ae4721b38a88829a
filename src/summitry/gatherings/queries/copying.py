"""What a copy of a whole programme searches and lists, read at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from summitry.text.value import Text

from ..models import Gathering, Release, ReleasedSlot, Session, SessionPerson
from .people import persons_of_sessions
from .programme import released_rows


@dataclass(frozen=True, slots=True)
class Worded:
    """A session of a release with everything that the public is told of it in words."""

    row: ReleasedSlot
    parts: tuple[SessionPerson, ...]
    subtitle: Text
    abstract: Text
    description: Text


def worded(release: Release) -> list[Worded]:
    """All sessions of a release with their words and people, by time. Five queries."""
    rows = released_rows(release)
    texts = {
        key: (subtitle, abstract, description)
        for key, subtitle, abstract, description in Session.objects.filter(
            released__release=release
        ).values_list("pk", "subtitle", "abstract", "description")
    }
    parts = persons_of_sessions(texts)
    return [Worded(row, tuple(parts.get(row.session_id, ())), *texts[row.session_id]) for row in rows]


def biographies(gathering: Gathering) -> Mapping[int, Text]:
    """The biographies of an edition by the keys of their persons. One query."""
    return {key: text for key, text in gathering.speakers.values_list("person_id", "biography") if text}
