"""The desk: one session and its place, and the release of a programme."""

from zoneinfo import ZoneInfo

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from summitry.people.web import Request

from .. import acts, kinds, queries
from ..forms import PlaceForm, ReleaseForm, SessionForm
from ..forms_outcomes import ConvenersForm, LinkForm
from ..models import Gathering, Session
from ..programme import compare
from .common import work_on


@login_required
def new_session(request: Request, slug: str) -> HttpResponse:
    gathering = work_on(request, slug, "gatherings.edit_programme")
    form = SessionForm(request.POST or None, gathering=gathering)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        try:
            made = acts.add_session(request.user, gathering, **values)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("The session is there. Now it needs a room and a time."))
            return redirect("gatherings:desk_session", gathering.slug, made.slug)
    context = {"gathering": gathering, "form": form, "tab": "sessions"}
    return render(request, "gatherings/desk/new_session.html", context, status=422 if form.errors else 200)


@login_required
def session(request: Request, slug: str, session_slug: str) -> HttpResponse:
    """A session: what it is, and where and when it stands. Each form does one act."""
    gathering = work_on(request, slug, "gatherings.see_working")
    one = get_object_or_404(gathering.sessions.select_related("slot__room", "track"), slug=session_slug)
    one.gathering = gathering
    what = request.POST.get("what", "")
    form = SessionForm(request.POST if what == "edit" else None, gathering=gathering, session=one)
    place = PlaceForm(request.POST if what == "place" else None, gathering=gathering, session=one)
    conveners = ConvenersForm(request.POST if what == "conveners" else None, session=one)
    link = LinkForm(request.POST if what == "link" else None)
    if request.method == "POST":
        try:
            if words := _press(request, gathering, one, what, form, place, conveners, link):
                messages.success(request, words)
                return redirect("gatherings:desk_session", gathering.slug, one.slug)
        except ValidationError as error:
            blamed = {"edit": form, "place": place, "conveners": conveners, "link": link}.get(what)
            if blamed is not None:
                blamed.blame(error)
            else:
                messages.error(request, " ".join(error.messages))
                return redirect("gatherings:desk_session", gathering.slug, one.slug)
    outcome = queries.outcome_of(one, drafts=True)
    context = {
        "gathering": gathering,
        "zone": ZoneInfo(gathering.time_zone),
        "session": one,
        "row": queries.working_row(one),
        "form": form,
        "place": place,
        "clashes": queries.conflicts_of(one),
        "conveners": conveners,
        "link": link,
        "links": list(one.links.all()),
        "report": queries.report_of(one),
        "outcome": outcome,
        "outcome_is_open": _is_open(request, one, outcome),
        "kind": kinds.of(one.kind),
        "missing": queries.missing(one, one.parts.all(), one.conveners.count()),
        "may_edit": rules.has_perm("gatherings.edit_programme", request.user, gathering),
        "tab": "sessions",
    }
    status = 422 if form.errors or place.errors or conveners.errors or link.errors else 200
    return render(request, "gatherings/desk/session.html", context, status=status)


def _is_open(request: Request, one: Session, outcome: queries.Outcome | None) -> bool:
    """Whether the page of its outcome document answers this reader: that of a session which a release has
    named, once the document is public or to those who write it."""
    public = outcome is not None and outcome.document.published_at is not None
    writes = rules.has_perm("gatherings.write_outcome", request.user, one)
    return (public or writes) and queries.released_row(one) is not None


def _press(
    request: Request,
    gathering: Gathering,
    one: Session,
    what: str,
    form: SessionForm,
    place: PlaceForm,
    conveners: ConvenersForm,
    link: LinkForm,
) -> str:
    """Does what the pressed button says and tells it; empty if a form has faults."""
    if what == "edit" and form.is_valid():
        values = dict(form.cleaned_data)
        acts.edit_session(request.user, one, values.pop("version"), **values)
        return _("Saved.")
    if what == "place" and place.is_valid():
        found = acts.place_session(
            request.user,
            one,
            room=place.cleaned_data["room"],
            starts=place.starts(),
            minutes=place.cleaned_data["minutes"],
            version=place.cleaned_data["place_version"],
        )
        for clash in found.conflicts:
            messages.warning(request, queries.clash_words(clash, gathering))
        return _("The session stands there now.")
    if what == "unplace":
        acts.unplace_session(request.user, one)
        return _("The session waits for a room and a time.")
    if what == "cancel":
        acts.cancel_session(request.user, one)
        return _("The session is cancelled. The public sees it with the next release.")
    if what == "conveners" and conveners.is_valid():
        acts.name_conveners(request.user, one, conveners.cleaned_data["conveners"])
        return _("Saved.")
    if what == "link" and link.is_valid():
        acts.add_link(request.user, one, **link.cleaned_data)
        return _("The link is there.")
    if what == "unlink":
        acts.remove_link(request.user, get_object_or_404(one.links, pk=_key(request.POST.get("link", ""))))
        return _("The link is gone.")
    if what == "restore":
        acts.restore_session(request.user, one)
        return _("The session takes place after all. It needs a room and a time.")
    return ""


def _key(words: str) -> int:
    return int(words) if words.isdecimal() and len(words) < 19 else 0


@login_required
def release(request: Request, slug: str) -> HttpResponse:
    """What the next release would change, and the button that publishes it, at once or at a moment."""
    gathering = work_on(request, slug, "gatherings.release_programme")
    last, prepared = gathering.released, queries.prepared_of(gathering)
    if request.method == "POST" and request.POST.get("what") == "withdraw":
        acts.withdraw_prepared(request.user, gathering)
        messages.success(request, _("Nothing waits any more. The working programme is as it was."))
        return redirect("gatherings:desk_release", gathering.slug)
    initial = {"after": last.version if last else 0, "notify": True}
    form = ReleaseForm(request.POST or None, gathering=gathering, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            words = _publish(request, gathering, form)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, words)
            return redirect("gatherings:desk_edition", gathering.slug)
    rows = [queries.as_row(row) for row in queries.working(gathering)]
    clashes = queries.room_clashes(gathering)
    if not clashes and "overlap_reason" not in form.errors:
        del form.fields["overlap_reason"]
    told = queries.rows_of(last) if last else []
    waiting = [queries.as_row(row) for row in queries.prepared_rows(prepared)] if prepared else rows
    context = {
        "gathering": gathering,
        "zone": ZoneInfo(gathering.time_zone),
        "form": form,
        "last": last,
        "prepared": prepared,
        "sessions": len(waiting),
        "changes": compare(told, waiting),
        "clashes": clashes[:20],
        "rooms": {room.slug: room.name for room in gathering.rooms.all()},
        "loose": queries.unscheduled(gathering).count(),
        "tab": "release",
    }
    status = 422 if form.errors else 200
    return render(request, "gatherings/desk/release.html", context, status=status)


def _publish(request: Request, gathering: Gathering, form: ReleaseForm) -> str:
    values = dict(form.cleaned_data)
    due_at, note = values.pop("due_at"), values.pop("note")
    if due_at is None:
        made = acts.release(request.user, gathering, note, **values)
        return _("Version %(version)d is public.") % {"version": made.version}
    acts.prepare_release(request.user, gathering, due_at, note, **values)
    return _("The release waits for its moment. Nobody outside sees anything of it before.")
