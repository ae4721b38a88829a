"""The desk: what a timetable must keep and what it should."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.people.web import Request

from .. import acts, queries
from ..demand_forms import CoupleForm, DemandForm, EquipForm, PlanningForm, PresenceForm, TeamForm
from ..forms import Blaming
from ..models import Couple, Gathering, InterpreterTeam
from ..timetabling.grid import planning_of
from .common import work_on

LISTED = 25


@login_required
def demands(request: Request, slug: str) -> HttpResponse:
    """The grid and the weights, interpreters, who is away, which sessions should not be at one time.
    `?team=` and `?person=` open one to change it; each form does one act."""
    gathering = work_on(request, slug, "gatherings.edit_programme")
    what = request.POST.get("what", "")
    team = _asked_team(request, gathering)
    if what in {"remove-team", "uncouple"}:
        _take_away(request, gathering, what, team)
        return redirect("gatherings:desk_demands", gathering.slug)
    forms = _forms(request, gathering, what, team)
    pressed = forms.get(what)
    if pressed is not None and pressed.is_valid():
        try:
            _keep(request, gathering, what, pressed, team)
        except ValidationError as error:
            pressed.blame(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("gatherings:desk_demands", gathering.slug)
    context = {
        "gathering": gathering,
        "forms": forms,
        "form": pressed or forms["plan"],
        "team": team,
        "teams": queries.teams(gathering)[:200],
        "presences": _page(request, queries.presences(gathering), "away"),
        "couples": _page(request, queries.couples(gathering), "pairs"),
        "tab": "demands",
    }
    status = 422 if pressed is not None and pressed.errors else 200
    return render(request, "gatherings/desk/demands.html", context, status=status)


def _page(request: Request, rows: Any, name: str) -> Any:
    return Paginator(rows, LISTED).get_page(request.GET.get(name))


def _asked_team(request: Request, gathering: Gathering) -> InterpreterTeam | None:
    asked = request.POST.get("key") if request.POST.get("what") == "remove-team" else request.GET.get("team")
    return get_object_or_404(gathering.teams, pk=_number(asked)) if asked else None


def _number(words: str | None) -> int:
    if not words or not words.isdecimal() or len(words) > 18:
        raise Http404
    return int(words)


def _forms(
    request: Request, gathering: Gathering, what: str, team: InterpreterTeam | None
) -> dict[str, Blaming]:
    def sent(name: str) -> Any:
        return request.POST if what == name else None

    asked = request.GET.get("person", "")
    person = queries.people_of(gathering).filter(slug=asked).first() if asked else None
    said = queries.presence_of(gathering, person) if person else None
    initial = {"person": person.slug if person else ""}
    if said:
        initial |= {"absent": said.absent, "zone": said.zone}
    return {
        "plan": PlanningForm(sent("plan"), planning=planning_of(gathering)),
        "team": TeamForm(sent("team"), team=team),
        "presence": PresenceForm(sent("presence"), gathering=gathering, initial=initial),
        "couple": CoupleForm(sent("couple"), gathering=gathering),
    }


def _keep(
    request: Request, gathering: Gathering, what: str, form: Blaming, team: InterpreterTeam | None
) -> None:
    values = dict(form.cleaned_data)
    if isinstance(form, PlanningForm):
        given = form.values()
        acts.plan(request.user, gathering, given.pop("version"), **given)
    elif what == "team":
        acts.keep_team(request.user, gathering, team, **values)
    elif what == "presence":
        acts.say_presence(request.user, gathering, values.pop("person"), **values)
    else:
        acts.couple(request.user, gathering, values.pop("first"), values.pop("second"), **values)


def _take_away(request: Request, gathering: Gathering, what: str, team: InterpreterTeam | None) -> None:
    if what == "uncouple":
        rows = Couple.objects.filter(gathering=gathering)
        acts.uncouple(request.user, get_object_or_404(rows, pk=_number(request.POST.get("key"))))
    elif team is not None:
        acts.remove_team(request.user, team)
    messages.success(request, _("Taken away."))


@login_required
def couples(request: Request, slug: str) -> HttpResponse:
    """Sessions that might be kept apart, found by their words and by what readers watch; those that are
    chosen become demands, as they are found now and not as the form says."""
    gathering = work_on(request, slug, "gatherings.edit_programme")
    found = queries.offers(gathering)
    if request.method == "POST":
        wanted = set(request.POST.getlist("couple"))
        chosen = [
            (one.first, one.second, one.kind, one.amount if one.kind == Couple.Kind.JOINT else 1)
            for one in found
            if one.key in wanted
        ]
        if chosen:
            count = acts.couple_all(request.user, gathering, chosen)
            said = ngettext("%(n)d couple added.", "%(n)d couples added.", count) % {"n": count}
            messages.success(request, said)
            return redirect("gatherings:desk_demands", gathering.slug)
        messages.warning(request, _("Nothing was chosen."))
    context = {
        "gathering": gathering,
        "similar": [one for one in found if one.kind == Couple.Kind.SIMILAR],
        "joint": [one for one in found if one.kind == Couple.Kind.JOINT],
        "tab": "demands",
    }
    return render(request, "gatherings/desk/couples.html", context)


@login_required
def room(request: Request, slug: str, room_slug: str) -> HttpResponse:
    """What a room has, and when it is closed."""
    gathering = work_on(request, slug, "gatherings.edit_programme")
    one = get_object_or_404(gathering.rooms.select_related("facts"), slug=room_slug)
    form = EquipForm(request.POST or None, facts=getattr(one, "facts", None))
    if request.method == "POST" and form.is_valid():
        try:
            acts.equip_room(request.user, one, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("gatherings:desk_rooms", gathering.slug)
    context = {"gathering": gathering, "form": form, "title": one.name, "tab": "rooms"}
    status = 422 if form.errors else 200
    return render(request, "gatherings/desk/demand.html", context, status=status)


@login_required
def session(request: Request, slug: str, session_slug: str) -> HttpResponse:
    """What a session needs of its place."""
    gathering = work_on(request, slug, "gatherings.edit_programme")
    one = get_object_or_404(gathering.sessions, slug=session_slug)
    form = DemandForm(request.POST or None, session=one, demand=queries.demand_of(one))
    if request.method == "POST" and form.is_valid():
        try:
            acts.say_demand(request.user, one, **form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("gatherings:desk_session", gathering.slug, one.slug)
    context = {
        "gathering": gathering,
        "form": form,
        "title": one.title,
        "session": one,
        "services": one.services.select_related("team"),
        "tab": "sessions",
    }
    status = 422 if form.errors else 200
    return render(request, "gatherings/desk/demand.html", context, status=status)
