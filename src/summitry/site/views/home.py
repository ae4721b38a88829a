"""Home: what is open now, and what there is to see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from summitry.atlas import maps

from ..context import Frame
from ..front import front, steps


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One query, the record's head, while nothing changes; fifteen at most when something has."""
    frame = Frame(request)
    shown = front(frame.checkpoint)
    of, words, gathering = frame.institution, shown.words, shown.gathering
    hero = (words.lede if words and words.lede else of.aim or of.name).best()
    today = timezone.now().date()
    context = {
        "frame": frame,
        "of": of,
        "shown": shown,
        "hero": hero,
        "lines": [line for line in hero.value.splitlines() if line.strip()],
        "steps": steps(gathering, shown.open_calls, today) if gathering else [],
        "size": (maps.WIDTH, maps.HEIGHT),
        "land": maps.land_path(coarse=True),
    }
    return render(request, "site/home.html", context)
