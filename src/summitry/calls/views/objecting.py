"""The notice period: what everybody reads, objections, the replies to them, and the chair’s answers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from summitry.people.web import done, page_of

from .. import acts, objectors, queries, queries_pages, sight
from ..forms.asked import ObjectForm, ReplyForm, RulingForm, for_one
from ..models import Objection, StageRun
from ..queries import asked, objecting
from ..stages.notice import ends
from .base import UNPROCESSABLE, actor_of, call_for, may, number, press
from .comparing import stage_or_404

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _run_or_404(slug: str, key: str) -> StageRun:
    run = queries.front_run(slug, key, "object")
    if run is None:
        raise Http404(_("There is no such notice."))
    return run


# -- everybody ------------------------------------------------------------------------------------


@never_cache
@GET_POST
def notice(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The entries that are about to be decided on, and until when one may object; what one has filed."""
    run = _run_or_404(slug, key)
    if request.method == "POST":
        return _withdraw(request, run)
    return _notice(request, run)


def _notice(request: HttpRequest, run: StageRun, trouble: list[str] | None = None) -> HttpResponse:
    page = page_of(request, objecting.on_notice(run), 50)
    end, now = ends(run), timezone.now()
    context = {
        "call": run.call,
        "run": run,
        "ends": end,
        "over": not run.is_open or end is None or now > end,
        "page": page,
        "rows": objecting.noticed(request.user, run, list(page.object_list)),
        "filed": objecting.own_filed(request.user, run),
        "members": run.rule.option("members"),
        "trouble": trouble,
    }
    return render(request, "calls/notice.html", context)


def _withdraw(request: HttpRequest, run: StageRun) -> HttpResponse:
    pk = number(request.POST.get("objection"))
    found = next((one for one in objecting.own_filed(request.user, run) if one.pk == pk), None)
    if found is None:
        raise Http404(_("There is no such objection."))
    return press(
        request,
        lambda: acts.withdraw_objection(actor_of(request), found),
        lambda why: _notice(request, run, why),
        reverse("calls:notice", args=[run.call.slug, run.key]),
        _("Your objection is withdrawn."),
    )


@never_cache
@login_required
@GET_POST
def object_to(request: HttpRequest, slug: str, key: str, ref: str) -> HttpResponse:
    """Object to one entry: what, why, who reads it."""
    now = timezone.now()
    run = _run_or_404(slug, key)
    entry = objecting.on_notice(run).filter(ref=ref).first()
    if entry is None:
        raise Http404(_("There is no such entry in this notice."))
    entry.call = run.call
    row = objecting.noticed(request.user, run, [entry])[0]
    if row.own is not None:
        return redirect("calls:notice", slug, key)
    form = ObjectForm(request.POST or None)
    barred = not may(request.user, "calls.object_to", entry)
    refused = "" if barred else objectors.refusal(actor_of(request), run, now)
    if request.method == "POST" and done(
        form, lambda: acts.object_to(actor_of(request), entry, form.cleaned_data["words"], now=now)
    ):
        messages.success(request, _("Your objection is filed. You are told what the chair answers."))
        return redirect("calls:notice", slug, key)
    context = {
        "call": run.call,
        "run": run,
        "row": row,
        "form": form,
        "barred": barred,
        "refused": refused,
        "named": run.rule.option("named"),
        "ends": ends(run),
    }
    return render(request, "calls/object.html", context, status=UNPROCESSABLE if form.errors else 200)


# -- behind the entry -----------------------------------------------------------------------------


@never_cache
@login_required
@GET_POST
def objected(request: HttpRequest, uid: UUID, key: str) -> HttpResponse:
    """What was objected to one's own entry, without a name unless the rules say so; a reply to each, once."""
    found = asked.own_run(request.user, uid, key, "object")
    if found is None:
        raise Http404(_("There is no such submission."))
    entry, run = found
    listed = asked.own_objections(entry, run)
    if not listed:
        raise Http404(_("Nobody has objected to this submission."))
    form = None
    if request.method == "POST":
        chosen = _chosen(request, listed)
        form = for_one(ReplyForm, chosen.pk, request.POST)
        if done(form, lambda: acts.reply_to_objection(actor_of(request), chosen, form.cleaned_data["words"])):
            messages.success(request, _("Your reply is with the chair."))
            return redirect("calls:objected", uid, key)
    waits = run.is_open and asked.in_the_running(entry)
    context = {
        "submission": entry,
        "call": run.call,
        "run": run,
        "rows": [
            {
                "one": one,
                "name": one.person.name if run.rule.option("named") else "",
                "form": _form_for(ReplyForm, one, form, request)
                if waits and one.upheld is None and not one.withdrawn_at and not one.replied_at
                else None,
            }
            for one in listed
        ],
    }
    return render(request, "calls/objected.html", context, status=UNPROCESSABLE if form else 200)


def _chosen(request: HttpRequest, listed: Any) -> Objection:
    """Which of the objections on the page is meant. Raises Http404."""
    pk = number(request.POST.get("for"))
    found: Objection | None = next((one for one in listed if one.pk == pk), None)
    if found is None:
        raise Http404(_("There is no such objection."))
    return found


def _form_for(kind: Any, one: Objection, bound: Any, request: HttpRequest) -> Any:
    """The form of one objection: the one that was refused, where it is that one’s."""
    return bound if bound is not None and bound.prefix == f"o{one.pk}" else for_one(kind, one.pk)


# -- the chair ------------------------------------------------------------------------------------


@never_cache
@login_required
@GET_POST
def objections(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The objections to entries that her duties show her; the chair answers each."""
    call = call_for(request, slug, "calls.see_objections")
    run = stage_or_404(call, key, "object")
    listed = objecting.objections_of(request.user, run)
    form = None
    if request.method == "POST":
        chosen = _chosen(request, listed.filter(pk=number(request.POST.get("for")) or 0))
        chosen.submission.call = call
        form = for_one(RulingForm, chosen.pk, request.POST)
        if done(form, lambda: _answer(request, chosen, form)):
            messages.success(request, _("Answered. Both sides are told."))
            return redirect("calls:objections", slug, key)
    page = page_of(request, listed, 25)
    running = asked.running_among([one.submission_id for one in page.object_list])
    rows = []
    names, chairs = (False, False), may(request.user, "calls.decide_call", call)
    for at, one in enumerate(page.object_list):
        one.submission.call, one.stage = call, run
        if at == 0:
            seen = sight.of(request.user, one.submission)
            names = (seen.names, seen.hidden)
        waits = run.is_open and one.upheld is None and not one.withdrawn_at and one.submission_id in running
        open_here = waits and chairs
        rows.append(
            {
                "one": one,
                "title": queries_pages.title_for(one.submission, *names),
                "waits": waits,
                "form": _form_for(RulingForm, one, form, request) if open_here else None,
            }
        )
    context = {"call": call, "run": run, "ends": ends(run), "page": page, "rows": rows}
    return render(request, "calls/objections.html", context, status=UNPROCESSABLE if form else 200)


def _answer(request: HttpRequest, chosen: Objection, form: Any) -> None:
    given = form.cleaned_data
    if given["upheld"] not in {"yes", "no"}:
        raise ValidationError(_("Choose an answer."))
    acts.answer_objection(actor_of(request), chosen, given["upheld"] == "yes", given["reason"])
