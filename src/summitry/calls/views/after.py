"""After the seal: the organ's word, units given out, what auditors read; and stages opened again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from summitry.people.web import page_of

from .. import acts, queries_pages
from ..models import Call, StageRun
from ..queries import verdict as asked
from .base import UNPROCESSABLE, actor_of, call_for, may, press, said, wrong_button

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def run_of(call: Call, key: str, deed: str) -> StageRun:
    """The stage under this key, if its kind allows the deed. Raises Http404."""
    run = call.stages.allowing(deed).filter(key=key).first() if deed else call.stages.filter(key=key).first()
    if run is None:
        raise Http404(_("There is no such stage."))
    run.call = call
    return run


class WordForm(forms.Form):
    """What the organ says."""

    minutes = forms.CharField(label=gettext_lazy("Reference of the minutes"), max_length=200, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why it goes back"),
        help_text=gettext_lazy("Needed to send it back. Everybody can read it."),
        widget=forms.Textarea,
        max_length=5000,
        required=False,
    )


@never_cache
@login_required
@GET_POST
def approval(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The sealed decisions, and the two buttons of the organ."""
    call = call_for(request, slug, "calls.see_approval")
    run = run_of(call, key, "approve")
    form = WordForm(request.POST or None)

    def page(trouble: list[str] | None = None) -> HttpResponse:
        shown = page_of(request, asked.decided_entries(request.user, call), 50)
        place = asked.places(request.user, call)
        for one in shown.object_list:
            one.submission.call = call
        context = {
            "call": call,
            "work": asked.approving(request.user, run),
            "page": shown,
            "rows": [
                (one, place.get(one.submission_id), queries_pages.title_for(one.submission, True, False))
                for one in shown.object_list
            ],
            "form": form,
            "trouble": trouble,
            "open": run.is_open and may(request.user, "calls.approve_verdict", run),
        }
        return render(request, "calls/approval.html", context, status=UNPROCESSABLE if trouble else 200)

    if request.method != "POST" or not form.is_valid():
        return page(None if request.method != "POST" else [_("Please correct what is marked below.")])
    does = request.POST.get("do")
    if does not in {"approve", "return"}:
        wrong_button()
    given = form.cleaned_data
    return press(
        request,
        lambda: acts.approve_verdict(
            actor_of(request),
            run,
            request.POST.get("verdict", "")[:64],
            does == "approve",
            reason=given["reason"],
            minutes=given["minutes"],
        ),
        page,
        reverse("calls:approval", args=[slug, key]),
        _("Approved. The call manager can go on.")
        if does == "approve"
        else _("The verdict goes back to the chair with your reasons."),
    )


@never_cache
@login_required
@GET_POST
def allocation(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Who gets what: all of the page is saved, or none."""
    call = call_for(request, slug, "calls.allocate")
    run = run_of(call, key, "allocate")
    trouble: list[str] = []
    typed: dict[int, str] = {}
    if request.method == "POST":
        try:
            if request.POST.get("do") == "fill":
                acts.allocate_all(actor_of(request), run)
            else:
                typed = _units(request)
                acts.allocate(actor_of(request), run, typed)
            messages.success(request, _("Saved."))
            return redirect("calls:allocation", slug, key)
        except ValidationError as error:
            trouble = said(error)
    work = asked.allocating(request.user, run)
    rows = [
        (row, queries_pages.title_for(row.submission, True, False), typed.get(row.submission.pk, row.unit))
        for row in work.rows
    ]
    context = {"call": call, "work": work, "rows": rows, "trouble": trouble, "open": run.is_open}
    return render(request, "calls/allocation.html", context, status=UNPROCESSABLE if trouble else 200)


def _units(request: HttpRequest) -> dict[int, str]:
    found = {}
    for name, value in request.POST.items():
        start, _underscore, pk = name.partition("_")
        if start == "unit" and pk.isdecimal() and len(pk) < 19:
            found[int(pk)] = str(value)[:40]
    return found


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is opened again"),
        help_text=gettext_lazy("It enters the public record."),
        widget=forms.Textarea,
        max_length=2000,
    )


@never_cache
@login_required
@GET_POST
def reopen(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What opening a closed stage again takes back; then the button."""
    call = call_for(request, slug, "calls.run_stage")
    run = run_of(call, key, "")
    if run.is_open:  # a second click
        return redirect("calls:manage", slug)
    form = ReopenForm(request.POST or None)
    later = [one for one in call.stages.filter(position__gt=run.position) if one.state != one.State.PENDING]
    for one in later:
        one.call = call

    def page(trouble: list[str] | None = None) -> HttpResponse:
        context = {"call": call, "run": run, "later": later, "form": form, "trouble": trouble}
        status = UNPROCESSABLE if form.errors or trouble else 200
        return render(request, "calls/reopen.html", context, status=status)

    if request.method != "POST" or not form.is_valid():
        return page()
    return press(
        request,
        lambda: acts.reopen_stage(actor_of(request), run, form.cleaned_data["reason"]),
        page,
        reverse("calls:manage", args=[slug]),
        _("The stage is open again; the reason is in the record."),
    )


@never_cache
@login_required
@require_safe
def audit(request: HttpRequest, slug: str) -> HttpResponse:
    """Every sealed verdict of a call, computed again before the reader's eyes."""
    call = call_for(request, slug, "calls.audit_call")
    return render(request, "calls/audit.html", {"call": call, "verdicts": asked.audited(call)})


@never_cache
@login_required
@require_safe
def verdict(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A sealed verdict as its canonical text, from which alone it can be computed again."""
    call = call_for(request, slug, "calls.audit_call")
    found: Any = call.verdicts.filter(number=number).first()
    if found is None:
        raise Http404(_("There is no such verdict."))
    answer = HttpResponse(found.body, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{slug}-verdict-{number}.json"'
    return answer
