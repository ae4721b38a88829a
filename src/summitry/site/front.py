"""What home shows: gathered from the whole house, and kept while nothing changes."""

from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.utils.translation import gettext as _

from summitry import kept
from summitry.atlas import queries as atlas
from summitry.calls import queries as calls
from summitry.calls.models import Call
from summitry.gatherings import queries as gatherings
from summitry.gatherings.models import Gathering
from summitry.opinions import queries as opinions
from summitry.opinions.models import Conversation
from summitry.people.models import scope_of
from summitry.record import queries as record
from summitry.record.models import Checkpoint, Entry

from . import queries
from .models import Page
from .shore import KEPT

OPEN, LATEST, CASES, YEARS = 8, 5, 3, 12  # how many of each
RADIUS = 11.0  # of a mark on the small map


@dataclass(frozen=True, slots=True)
class Front:
    """The same for every reader and language."""

    words: Page | None
    open_calls: list[Call]
    conversations: list[Conversation]
    gathering: Gathering | None
    latest: list[Entry]
    cases: list[atlas.Row]
    points: atlas.MapPoints | None
    milestones: list[Page]


def _gathered() -> Front:
    cases = atlas.newest(CASES)
    return Front(
        words=queries.home_words(),
        open_calls=calls.open_now()[:OPEN],
        conversations=opinions.newest_open(),
        gathering=gatherings.next_gathering(),
        latest=record.latest(LATEST),
        cases=cases,
        points=atlas.map_points(radius=RADIUS) if cases else None,
        milestones=list(queries.milestones()[:YEARS]),
    )


def front(checkpoint: Checkpoint | None) -> Front:
    """Thirteen queries at most; none while the record does not grow, for a minute at a time."""
    if checkpoint is None or kept.is_making():
        return _gathered()
    key = f"site.front.{checkpoint.root.hex()}"
    known: Front | None = cache.get(key)
    if known is None:
        known = _gathered()
        cache.set(key, known, KEPT)
    return known


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the crossing towards a gathering: done, now or todo."""

    key: str
    name: str
    state: str
    first: date | None = None
    last: date | None = None


def steps(gathering: Gathering, open_calls: list[Call], today: date) -> list[Step]:
    """How far the way to a gathering is gone, as far as the house knows."""
    found = []
    own = [call for call in open_calls if call.parent_scope == scope_of(gathering) and call.closes_at]
    if own:
        closes = max(call.closes_at for call in own if call.closes_at).date()
        found.append(Step("calls", _("Calls"), "now", closes, closes))
    if gathering.released:
        published = gathering.released.published_at.date()
        found.append(Step("programme", _("Programme"), "done", published, published))
    else:
        found.append(Step("programme", _("Programme"), "todo"))
    on = gathering.starts <= today <= gathering.ends
    found.append(Step("gathering", _("Gathering"), "now" if on else "todo", gathering.starts, gathering.ends))
    return found
