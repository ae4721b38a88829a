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

from .. import acts, queries
from ..forms import PlaceForm, ReleaseForm, SessionForm
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
    if request.method == "POST":
        try:
            if words := _press(request, gathering, one, what, form, place):
                messages.success(request, words)
                return redirect("gatherings:desk_session", gathering.slug, one.slug)
        except ValidationError as error:
            if what == "edit":
                form.blame(error)
            elif what == "place":
                place.blame(error)
            else:
                messages.error(request, " ".join(error.messages))
                return redirect("gatherings:desk_session", gathering.slug, one.slug)
    context = {
        "gathering": gathering,
        "zone": ZoneInfo(gathering.time_zone),
        "session": one,
        "row": queries.working_row(one),
        "form": form,
        "place": place,
        "clashes": queries.clashes_of(one),
        "may_edit": rules.has_perm("gatherings.edit_programme", request.user, gathering),
        "tab": "sessions",
    }
    status = 422 if form.errors or place.errors else 200
    return render(request, "gatherings/desk/session.html", context, status=status)


def _press(
    request: Request,
    gathering: Gathering,
    one: Session,
    what: str,
    form: SessionForm,
    place: PlaceForm,
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
        for clash in found.clashes:
            messages.warning(request, queries.clash_words(clash, gathering))
        return _("The session stands there now.")
    if what == "unplace":
        acts.unplace_session(request.user, one)
        return _("The session waits for a room and a time.")
    if what == "cancel":
        acts.cancel_session(request.user, one)
        return _("The session is cancelled. The public sees it with the next release.")
    if what == "restore":
        acts.restore_session(request.user, one)
        return _("The session takes place after all. It needs a room and a time.")
    return ""


@login_required
def release(request: Request, slug: str) -> HttpResponse:
    """What the next release would change, and the button that publishes it."""
    gathering = work_on(request, slug, "gatherings.release_programme")
    last = gathering.released
    form = ReleaseForm(request.POST or None, initial={"after": last.version if last else 0})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = acts.release(
                request.user,
                gathering,
                values["note"],
                overlap_reason=values["overlap_reason"],
                after=values["after"],
            )
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Version %(version)d is public.") % {"version": made.version})
            return redirect("gatherings:desk_edition", gathering.slug)
    rows = [queries.as_row(row) for row in queries.working(gathering)]
    clashes = queries.room_clashes(gathering)
    if not clashes and "overlap_reason" not in form.errors:
        del form.fields["overlap_reason"]
    context = {
        "gathering": gathering,
        "zone": ZoneInfo(gathering.time_zone),
        "form": form,
        "last": last,
        "sessions": len(rows),
        "changes": compare(queries.rows_of(last) if last else [], rows),
        "clashes": clashes[:20],
        "rooms": {room.slug: room.name for room in gathering.rooms.all()},
        "loose": queries.unscheduled(gathering).count(),
        "tab": "release",
    }
    status = 422 if form.errors else 200
    return render(request, "gatherings/desk/release.html", context, status=status)
