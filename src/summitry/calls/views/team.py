"""Who works on a call, and who marks what."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from summitry.people.acts import end_mandate, revoke_invitation
from summitry.people.models import Invitation, Mandate, Person, scope_of
from summitry.people.queries import persons
from summitry.people.web import done, page_of
from summitry.text.templatetags.text import plain

from .. import acts, queries_pages
from ..forms.manage import AssignForm, DealForm, InviteForm
from ..models import Assignment, Call
from . import dealing
from .base import UNPROCESSABLE, actor_of, call_for, press, said

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
FOUND = 20  # persons that a search shows


@never_cache
@login_required
@GET_POST
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who holds a duty in the call; invite somebody, appoint somebody who is known here."""
    call = call_for(request, slug, "calls.appoint")
    form = InviteForm(request.POST or None)

    def invite() -> None:
        given = form.cleaned_data
        acts.invite(actor_of(request), call, given["email"], given["role"], label=given["label"])

    if request.method == "POST" and done(form, invite):
        messages.success(request, _("The invitation is on its way."))
        return redirect("calls:people", slug)
    return _people(request, call, form)


def _people(
    request: HttpRequest, call: Call, form: InviteForm, trouble: list[str] | None = None
) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()
    context = {
        "call": call,
        "team": queries_pages.team(call),
        "form": form,
        "trouble": trouble,
        "wanted": wanted,
        "found": persons(wanted)[:FOUND] if len(wanted) >= 2 else [],
        "roles": InviteForm.base_fields["role"].choices,  # type: ignore[attr-defined]
    }
    return render(request, "calls/people.html", context, status=UNPROCESSABLE if form.errors else 200)


@login_required
@require_POST
def appoint(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a known person a duty."""
    call = call_for(request, slug, "calls.appoint")
    person = Person.objects.filter(slug=request.POST.get("person", "")).first()
    if person is None:
        raise Http404(_("There is no such person."))
    return press(
        request,
        lambda: acts.appoint(actor_of(request), call, person, request.POST.get("role", "")),
        lambda why: _people(request, call, InviteForm(), why),
        reverse("calls:people", args=[slug]),
        _("Appointed."),
    )


# What can be ended here, by its word in the address: what it is, and the act.
ENDINGS: dict[str, tuple[Any, Any]] = {
    "duty": (Mandate, end_mandate),
    "invitation": (Invitation, revoke_invitation),
}


@login_required
@require_POST
def end(request: HttpRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    """End a duty in this call, or take back an invitation to one."""
    call = call_for(request, slug, "calls.appoint")
    model, act = ENDINGS[kind]
    thing = model.objects.filter(pk=pk, scope=scope_of(call)).first()
    if thing is None:
        raise Http404(_("There is no such duty in this call."))
    return press(
        request,
        lambda: act(actor_of(request), thing),
        lambda why: _people(request, call, InviteForm(), why),
        reverse("calls:people", args=[slug]),
        _("Done."),
    )


@never_cache
@login_required
@GET_POST
def assignments(request: HttpRequest, slug: str) -> HttpResponse:
    """Who marks what: deal automatically, add and take back by hand."""
    call = call_for(request, slug, "calls.assign")
    jury = queries_pages.jury(call)
    told = dealing.found(request, call)
    deal = DealForm(initial={**told.asked} if told else {"per_entry": jury.wanted, "most": jury.most})
    entries = queries_pages.entries_to_assign(call, request.user)
    jurors = [(one.juror.pk, plain(one.label) or plain(one.juror.name)) for one in jury.loads]
    by_hand = AssignForm(entries, jurors)
    if request.method == "POST" and request.POST.get("do") == "deal":
        deal = DealForm(request.POST)
        if deal.is_valid():
            return redirect(dealing.ask(request, call, deal.cleaned_data))
    elif request.method == "POST":
        by_hand = AssignForm(entries, jurors, request.POST)
        if done(
            by_hand,
            lambda: acts.assign(
                actor_of(request), by_hand.cleaned_data["entry"], by_hand.cleaned_data["juror"]
            ),
        ):
            messages.success(request, _("Assigned."))
            return redirect("calls:assignments", slug)
    return _assignments(request, call, jury, deal, by_hand, told)


def _assignments(
    request: HttpRequest,
    call: Call,
    jury: queries_pages.Jury,
    deal: DealForm,
    by_hand: AssignForm,
    told: dealing.Dealing | None = None,
    trouble: list[str] | None = None,
) -> HttpResponse:
    page = page_of(request, queries_pages.entries_to_assign(call, request.user), 50)
    context = {
        "call": call,
        "jury": jury,
        "deal": deal,
        "by_hand": by_hand,
        "page": page,
        "rows": queries_pages.assignment_rows(call, jury, page.object_list),
        "trouble": trouble,
        "dealing": told,
    }
    wrong = deal.errors or by_hand.errors
    return render(request, "calls/assignments.html", context, status=UNPROCESSABLE if wrong else 200)


@login_required
@require_POST
def unassign(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take an entry off a juror's list."""
    call = call_for(request, slug, "calls.assign")
    assignment = (
        Assignment.objects.filter(pk=pk, submission__in=queries_pages.entries_of(call, request.user))
        .select_related("submission__call")
        .first()
    )
    if assignment is None:
        raise Http404(_("There is no such assignment."))
    try:
        acts.unassign(actor_of(request), assignment)
    except ValidationError as error:
        jury = queries_pages.jury(call)
        jurors = [(one.juror.pk, plain(one.label) or plain(one.juror.name)) for one in jury.loads]
        by_hand = AssignForm(queries_pages.entries_to_assign(call, request.user), jurors)
        answer = _assignments(
            request, call, jury, DealForm(initial={"per_entry": jury.wanted}), by_hand, trouble=said(error)
        )
        answer.status_code = UNPROCESSABLE
        return answer
    messages.success(request, _("Taken off the list."))
    return redirect("calls:assignments", slug)
