"""A series: its editions by year, in figures."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language_bidi

from summitry import kept

from .. import queries, yearly
from ..models import Series


@kept.page()
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """All public editions of a series with sessions, people, countries and languages: a picture and the same
    numbers as a table."""
    found = get_object_or_404(Series, slug=slug)
    figures = queries.figures_of(found)
    if not figures.editions:
        raise Http404
    rows = [(str(one.gathering.starts.year), one.sessions, one.people) for one in figures.editions]
    context = {
        "series": found,
        "figures": figures,
        "editions": figures.editions[::-1],
        "picture": yearly.picture(rows, mirrored=get_language_bidi()),
    }
    return render(request, "gatherings/series.html", context)
