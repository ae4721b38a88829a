"""What changed in a programme: all its releases, and each at an address of its own."""

from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from summitry import kept

from .. import queries
from ..models import Gathering
from .common import visible

LISTED = 20


@kept.page("page", "release")
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """All releases of a programme, the newest first, each with what it changed in numbers; the newest in
    full. An address of an earlier time, `?release=2`, leads to the release's own."""
    gathering = visible(request, slug)
    asked = request.GET.get("release", "")
    if asked.isdecimal() and len(asked) < 10:
        return redirect("gatherings:release", gathering.slug, int(asked), permanent=True)
    if gathering.released is None:
        raise Http404
    page = Paginator(queries.releases_of(gathering), LISTED).get_page(request.GET.get("page"))
    first = page.number == 1
    return render(
        request,
        "gatherings/changes.html",
        {
            **_common(gathering),
            "page": page,
            "told": queries.changes_of(gathering.released) if first else None,
        },
    )


@kept.page()
def release(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """One release, for ever: what it changed against the one before, and where its programme is."""
    gathering = visible(request, slug)
    if version >= 10**9:
        raise Http404
    kept.depends(f"programme:{gathering.pk}")
    found = get_object_or_404(gathering.releases, version=version)
    told = queries.changes_of(found)
    after = gathering.releases.filter(version__gt=version).order_by("version").first()
    return render(request, "gatherings/release.html", {**_common(gathering), "told": told, "after": after})


def _common(gathering: Gathering) -> dict[str, Any]:
    kept.depends(f"programme:{gathering.pk}")
    return {
        "gathering": gathering,
        "zone": ZoneInfo(gathering.time_zone),
        "rooms": {room.slug: room.name for room in gathering.rooms.all()},
    }
