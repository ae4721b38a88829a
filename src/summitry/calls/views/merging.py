"""Mergers: proposed at the desk, agreed to or refused by those behind the entries."""

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

from summitry.people.web import done

from .. import acts, queries_pages, sight
from ..forms.asked import ProposeForm
from ..models import Call, Merger, StageRun, Submission
from ..queries import asked
from ..queries import merging as merging_queries
from .base import UNPROCESSABLE, actor_of, call_for, number, press, wrong_button
from .comparing import stage_or_404

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


# -- at the desk ----------------------------------------------------------------------------------


@never_cache
@login_required
@GET_POST
def mergers(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What was proposed, what is alike, and a new proposal."""
    call = call_for(request, slug, "calls.see_mergers")
    run = stage_or_404(call, key, "merge")
    if request.method == "POST" and request.POST.get("do") == "drop":
        return _drop(request, run)
    start = {name: request.GET.get(name, "")[:80] for name in ("submission", "into")}
    form = ProposeForm(request.POST or None, initial=start)
    if request.method == "POST" and done(form, lambda: _propose(request, run, form)):
        messages.success(request, _("Proposed. Everybody behind the two entries is asked."))
        return redirect("calls:mergers", slug, key)
    return _mergers(request, run, form)


def _propose(request: HttpRequest, run: StageRun, form: ProposeForm) -> None:
    """Raises what the act raises; ValidationError for entries that are not before her."""
    refs = {name: form.cleaned_data[name].strip() for name in ("submission", "into")}
    seen = Submission.objects.on_duty_of(request.user).filter(call=run.call, ref__in=refs.values())
    found = {entry.ref: entry for entry in seen.select_related("call")}
    missing = {name: _("No entry of this number is before you.") for name in refs if refs[name] not in found}
    if missing:
        raise ValidationError(missing)
    pair = (found[refs["submission"]], found[refs["into"]])
    acts.propose_merger(actor_of(request), run, *pair, form.cleaned_data["reason"])


def _drop(request: HttpRequest, run: StageRun) -> HttpResponse:
    listed = merging_queries.proposals(request.user, run)
    pk = number(request.POST.get("merger"))
    merger = next((one.merger for one in listed if one.merger.pk == pk), None)
    if merger is None:
        raise Http404(_("There is no such proposal."))
    return press(
        request,
        lambda: acts.take_back_merger(actor_of(request), merger),
        lambda why: _mergers(request, run, ProposeForm(), why),
        reverse("calls:mergers", args=[run.call.slug, run.key]),
        _("Taken back. Those who were asked are told."),
    )


def _mergers(
    request: HttpRequest, run: StageRun, form: ProposeForm, trouble: list[str] | None = None
) -> HttpResponse:
    ref = request.GET.get("like", "").strip()[:80]
    found = merging_queries.proposals(request.user, run)
    alike = merging_queries.suggestions(request.user, run, ref) if run.is_open else []
    names = _names(request, run.call, [one.merger.into for one in found] or [one.one for one in alike or []])

    def titled(entry: Submission) -> dict[str, Any]:
        return {"ref": entry.ref, "title": queries_pages.title_for(entry, *names)}

    context = {
        "call": run.call,
        "run": run,
        "form": form,
        "trouble": trouble,
        "like": ref,
        "rows": [
            {
                "row": one,
                "gone": titled(one.merger.submission),
                "into": titled(one.merger.into),
                "open": one.merger.state == Merger.State.PROPOSED and run.is_open,
            }
            for one in found
        ],
        "too_many": alike is None,
        "pairs": [
            {"one": titled(one.one), "other": titled(one.other), "percent": one.percent}
            for one in alike or []
        ],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "calls/mergers.html", context, status=status)


def _names(request: HttpRequest, call: Call, entries: list[Submission]) -> tuple[bool, bool]:
    """Whether she may know who applies, and read what is hidden from jurors: of all entries of a call that
    her duties show her the same. At most five queries."""
    if not entries:
        return (False, False)
    entries[0].call = call
    seen = sight.of(request.user, entries[0])
    return (seen.names, seen.hidden)


# -- behind an entry ------------------------------------------------------------------------------


@never_cache
@login_required
@GET_POST
def merging(request: HttpRequest, uid: UUID, key: str) -> HttpResponse:
    """What was proposed with one's own entry: the other entry as the public may read it, and yes or no."""
    now = timezone.now()
    found = asked.own_run(request.user, uid, key, "merge")
    if found is None:
        raise Http404(_("There is no such submission."))
    entry, run = found

    def page(trouble: list[str] | None = None) -> HttpResponse:
        rows = asked.own_mergers(request.user, entry, run)
        if not rows:
            raise Http404(_("Nothing was proposed for this submission."))
        context = {
            "submission": entry,
            "call": run.call,
            "rules": run.call.rules,
            "run": run,
            "rows": rows,
            "may_revise": run.component.asks_more(run, entry) is not None if run.is_open else False,
            "trouble": trouble,
        }
        return render(request, "calls/merging.html", context)

    if request.method != "POST":
        return page()
    pk = number(request.POST.get("merger"))
    listed = [one.merger for one in asked.own_mergers(request.user, entry, run)]
    merger = next((one for one in listed if one.pk == pk), None)
    answer = request.POST.get("answer")
    if merger is None:
        raise Http404(_("There is no such proposal."))
    if answer not in {"yes", "no"}:
        wrong_button()
    return press(
        request,
        lambda: acts.answer_merger(actor_of(request), merger, answer == "yes", now=now),
        page,
        reverse("calls:merging", args=[uid, key]),
        _("You have agreed.") if answer == "yes" else _("You have refused: the proposal has ended."),
    )
