"""The pages of screeners and jurors. An entry with which somebody has a conflict does not exist for her."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from summitry.people.web import done, page_of, say
from summitry.record.act import Stale

from .. import acts, queries, queries_pages
from ..forms.judging import InterestForm, MarksForm, ScreenForm
from ..models import Call, StageRun
from ..queries import bars
from ..queries.entries import EntryPage
from ..queries.judges import JuryList
from .base import UNPROCESSABLE, actor_of, call_for, said

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def entry_or_404(request: HttpRequest, call: Call, ref: str) -> EntryPage:
    """An entry as this user's duties show it. Raises Http404: also for one that a conflict hides."""
    found = queries.entry_page(request.user, ref)
    if found is None or found.submission.call_id != call.pk:
        raise Http404(_("There is no such entry on your list."))
    return found


def reading(page: EntryPage) -> dict[str, Any]:
    """What the reading side of a page needs."""
    names = None
    if page.applicant is not None:
        names = {
            "applicant": page.applicant.name,
            "organisation": page.organisation.name if page.organisation else None,
            "co_applicants": [
                one.name or str(one.person.name if one.person else "") for one in page.co_applicants
            ],
        }
    call = page.submission.call
    return {
        "call": call,
        "rules": call.rules,
        "entry": page.submission,
        "title": queries_pages.title_for(page.submission, page.sight.names, page.sight.hidden),
        "category": page.category,
        "groups": page.groups,
        "names": names,
    }


def run_for(call: Call, deed: str) -> StageRun | None:
    """The stage for a deed: the open one, else the last that was. One query."""
    runs = [
        one for one in call.stages.allowing(deed).order_by("position") if one.state != StageRun.State.PENDING
    ]
    if not runs:
        return None
    run = next((one for one in runs if one.is_open), runs[-1])
    run.call = call
    return run


def step_back(request: HttpRequest, page: EntryPage) -> None:
    """Declare a conflict. Raises what the act raises."""
    acts.declare_conflict(actor_of(request), page.submission, request.POST.get("why", ""))
    messages.success(request, _("You have stepped back from this entry. You no longer see it."))


# -- screening ------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def screening(request: HttpRequest, slug: str) -> HttpResponse:
    """The queue: what waits, what passed, what failed."""
    call = call_for(request, slug, "calls.see_screening")
    run = run_for(call, "screen")
    queue = queries.screening_queue(request.user, call)
    counts = queries_pages.screening_counts(queue)
    shown = request.GET.get("show", "")
    shown = shown if shown in {"passed", "failed"} else "waits"
    page = page_of(request, queries_pages.screened(queue, shown), 50)
    total = sum(counts.values())
    done_ = total - counts["waits"]
    context = {
        "call": call,
        "run": run,
        "done": done_,
        "total": total,
        "percent": percent(done_, total),
        "show": shown,
        "tabs": [
            ("waits", _("To screen"), counts["waits"]),
            ("passed", _("Passed"), counts["passed"]),
            ("failed", _("Failed"), counts["failed"]),
        ],
        "page": page,
        "kept": bars.kept_from(request.user, call),
        "rows": [
            {"entry": queries_pages.within(one, call), "screening": next(iter(one.screenings.all()), None)}
            for one in page.object_list
        ],
    }
    return render(request, "calls/screening.html", context)


def percent(done_: int, total: int) -> int:
    return round(100 * done_ / total) if total else 0


@never_cache
@login_required
@GET_POST
def screen(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """One entry: read it, pass it or fail it."""
    call = call_for(request, slug, "calls.see_screening")
    page = entry_or_404(request, call, ref)
    run = run_for(call, "screen")
    if run is None:
        raise Http404(_("The screening of this call has not begun."))
    found = next((one for one in page.screenings if one.stage_id == run.pk), None)
    form = ScreenForm(run.rule, found, request.POST or None)
    if request.method == "POST":
        if request.POST.get("do") == "conflict":
            form = ScreenForm(run.rule, found, request.POST)
            try:
                step_back(request, page)
            except ValidationError as error:
                form.is_valid()
                say(form, error)
            else:
                return redirect("calls:screening", slug)
        elif done(form, lambda: _screen(request, page, form)):
            following = queries_pages.screened(queries.screening_queue(request.user, call), "waits").first()
            messages.success(request, _("Saved: %(ref)s.") % {"ref": ref})
            return (
                redirect("calls:screen", slug, following.ref)
                if following
                else redirect("calls:screening", slug)
            )
    context = {**reading(page), "form": form, "screening": found, "run": run}
    return render(request, "calls/screen.html", context, status=UNPROCESSABLE if form.errors else 200)


def _screen(request: HttpRequest, page: EntryPage, form: ScreenForm) -> None:
    given = form.cleaned_data
    acts.screen(
        actor_of(request),
        page.submission,
        given["verdict"] == "pass",
        reason=given["reason"],
        standard=given.get("standard", "") if given["verdict"] == "fail" else "",
        version=given["version"],
    )


# -- scoring --------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def jury(request: HttpRequest, slug: str) -> HttpResponse:
    """A juror's list with how far she is."""
    call = call_for(request, slug, "calls.see_jury")
    listed = queries.jury_list(request.user, call)
    context: dict[str, Any] = {"call": call, "run": None, "rows": [], "done": 0, "total": 0, "percent": 0}
    context["kept"] = bars.kept_from(request.user, call)
    if listed is not None:
        context |= {
            "run": listed.stage,
            "rows": [
                {
                    "entry": one.submission,
                    "state": one.state,
                    "title": queries_pages.title_for(one.submission, not call.rules.blind, False),
                }
                for one in listed.rows
            ],
            "first": listed.next.submission if listed.next else None,
            "late": listed.stage.is_late,
            **_progress(listed),
        }
    return render(request, "calls/jury.html", context)


def _progress(listed: JuryList) -> dict[str, int]:
    return {"done": listed.done, "total": listed.total, "percent": percent(listed.done, listed.total)}


def _place(listed: JuryList, ref: str) -> dict[str, Any]:
    """Where an entry stands in a juror's list, and which are beside it."""
    refs = [one.submission.ref for one in listed.rows]
    if ref not in refs:
        raise Http404(_("There is no such entry on your list."))
    before, after = listed.beside(ref)
    rest = [one for one in listed.rows if one.state != "sent" and one.submission.ref != ref]
    return {
        "run": listed.stage,
        "at": refs.index(ref) + 1,
        "previous": before.submission.ref if before else "",
        "next": after.submission.ref if after else "",
        "next_open": _after(refs, ref, [one.submission.ref for one in rest]),
        **_progress(listed),
    }


def _after(refs: list[str], ref: str, rest: list[str]) -> str:
    """The first unsent entry after this one, else the first of all."""
    later = [one for one in rest if refs.index(one) > refs.index(ref)]
    return (later or rest or [""])[0]


@never_cache
@login_required
@GET_POST
def score(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """One entry: declare first, then read and mark; then one's own marks, others' as the rules allow."""
    call = call_for(request, slug, "calls.see_jury")
    page = entry_or_404(request, call, ref)
    listed = queries.jury_list(request.user, call)
    if listed is None:
        raise Http404(_("There is no such entry on your list."))
    context = {**reading(page), **_place(listed, ref)}
    row = next(one for one in listed.rows if one.submission.ref == ref)
    if listed.stage.is_open and page.asks_about_conflict:
        return _declare(request, page, context)
    if request.method == "POST" and request.POST.get("do") == "conflict":
        return _conflict(request, page, context, row.assessment)
    form = None
    if listed.stage.is_open and not (row.assessment and row.assessment.counts):
        asked = listed.stage.rule.within(row.submission.category)
        form = MarksForm(asked, row.assessment, call.rules.publish_comments, request.POST or None)
        if request.method == "POST":
            sending = request.POST.get("do") == "send"
            if done(form, lambda: _assess(request, page, form, sending)):
                if not sending:
                    messages.success(request, _("Saved, not sent."))
                    return redirect("calls:score", slug, ref)
                messages.success(request, _("Sent: %(ref)s.") % {"ref": ref})
                following = context["next_open"]
                return (
                    redirect("calls:score", slug, following) if following else redirect("calls:marking", slug)
                )
    elif request.method == "POST":  # a second click on "Send"
        return redirect("calls:score", slug, ref)
    context |= _marks_context(request, page, row.assessment, form)
    return render(request, "calls/score.html", context, status=UNPROCESSABLE if form and form.errors else 200)


def _marks_context(request: HttpRequest, page: EntryPage, assessment: Any, form: Any) -> dict[str, Any]:
    return {
        "assessment": assessment,
        "form": form,
        "others": [one for one in page.sheets if not one.own],
        "draft_key": f"summitry-marks:{actor_of(request).uid}:{page.submission.uid}",
    }


def _assess(request: HttpRequest, page: EntryPage, form: MarksForm, sending: bool) -> Any:
    given = form.cleaned_data
    act = acts.send_assessment if sending else acts.save_assessment
    return act(
        actor_of(request),
        page.submission,
        form.marks,
        comment=given["comment"],
        note=given["note"],
        version=given["version"],
    )


def _declare(request: HttpRequest, page: EntryPage, context: dict[str, Any]) -> HttpResponse:
    form = InterestForm(request.POST or None)

    def answer() -> None:
        if form.cleaned_data["interest"] == "yes":
            acts.declare_conflict(actor_of(request), page.submission, form.cleaned_data["why"])
        else:
            acts.declare_no_conflict(actor_of(request), page.submission)

    if request.method == "POST" and done(form, answer):
        if form.cleaned_data["interest"] == "yes":
            messages.success(request, _("You have stepped back from this entry. You no longer see it."))
            return redirect("calls:marking", page.submission.call.slug)
        return redirect("calls:score", page.submission.call.slug, page.submission.ref)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "calls/declare.html", {**context, "form": form}, status=status)


def _conflict(
    request: HttpRequest, page: EntryPage, context: dict[str, Any], assessment: Any
) -> HttpResponse:
    try:
        step_back(request, page)
    except ValidationError as error:
        asked = context["run"].rule.within(page.submission.category)
        form = MarksForm(asked, assessment, False, request.POST)
        form.is_valid()
        say(form, error)
        return render(
            request,
            "calls/score.html",
            {**context, **_marks_context(request, page, assessment, form)},
            status=UNPROCESSABLE,
        )
    return redirect("calls:marking", page.submission.call.slug)


@never_cache
@require_POST
def marks(request: HttpRequest, slug: str, ref: str) -> JsonResponse:
    """Marks as they are given, by machine. Answers as `drafts.save` does."""
    if not request.user.is_authenticated:
        return _refusal(
            _("You have been signed out. Sign in again in another tab; what you typed stays here."), 401
        )
    try:
        call = call_for(request, slug, "calls.see_jury")
        page = entry_or_404(request, call, ref)
    except Http404 as error:
        return _refusal(str(error), 404)
    except PermissionDenied as error:
        return _refusal(str(error), 403)
    run = run_for(call, "assess")
    if run is None:
        return _refusal(_("This stage is not open."), UNPROCESSABLE)
    asked = run.rule.within(page.submission.category)
    form = MarksForm(asked, page.assessment, False, request.POST)
    if not form.is_valid():
        return _refusal(
            " ".join(str(one) for errors in form.errors.values() for one in errors), UNPROCESSABLE
        )
    try:
        saved = _assess(request, page, form, False)
    except Stale:
        return _refusal(
            _(
                "You have saved these marks in another tab since you opened this page. "
                "Open it again to go on."
            ),
            409,
        )
    except ValidationError as error:
        return _refusal(" ".join(said(error)), UNPROCESSABLE)
    return JsonResponse({"version": saved.version, "saved_at": saved.saved_at})


def _refusal(message: str, status: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)
