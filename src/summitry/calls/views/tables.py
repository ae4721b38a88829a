"""Tables out and in: submissions, assessments, a juror's sheet."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from summitry.people.shelf import Shelf
from summitry.people.web import table_out
from summitry.text.tables import LARGEST, Column, Fault, Faults, Table, read, too_large

from .. import acts, fields
from ..acts.sheets import require_jury
from ..bulk import incoming, marks
from ..models import Call
from ..queries import tables
from .base import UNPROCESSABLE, actor_of, call_for, call_or_404, may, said
from .judging import run_for

TABLES = Shelf("calls/tables", timedelta(hours=1))
SHOWN = 500  # problems on a page; how many there are is said
GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def submissions(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Everything that was sent, a row each. What a conflict hides from this user is left out."""
    call = call_for(request, slug, "calls.manage_call")
    return table_out(f"{slug}-submissions", kind, tables.submission_rows(call, request.user))


@login_required
@require_safe
def assessments(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The marks, for those whose duties show them all."""
    call = call_for(request, slug, "calls.export_marks")
    return table_out(f"{slug}-assessments", kind, tables.assessment_rows(call, request.user))


class TableForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy(
            "CSV in UTF-8 or XLSX, at most 10 MB. Nothing is written before you have seen what it would do."
        ),
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx"}),
        max_length=255,
    )


@dataclass(frozen=True, slots=True)
class Upload:
    """One page that takes tables: what to do with one (`dry_run` or for good), and where that leads."""

    call: Call
    template: str
    purpose: str
    take: Callable[[Table, bool], Any]
    told: Callable[[Any], str]
    back: str
    columns: list[Column]
    more: dict[str, Any]

    def named(self, faults: Iterable[Fault]) -> list[tuple[Fault, str]]:
        """Each fault with what its column is called, as the heading in the table has it."""
        labels = {one.key: str(one.label) for one in self.columns}
        return [(one, labels.get(one.column, "")) for one in faults]


def _upload(request: HttpRequest, page: Upload) -> HttpResponse:
    """First the table, then what it would do or all that is wrong with it, then the taking of the same
    bytes."""
    context: dict[str, Any] = {"call": page.call, "form": TableForm(), "shown": SHOWN, **page.more}
    if request.method != "POST":
        return render(request, page.template, context)
    user, word = actor_of(request), request.POST.get("kept", "")
    data: bytes | None
    if word:
        data = TABLES.get(word, user.pk, page.purpose)
        if data is None:
            context["trouble"] = [_("The file is no longer there. Choose it again.")]
            return render(request, page.template, context, status=UNPROCESSABLE)
    else:
        form = context["form"] = TableForm(request.POST, request.FILES)
        if not form.is_valid():
            return render(request, page.template, context, status=UNPROCESSABLE)
        if form.cleaned_data["file"].size > LARGEST:
            context["trouble"] = said(too_large())
            return render(request, page.template, context, status=UNPROCESSABLE)
        data = form.cleaned_data["file"].read()
    try:
        found = page.take(read(data), not word)
    except Faults as error:
        context |= {"faults": page.named(error.faults[:SHOWN]), "count": len(error.faults)}
    except ValidationError as error:
        context["trouble"] = said(error)
    else:
        if word:
            TABLES.drop(word)
            messages.success(request, page.told(found))
            return redirect(page.back)
        context |= {"taken": found, "kept": TABLES.put(data, user.pk, page.purpose), "form": TableForm()}
        return render(request, page.template, context)
    return render(request, page.template, context, status=UNPROCESSABLE)


@never_cache
@login_required
@GET_POST
def take(request: HttpRequest, slug: str) -> HttpResponse:
    """Submissions from a table: a look at all that is wrong, or at what it would do; then the taking."""
    now = timezone.now()
    call = call_for(request, slug, "calls.import_submissions")
    if call.state == Call.State.DRAFT:
        raise Http404(_("This call has not been opened."))

    def deed(table: Table, dry_run: bool) -> acts.Taken:
        return acts.import_submissions(actor_of(request), call, table, now=now, dry_run=dry_run)

    def told(found: acts.Taken) -> str:
        return _("Taken in: %(new)d new, %(changed)d changed, %(unchanged)d unchanged.") % {
            "new": len(found.new),
            "changed": len(found.changed),
            "unchanged": len(found.unchanged),
        }

    files = [one.label for one in call.rules.fields if fields.kind(one.kind).holds_files and not one.stage]
    more = {"columns": _columns(call), "files": files}
    back = reverse("calls:manage", args=[slug])
    page = Upload(
        call, "calls/import.html", f"import:{call.pk}", deed, told, back, incoming.readable(call.rules), more
    )
    return _upload(request, page)


def _columns(call: Call) -> list[tuple[str, str, bool]]:
    """(key, label, needed) of what a table may hold for a call, in one language."""
    needed = set(incoming.needed(call.rules))
    return [
        (one.key, one.label, one.key in needed)
        for one in incoming.columns(call.rules, {})
        if not one.read_only
    ]


def _jury_call(request: HttpRequest, slug: str) -> Call:
    """The call on whose jury she is. Raises Http404 for one that she may not know of, PermissionDenied."""
    call = call_or_404(slug)
    if call.state == Call.State.DRAFT and not may(request.user, "calls.view_call", call):
        raise Http404(_("There is no such call."))
    require_jury(actor_of(request), call)
    return call


@never_cache
@login_required
@require_safe
def sheet(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """A juror's own sheet, to fill in elsewhere."""
    call = _jury_call(request, slug)
    run, rows = run_for(call, "assess"), tables.sheet_rows(request.user, call)
    if run is None or rows is None:
        raise Http404(_("No stage of this call in which you score is open now."))
    widths = [18, 40, *(14 for _one in run.rule.criteria), 50, 30, 8, 8]
    options = {"widths": widths, "bounds": marks.bounds(run.rule)}
    return table_out(f"{slug}-{run.key}", kind, rows, **options)


@never_cache
@login_required
@GET_POST
def upload_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """A juror's sheet taken in: all that is wrong with it, or what it would do; then saved or sent."""
    call = _jury_call(request, slug)
    send = request.POST.get("do") == "send"

    def deed(table: Table, dry_run: bool) -> acts.SheetTaken:
        return acts.take_sheet(actor_of(request), call, table, send=send, dry_run=dry_run)

    def told(found: acts.SheetTaken) -> str:
        count = len(found.written)
        words = (
            ngettext("%(n)d assessment was sent.", "%(n)d assessments were sent.", count)
            if send
            else ngettext(
                "%(n)d assessment was saved, not sent.", "%(n)d assessments were saved, not sent.", count
            )
        )
        return words % {"n": count}

    run = run_for(call, "assess")
    more = {"run": run, "send": send}
    back = reverse("calls:marking", args=[slug])
    columns = marks.columns(run.rule) if run else []
    page = Upload(call, "calls/jury_sheet.html", f"sheet:{call.pk}", deed, told, back, columns, more)
    return _upload(request, page)
