"""Conflicts of interest of a call: found and declared, why, and the lifting of one that should not stand."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from summitry.people.web import page_of

from .. import acts, queries_pages
from ..models import Call
from ..queries import bars
from .base import actor_of, call_for, may, press


@never_cache
@login_required
@require_safe
def conflicts(request: HttpRequest, slug: str) -> HttpResponse:
    """Which conflicts stand, and which were lifted by hand."""
    return _page(request, call_for(request, slug, "calls.see_conflicts"))


def _page(request: HttpRequest, call: Call, trouble: list[str] | None = None) -> HttpResponse:
    lifted = request.GET.get("show") == "lifted"
    standing = may(request.user, "calls.manage_call", call)
    names = standing or call.is_sealed or not call.rules.blind
    page = page_of(request, bars.conflicts_of(request.user, call, lifted), 50)
    rows = bars.bar_rows(call, page.object_list, names)
    context = {
        "call": call,
        "page": page,
        "rows": [
            (one, queries_pages.title_for(one.conflict.submission, names, standing), _mine(request, one))
            for one in rows
        ],
        "lifted": lifted,
        "hidden": bars.out_of_sight(request.user, call),
        "undecidable": bars.undecidable(call) if standing and not call.is_sealed else 0,
        "trouble": trouble,
    }
    return render(request, "calls/conflicts.html", context)


def _mine(request: HttpRequest, row: bars.BarRow) -> bool:
    """It concerns the reader herself."""
    return row.conflict.juror.user_id == request.user.pk


@login_required
@require_POST
def lift(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Lift one. A conflict with an entry that is hidden from this user does not exist for her."""
    call = call_for(request, slug, "calls.see_conflicts")
    seen = [*bars.conflicts_of(request.user, call).filter(pk=pk)]
    seen += [*bars.conflicts_of(request.user, call, lifted=True).filter(pk=pk)]  # a second click
    if not seen:
        raise Http404(_("There is no such conflict."))
    return press(
        request,
        lambda: acts.lift_conflict(actor_of(request), seen[0], request.POST.get("reason", "")),
        lambda why: _page(request, call, why),
        reverse("calls:conflicts", args=[slug]),
        _("Lifted. The record says so, without names."),
    )
