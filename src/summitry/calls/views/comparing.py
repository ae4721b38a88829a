"""The pages of jurors in stages that put all entries before them: compare two, put all in order, read one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from summitry.people.web import done, posted

from .. import acts, queries, queries_pages, sight
from ..forms.ranking import RankForm
from ..models import Call, StageRun, Submission
from ..queries.entries import visible_fields
from ..stages.base import Sight
from .base import UNPROCESSABLE, actor_of, call_for, number, press, said, wrong_button
from .judging import entry_or_404, percent, reading, step_back

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def stage_or_404(call: Call, key: str, deed: str) -> StageRun:
    """The stage of this key in which this is done, once it has begun. Raises Http404."""
    run = call.stages.allowing(deed).filter(key=key).exclude(state=StageRun.State.PENDING).first()
    if run is None:
        raise Http404(_("This stage has not begun."))
    run.call = call
    return run


# -- two at a time --------------------------------------------------------------------------------


@never_cache
@login_required
@GET_POST
def compare(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Two entries: say which is the stronger, and get the next two. The last answer can be undone."""
    call = call_for(request, slug, "calls.see_jury")
    run = stage_or_404(call, key, "compare")
    trouble: list[str] = []
    if request.method == "POST":
        try:
            again = _undo(request, run) if request.POST.get("do") == "undo" else _answer(request, run)
        except ValidationError as error:
            trouble = said(error)
        else:
            return redirect(reverse("calls:compare", args=[slug, key]) + again)
    page = queries.pair_page(request.user, run, request.GET.getlist("pair"))
    context = {
        "call": call,
        "run": run,
        "page": page,
        "cards": _cards(request, page),
        "last": _told(request, page),
        "percent": percent(page.done, page.total),
        "trouble": trouble,
    }
    return render(request, "calls/compare.html", context, status=UNPROCESSABLE if trouble else 200)


def _answer(request: HttpRequest, run: StageRun) -> str:
    """Keep an answer. Raises what the act raises; ValidationError for entries that are not before her."""
    refs = [request.POST.get("left", ""), request.POST.get("right", "")]
    before = Submission.objects.on_duty_of(request.user).filter(call=run.call, ref__in=refs)
    found = {entry.ref: entry for entry in before.select_related("call")}
    if set(refs) - set(found):
        raise ValidationError(_("One of these entries is no longer before you. Nothing was kept."))
    left, right = found[refs[0]], found[refs[1]]
    winners = {"left": left, "right": right, "same": None}
    chosen = request.POST.get("do", "")
    if chosen not in winners:
        wrong_button()
    acts.compare(actor_of(request), run, left, right, winners[chosen])
    return ""


def _undo(request: HttpRequest, run: StageRun) -> str:
    """Take an answer back and ask the same pair again."""
    pk = number(request.POST.get("comparison")) or 0
    found = run.comparisons.filter(pk=pk).select_related("left", "right", "stage__call").first()
    if found is None:
        raise Http404(_("There is no such answer."))
    acts.undo_comparison(actor_of(request), found)
    return "?" + urlencode({"pair": [found.left.ref, found.right.ref]}, doseq=True)


def _sight(request: HttpRequest, entry: Submission) -> Sight:
    """What she sees of an entry that is before her: of all of them in one call the same."""
    return sight.of(request.user, entry)


def _cards(request: HttpRequest, page: queries.PairPage) -> list[dict[str, Any]]:
    """What stands on the two cards."""
    if page.pair is None:
        return []
    seen, rules = _sight(request, page.pair[0]), page.run.call.rules
    field = rules.by_role("summary")
    shows = field is not None and field in visible_fields(rules, seen)
    return [
        {
            "side": side,
            "entry": entry,
            "title": queries_pages.title_for(entry, seen.names, seen.hidden),
            "summary": entry.by_role("summary") if shows else None,
        }
        for side, entry in zip(("left", "right"), page.pair, strict=True)
    ]


def _told(request: HttpRequest, page: queries.PairPage) -> dict[str, Any] | None:
    """Her last answer, as it can be undone: the numbers of the entries, the winner first."""
    last = page.last
    if last is None or not page.run.is_open:
        return None
    first, second = (last.right, last.left) if last.winner_id == last.right_id else (last.left, last.right)
    return {"pk": last.pk, "first": first.ref, "second": second.ref, "same": last.winner_id is None}


# -- all in order ---------------------------------------------------------------------------------


@never_cache
@login_required
@GET_POST
def rank(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Numbers for the entries; kept, then sent."""
    call = call_for(request, slug, "calls.see_jury")
    run = stage_or_404(call, key, "rank")
    page = queries.rank_page(request.user, run)
    here = redirect("calls:rank", slug, key)
    titles = {
        entry.pk: queries_pages.title_for(entry, not call.rules.blind, False) for entry, _at in page.rows
    }
    form = None
    if run.is_open and not (page.ranking and page.ranking.sent_at):
        form = RankForm(page, titles, posted(request))
        if request.method == "POST":
            sending = request.POST.get("do") == "send"
            act = acts.send_ranking if sending else acts.save_ranking
            if done(
                form,
                lambda: act(actor_of(request), run, form.order, version=form.cleaned_data["version"]),
            ):
                messages.success(
                    request, _("Your ranking has been sent.") if sending else _("Saved, not sent.")
                )
                return here
    elif request.method == "POST":  # a second click on "Send", or too late
        return here
    context = {
        "call": call,
        "run": run,
        "page": page,
        "form": form,
        "ranked": [(entry, titles[entry.pk]) for entry, at in page.rows if at is not None],
    }
    return render(request, "calls/rank.html", context, status=UNPROCESSABLE if form and form.errors else 200)


# -- one to read ----------------------------------------------------------------------------------


@never_cache
@login_required
@GET_POST
def stage_entry(request: HttpRequest, slug: str, key: str, ref: str) -> HttpResponse:
    """One of the entries before a juror, whole; whoever has an interest in it steps back."""
    call = call_for(request, slug, "calls.see_jury")
    run = next((one for one in call.stages.all() if one.key == key and one.component.doors), None)
    page = entry_or_404(request, call, ref)
    running = Submission.objects.in_the_running().filter(pk=page.submission.pk).exists()
    if run is None or run.state == StageRun.State.PENDING or not running:
        raise Http404(_("There is no such entry on your list."))
    run.call = call
    back = run.component.doors[0].url(run)

    def show(trouble: list[str] | None = None) -> HttpResponse:
        context = {**reading(page), "run": run, "back": back, "trouble": trouble}
        return render(request, "calls/stage_entry.html", context)

    if request.method != "POST":
        return show()
    return press(request, lambda: step_back(request, page), show, back)
