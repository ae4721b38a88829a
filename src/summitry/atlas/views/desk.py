"""The library from the desk: for the secretariat and for translators."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from summitry.people.models import User
from summitry.record.act import require

from .. import acts, queries
from ..forms import CaseForm, ReviewForm, TranslationForm, WithdrawForm
from ..models import Case


@login_required
def cases(request: HttpRequest) -> HttpResponse:
    """All cases, with the state of their texts in each language."""
    require(request.user, "atlas.see_desk")
    missing = request.GET.get("missing", "")
    language = missing if missing in settings.CONTENT_LANGUAGES else ""
    context = {
        "page": queries.desk_cases(request.GET.get("page", "1")[:20], language, request.GET.get("state", "")),
        "languages": settings.CONTENT_LANGUAGES,
        "missing": language,
        "may_add": request.user.has_perm("atlas.add_case"),
    }
    return render(request, "atlas/desk/cases.html", context)


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """A case that is known from elsewhere."""
    require(request.user, "atlas.add_case")
    form = CaseForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        columns = form.columns()
        try:
            made = acts.add_case(_who(request), **columns)
        except ValidationError as error:
            _tell(form, error)
        else:
            messages.success(request, _("The case is in the library."))
            return redirect("atlas:case", made.slug)
    return render(request, "atlas/desk/case.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """All of a case for the secretariat, its texts for a translator."""
    case = get_object_or_404(Case, slug=slug)
    require(request.user, "atlas.translate_case", case)
    whole = request.user.has_perm("atlas.edit_case", case)
    form_class = CaseForm if whole else TranslationForm
    form = form_class(_posted(request), instance=case, initial={"version": case.version})
    if request.method == "POST" and form.is_valid():
        try:
            acts.edit_case(_who(request), case, form.cleaned_data["version"], **form.columns())
        except ValidationError as error:
            _tell(form, error)
        else:
            messages.success(request, _("Saved, and entered in the record."))
            return redirect("atlas:edit", slug)
    drafts = [
        code
        for code in settings.CONTENT_LANGUAGES
        if {text.state(code) for text in case.texts().values()} & {"draft", "outdated"}
    ]
    context = {"form": form, "case": case, "drafts": drafts, "whole": whole}
    return render(request, "atlas/desk/case.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """Confirms the texts in one language."""
    case = get_object_or_404(Case, slug=slug)
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            acts.review_translation(
                _who(request), case, form.cleaned_data["language"], form.cleaned_data["version"]
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The translation counts as reviewed."))
    else:
        messages.error(request, _("That form was not complete; nothing was changed."))
    return redirect("atlas:edit", slug)


@login_required
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes a case out of the library, with a reason."""
    case = get_object_or_404(Case, slug=slug)
    require(request.user, "atlas.withdraw_case", case)
    form = WithdrawForm(_posted(request), initial={"version": case.version})
    if request.method == "POST" and form.is_valid():
        try:
            acts.withdraw_case(_who(request), case, form.cleaned_data["reason"], form.cleaned_data["version"])
        except ValidationError as error:
            _tell(form, error)
        else:
            messages.success(request, _("The case is withdrawn; its page gives the reason."))
            return redirect("atlas:case", slug)
    return render(
        request,
        "atlas/desk/withdraw.html",
        {"form": form, "case": case},
        status=422 if form.is_bound else 200,
    )


def _who(request: HttpRequest) -> User:
    """Whoever is signed in: `login_required` has seen to it, and acts ask what she may."""
    return cast(User, request.user)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _tell(form: forms.BaseForm, error: ValidationError) -> None:
    """The act's complaints as errors of the form; what belongs to no field of it stands on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, found in error.error_dict.items():
        field: Any = name if name in form.fields else None
        form.add_error(field, ValidationError([*found]))
