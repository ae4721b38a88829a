"""The public's vote: the candidates for everybody, the votes for those who look after them."""

from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from summitry.record.act import require

from .. import acts, queries, voters
from ..models import StageRun
from ..queries.voting import set_aside_in
from .base import UNPROCESSABLE, actor_of, call_for, may, number, press, said, wrong_button
from .comparing import stage_or_404

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def _address(request: HttpRequest) -> str:
    found: str = get_adapter(request).get_client_ip(request)
    return found


def _seed(request: HttpRequest, run: StageRun) -> str:
    """What orders the candidates for this reader on this day: her account, else her address and browser, and
    nothing that could be kept about her."""
    reader = (
        str(actor_of(request).uid)
        if request.user.is_authenticated
        else f"{_address(request)} {request.headers.get('User-Agent', '')}"
    )
    day = timezone.now().date().isoformat()
    return salted_hmac(
        "summitry.calls.candidates", f"{run.pk} {day} {reader}", algorithm="sha256"
    ).hexdigest()


@never_cache
@GET_POST
def vote(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The candidates, one button each. Votes are counted nowhere before the stage is closed."""
    run = queries.front_run(slug, key, "vote")
    if run is None:
        raise Http404(_("There is no such vote."))
    trouble: list[str] = []
    if request.method == "POST":
        try:
            where = _press(request, run)
        except ValidationError as error:
            trouble = said(error)
        else:
            return redirect(f"{request.get_full_path()}#{where}")
    wanted = request.GET.get("category", "")
    category = wanted if run.call.rules.category(wanted) else ""
    page = queries.vote_page(request.user, run, _seed(request, run), category, request.GET.get("page"))
    now = timezone.now()
    why, duty = "", False
    if request.user.is_authenticated and run.is_open:
        duty = not may(request.user, "calls.cast_vote", run)
        why = "" if duty else voters.refusal(actor_of(request), run, now)
    context = {
        "call": run.call,
        "rules": run.call.rules,
        "run": run,
        "vote": page,
        "page": page.page,
        "category": category,
        "most": voters.choices(run),
        "newest": voters.newest(run),
        "full": _full(run, page),
        "why": why,
        "duty": duty,
        "votes_here": run.is_open and request.user.is_authenticated and not why and not duty,
        "over": not run.is_open or voters.over(run, now),
        "aside": set_aside_in(run),
        "trouble": trouble,
    }
    return render(request, "calls/vote.html", context, status=UNPROCESSABLE if trouble else 200)


def _full(run: StageRun, page: queries.VotePage) -> set[str]:
    """The categories in which this reader has no vote left; with one list for all, every category."""
    most = voters.choices(run)
    given: dict[str, int] = {}
    for one in page.chosen:
        if one.mine is not None:
            given[one.mine.category] = given.get(one.mine.category, 0) + 1
    every = {one.submission.category for one in page.cards}
    return {one for one in every if given.get(voters.group(run, one), 0) >= most}


def _press(request: HttpRequest, run: StageRun) -> str:
    """One button: vote, move one's vote, take it back. Gives the entry's number."""
    user = actor_of(request)
    require(user, "calls.cast_vote", run)
    ref = request.POST.get("entry", "")
    entry = run.call.submissions.filter(ref=ref).exclude(ref="").first()
    if entry is None:
        raise ValidationError(_("This entry is not before the public."))
    entry.call = run.call
    match request.POST.get("do", ""):
        case "vote":
            acts.cast_vote(user, entry, address=_address(request))
            messages.success(request, _("Your vote is in. You can change it until the vote ends."))
        case "move":
            acts.cast_vote(user, entry, instead=_standing(request, run, entry), address=_address(request))
            messages.success(request, _("Your vote has moved here."))
        case "back":
            acts.take_back_vote(user, entry)
            messages.success(request, _("Your vote is taken back."))
        case _other:
            wrong_button()
    return ref


def _standing(request: HttpRequest, run: StageRun, entry: Any) -> Any:
    """The entry of the same list for which she has voted, if she has one vote to give."""
    group = voters.group(run, entry.category)
    hers = run.public_votes.filter(voter__user=actor_of(request), category=group)
    standing = hers.select_related("submission").first() if voters.choices(run) == 1 else None
    return standing.submission if standing else None


# -- those who look after it ----------------------------------------------------------------------


@never_cache
@login_required
@GET_POST
def votes(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What looks odd among the votes, and what was set aside."""
    call = call_for(request, slug, "calls.see_votes")
    run = stage_or_404(call, key, "vote")

    def show(trouble: list[str] | None = None) -> HttpResponse:
        context = {
            "call": call,
            "run": run,
            "votes": queries.votes_page(request.user, run),
            "until": timezone.now().isoformat(),
            "may_set_aside": run.is_open and may(request.user, "calls.set_aside_votes", run),
            "reason": request.POST.get("reason", ""),
            "trouble": trouble,
        }
        return render(request, "calls/votes.html", context)

    if request.method != "POST":
        return show()
    here = request.get_full_path()
    reason = request.POST.get("reason", "")
    if request.POST.get("do") == "restore":
        found = run.set_aside.filter(pk=number(request.POST.get("aside")) or 0).first()
        if found is None:  # a second click
            return redirect(here)
        found.stage = run
        return press(
            request,
            lambda: acts.restore_votes(actor_of(request), found, reason),
            show,
            here,
            _("They count again."),
        )
    group, until = request.POST.get("group", ""), _until(request)
    return press(
        request,
        lambda: acts.set_aside_votes(actor_of(request), run, group, reason, until=until),
        show,
        here,
        _("Set aside. The reason is in the record."),
    )


def _until(request: HttpRequest) -> datetime | None:
    """When the page was made that the button stands on."""
    try:
        found = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        return None
    return found if found is not None and timezone.is_aware(found) else None
