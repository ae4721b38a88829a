"""The desk: gatherings, their facts, rooms and tracks."""

from typing import Any

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from summitry.people.web import Request
from summitry.record.act import require

from .. import acts, queries
from ..checks import Severity
from ..forms import GatheringForm, RoomForm, TrackForm
from ..models import Gathering, Room, Track
from .common import work_on

LISTED = 50


@login_required
def gatherings(request: Request) -> HttpResponse:
    """The gatherings that this user works on."""
    rows = queries.for_reader(request.user).order_by("-starts", "slug")
    if not rules.has_perm("gatherings.see_working", request.user):
        label = Gathering._meta.label_lower
        own = [
            scope.partition(":")[2] for _role, scope in request.user.roles if scope.startswith(f"{label}:")
        ]
        if not own:
            raise PermissionDenied(_("This is for those who make programmes."))
        rows = rows.filter(slug__in=own)
    context = {
        "page": Paginator(rows, LISTED).get_page(request.GET.get("page")),
        "may_create": rules.has_perm("gatherings.create_gathering", request.user),
    }
    return render(request, "gatherings/desk/gatherings.html", context)


@login_required
def new(request: Request) -> HttpResponse:
    require(request.user, "gatherings.create_gathering")
    form = GatheringForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        try:
            made = acts.create_gathering(request.user, **values)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("The gathering is there, as a draft."))
            return redirect("gatherings:desk_edition", made.slug)
    return render(request, "gatherings/desk/facts.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def edition(request: Request, slug: str) -> HttpResponse:
    """The sessions of an edition: all, or those without a slot, or those in a clash."""
    gathering = work_on(request, slug, "gatherings.see_working")
    show, words = request.GET.get("show", ""), request.GET.get("q", "").strip()[:120]
    clashes = [one for one in queries.conflicts(gathering) if one.severity == Severity.ERROR]
    rows = queries.desk_sessions(gathering, show, words, clashes)
    context = {
        "gathering": gathering,
        "page": Paginator(rows, LISTED).get_page(request.GET.get("page")),
        "show": show,
        "q": words,
        "clashes": clashes[:20],
        "clash_count": len(clashes),
        "counts": queries.desk_counts(gathering),
        "may_edit": rules.has_perm("gatherings.edit_programme", request.user, gathering),
        "tab": "sessions",
    }
    return render(request, "gatherings/desk/edition.html", context)


@login_required
def facts(request: Request, slug: str) -> HttpResponse:
    gathering = work_on(request, slug, "gatherings.edit_gathering")
    form = GatheringForm(request.POST or None, gathering=gathering)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            acts.edit_gathering(request.user, gathering, values.pop("version"), **values)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("gatherings:desk_edition", gathering.slug)
    context = {"form": form, "gathering": gathering, "tab": "facts"}
    return render(request, "gatherings/desk/facts.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def announce(request: Request, slug: str) -> HttpResponse:
    """Make a draft public, or say that the gathering does not take place."""
    gathering = work_on(request, slug, "gatherings.edit_gathering")
    try:
        if request.POST.get("what") == "cancel":
            acts.cancel_gathering(request.user, gathering)
            messages.success(request, _("The public is told that it does not take place."))
        else:
            acts.announce_gathering(request.user, gathering)
            messages.success(request, _("The gathering is public."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("gatherings:desk_edition", gathering.slug)


@login_required
def rooms(request: Request, slug: str) -> HttpResponse:
    """List, add and change rooms; `?edit=SLUG` opens one."""
    gathering = work_on(request, slug, "gatherings.edit_programme")
    asked = request.GET.get("edit")
    room = get_object_or_404(gathering.rooms, slug=asked) if asked else None
    if room and request.POST.get("what") == "remove":
        return _remove(request, gathering, room)
    initial = {"name": room.name, "capacity": room.capacity, "position": room.position} if room else None
    form = RoomForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            if room:
                acts.edit_room(request.user, room, **values)
            else:
                acts.add_room(request.user, gathering, name=values["name"], capacity=values["capacity"])
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("gatherings:desk_rooms", gathering.slug)
    rows = queries.rooms_with_counts(gathering)
    return _things(request, gathering, form, room, rows, "rooms")


def _remove(request: Request, gathering: Gathering, room: Room) -> HttpResponse:
    try:
        acts.remove_room(request.user, room)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("gatherings:desk_rooms", gathering.slug)


@login_required
def tracks(request: Request, slug: str) -> HttpResponse:
    """List, add and rename tracks; `?edit=SLUG` opens one."""
    gathering = work_on(request, slug, "gatherings.edit_programme")
    asked = request.GET.get("edit")
    track = get_object_or_404(gathering.tracks, slug=asked) if asked else None
    initial = {"name": track.name, "position": track.position} if track else None
    form = TrackForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if track:
                acts.edit_track(request.user, track, **form.cleaned_data)
            else:
                acts.add_track(request.user, gathering, name=form.cleaned_data["name"])
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("gatherings:desk_tracks", gathering.slug)
    return _things(request, gathering, form, track, queries.tracks_with_counts(gathering), "tracks")


def _things(
    request: Request, gathering: Gathering, form: Any, thing: Room | Track | None, rows: Any, tab: str
) -> HttpResponse:
    context = {
        "gathering": gathering,
        "form": form,
        "thing": thing,
        "page": Paginator(rows, LISTED).get_page(request.GET.get("page")),
        "tab": tab,
    }
    status = 422 if form.errors else 200
    return render(request, f"gatherings/desk/{tab}.html", context, status=status)
