"""The finals on stage: the juror's page, the manager's running order, the screen of the hall."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from summitry.people.web import done, posted

from .. import acts, queries_pages
from ..forms.judging import InterestForm, MarksForm
from ..models import Call, StageRun
from ..queries.entries import EntryPage
from ..queries.pitching import (
    RunningOrder,
    TurnRow,
    marks_sent,
    organisation_of,
    running_order,
    title_on_screen,
)
from ..stages.pitch import draw_of
from .base import UNPROCESSABLE, actor_of, call_for, number, press, wrong_button
from .comparing import stage_or_404
from .judging import _assess, _marks_context, entry_or_404, reading, step_back

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _named(row: TurnRow | None, call: Call) -> dict[str, Any] | None:
    """A place in the order with what this user may call it; no title where she sees nothing of the entry."""
    if row is None:
        return None
    title = queries_pages.title_for(row.entry, not call.rules.blind, False) if row.entry else ""
    return {"row": row, "turn": row.turn, "entry": row.entry, "title": title, "state": row.state}


# -- the juror ------------------------------------------------------------------------------------


@never_cache
@login_required
@GET_POST
def live(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Who is on stage, who is next, and the marks for the entry on stage, or for an earlier one."""
    call = call_for(request, slug, "calls.see_jury")
    run = stage_or_404(call, key, "pitch")
    order = running_order(request.user, run)
    wanted = request.GET.get("entry", "")
    row = order.row(wanted) if wanted else order.to_mark
    if wanted and row is None:
        raise Http404(_("There is no such entry on your list."))
    here = reverse("calls:live", args=[slug, key])
    page = entry_or_404(request, call, row.entry.ref) if row and row.entry else None
    form = _form(request, run, row, page)
    if request.method == "POST":
        if page is None or form is None:  # a second click on “Send”, or too late
            return redirect(here)
        if _answered(request, page, form):
            return redirect(here if form_is_over(request) else f"{here}?entry={page.submission.ref}")
    context = {
        "call": call,
        "run": run,
        "shown": _named(row, call),
        "rows": [_named(one, call) for one in order.rows],
        "asking": isinstance(form, InterestForm),
        "form": form,
        **_stage(order, call),
    }
    if page is not None:
        context |= {**reading(page), "run": run, **_marks_context(request, page, page.assessment, form)}
        if row is not None:
            context["assessment"] = row.marks
    return render(request, "calls/live.html", context, status=UNPROCESSABLE if form and form.errors else 200)


def form_is_over(request: HttpRequest) -> bool:
    """After sending, and after stepping back, the page goes on to what is next."""
    return request.POST.get("do") in {"send", "conflict"} or request.POST.get("interest") == "yes"


def _form(request: HttpRequest, run: StageRun, row: TurnRow | None, page: EntryPage | None) -> Any:
    """What a juror is asked of an entry: first whether she has an interest, then marks once its turn has
    begun."""
    if row is None or page is None or not run.is_open or page.assignment is None:
        return None
    if page.asks_about_conflict:
        return InterestForm(posted(request))
    if row.state == "waits" or row.sent:
        return None
    stage = run.rule.within(page.submission.category)
    return MarksForm(stage, page.assessment, run.call.rules.publish_comments, posted(request))


def _answered(request: HttpRequest, page: EntryPage, form: Any) -> bool:
    """Do what the button says. False, with the reasons in the form, if it is refused."""
    deed = request.POST.get("do", "")
    if deed == "conflict":
        return done(form, lambda: step_back(request, page))
    if isinstance(form, InterestForm):
        return done(form, lambda: _declare(request, page, form))
    if deed not in {"send", "save"}:
        wrong_button()
    if not done(form, lambda: _assess(request, page, form, deed == "send")):
        return False
    said = _("Sent: %(ref)s.") % {"ref": page.submission.ref} if deed == "send" else _("Saved, not sent.")
    messages.success(request, said)
    return True


def _declare(request: HttpRequest, page: EntryPage, form: InterestForm) -> None:
    if form.cleaned_data["interest"] == "yes":
        acts.declare_conflict(actor_of(request), page.submission, form.cleaned_data["why"])
        messages.success(request, _("You have stepped back from this entry. You no longer see it."))
    else:
        acts.declare_no_conflict(actor_of(request), page.submission)


def _stage(order: RunningOrder, call: Call) -> dict[str, Any]:
    return {"on": _named(order.now, call), "next_on": _named(order.next, call)}


@never_cache
@login_required
@require_safe
def now(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Who is on stage and who is next: the part of the juror's page that renews itself."""
    call = call_for(request, slug, "calls.see_jury")
    run = stage_or_404(call, key, "pitch")
    order = running_order(request.user, run)
    shown = order.row(request.GET.get("entry", ""))
    context = {"call": call, "run": run, "shown": _named(shown, call), **_stage(order, call)}
    return render(request, "calls/_now.html", context)


# -- the hall -------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def hall(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What the hall reads: the entry on stage and its time, else who is next. Never a mark."""
    call = call_for(request, slug, "calls.see_pitch")
    run = stage_or_404(call, key, "pitch")
    order = running_order(request.user, run)
    row = order.now or order.next
    minutes = run.rule.option("minutes")
    began = row.turn.began_at if row else None
    context = {
        "call": call,
        "run": run,
        "row": row,
        "title": title_on_screen(row.entry) if row and row.entry else "",
        "organisation": organisation_of(row.entry) if row and row.entry else None,
        "until": began + timedelta(minutes=minutes) if began and minutes and row is order.now else None,
        "minutes": minutes,
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "calls/_hall.html" if part else "calls/hall.html", context)


# -- the manager ----------------------------------------------------------------------------------


@never_cache
@login_required
@GET_POST
def turns(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The running order: call to the stage, end a turn, change the order with a reason."""
    call = call_for(request, slug, "calls.run_pitch")
    run = stage_or_404(call, key, "pitch")

    def show(trouble: list[str] | None = None) -> HttpResponse:
        order = running_order(request.user, run)
        sent = marks_sent(run)
        waiting = [one.turn.pk for one in order.rows if one.state == "waits"]
        rows = [
            {
                **(_named(one, call) or {}),
                "sent": sent.get(one.turn.submission_id, (0, 0)),
                "first": waiting[:1] == [one.turn.pk],
                "last": waiting[-1:] == [one.turn.pk],
            }
            for one in order.rows
        ]
        context = {
            "call": call,
            "run": run,
            "rows": rows,
            "next_pk": waiting[0] if waiting else None,
            "draw": draw_of(call, key),
            "crumbs": [],
            "trouble": trouble,
        }
        return render(request, "calls/turns.html", context)

    if request.method != "POST":
        return show()
    turn = run.turns.filter(pk=number(request.POST.get("turn")) or 0).select_related("submission").first()
    if turn is None:
        raise Http404(_("There is no such place in the running order."))
    turn.stage = run
    return press(request, lambda: _turn(request, turn), show, reverse("calls:turns", args=[slug, key]))


def _turn(request: HttpRequest, turn: Any) -> None:
    actor, deed = actor_of(request), request.POST.get("do", "")
    if deed == "begin":
        acts.begin_turn(actor, turn)
    elif deed == "end":
        acts.end_turn(actor, turn)
    elif deed in {"up", "down"}:
        seen = number(request.POST.get("position"))
        if seen is None:
            raise ValidationError(_("There is no place there."))
        acts.move_turn(actor, turn, deed == "up", request.POST.get("reason", ""), position=seen)
        messages.success(request, _("The order is changed. The reason is in the record."))
    else:
        wrong_button()
