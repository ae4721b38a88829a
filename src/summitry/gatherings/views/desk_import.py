"""The desk: taking in a schedule file, with a look beforehand at what it would change."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from summitry.people.shelf import Shelf
from summitry.people.web import Request
from summitry.record.act import require

from .. import acts, formats
from ..forms import ImportForm
from ..models import Gathering
from .common import work_on

FILES = Shelf("gatherings/imports", timedelta(days=1))
SHOWN = 100  # sessions of each list


@login_required
def upload(request: Request, slug: str | None = None) -> HttpResponse:
    """First the file, then what it would change, then the import of the same bytes."""
    gathering: Gathering | None = None
    if slug is None:
        require(request.user, "gatherings.create_gathering")
    else:
        gathering = work_on(request, slug, "gatherings.edit_programme")
    if word := request.POST.get("kept", ""):
        return _import(request, gathering, word)
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "gathering": gathering,
        "form": form,
        "tab": "import",
        "readers": formats.readers(),
    }
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read()
        overlaps, chosen = form.cleaned_data["allow_overlaps"], form.cleaned_data["format"]
        try:
            report = acts.import_schedule(
                request.user, gathering, data, format=chosen, dry_run=True, allow_overlaps=overlaps
            )
        except ValidationError as error:
            form.add_error("file", error)
        else:
            context |= {
                "report": report,
                "kept": FILES.put(data, request.user.pk),
                "allow_overlaps": overlaps,
                "format": chosen,
                "shown": SHOWN,
            }
            return render(request, "gatherings/desk/import_report.html", context)
    return render(request, "gatherings/desk/import.html", context, status=422 if form.errors else 200)


def _import(request: Request, gathering: Gathering | None, word: str) -> HttpResponse:
    data = FILES.get(word, request.user.pk)
    back = ("gatherings:desk_import", gathering.slug) if gathering else ("gatherings:desk_import_new",)
    if data is None:
        messages.error(request, _("The file is no longer there. Choose it again."))
        return redirect(*back)
    try:
        report = acts.import_schedule(
            request.user,
            gathering,
            data,
            format=request.POST.get("format", ""),
            allow_overlaps=request.POST.get("allow_overlaps") == "1",
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(*back)
    messages.success(
        request,
        _("Imported: %(new)d new, %(changed)d changed, %(moved)d moved, %(cancelled)d cancelled.")
        % {
            "new": len(report.new),
            "changed": len(report.changed),
            "moved": len(report.moved),
            "cancelled": len(report.cancelled),
        },
    )
    return redirect("gatherings:desk_edition", report.gathering.slug)
