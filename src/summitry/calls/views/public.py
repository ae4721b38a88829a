"""What everybody reads of calls: what is open, each call with its rules, and what was decided."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from summitry import kept
from summitry.text import languages

from .. import eligibility, queries, queries_pages
from ..models import Call, RuleSet

EARLIER = 20  # earlier calls on one page


@kept.page("page")
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """What is open, by deadline; what opens soon; what was."""
    page = Paginator(queries_pages.earlier_calls(), EARLIER).get_page(request.GET.get("page"))
    context = {"open_calls": queries.open_now(), "coming": queries.upcoming_calls(), "page": page}
    return render(request, "calls/list.html", context)


@kept.page()
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One call: what, who, when, how it is judged, and the rules that bind."""
    page = queries_pages.detail(slug, request.user)
    if page is None:
        raise Http404(_("There is no such call."))
    context = {
        "call": page.call,
        "rules": page.rules,
        "steps": page.steps,
        "versions": page.versions,
        "sections": page.rules.asked().in_sections(),
        "later": page.rules.asked_later(),
        "conditions": eligibility.said(page.rules),
        "appeals": queries.appeals_of(page.call),
        "languages": ", ".join(languages.local_name(one) for one in page.languages),
    }
    return render(request, "calls/detail.html", context)


@kept.page()
@require_safe
def rules(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """A frozen version of the rules: the very bytes whose SHA-256 is the digest in the record."""
    found = RuleSet.objects.filter(call__slug=slug, version=version).select_related("call").first()
    if found is None or found.call.state == Call.State.DRAFT:
        raise Http404(_("There is no such version of these rules."))
    return HttpResponse(
        found.parsed.canonical(),
        content_type="application/json; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{slug}-rules-{version}.json"',
            "ETag": f'"{found.digest}"',
            "Access-Control-Allow-Origin": "*",
        },
    )


@kept.page("page")
@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """What was accepted, what came of each, and how it was chosen; only once it is published."""
    page = queries_pages.results(slug)
    if page is None:
        raise Http404(_("The results of this call are not published yet."))
    shown = Paginator(page.accepted, 50).get_page(request.GET.get("page"))
    rows = [
        {
            "decision": one,
            "title": queries_pages.public_title(one.submission),
            "address": queries_pages.address_of(one.outcome),
            "revision": page.revised.get(one.pk),
        }
        for one in shown
    ]
    tiers = page.call.rules.decision.tiers
    context = {"result": page, "call": page.call, "page": shown, "rows": rows, "tiers": tiers}
    return render(request, "calls/results.html", context)
