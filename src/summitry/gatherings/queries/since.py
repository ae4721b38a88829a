"""What has changed for one who last looked at an earlier version: pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..models import ReleasedSlot


@dataclass(frozen=True, slots=True)
class Earlier:
    """How a session stood in the versions from `first` to `last`, where that is not how it stands now."""

    first: int
    last: int
    row: ReleasedSlot
    is_moved: bool  # in time
    is_elsewhere: bool  # in another room
    is_retitled: bool


def earlier(rows: Iterable[ReleasedSlot], now: ReleasedSlot) -> tuple[Earlier, ...]:
    """The earlier states of a session among all its released rows (with their releases), oldest first.
    What was changed and changed back is none."""
    runs: list[tuple[int, int, ReleasedSlot]] = []
    for row in sorted(rows, key=lambda one: one.release.version):
        first = last = row.release.version
        if runs and runs[-1][1] == last - 1 and _state(runs[-1][2]) == _state(row):
            first = runs.pop()[0]
        runs.append((first, last, row))
    return tuple(
        Earlier(
            first,
            last,
            row,
            (row.starts, row.ends) != (now.starts, now.ends),
            row.room_id != now.room_id,
            row.title.values != now.title.values,
        )
        for first, last, row in runs
        if _state(row) != _state(now)
    )


def _state(row: ReleasedSlot) -> tuple[object, ...]:
    return row.starts, row.ends, row.room_id, sorted(row.title.values.items())
