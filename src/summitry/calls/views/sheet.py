"""The chair's sheet: the computed order, the decisions, the seal."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from summitry.record.act import Stale

from .. import acts, checks, queries, queries_pages
from ..forms.judging import SheetForm
from ..models import Call
from ..queries import bars
from ..queries.chair import Sheet
from .base import UNPROCESSABLE, actor_of, call_for, may, number, press

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _table(request: HttpRequest, call: Call) -> Sheet | None:
    return queries.chair_table(request.user, call, request.GET.get("page"))


def _form(sheet: Sheet, data: Any = None) -> SheetForm:
    titles = {
        row.submission.pk: queries_pages.title_for(row.submission, sheet.names, False) for row in sheet.rows
    }
    return SheetForm(sheet, titles, data)


@never_cache
@login_required
@GET_POST
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """The entries in the computed order with their decisions; all of what is typed is saved, or none."""
    call = call_for(request, slug, "calls.see_sheet")
    table = _table(request, call)
    if table is None:
        return render(request, "calls/sheet.html", {"call": call, "rules": call.rules})
    if request.method != "POST":
        return _page(request, call, _form(table))
    if request.POST.get("do") == "fill":
        return _fill(request, call, table)
    form = _form(table, request.POST)
    try:
        acts.decide(actor_of(request), call, form.choices(), number(request.POST.get("version")))
    except Stale as error:
        form.overtaken(error)
    except ValidationError as error:
        form.blame(error)
    else:
        messages.success(request, _("The sheet is saved. Nothing is final before the verdict is sealed."))
        return redirect(request.get_full_path())
    return _page(request, call, form, UNPROCESSABLE)


def _fill(request: HttpRequest, call: Call, table: Sheet) -> HttpResponse:
    """What has no decision yet is decided as the order has it."""
    form = _form(table)
    try:
        acts.fill_sheet(
            actor_of(request),
            call,
            request.POST.get("standard", "")[:40],
            number(request.POST.get("version")),
        )
    except (Stale, ValidationError) as error:
        form.blame(error)
        return _page(request, call, form, UNPROCESSABLE)
    messages.success(request, _("Every entry before you has a decision now, as the order has it."))
    return redirect(request.get_full_path())


def _page(request: HttpRequest, call: Call, form: SheetForm, status: int = 200) -> HttpResponse:
    rules, table = call.rules, form.sheet
    tiers: list[tuple[str, Any]] = [(f"accepted:{one.key}", one.name) for one in rules.decision.tiers]
    context = {
        "call": call,
        "rules": rules,
        "sheet": table,
        "marked": any("calibrated" in one.component.options for one in call.stages.all()),
        "page": table.page,
        "form": form,
        "accepting": tiers or [("accepted:", _("Accept"))],
        "reasons": table.stage.rule.reasons,
        "ordered": bool(checks.ordering_stages(rules)) and bool(table.stage.rule.reasons),
        "undecidable": bars.undecidable(call) if table.hidden and not call.is_sealed else 0,
        "open": table.stage.is_open and may(request.user, "calls.decide_call", call),
        "may_seal": table.stage.is_open
        and not table.undecided
        and may(request.user, "calls.seal_call", call),
    }
    return render(request, "calls/sheet.html", context, status=status)


class SealForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    sure = forms.BooleanField()

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["sure"].label = _("I have read the decisions. Sealed, they cannot be changed by anybody.")


@never_cache
@login_required
@GET_POST
def seal(request: HttpRequest, slug: str) -> HttpResponse:
    """What is about to be sealed; then the button."""
    call = call_for(request, slug, "calls.seal_call")
    if call.is_sealed:  # a second click
        return redirect("calls:sheet", slug)
    table = _table(request, call)
    if table is None:
        return redirect("calls:sheet", slug)
    form = SealForm(request.POST or None, initial={"version": call.sheet})

    def page(trouble: list[str]) -> HttpResponse:
        context = {
            "call": call,
            "form": form,
            "trouble": trouble,
            "sheet": table,
            "accepted": table.tally.accepted,
            "reserve": table.tally.reserve,
            "rejected": table.tally.rejected,
            "departures": table.tally.departures,
        }
        return render(request, "calls/seal.html", context, status=UNPROCESSABLE if form.errors else 200)

    if request.method != "POST" or not form.is_valid():
        return page([])
    return press(
        request,
        lambda: acts.seal_verdict(actor_of(request), call, form.cleaned_data["version"]),
        page,
        reverse("calls:sheet", args=[slug]),
        _("The verdict is sealed and its digest is in the record. The call manager can publish it."),
    )
