"""What is left of a session: the outcome document and what its conveners say of it, and the report."""

from typing import Any
from zoneinfo import ZoneInfo

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from summitry.people.web import file_out

from .. import acts, queries
from ..forms_outcomes import OutcomeForm, ReportForm, StanceForm
from ..models import Convener, Gathering, OutcomeDocument, ReleasedSlot, Session
from .common import visible


def _public(request: HttpRequest, slug: str, session_slug: str) -> tuple[Gathering, Session, ReleasedSlot]:
    """A session that a release has named; else 404."""
    gathering = visible(request, slug)
    session = get_object_or_404(gathering.sessions, slug=session_slug)
    session.gathering = gathering
    row = queries.released_row(session)
    if row is None:
        raise Http404
    return gathering, session, row


def _context(gathering: Gathering, session: Session, row: ReleasedSlot, **more: Any) -> dict[str, Any]:
    zone = ZoneInfo(gathering.time_zone)
    return {"gathering": gathering, "session": session, "row": row, "zone": zone, **more}


@never_cache
def outcome(request: HttpRequest, slug: str, session_slug: str) -> HttpResponse:
    """The outcome document: for everybody once it is public; before, for those who write it and, once it has
    been put to them, for those who speak for a convener. Each button does one act."""
    gathering, session, row = _public(request, slug, session_slug)
    writes = rules.has_perm("gatherings.write_outcome", request.user, session)
    runs = rules.has_perm("gatherings.edit_programme", request.user, gathering)
    found = queries.outcome_of(session, drafts=True)
    document = found.document if found else None
    slugs = queries.spoken_for(request.user)
    speaks = [side for side in found.sides if side.organisation.slug in slugs] if found else []
    if document is None or document.published_at is None:
        asked = document is not None and document.proposed_at is not None and speaks
        if not writes and not asked:
            raise Http404
    what = request.POST.get("what", "")
    form = OutcomeForm(request.POST if what == "write" else None, document=document) if writes else None
    said = request.POST.get("side", "") if what == "refuse" else None
    version = document.version if document else 0
    stances = {
        side.organisation.slug: StanceForm(
            request.POST if side.organisation.slug == said else None,
            side=side.organisation.slug,
            version=version,
        )
        for side in speaks
    }
    stance = stances.get(said or "") or StanceForm(request.POST, side="", version=version)
    if request.method == "POST":
        try:
            words = _press(request, session, document, what, form, stance)
        except ValidationError as error:
            target = {"write": form, "refuse": stance}.get(what)
            if target is None:
                messages.error(request, " ".join(error.messages))
                return redirect(request.path)
            target.blame(error)
        else:
            if words:
                messages.success(request, words)
                return redirect(request.path)
    context = _context(
        gathering,
        session,
        row,
        found=found,
        document=document,
        form=form if document is None or document.published_at is None else None,
        speaks=[(side, stances[side.organisation.slug]) for side in speaks]
        if document and document.proposed_at
        else [],
        runs=runs,
    )
    failed = (what == "refuse" and stance.errors) or (form and form.errors)
    return render(request, "gatherings/outcome.html", context, status=422 if failed else 200)


def _press(
    request: HttpRequest,
    session: Session,
    document: OutcomeDocument | None,
    what: str,
    form: OutcomeForm | None,
    stance: StanceForm,
) -> str:
    """Does what the pressed button says and tells it; empty if a form has faults."""
    user: Any = request.user
    if what == "write" and form is not None:
        if not form.is_valid():
            return ""
        acts.write_outcome(user, session, **form.cleaned_data)
        return _("The document is kept.")
    if document is None:
        raise Http404
    if what == "propose":
        acts.propose_outcome(user, document)
        return _("The conveners have been told. Each says whether it confirms the document.")
    if what == "publish":
        acts.publish_outcome(user, document)
        return _("The document is public.")
    if what == "withdraw":
        acts.withdraw_outcome(user, document)
        return _("The document is a draft again.")
    if what in {"confirm", "refuse"}:
        side = get_object_or_404(
            Convener.objects.select_related("organisation"),
            session=session,
            organisation__slug=request.POST.get("side", ""),
        )
        said: dict[str, Any] = {"reason": "", "version": _number(request.POST.get("version", ""))}
        if what == "refuse":
            if not stance.is_valid():
                return ""
            said = stance.cleaned_data
        acts.speak_of_outcome(user, document, side.organisation, confirms=what == "confirm", **said)
        return _("What your side says is in the public record.")
    return ""


def _number(words: str) -> int | None:
    return int(words) if words.isdecimal() and len(words) < 10 else None


@never_cache
def report(request: HttpRequest, slug: str, session_slug: str) -> HttpResponse:
    """The report of a session: for everybody once it is there; the form for those who owe it."""
    gathering, session, row = _public(request, slug, session_slug)
    found = queries.report_of(session)
    if found is None:
        raise Http404
    found.session = session
    delivers = rules.has_perm("gatherings.deliver_report", request.user, found)
    if found.delivered_at is None and not delivers:
        raise Http404
    form = None
    if delivers and found.waived_at is None:
        posted = request.method == "POST"
        form = ReportForm(request.POST if posted else None, request.FILES if posted else None, report=found)
        if posted and form.is_valid():
            user: Any = request.user
            try:
                acts.deliver_report(user, found, **form.cleaned_data)
            except ValidationError as error:
                form.blame(error)
            else:
                messages.success(request, _("The report is public. Thank you."))
                return redirect("gatherings:report", gathering.slug, session.slug)
    context = _context(gathering, session, row, report=found, form=form)
    return render(request, "gatherings/report.html", context, status=422 if form and form.errors else 200)


def report_file(request: HttpRequest, slug: str, session_slug: str) -> FileResponse:
    """The report's file, once it is delivered; never shown within the page."""
    _gathering, session, _row = _public(request, slug, session_slug)
    found = queries.report_of(session)
    if found is None or found.delivered_at is None or not found.file:
        raise Http404
    return file_out(found.file, found.file_name)
