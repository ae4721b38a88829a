"""The library as everybody sees it."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from summitry import kept
from summitry.engines import worldmap
from summitry.text.value import Text

from .. import queries
from ..queries import Facet, Filters

OPEN_FACETS = ("tier", "topic", "year", "region")  # the others are long, and folded


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter that is on, and the address without it."""

    label: str | Text
    url: str


@kept.page(*queries.FACETS, "sort", "page")
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The list with its facets, and the map of what was found. 18 queries."""
    filters = Filters.of(request.GET.getlist)
    facets = queries.facets(filters)
    points = queries.map_points(filters)
    context = {
        "filters": filters,
        "facets": facets,
        "open_facets": OPEN_FACETS,
        "chosen": _chosen(request.GET, facets),
        "sorts": {"newest": _("Newest first"), "oldest": _("Oldest first")},
        "page": queries.page(filters, request.GET.get("page", "1")[:20]),
        "points": points,
        "pin_urls": {pin.key: _with(request.GET, points.by, pin.key) for pin in points.pins},
        "land": worldmap.land_path(),
        "size": (worldmap.WIDTH, worldmap.HEIGHT),
    }
    return render(request, "atlas/cases.html", context)


@kept.page()
@require_safe
def case(request: HttpRequest, slug: str) -> HttpResponse:
    """One case: its text, and how it was chosen. A case that was withdrawn says why (410)."""
    found = queries.case_page(slug)
    if found is None:
        raise Http404(_("There is no case at this address."))
    template = "atlas/case.html" if found.case.shown else "atlas/withdrawn.html"
    return render(
        request, template, {"found": found, "case": found.case}, status=200 if found.case.shown else 410
    )


@kept.page()
@require_safe
def case_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as data: the public face whose digest the record keeps."""
    face = queries.case_face(slug)
    if face is None:
        raise Http404(_("There is no case at this address."))
    return JsonResponse(
        face,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="{slug}.json"'},
    )


def _with(asked: QueryDict, name: str, value: str) -> str:
    """The address with only this value of a facet, from the first page on."""
    changed = asked.copy()
    changed.setlist(name, [value])
    changed.pop("page", None)
    return f"?{changed.urlencode()}"


def _without(asked: QueryDict, name: str, value: str) -> str:
    changed = asked.copy()
    changed.setlist(name, [one for one in asked.getlist(name) if one.strip() != value])
    changed.pop("page", None)
    return f"?{changed.urlencode()}"


def _chosen(asked: QueryDict, facets: list[Facet]) -> list[Chosen]:
    return [
        Chosen(value.label, _without(asked, facet.name, value.key))
        for facet in facets
        for value in facet.chosen
    ]
