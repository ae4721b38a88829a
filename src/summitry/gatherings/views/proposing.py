"""The desk: a timetable is proposed, looked at beside the present one, accepted or discarded."""

from typing import Any
from zoneinfo import ZoneInfo

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from summitry.people.web import Request

from .. import acts, queries
from ..demand_forms import ProposeForm
from ..models import Gathering, Proposal
from ..timetabling import rules as weighed
from ..timetabling import still, words
from .common import work_on

LISTED, TOLD = 50, 20


@login_required
def propose(request: Request, slug: str) -> HttpResponse:
    """How far the newest proposal is, what it would change, and the form that asks for one."""
    gathering = work_on(request, slug, "gatherings.see_working")
    what = request.POST.get("what", "")
    form = ProposeForm(request.POST if what == "ask" else None, gathering=gathering)
    if request.method == "POST":
        try:
            if _press(request, gathering, what, form):
                return redirect("gatherings:desk_propose", gathering.slug)
        except ValidationError as error:
            if what == "ask":
                form.blame(error)
            else:
                messages.error(request, " ".join(error.messages))
                return redirect("gatherings:desk_propose", gathering.slug)
    proposal = queries.last_proposal(gathering)
    context = {
        "gathering": gathering,
        "zone": ZoneInfo(gathering.time_zone),
        "proposal": proposal,
        "form": form,
        "may_edit": rules.has_perm("gatherings.edit_programme", request.user, gathering),
        "tab": "propose",
        **(_shown(request, gathering, proposal) if proposal and not proposal.is_computing else {}),
    }
    status = 422 if form.errors else 200
    return render(request, "gatherings/desk/propose.html", context, status=status)


def _press(request: Request, gathering: Gathering, what: str, form: ProposeForm) -> bool:
    """Does what the pressed button says; false if the form has faults."""
    if what == "ask":
        if not form.is_valid():
            return False
        acts.ask_proposal(request.user, gathering, **form.cleaned_data)
        return True
    proposal = get_object_or_404(gathering.proposals.select_related("gathering"), uid=request.POST.get("uid"))
    if what == "stop":
        acts.stop_proposal(request.user, proposal)
    elif what == "discard":
        acts.discard_proposal(request.user, proposal)
        messages.success(request, _("The proposal is discarded."))
    elif what == "accept":
        acts.accept_proposal(request.user, proposal, seen=request.POST.get("seen", ""))
        messages.success(request, _("The sessions stand as proposed. You can undo it like any other move."))
    return True


def _shown(request: Request, gathering: Gathering, proposal: Proposal) -> dict[str, Any]:
    moved = queries.proposed(proposal) if proposal.state == Proposal.State.DONE else []
    stale = queries.mark(gathering) != proposal.mark
    is_offered = proposal.state == Proposal.State.DONE and not stale
    now = still.look(proposal) if is_offered else None
    before = proposal.before.get("rules", {})
    names = [name for name in weighed.WEIGHTS if before.get(name) or proposal.costs.get(name)]
    return {
        "page": Paginator(moved, LISTED).get_page(request.GET.get("page")),
        "moved": len(moved),
        "stale": stale,
        "still": now,
        "broken": words.violations(gathering, list(now.broken[:TOLD])) if now else [],
        "more_broken": max(0, len(now.broken) - TOLD) if now else 0,
        "table": [(weighed.name(name), before.get(name, 0), proposal.costs.get(name, 0)) for name in names],
        "told": words.violations(gathering, proposal.violations[:TOLD]),
        "more": max(0, len(proposal.violations) - TOLD),
        "reasons": words.reasons(gathering, proposal.reasons) if proposal.reasons else [],
    }


@login_required
def progress(request: Request, slug: str) -> HttpResponse:
    """The part of the page that is asked for again and again while a timetable is computed; the whole page
    when it is done."""
    gathering = work_on(request, slug, "gatherings.see_working")
    proposal = queries.last_proposal(gathering)
    if proposal is None or not proposal.is_computing:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "gatherings/desk/propose_progress.html", {"proposal": proposal})
