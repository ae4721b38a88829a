"""The desk after the answers: appeals, the reserve list, what is owed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from summitry.people.web import done, page_of

from .. import acts
from ..forms.answers_given import AppealAnswerForm, WaiveForm
from ..models import Call, Owed
from ..queries import after, answers
from .base import UNPROCESSABLE, actor_of, call_for, may, press
from .manage import publish_page

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_POST
def tell(request: HttpRequest, slug: str) -> HttpResponse:
    """Letters under embargo."""
    call = call_for(request, slug, "calls.publish_call")
    return press(
        request,
        lambda: acts.tell(actor_of(request), call),
        lambda why: publish_page(request, call, why),
        reverse("calls:publish", args=[slug]),
        _("Each applicant has her answer, under embargo. Nothing is public."),
    )


@never_cache
@login_required
@require_safe
def appeals(request: HttpRequest, slug: str) -> HttpResponse:
    """The appeals of a call, as far as the reader's duties show them."""
    call = call_for(request, slug, "calls.see_appeals")
    page = page_of(request, after.appeals_before(request.user, call))
    rows = after.knowing(call, page.object_list)
    context = {"call": call, "page": page, "rows": rows, "counts": answers.appeals_of(call)}
    return render(request, "calls/appeals.html", context)


@never_cache
@login_required
@GET_POST
def appeal(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """One appeal with its grounds and the answer that was given; the form that answers it."""
    call = call_for(request, slug, "calls.see_appeals")
    found = after.knowing(call, after.appeals_before(request.user, call).filter(submission__ref=ref))
    if not found:
        raise Http404(_("There is no such appeal."))
    one = found[0]
    form = AppealAnswerForm(call.rules.decision.tiers, request.POST or None)

    def answer() -> Any:
        given = form.cleaned_data
        upheld = given["upheld"] == "yes"
        return acts.answer_appeal(
            actor_of(request), one, upheld, given["answer"], tier=given.get("tier", "") if upheld else ""
        )

    if request.method == "POST" and done(form, answer):
        messages.success(request, _("The appeal is answered. The applicant has been told."))
        return redirect("calls:appeals", slug)
    context = {
        "call": call,
        "one": one,
        "form": form,
        "may_answer": one.answered_at is None and may(request.user, "calls.answer_appeal", one),
        "places": call.rules.decision.places,
    }
    return render(request, "calls/appeal_answer.html", context, status=UNPROCESSABLE if form.errors else 200)


@never_cache
@login_required
@require_safe
def following(request: HttpRequest, slug: str) -> HttpResponse:
    """Who waits for a place, which places are empty, what is owed."""
    return _following(request, call_for(request, slug, "calls.publish_call"))


def _following(request: HttpRequest, call: Call, trouble: list[str] | None = None) -> HttpResponse:
    seen = {one.pk for one in after.visible(request.user, call)}
    waiting = (
        [one for one in answers.reserve_list(call) if one.submission_id in seen] if call.is_sealed else []
    )
    page = page_of(request, after.owed_in(request.user, call))
    context = {
        "call": call,
        "rules": call.rules,
        "reserve": waiting,
        "vacant": len(answers.vacant(call)) if waiting else 0,
        "page": page,
        "rows": after.knowing(call, page.object_list),
        "trouble": trouble,
    }
    return render(request, "calls/following.html", context)


@login_required
@require_POST
def move_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Fill the places that are empty."""
    call = call_for(request, slug, "calls.publish_call")

    def deed() -> None:
        count = len(acts.move_up(actor_of(request), call))
        said = ngettext("%(n)d entry has moved up.", "%(n)d entries have moved up.", count)
        messages.success(request, said % {"n": count})

    to = reverse("calls:answers", args=[slug])
    return press(request, deed, lambda why: _following(request, call, why), to)


@login_required
@require_POST
def remind(request: HttpRequest, slug: str) -> HttpResponse:
    """Letters to everybody who owes something that is due soon."""
    call = call_for(request, slug, "calls.run_stage")

    def deed() -> None:
        count = acts.remind_owing(actor_of(request), call)
        said = ngettext("%(n)d reminder is on its way.", "%(n)d reminders are on their way.", count)
        messages.success(request, said % {"n": count})

    to = reverse("calls:answers", args=[slug])
    return press(request, deed, lambda why: _following(request, call, why), to)


@never_cache
@login_required
@GET_POST
def owed(request: HttpRequest, slug: str, ref: str, key: str) -> HttpResponse:
    """What was delivered; or the form that waives it."""
    call = call_for(request, slug, "calls.publish_call")
    one = after.owed_in(request.user, call).filter(submission__ref=ref, key=key).first()
    if one is None:
        raise Http404(_("Nothing of this name is owed here."))
    one.submission.call = call
    return _owed(request, call, one)


def _owed(request: HttpRequest, call: Call, one: Owed) -> HttpResponse:
    form = WaiveForm(request.POST or None)
    if request.method == "POST" and done(
        form, lambda: acts.waive(actor_of(request), one, form.cleaned_data["reason"])
    ):
        messages.success(request, _("It is no longer asked."))
        return redirect("calls:answers", call.slug)
    context = {"call": call, "one": one, "form": form, "may_waive": may(request.user, "calls.waive", one)}
    return render(request, "calls/owed.html", context, status=UNPROCESSABLE if form.errors else 200)
