"""The standing pages and their lists."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from summitry import kept
from summitry.documents.queries import listed
from summitry.people.models import scope_of
from summitry.record.queries import entries_about

from .. import queries
from ..kinds import DOCUMENTS, KINDS

PAGE = 50


@kept.page()
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page, and what the record says of it."""
    found = queries.page(slug)
    if found is None or found.kind not in KINDS:
        raise Http404
    kept.depends(f"page:{found.slug}")
    entry = entries_about(scope_of(found)).last()
    return render(request, "site/page.html", {"page": found, "kind": found.described, "entry": entry})


@kept.page("page")
@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """Texts with their versions, then documents and messages by year, the newest first."""
    pages = Paginator(queries.by_year(*DOCUMENTS), PAGE).get_page(request.GET.get("page"))
    context = {
        "kind": KINDS["document"],
        "page": pages,
        "years": queries.years(pages.object_list),
        "texts": listed() if pages.number == 1 else [],
    }
    return render(request, "site/list.html", context)


@kept.page("page")
@require_safe
def listing(request: HttpRequest, kind: str) -> HttpResponse:
    """All pages of one kind."""
    found = KINDS.get(kind)
    if found is None or not found.listed:
        raise Http404
    rows = queries.by_year(kind) if found.by_year else queries.of_kind(kind)
    pages = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    grouped = queries.years(pages.object_list) if found.by_year else [(None, list(pages.object_list))]
    years = [(year, group) for year, group in grouped if group]
    return render(request, "site/list.html", {"kind": found, "page": pages, "years": years})
