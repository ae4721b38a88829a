"""The applicant after her answer: give the place back, appeal, deliver what is owed, take the certificate."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from summitry.people.web import done

from .. import acts, certificates, queries
from ..forms.answers_given import AppealForm, DeliverForm
from ..queries.own import SubmissionPage
from .base import UNPROCESSABLE, actor_of, may, press

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def page_or_404(request: HttpRequest, uid: UUID) -> SubmissionPage:
    """One's own submission. Raises Http404."""
    found = queries.submission_page(request.user, uid)
    if found is None:
        raise Http404(_("There is no such submission."))
    return found


def may_decline(user: Any, page: SubmissionPage) -> bool:
    """Whether the button that gives a place back is there: not for whoever knows that she has none."""
    one = page.submission
    return (
        one.call.is_sealed
        and one.state in {"submitted", "accepted", "reserve"}
        and may(user, "calls.decline_submission", one)
    )


def may_appeal(page: SubmissionPage) -> bool:
    until = page.submission.call.appeals_until
    open_now = until is not None and timezone.now() <= until
    return open_now and page.appeal is None and page.submission.state in {"reserve", "rejected"}


@never_cache
@login_required
@GET_POST
def decline(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask once more, then give the place back."""
    found = page_or_404(request, uid)
    one = found.submission
    if one.state == "declined":  # a second click
        return redirect("calls:submission", uid)

    def page(trouble: list[str] | None = None) -> HttpResponse:
        context = {"submission": one, "call": one.call, "page": found, "trouble": trouble}
        return render(request, "calls/decline.html", context)

    if request.method != "POST":
        if not may_decline(request.user, found):
            return redirect("calls:submission", uid)
        return page()
    return press(
        request,
        lambda: acts.decline(actor_of(request), one),
        page,
        reverse("calls:submission", args=[uid]),
        _("You have stepped out. Thank you for saying so."),
    )


@never_cache
@login_required
@GET_POST
def appeal(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What an appeal is and until when it can be made; the form."""
    arrived = timezone.now()
    found = page_or_404(request, uid)
    one = found.submission
    if found.appeal is not None or one.call.appeals_until is None or found.decision is None:
        return redirect("calls:submission", uid)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and done(
        form, lambda: acts.appeal(actor_of(request), one, form.cleaned_data["words"], now=arrived)
    ):
        messages.success(request, _("Your appeal has arrived. You see here when it is answered."))
        return redirect("calls:submission", uid)
    over = arrived > one.call.appeals_until
    context = {"submission": one, "call": one.call, "page": found, "form": form, "over": over}
    return render(request, "calls/appeal.html", context, status=UNPROCESSABLE if form.errors else 200)


@never_cache
@login_required
@GET_POST
def deliver(request: HttpRequest, uid: UUID, key: str) -> HttpResponse:
    """One thing that is owed: what it is, by when, and the form in which it is delivered."""
    found = page_or_404(request, uid)
    owed = next((one for one in found.owed if one.key == key), None)
    if owed is None:
        raise Http404(_("Nothing of this name is asked of you."))
    if owed.waived_at:
        return redirect("calls:submission", uid)
    form = DeliverForm(request.POST or None, initial={"words": str(owed.words), "link": owed.link})

    def give() -> Any:
        return acts.deliver(actor_of(request), owed, form.cleaned_data["words"], form.cleaned_data["link"])

    if request.method == "POST" and done(form, give):
        messages.success(request, _("Delivered. Thank you."))
        return redirect("calls:submission", uid)
    one = found.submission
    context = {"submission": one, "call": one.call, "owed": owed, "form": form}
    return render(request, "calls/deliver.html", context, status=UNPROCESSABLE if form.errors else 200)


@never_cache
@login_required
@require_safe
def certificate(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The certificate of an accepted entry as PDF, in the language that ?lang= names, else the reader's."""
    found = page_or_404(request, uid)
    if found.accepted_entry is None or found.decision is None or not found.decision.is_accepted:
        raise Http404(_("There is no certificate for this entry."))
    wanted = request.GET.get("lang", request.LANGUAGE_CODE).lower()
    language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    try:
        pdf = certificates.pdf(found.decision, found.accepted_entry, language)
    except certificates.NoPrinter as error:
        context = {"submission": found.submission, "call": found.submission.call, "why": str(error)}
        return render(request, "calls/no_certificate.html", context, status=503)
    name = f"{found.submission.ref}-{language}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
