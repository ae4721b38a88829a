"""The translator's desk: what is owed, and a version beside its source."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.people.web import Request, page_of
from summitry.record.act import require
from summitry.text import machine

from .. import acts, queries
from ..forms import FilterForm
from ..models import Version

PAGE = 25  # provisions


@login_required
def translations(request: Request) -> HttpResponse:
    """What translators owe, the oldest first; ?language= narrows it."""
    require(request.user, "documents.translate")
    debts = queries.owed()
    codes = list(dict.fromkeys([*settings.CONTENT_LANGUAGES, *(one.language for one in debts)]))
    asked = request.GET.get("language", "")
    shown = [one for one in debts if one.language == asked] if asked in codes else debts
    context = {
        "form": FilterForm({"language": asked if asked in codes else ""}, codes=codes),
        "page": page_of(request, shown),
    }
    return render(request, "documents/desk/translations.html", context)


@login_required
def translate(request: Request, slug: str, number: int, language: str) -> HttpResponse:
    """A version provision by provision: the source, and what stands beside it in a language."""
    version = get_object_or_404(
        Version.objects.select_related("document"), document__slug=slug, number=min(number, 2**31 - 1)
    )
    require(request.user, "documents.translate", version)
    if language not in version.document.languages[1:]:
        raise Http404(_("The document has no such translation."))
    only_owed = request.GET.get("owed") == "1"
    typed: dict[str, str] = {}
    if request.method == "POST":
        typed = _typed(request)
        if _saved(request, version, language, typed):
            return redirect(reverse("documents:translate", args=[slug, number, language]) + _query(request))
    rows = queries.passages_to_translate(version, language, only_owed and not typed)
    if typed:
        rows = [row for row in rows if row.anchor in typed]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    made = machine.said([row.text for row in shown], language)
    context = {
        "document": version.document,
        "version": version,
        "into": language,  # what a page calls `language` is its own
        "page": page,
        "only_owed": only_owed,
        "rows": [
            {
                "provision": row,
                "ordinal": row.anchor.removeprefix("p"),
                "source": row.text.get(version.document.source),
                "words": typed.get(row.anchor, row.text.get(language)),
                "there": row.text.get(language),
                "state": row.text.state(language) or "missing",
                "seen": row.mark_in(language),
                "machine": made.get(row.text.get(row.text.source), ""),
            }
            for row in shown
        ],
        "frozen": bool(version.adopted_at) and language in version.document.authentic,
    }
    return render(request, "documents/desk/translate.html", context, status=422 if typed else 200)


def _query(request: Request) -> str:
    return f"?{request.META['QUERY_STRING'][:200]}" if request.META.get("QUERY_STRING") else ""


def _typed(request: Request) -> dict[str, str]:
    anchors = [one[:12] for one in request.POST.getlist("row")[:PAGE]]
    return {anchor: request.POST.get(f"words-{anchor}", "") for anchor in anchors}


def _saved(request: Request, version: Version, language: str, typed: dict[str, str]) -> bool:
    """Saves what was typed, and confirms what was ticked. False, with the reasons told, if it is refused."""
    seen = {anchor: request.POST.get(f"seen-{anchor}", "")[:16] for anchor in typed}
    reviewed = [anchor for anchor in typed if request.POST.get(f"reviewed-{anchor}")]
    try:
        changed, confirmed = acts.translate_and_review(request.user, version, language, typed, reviewed, seen)
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
        return False
    told = ngettext("%(count)d translation saved.", "%(count)d translations saved.", changed) % {
        "count": changed
    }
    if confirmed:
        told += " " + ngettext("%(count)d confirmed.", "%(count)d confirmed.", confirmed) % {
            "count": confirmed
        }
    messages.success(request, told)
    return True
