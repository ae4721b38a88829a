"""What a stage asks those behind an entry for: written, saved as one types, sent."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from summitry.record.act import Stale

from .. import acts
from ..forms.answers import AnswerForm
from ..models import Submission
from ..queries import asked
from ..queries.asked import SupplementPage
from .base import UNPROCESSABLE, actor_of, said
from .drafts import draft_key, exchange_files, own_or_404, refusal, stale_advice


def page_or_404(request: HttpRequest, uid: UUID, key: str) -> SupplementPage:
    """One's own entry in a stage that asks for more. Raises Http404."""
    found = asked.supplement_page(request.user, uid, key)
    if found is None:
        raise Http404(_("Nothing is asked of this submission here."))
    return found


def _form(submission: Submission, under: str, data: Any = None, files: Any = None) -> AnswerForm:
    return AnswerForm(
        submission.call.rules.asked(under),
        submission.draft,
        submission.context(),
        data,
        files,
        initial={"version": submission.version},
    )


def _keep(request: HttpRequest, page: SupplementPage, form: AnswerForm) -> Submission:
    """Save what the form holds. Raises what the act raises."""
    saved: Submission = acts.save_draft(
        actor_of(request),
        page.submission,
        form.answers,
        form.cleaned_data["version"],
        stage=page.under or "",
    )
    return saved


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def supplement(request: HttpRequest, uid: UUID, key: str) -> HttpResponse:
    """The questions of a stage. Whatever is typed is kept, right or wrong; what is sent is checked."""
    now = timezone.now()  # what is sent is in time by when it arrived
    page = page_or_404(request, uid, key)
    if page.under is None:
        if request.method == "POST":
            messages.warning(request, _("This was not taken: nothing is asked here now."))
        return _page(request, page, None)
    if request.method != "POST":
        return _page(request, page, _form(page.submission, page.under))
    form = _form(page.submission, page.under, request.POST, request.FILES)
    if form.is_valid():
        try:
            saved = _keep(request, page, form)
            if refused := exchange_files(request, saved, form):
                form = _again(request, page, refused)
            elif request.POST.get("go") == "send":
                acts.send_supplement(actor_of(request), saved, page.run, now=now)
        except Stale as error:
            form.add_error(None, error)
            form.add_error(None, stale_advice())
        except ValidationError as error:
            form = _again(request, page, [error])
        if not form.errors:
            sent = request.POST.get("go") == "send"
            messages.success(request, _("It has been sent.") if sent else _("The draft is saved."))
            return redirect("calls:supplement", uid, key)
    return _page(request, page_or_404(request, uid, key), form, UNPROCESSABLE)


def _again(request: HttpRequest, page: SupplementPage, refused: list[ValidationError]) -> AnswerForm:
    """The form as it is now saved, with what was refused."""
    submission = own_or_404(request, page.submission.uid)
    data = request.POST.copy()
    data["version"] = str(submission.version)
    form = _form(submission, page.under or "", data)
    form.is_valid()
    for error in refused:
        form.blame(error)
    return form


def _page(
    request: HttpRequest, page: SupplementPage, form: AnswerForm | None, status: int = 200
) -> HttpResponse:
    context = {
        "page": page,
        "submission": page.submission,
        "call": page.submission.call,
        "rules": page.submission.call.rules,
        "run": page.run,
        "groups": page.rows,
        "form": form,
        "draft_key": f"{draft_key(request, page.submission)}:{page.run.key}",
    }
    return render(request, "calls/supplement.html", context, status=status)


@never_cache
@require_POST
def save(request: HttpRequest, uid: UUID, key: str) -> JsonResponse:
    """A draft as it is typed, by machine: 200 with the new version; 409 if somebody was first; else 4xx, with
    what a person can do in `message`."""
    if not request.user.is_authenticated:
        return refusal(
            _("You have been signed out. Sign in again in another tab; what you typed stays here."), 401
        )
    try:
        page = page_or_404(request, uid, key)
    except Http404 as error:
        return refusal(str(error), 404)
    if page.under is None:
        return refusal(_("This was not taken: nothing is asked here now."), UNPROCESSABLE)
    form = _form(page.submission, page.under, request.POST)
    if not form.is_valid():
        return refusal(" ".join(str(one) for errors in form.errors.values() for one in errors), UNPROCESSABLE)
    try:
        saved = _keep(request, page, form)
    except Stale:
        return refusal(stale_advice(), 409)
    except ValidationError as error:
        return refusal(" ".join(said(error)), UNPROCESSABLE)
    except PermissionDenied as error:
        return refusal(str(error), 403)
    return JsonResponse({"version": saved.version, "saved_at": saved.saved_at})
