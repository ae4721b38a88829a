"""What was sent to a call, for those who manage, deliberate, approve or audit."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from summitry.people.web import page_of
from summitry.record.act import require

from .. import queries_pages
from ..models import Call
from ..queries import bars
from .base import call_or_404, may, press
from .judging import entry_or_404, reading, step_back

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@login_required
@require_safe
def entries(request: HttpRequest, slug: str) -> HttpResponse:
    """The list of what was sent, by number."""
    call = _call_of_watchers(request, slug)
    standing = may(request.user, "calls.manage_call", call) or may(request.user, "calls.audit_call", call)
    names = standing or call.is_sealed or not call.rules.blind
    page = page_of(request, queries_pages.entries_of(call, request.user), 50)
    rows = [
        {"entry": queries_pages.within(one, call), "title": queries_pages.title_for(one, names, standing)}
        for one in page.object_list
    ]
    context = {"call": call, "page": page, "rows": rows, "kept": bars.kept_from(request.user, call)}
    return render(request, "calls/entries.html", context)


def _call_of_watchers(request: HttpRequest, slug: str) -> Call:
    call = call_or_404(slug)
    if not any(
        may(request.user, f"calls.{one}", call)
        for one in ("manage_call", "see_sheet", "audit_call", "see_approval")
    ):
        require(request.user, "calls.manage_call", call)
    return call


@never_cache
@login_required
@GET_POST
def entry(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """One entry to read, with the marks that this user may see; whoever has an interest in it steps back."""
    call = _call_of_watchers(request, slug)
    page = entry_or_404(request, call, ref)

    def show(trouble: list[str] | None = None) -> HttpResponse:
        steps_back = not call.is_sealed and may(request.user, "calls.declare_conflict", page.submission)
        context = {
            **reading(page),
            "sheets": page.sheets,
            "screenings": page.screenings,
            "trouble": trouble,
            "steps_back": steps_back,
        }
        return render(request, "calls/entry.html", context)

    if request.method != "POST":
        return show()
    return press(request, lambda: step_back(request, page), show, reverse("calls:entries", args=[slug]))
