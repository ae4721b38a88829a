"""One's own submissions after they are written: list, receipt, answer, co-applicants, withdrawal, files."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from summitry.people.web import done, file_out
from summitry.text import languages

from .. import acts, queries, queries_pages
from ..forms.applicant import CoApplicantForm
from ..models import CoApplicant, Submission, Upload
from ..queries import asked
from ..queries.own import SubmissionPage
from .answered import may_appeal, may_decline, page_or_404
from .base import actor_of, may, press
from .drafts import draft_key, own_or_404

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Everything that is one's own, with its state; and what waits for one's consent."""
    return render(request, "calls/mine.html", {"mine": queries.my_submissions(request.user)})


@never_cache
@login_required
@require_safe
def submission(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One submission: where it stands, what was sent, the answer when there is one."""
    return _show(request, page_or_404(request, uid))


def _show(request: HttpRequest, page: SubmissionPage, trouble: list[str] | None = None) -> HttpResponse:
    one = page.submission
    context = {
        "submission": one,
        "call": one.call,
        "rules": one.call.rules,
        "page": page,
        "groups": page.groups,
        "outcome_address": queries_pages.address_of(page.decision.outcome) if page.decision else "",
        "ahead": queries_pages.ahead(one.call) if one.sent_at and not page.decision else [],
        "asked": asked.pages_of(one) if one.sent_at else [],
        "trouble": trouble,
        "draft_key": draft_key(request, one),
        "may_appeal": may_appeal(page),
        "may_decline": may_decline(request.user, page),
        "certificate_languages": [(code, languages.local_name(code)) for code, _name in settings.LANGUAGES],
        "may_withdraw": one.state == Submission.State.SUBMITTED and not one.call.is_sealed,
    }
    return render(request, "calls/submission.html", context)


@never_cache
@login_required
@require_safe
def receipt(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The receipt: code, time, entry of the record."""
    one = own_or_404(request, uid)
    if not one.receipt or one.state == Submission.State.WITHDRAWN:
        return redirect("calls:submission", uid)
    context = {
        "submission": one,
        "call": one.call,
        "entry": queries_pages.entry_of(one),
        "ahead": queries_pages.ahead(one.call),
        "draft_key": draft_key(request, one),
    }
    return render(request, "calls/receipt.html", context)


@never_cache
@login_required
@GET_POST
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask once more, then withdraw; a draft that was never sent is deleted."""
    one = Submission.objects.of(request.user).filter(uid=uid).select_related("call", "applicant").first()
    if one is None and request.method == "POST":  # a second click, after the draft is gone
        return redirect("calls:mine")
    if one is None:
        raise Http404(_("There is no such submission."))
    if request.method != "POST":
        return render(request, "calls/withdraw.html", {"submission": one, "call": one.call})
    if one.is_draft:
        return press(
            request,
            lambda: acts.discard_draft(actor_of(request), one),
            lambda why: _show(request, page_or_404(request, uid), why),
            reverse("calls:mine"),
            _("The draft is deleted."),
        )
    return press(
        request,
        lambda: acts.withdraw(actor_of(request), one),
        lambda why: _show(request, page_or_404(request, uid), why),
        reverse("calls:mine"),
        _("The submission is withdrawn."),
    )


# -- co-applicants --------------------------------------------------------------------------------


@never_cache
@login_required
@GET_POST
def co_applicants(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Who stands behind a submission beside the applicant; add somebody by e-mail."""
    one = own_or_404(request, uid)
    form = CoApplicantForm(request.POST or None)

    def add() -> Any:
        given = form.cleaned_data
        return acts.add_co_applicant(
            actor_of(request), one, given["email"], name=given["name"], contribution=given["contribution"]
        )

    if request.method == "POST" and done(form, add):
        messages.success(request, _("She has been asked. You see here when she has agreed."))
        return redirect("calls:co_applicants", uid)
    return _co_applicants(request, one, form)


def _co_applicants(
    request: HttpRequest, one: Submission, form: CoApplicantForm, trouble: list[str] | None = None
) -> HttpResponse:
    named = queries_pages.standing_beside(one)
    context = {
        "submission": one,
        "call": one.call,
        "form": form,
        "named": named,
        "trouble": trouble,
        "may_keep": may(request.user, "calls.keep_co_applicants", one) and one.is_editable(),
        "room": len(named) < one.call.rules.co_applicants,
    }
    return render(request, "calls/co_applicants.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remove_co_applicant(request: HttpRequest, uid: UUID, who: UUID) -> HttpResponse:
    """Take somebody out of a submission."""
    one = own_or_404(request, uid)
    named = CoApplicant.objects.filter(submission=one, uid=who).first()
    if named is None:
        raise Http404(_("Nobody of this name is in this submission."))
    named.submission = one
    return press(
        request,
        lambda: acts.remove_co_applicant(actor_of(request), named),
        lambda why: _co_applicants(request, one, CoApplicantForm(), why),
        reverse("calls:co_applicants", args=[uid]),
        _("Removed."),
    )


@never_cache
@login_required
@GET_POST
def consent(request: HttpRequest, who: UUID) -> HttpResponse:
    """Somebody is asked to stand behind a submission: what it is, who asks, yes or no."""
    named = (
        CoApplicant.objects.filter(uid=who, removed_at=None)
        .select_related("submission__call", "submission__applicant", "submission__organisation")
        .first()
    )
    if named is None or not may(request.user, "calls.confirm_co_applicant", named):
        raise Http404(_("There is no such request for this account."))

    def page(trouble: list[str] | None = None) -> HttpResponse:
        one = named.submission
        return render(
            request,
            "calls/consent.html",
            {"named": named, "submission": one, "call": one.call, "trouble": trouble},
        )

    if request.method != "POST":
        return page()
    if request.POST.get("answer") == "yes":
        return press(
            request,
            lambda: acts.confirm_co_applicant(actor_of(request), named),
            page,
            reverse("calls:submission", args=[named.submission.uid]),
            _("You now stand behind this submission and can work on it."),
        )
    return press(
        request,
        lambda: acts.remove_co_applicant(actor_of(request), named),
        page,
        reverse("calls:mine"),
        _("You are not named in this submission any more."),
    )


# -- files ----------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def file(request: HttpRequest, uid: UUID) -> FileResponse:
    """A file, for those who may see the answer that it belongs to; never shown within the page."""
    upload = (
        Upload.objects.filter(uid=uid).select_related("submission__call", "submission__applicant").first()
    )
    if upload is None or not may(request.user, "calls.open_upload", upload):
        raise Http404(_("There is no such file."))
    name = queries_pages.file_name_for(request.user, upload)
    answer = file_out(upload.file, name)
    answer["Cache-Control"] = "private, no-store"
    return answer
