"""What an import did, or would do."""

from dataclasses import dataclass

from ..formats.problems import Problem
from ..models import Gathering


@dataclass(frozen=True, slots=True)
class Item:
    """One session of the report; `fields` are the names of what changed."""

    external_id: str
    title: str
    slug: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Counts and lists. A session may be both moved and changed. In a dry run nothing of it has happened."""

    gathering: Gathering
    is_new: bool
    dry_run: bool
    sessions: int  # in the file
    new: tuple[Item, ...]
    changed: tuple[Item, ...]  # in what they are: title, texts, track, people, links …
    moved: tuple[Item, ...]  # in time or room
    cancelled: tuple[Item, ...]  # here, but no longer in the file
    restored: tuple[Item, ...]  # had been cancelled
    new_persons: int
    changed_persons: int
    new_rooms: int
    new_tracks: int
    overlaps: tuple[Problem, ...]  # accepted ones

    @property
    def retitled(self) -> tuple[Item, ...]:
        return tuple(item for item in self.changed if "title" in item.fields)

    @property
    def unchanged(self) -> int:
        touched = {item.slug for item in (*self.new, *self.changed, *self.moved, *self.restored)}
        return self.sessions - len(touched)

    @property
    def changes_nothing(self) -> bool:
        return not (
            self.is_new
            or self.new
            or self.changed
            or self.moved
            or self.cancelled
            or self.restored
            or self.new_persons
            or self.changed_persons
            or self.new_rooms
            or self.new_tracks
        )
