"""Home: what is open now, and what there is to see."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from summitry.atlas import maps
from summitry.atlas import queries as atlas
from summitry.calls import queries as calls
from summitry.calls.models import Call
from summitry.gatherings import queries as gatherings
from summitry.gatherings.models import Gathering
from summitry.people.models import scope_of
from summitry.record import queries as record

from .. import queries
from ..context import Frame

OPEN, LATEST, CASES, YEARS = 8, 5, 3, 12  # how many of each


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


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """At most 15 queries, whatever there is to show."""
    frame = Frame(request)
    of, words = frame.institution, queries.home_words()
    hero = (words.lede if words and words.lede else of.aim or of.name).best()
    open_calls = calls.open_now()[:OPEN]
    gathering = gatherings.next_gathering()
    cases = atlas.newest(CASES)
    context = {
        "frame": frame,
        "of": of,
        "words": words,
        "hero": hero,
        "lines": [line for line in hero.value.splitlines() if line.strip()],
        "open_calls": open_calls,
        "gathering": gathering,
        "steps": steps(gathering, open_calls, timezone.now().date()) if gathering else [],
        "latest": record.latest(LATEST),
        "cases": cases,
        "points": atlas.map_points(radius=11.0) if cases else None,
        "size": (maps.WIDTH, maps.HEIGHT),
        "land": maps.land_path(coarse=True),
        "milestones": list(queries.milestones()[:YEARS]),
    }
    return render(request, "site/home.html", context)
