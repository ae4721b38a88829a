"""Writing a submission: begin, write, save as one types, check, send."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from summitry.record.act import Stale, require

from .. import acts, queries_pages
from ..forms.answers import AnswerForm
from ..forms.applicant import Category, StartForm
from ..models import Submission, Upload
from .base import UNPROCESSABLE, actor_of, blame, call_or_404, may, said


def own_or_404(request: HttpRequest, uid: UUID) -> Submission:
    """A submission of one's own, as applicant or as a co-applicant who has agreed. Raises Http404."""
    found = (
        Submission.objects.of(request.user)
        .select_related("call", "applicant", "organisation")
        .filter(uid=uid)
        .first()
    )
    if found is None:
        raise Http404(_("There is no such submission."))
    return found


def draft_key(request: HttpRequest, submission: Submission) -> str:
    """Under which a device keeps its copy: nobody else who uses the device takes it for hers."""
    return f"summitry-draft:{actor_of(request).uid}:{submission.uid}"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Who submits; leads to the draft."""
    call = call_or_404(slug)
    if not may(request.user, "calls.view_call", call):
        raise Http404(_("There is no such call."))
    organisations = queries_pages.organisations_of(request.user)
    form = StartForm(call.rules, organisations, request.POST or None)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                made = acts.start_draft(actor_of(request), call, language=form.cleaned_data["language"])
                head = {
                    name: form.cleaned_data[name]
                    for name in ("organisation", "category")
                    if form.cleaned_data.get(name)
                }
                if head:
                    acts.save_draft(actor_of(request), made, {}, made.version, **head)
            except ValidationError as error:
                blame(form, error)
            else:
                return redirect("calls:draft", made.uid)
    mine = queries_pages.own_of_call(request.user, call)
    context = {
        "call": call,
        "form": form,
        "mine": mine,
        "early": queries_pages.told_early(request.user, call),
    }
    return render(request, "calls/submit.html", context, status=status)


def answer_form(
    request: HttpRequest, submission: Submission, data: Any = None, files: Any = None
) -> AnswerForm:
    """The form of a draft, with what stands above the questions."""
    rules = submission.call.rules.asked()
    head: dict[str, forms.Field] = {}
    organisations = queries_pages.organisations_of(request.user, submission.organisation)
    if submission.applicant.user_id == request.user.pk:
        head["organisation"] = forms.ModelChoiceField(
            queryset=organisations,
            required=False,
            label=gettext_lazy("Organisation"),
            empty_label=gettext_lazy("None: I submit as a person"),
            initial=submission.organisation_id,
        )
    if rules.categories:
        head["category"] = Category(
            choices=[(one.key, str(one.name)) for one in rules.categories], initial=submission.draft_category
        )
    return AnswerForm(
        rules,
        submission.draft,
        submission.context(),
        data,
        files,
        head=head,
        initial={"version": submission.version},
    )


def _keep(request: HttpRequest, submission: Submission, form: AnswerForm) -> Submission:
    """Save what the form holds. Raises what the act raises."""
    head: dict[str, Any] = {}
    if "category" in form.fields:
        head["category"] = form.cleaned_data["category"]
    if "organisation" in form.fields:
        head["organisation"] = form.cleaned_data["organisation"]
    saved: Submission = acts.save_draft(
        actor_of(request), submission, form.answers, form.cleaned_data["version"], **head
    )
    return saved


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The form. Whatever is typed is kept, right or wrong, as long as it can be edited."""
    submission = own_or_404(request, uid)
    if not submission.is_editable():
        messages.warning(request, _("This submission can no longer be changed."))
        return redirect("calls:submission", uid)
    if request.method != "POST":
        return _page(request, submission, answer_form(request, submission))
    form = answer_form(request, submission, request.POST, request.FILES)
    if form.is_valid():
        try:
            saved = _keep(request, submission, form)
            if refused := exchange_files(request, saved, form):
                form = _with_refusals(request, uid, refused)
        except Stale as error:
            form.add_error(None, error)
            form.add_error(None, stale_advice())
        except ValidationError as error:
            form.blame(error)
        if not form.errors:
            if request.POST.get("go") == "check":
                return redirect("calls:check", uid)
            messages.success(request, _("The draft is saved."))
            return redirect("calls:draft", uid)
    return _page(request, submission, form, UNPROCESSABLE)


def stale_advice() -> str:
    return _(
        "Somebody, or you in another tab, has saved this submission since you opened this page. "
        "What you typed is still here below. "
        "Open the saved draft in another tab, compare, and copy over what you want to keep."
    )


def exchange_files(request: HttpRequest, submission: Submission, form: AnswerForm) -> list[ValidationError]:
    """Take in new files and remove one. Returns the refusals, beside their questions and naming the files."""
    if uid := request.POST.get("remove"):
        known = _uuid(uid)
        gone = Upload.objects.filter(submission=submission, uid=known).first() if known else None
        if gone is not None:  # a double click finds it gone already
            acts.remove_upload(actor_of(request), gone)
    refused = []
    for field, file in form.new_files():
        try:
            acts.upload(actor_of(request), submission, field.key, file)
        except ValidationError as error:
            refused.append(
                error if hasattr(error, "error_dict") else ValidationError({field.key: error.messages})
            )
    return refused


def _with_refusals(request: HttpRequest, uid: UUID, refused: list[ValidationError]) -> AnswerForm:
    """The form as it is now saved, with the files that were refused."""
    submission = own_or_404(request, uid)
    data = request.POST.copy()
    data["version"] = str(submission.version)
    form = answer_form(request, submission, data)
    form.is_valid()
    for error in refused:
        form.blame(error)
    return form


def _uuid(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None


def _page(request: HttpRequest, submission: Submission, form: AnswerForm, status: int = 200) -> HttpResponse:
    context = {
        "submission": submission,
        "call": submission.call,
        "rules": submission.call.rules,
        "form": form,
        "co_applicants": queries_pages.standing_beside(submission),
        "draft_key": draft_key(request, submission),
    }
    return render(request, "calls/draft.html", context, status=status)


@never_cache
@require_POST
def save(request: HttpRequest, uid: UUID) -> JsonResponse:
    """A draft as it is typed, by machine: 200 with the new version; 409 if somebody was first; else 4xx.

    Each refusal says in `message` what a person can do.
    """
    if not request.user.is_authenticated:
        return refusal(
            _("You have been signed out. Sign in again in another tab; what you typed stays here."), 401
        )
    try:
        submission = own_or_404(request, uid)
    except Http404 as error:
        return refusal(str(error), 404)
    form = answer_form(request, submission, request.POST)
    if not form.is_valid():
        return refusal(" ".join(str(one) for errors in form.errors.values() for one in errors), UNPROCESSABLE)
    try:
        saved = _keep(request, submission, form)
    except Stale:
        return refusal(stale_advice(), 409)
    except ValidationError as error:
        return refusal(" ".join(said(error)), UNPROCESSABLE)
    except PermissionDenied as error:
        return refusal(str(error), 403)
    return JsonResponse({"version": saved.version, "saved_at": saved.saved_at})


def refusal(message: str, status: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)


class SendForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, uid: UUID) -> HttpResponse:
    """All answers as they will be read, what is missing, and the button that sends."""
    now = timezone.now()  # a submission is in time by when it arrived, not by when it was worked on
    submission = own_or_404(request, uid)
    if not submission.is_editable(now) and request.method != "POST":
        return redirect("calls:submission", uid)
    form = SendForm(request.POST or None, initial={"version": submission.version})
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        require(request.user, "calls.submit_submission", submission)
        if form.is_valid():
            try:
                acts.submit(actor_of(request), submission, form.cleaned_data["version"], now=now)
            except ValidationError as error:
                if not hasattr(error, "error_dict"):  # faults of single answers stand in the list of problems
                    form.add_error(None, error)
            else:
                return redirect("calls:receipt", uid)
        submission = own_or_404(request, uid)
    page = queries_pages.check_page(submission)
    context = {
        "submission": submission,
        "call": submission.call,
        "form": form,
        "problems": page.problems,
        "groups": page.groups,
        "category": page.category,
        "co_applicants": page.co_applicants,
        "show_visibility": True,
        "rules": submission.call.rules,
        "draft_address": reverse("calls:draft", args=[uid]),
    }
    return render(request, "calls/check.html", context, status=status)
