"""The editor of a draft: from what a form carries to the changes that it means, and back to its rows.

Each row carries `row=p12`, `words-p12`, `kind-p12`, `number-p12`, `depth-p12`, and in `seen-p12` the mark of
the provision as its writer saw it. A new passage is the row "new", which says in `after` where it goes. The
button that was pressed says in `do` what else is asked: "up:p12", "down:p12", "remove:p12".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from summitry.engines.comparing import Piece, differences

from .acts.storing import line
from .changes import Change, Insert, Move, Remove, Write
from .models import Provision, mark_of
from .structure import DEEPEST, Kind, Passage

NEW = "new"
START = "start"  # ?insert=start: before the first


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the editor. theirs: how the stored words differ from those in the row, if somebody else has
    changed them since."""

    anchor: str  # or "new"
    kind: str
    depth: int
    number: str
    words: str
    seen: str = ""
    after: str = ""
    theirs: Sequence[Piece] = ()

    @property
    def ordinal(self) -> str:
        return self.anchor.removeprefix("p")

    @property
    def lines(self) -> int:
        """How high its field is."""
        return max(2, min(14, len(self.words) // 70 + 1))


def _row(data: Mapping[str, str], anchor: str) -> Row:
    """A row as the form carries it. Raises ValidationError for one that no page of ours sends."""
    kind, depth = data.get(f"kind-{anchor}", ""), data.get(f"depth-{anchor}", "1")
    if kind not in Kind.values or depth not in {str(n) for n in range(1, DEEPEST + 1)}:
        raise ValidationError(_("That form was not complete; nothing was changed."))
    return Row(
        anchor,
        kind,
        int(depth),
        line(data.get(f"number-{anchor}", "")),
        line(data.get(f"words-{anchor}", "")),
        data.get(f"seen-{anchor}", "")[:16],
        data.get("after", "")[:12] if anchor == NEW else "",
    )


def sent(data: QueryDict) -> list[Row]:
    """The rows that a form carries."""
    return [_row(data, anchor[:12]) for anchor in data.getlist("row")]


def changes(rows: Sequence[Row], do: str, order: Sequence[str], source: str) -> list[Change]:
    """What the form means: the rows that were altered, and what the button says. order: the anchors of the
    draft as it stands."""
    found: list[Change] = []
    action, _colon, target = do.partition(":")
    for row in rows:
        if row.anchor == NEW:
            if row.words:
                found.append(
                    Insert(Passage(Kind(row.kind), {source: row.words}, row.number, row.depth), row.after)
                )
        elif mark_of(row.kind, row.depth, row.number, row.words) != row.seen and do != f"remove:{row.anchor}":
            found.append(
                Write(row.anchor, {source: row.words}, Kind(row.kind), row.number, row.depth, row.seen)
            )
    place = list(order).index(target) if target in order else None
    if place is not None and action in _BUTTONS:
        seen = next((row.seen for row in rows if row.anchor == target), "")
        found += _BUTTONS[action](order, place, seen)
    return found


def _up(order: Sequence[str], place: int, seen: str) -> list[Change]:
    return [Move(order[place], order[place - 2] if place > 1 else "")] if place else []


def _down(order: Sequence[str], place: int, seen: str) -> list[Change]:
    return [Move(order[place], order[place + 1])] if place + 1 < len(order) else []


def _remove(order: Sequence[str], place: int, seen: str) -> list[Change]:
    return [Remove(order[place], seen)]


_BUTTONS = {"up": _up, "down": _down, "remove": _remove}


def stored(provision: Provision) -> Row:
    """The row of a provision as it stands."""
    words = provision.text.get(provision.text.source)
    return Row(provision.anchor, provision.kind, provision.depth, provision.number, words, provision.mark)


def again(row: Row, provision: Provision | None) -> Row:
    """The row of a form that was refused: with its writer's words, beside what stands there now."""
    if provision is None:
        return row
    now = stored(provision)
    theirs = differences(now.words, row.words) if row.seen != now.seen and now.words != row.words else ()
    return Row(row.anchor, row.kind, row.depth, row.number, row.words, now.seen, row.after, theirs)
