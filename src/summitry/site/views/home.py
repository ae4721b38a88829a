"""Home: what is open now, and what there is to see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from summitry.people.queries import institution
from summitry.record import queries as record

from .. import queries

LATEST = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    words = queries.home_words()
    of = institution()
    says = (words.lede if words else None) or of.aim or of.name
    reading = says.best()
    context = {
        "words": words,
        "of": of,
        "hero": reading,
        "lines": [line for line in reading.value.splitlines() if line.strip()],
        "latest": record.latest(LATEST),
        "milestones": list(queries.milestones()[:12]),
    }
    return render(request, "site/home.html", context)
