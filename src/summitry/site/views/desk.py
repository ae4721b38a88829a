"""Where the secretariat and translators keep the pages."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from rules.permissions import has_perm

from summitry.people.web import Request, page_of, posted, say
from summitry.record.act import Stale, require
from summitry.text.languages import local_name

from .. import acts, queries
from ..kinds import KINDS
from ..models import Page
from ..page_forms import NewPageForm, PageForm, TranslationForm


@login_required
def desk_pages(request: Request) -> HttpResponse:
    """Every page, shown or not; those with translations owed if asked."""
    require(request.user, "site.translate_page")
    rows = Page.objects.order_by("kind", "position", "-year", "slug")
    kind = request.GET.get("kind", "")
    if kind in KINDS:
        rows = rows.filter(kind=kind)
    owed_only = request.GET.get("owed") == "1"
    found = queries.owed(rows) if owed_only else rows
    context = {
        "page": page_of(request, found),
        "kinds": KINDS.values(),
        "kind": kind,
        "owed": owed_only,
        "may_keep": has_perm("site.keep_pages", request.user),
    }
    return render(request, "site/desk_pages.html", context)


@login_required
def desk_new_page(request: Request) -> HttpResponse:
    require(request.user, "site.keep_pages")
    form = NewPageForm(posted(request), initial={"kind": request.GET.get("kind", "page")})
    if request.method == "POST" and form.is_valid():
        try:
            page = acts.create_page(request.user, **form.cleaned_data)
        except ValidationError as error:
            say(form, error)
        else:
            messages.success(request, _("The page is there."))
            return redirect("site:desk_page", page.slug)
    return render(request, "site/desk_page.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def desk_page(request: Request, slug: str) -> HttpResponse:
    """Edit it (secretariat), or its translations (translator)."""
    require(request.user, "site.translate_page")
    page = get_object_or_404(Page, slug=slug)
    keeps = has_perm("site.keep_pages", request.user, page)
    form = (PageForm if keeps else TranslationForm)(posted(request), page=page)
    if request.method == "POST" and form.is_valid():
        try:
            values = dict(form.cleaned_data)
            version = values.pop("version")
            if keeps:
                acts.edit_page(request.user, page, version, **values)
            else:
                acts.translate_page(request.user, page, version, **values)
        except ValidationError as error:
            say(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("site:desk_page", page.slug)
    context = {"form": form, "page": page, "keeps": keeps, "reviews": queries.reviews(page)}
    return render(request, "site/desk_page.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def desk_reviewed(request: Request, slug: str, language: str) -> HttpResponse:
    """Confirm one language of a page."""
    page = get_object_or_404(Page, slug=slug)
    given = request.POST.get("version", "")
    try:
        acts.review_translation(request.user, page, int(given) if given.isdecimal() else 0, language)
    except Stale as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(language)s is confirmed.") % {"language": local_name(language)})
    return redirect("site:desk_page", slug)
