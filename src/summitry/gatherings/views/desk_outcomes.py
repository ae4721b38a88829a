"""The desk: the reports of an edition."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.people.web import Request

from .. import acts, queries
from ..forms_outcomes import DueForm, WaiveForm
from ..models import Gathering, Session, SessionReport
from .common import work_on

LISTED = 50


@login_required
def reports(request: Request, slug: str) -> HttpResponse:
    """Reports owed, late, delivered and waived; the button that calls the late ones to mind."""
    gathering = work_on(request, slug, "gatherings.edit_programme")
    if request.method == "POST":
        sent = acts.remind_of_reports(request.user, gathering)
        words = ngettext("%(n)d letter went out.", "%(n)d letters went out.", sent) % {"n": sent}
        messages.success(request, words if sent else _("Nobody with an account is late."))
        return redirect("gatherings:desk_reports", gathering.slug)
    show = request.GET.get("show", "")
    context = {
        "gathering": gathering,
        "page": Paginator(queries.reports(gathering, show), LISTED).get_page(request.GET.get("page")),
        "show": show,
        "late": queries.reports(gathering, "late").count(),
        "tab": "reports",
    }
    return render(request, "gatherings/desk/reports.html", context)


@login_required
def report(request: Request, slug: str, session_slug: str) -> HttpResponse:
    """Ask for a session's report by a day, or let it go with a reason."""
    gathering = work_on(request, slug, "gatherings.edit_programme")
    session = get_object_or_404(gathering.sessions, slug=session_slug)
    session.gathering = gathering
    found = queries.report_of(session)
    zone = ZoneInfo(gathering.time_zone)
    what = request.POST.get("what", "")
    day = (found.due_at.astimezone(zone) if found else datetime.now(zone) + timedelta(days=14)).date()
    due = DueForm(request.POST if what == "due" else None, initial={"due": day})
    waive = WaiveForm(request.POST if what == "waive" else None)
    form: DueForm | WaiveForm | None = due if what == "due" else waive if what == "waive" else None
    if form is not None and form.is_valid():
        try:
            _do(request, gathering, found, session, what, form)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("gatherings:desk_reports", gathering.slug)
    context = {
        "gathering": gathering,
        "session": session,
        "report": found,
        "due": due,
        "waive": waive,
        "tab": "reports",
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "gatherings/desk/report.html", context, status=status)


def _do(
    request: Request,
    gathering: Gathering,
    found: SessionReport | None,
    session: Session,
    what: str,
    form: DueForm | WaiveForm,
) -> None:
    if what == "due":
        day = form.cleaned_data["due"]
        ends = datetime(day.year, day.month, day.day, 23, 59, tzinfo=ZoneInfo(gathering.time_zone))
        acts.ask_report(request.user, session, ends)
    elif found is not None:
        acts.waive_report(request.user, found, form.cleaned_data["reason"])
