"""Search over everything that is public."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from summitry.people.web import page_of
from summitry.text.search import MAX_LENGTH

from .. import search as searching
from ..context import Frame

PAGE = 20


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What `?q=` finds. No query beyond the frame's while the record does not grow."""
    frame = Frame(request)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_LENGTH]
    found = searching.search(query, frame.checkpoint)
    context = {"frame": frame, "q": query, "total": len(found), "page": page_of(request, found, PAGE)}
    return render(request, "site/search.html", context)
