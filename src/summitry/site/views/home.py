"""Home: what is open now, and what there is to see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from summitry import kept
from summitry.engines import worldmap

from ..context import Frame
from ..front import front, steps


@kept.page(by_table=True)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One query, the record's head, while nothing changes; sixteen at most when something has."""
    frame = Frame(request)
    shown = front(frame.checkpoint)
    of, words, gathering = frame.institution, shown.words, shown.gathering
    hero = (words.lede if words and words.lede else of.aim or of.name).best()
    kept.depends("institution", "record")
    kept.until(kept.tomorrow(), frame.until)
    today = timezone.now().date()
    context = {
        "frame": frame,
        "of": of,
        "shown": shown,
        "hero": hero,
        "lines": [line for line in hero.value.splitlines() if line.strip()],
        "steps": steps(gathering, shown.open_calls, today) if gathering else [],
        "size": (worldmap.WIDTH, worldmap.HEIGHT),
        "land": worldmap.land_path(coarse=True),
    }
    return render(request, "site/home.html", context)
