"""Who moved what, and what may be undone."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet, Sum

from ..models import Gathering, Move, Shift

REMEMBERED = 200  # acts of one editor among which the next to undo is looked for


def mark(gathering: Gathering) -> int:
    """A number that grows with every change of a session or of its place: sessions are never deleted and
    each change raises a version. One query."""
    return gathering.sessions.aggregate(all=Sum("version"))["all"] or 0


def history(gathering: Gathering) -> QuerySet[Shift]:
    """The acts of all editors, newest first, with their sessions and places. Five queries."""
    return (
        gathering.shifts.select_related("by", "undone_by")
        .prefetch_related("moves__session", "moves__from_room", "moves__to_room")
        .order_by("-pk")
    )


def moves_of(shift: Shift) -> list[Move]:
    """The moves of one act. One query."""
    return list(shift.moves.select_related("session", "from_room", "to_room"))


def fold(acts: Iterable[tuple[int, str, int | None]]) -> tuple[list[int], list[int]]:
    """From an editor's acts in their order, as (key, what, which it undoes): what she can undo and what she
    can do again, the next one last.

    >>> fold([(1, "placed", None), (2, "placed", None), (3, "undone", 2)])
    ([1], [3])
    >>> fold([(1, "placed", None), (2, "undone", 1), (3, "redone", 2)])
    ([3], [])
    """
    done: list[int] = []
    undone: list[int] = []
    for key, what, undoes in acts:
        if what == Shift.What.UNDONE:
            done = [one for one in done if one != undoes]
            undone.append(key)
        elif what == Shift.What.REDONE:
            undone = [one for one in undone if one != undoes]
            done.append(key)
        else:
            done.append(key)
            undone.clear()
    return done, undone


def next_to_undo(gathering: Gathering, user: Any) -> tuple[int | None, int | None]:
    """The keys of the acts that this editor's "undo" and "do again" would take back. One query."""
    rows = Shift.objects.filter(gathering=gathering, by__user=user).exclude(by=None).order_by("-pk")
    found = list(rows.values_list("pk", "what", "undoes_id")[:REMEMBERED])
    done, undone = fold(reversed(found))
    return (done[-1] if done else None), (undone[-1] if undone else None)
