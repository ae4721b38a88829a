"""The programme editor. Each button does one act; without script the page is asked for again, with it the
answer is the fresh board alone."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from summitry.people.web import Request
from summitry.record.act import Stale

from .. import acts, board, queries
from ..forms import PlaceForm, ShiftForm
from ..models import Gathering, Session
from ..queries import Asked
from .common import work_on

LISTED = 50
MOST = 2**63 - 1
VIEW = ("day", "rooms", "step", "whole", "q", "track", "kind", "length", "told")  # what stays after an act


def asked(query: QueryDict) -> Asked:
    """What the address asks for; nonsense is nothing."""
    try:
        day = date.fromisoformat(query.get("day", ""))
    except ValueError:
        day = None
    return Asked(
        day=day,
        rooms=_number(query.get("rooms", "")) or 1,
        step=_number(query.get("step", "")),
        pick=_number(query.get("pick", "")),
        words=query.get("q", "").strip()[:120],
        track=query.get("track", ""),
        kind=query.get("kind", ""),
        length=query.get("length", ""),
        whole="whole" in query,
        all_told="told" in query,
    )


def _number(words: str) -> int:
    found = int(words) if words.isascii() and words.isdecimal() and len(words) < 20 else 0
    return found if found <= MOST else 0


@login_required
def editor(request: Request, slug: str) -> HttpResponse:
    """The rooms of a day side by side, the tray, and what is wrong; pressing a button does one act."""
    if request.method == "POST":
        return _pressed(request, work_on(request, slug, "gatherings.edit_programme"))
    gathering = work_on(request, slug, "gatherings.see_working")
    return render(request, "gatherings/desk/editor.html", _context(request, gathering))


@login_required
@require_safe
def since(request: Request, slug: str) -> HttpResponse:
    """The board alone, for a page that is open already: 304 as long as nothing has changed."""
    gathering = work_on(request, slug, "gatherings.see_working")
    may = rules.has_perm("gatherings.edit_programme", request.user, gathering)
    tag = f'"{queries.tag(gathering)}.{get_language()}.{int(may)}.{request.user.pk}"'
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = render(request, "gatherings/desk/editor_fresh.html", _context(request, gathering))
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


@login_required
@require_GET
def places(request: Request, slug: str) -> HttpResponse:
    """What would be wrong where the chosen session can go in this grid, for the script: by room, by row. A
    place where nothing is wrong is not named."""
    gathering = work_on(request, slug, "gatherings.edit_programme")
    found = queries.editor(gathering, asked(request.GET), request.user)
    wrong = {
        str(column.room.pk): {
            str(one.first): {"words": one.words, "error": one.is_error} for one in column.targets if one.words
        }
        for column in found.columns
    }
    return JsonResponse({"mark": found.mark, "rooms": wrong})


@login_required
@require_safe
def moved(request: Request, slug: str) -> HttpResponse:
    """Who moved what, newest first."""
    gathering = work_on(request, slug, "gatherings.see_working")
    context = {
        "gathering": gathering,
        "zone": ZoneInfo(gathering.time_zone),
        "page": Paginator(queries.history(gathering), LISTED).get_page(request.GET.get("page")),
        "tab": "editor",
    }
    return render(request, "gatherings/desk/editor_history.html", context)


def _context(request: HttpRequest, gathering: Gathering, **more: Any) -> dict[str, Any]:
    found = queries.editor(gathering, asked(request.GET), request.user)
    length = found.picked.known.length if found.picked else 0
    return {
        "gathering": gathering,
        "board": found,
        "place": _exact_form(gathering, found),
        "zone": ZoneInfo(gathering.time_zone),
        "may_edit": rules.has_perm("gatherings.edit_programme", request.user, gathering),
        "steps": board.steps(gathering.slot_minutes),
        "kept": [(name, value) for name, value in request.GET.items() if name in VIEW[:4]],
        "lengths": [(f"{low}-{high}", low, high) for low, high in queries.LENGTHS],
        "many": ShiftForm(
            gathering=gathering, initial={"from_day": found.day.isoformat(), "seen": found.mark}
        ),
        "longer": length + found.layout.step,
        "shorter": max(length - found.layout.step, 0),
        "tab": "editor",
        **more,
    }


def _exact_form(gathering: Gathering, found: queries.Board) -> PlaceForm | None:
    """Room, day, time and length of the chosen session, to be written."""
    if found.picked is None:
        return None
    session = gathering.sessions.select_related("slot").get(pk=found.picked.known.session)
    return PlaceForm(gathering=gathering, session=session)


def _pressed(request: Request, gathering: Gathering) -> HttpResponse:
    """Does what the pressed button says. With script the answer is the fresh board, and 409 or 422 if the
    act was refused; without, the page again."""
    status, keep = 200, False
    try:
        words, keep = _act(request, gathering)
    except Stale as refused:
        status, words = 409, " ".join(refused.messages)
    except ValidationError as refused:
        status, words = 422, " ".join(refused.messages)
    if request.headers.get("X-Board"):
        query = request.GET.copy()
        if status == 200 and not keep:
            query.pop("pick", None)
        request.GET = query  # type: ignore[assignment]
        gathering = work_on(request, gathering.slug, "gatherings.see_working")
        context = _context(request, gathering, said=words, refused=status != 200)
        return render(request, "gatherings/desk/editor_fresh.html", context, status=status)
    (messages.success if status == 200 else messages.error)(request, words)
    names = (*VIEW, "pick") if keep or status != 200 else VIEW
    query = QueryDict(mutable=True)
    for name in names:
        if name in request.GET:
            query[name] = request.GET[name]
    address = reverse("gatherings:desk_editor", args=[gathering.slug])
    return redirect(f"{address}?{query.urlencode()}" if query else address)


def _act(request: Request, gathering: Gathering) -> tuple[str, bool]:
    """What was done, in words, and whether the session stays chosen. Raises ValidationError."""
    post = request.POST
    for name, press in BUTTONS.items():
        if name in post:
            return press(request, gathering, post.get(name, ""))
    raise ValidationError(_("Choose what shall be done."))


def _session(gathering: Gathering, words: str) -> tuple[Session, int | None]:
    """A session and the version that the editor saw of it: "12 3"."""
    key, _space, version = words.partition(" ")
    rows = gathering.sessions.select_related("slot__room", "gathering")
    return get_object_or_404(rows, pk=_number(key)), _number(version) or None


def _chosen(request: Request, gathering: Gathering) -> tuple[Session, int | None]:
    return _session(gathering, request.POST.get("session", ""))


def _place(request: Request, gathering: Gathering, words: str) -> tuple[str, bool]:
    """ "ROOM MOMENT": the chosen session goes there, as long as `minutes` says or as it was."""
    session, version = _chosen(request, gathering)
    key, _space, moment = words.partition(" ")
    room = get_object_or_404(gathering.rooms, pk=_number(key))
    try:
        starts = datetime.fromisoformat(moment)
    except ValueError:
        starts = None
    if starts is None or starts.tzinfo is None:
        raise ValidationError(_("That is not a time."))
    found = acts.place_session(
        request.user,
        session,
        room=room,
        starts=starts,
        minutes=_number(request.POST.get("minutes", "")) or _minutes(session),
        version=version,
    )
    return _there(found, gathering), False


def _minutes(session: Session) -> int:
    """As long as it is, else as planned, else half an hour."""
    slot = getattr(session, "slot", None)
    return int((slot.ends - slot.starts).total_seconds() // 60) if slot else session.minutes or 30


def _there(found: acts.Placement, gathering: Gathering) -> str:
    """Where it stands now, and what is wrong there."""
    slot, zone = found.slot, ZoneInfo(gathering.time_zone)
    words = [
        _("“%(title)s” is in %(room)s on %(day)s, %(from)s to %(to)s.")
        % {
            "title": slot.session.title,
            "room": slot.room.name,
            "day": date_format(slot.starts.astimezone(zone), "MONTH_DAY_FORMAT"),
            "from": date_format(slot.starts.astimezone(zone), "H:i"),
            "to": date_format(slot.ends.astimezone(zone), "H:i"),
        }
    ]
    words += [queries.clash_words(one, gathering) for one in found.conflicts[:3]]
    return " ".join(words)


def _exact(request: Request, gathering: Gathering, _words: str) -> tuple[str, bool]:
    session, version = _chosen(request, gathering)
    form = PlaceForm(request.POST, gathering=gathering, session=session)
    if not form.is_valid():
        raise ValidationError(
            [f"{form.fields[name].label}: {error}" for name in form.errors for error in form.errors[name]]
        )
    values = form.cleaned_data
    found = acts.place_session(
        request.user,
        session,
        room=values["room"],
        starts=form.starts(),
        minutes=values["minutes"],
        version=version,
    )
    return _there(found, gathering), False


def _out(request: Request, gathering: Gathering, words: str) -> tuple[str, bool]:
    session, version = _session(gathering, words)
    acts.unplace_session(request.user, session, version)
    return _("“%(title)s” waits for a room and a time.") % {"title": session.title}, False


def _swap(request: Request, gathering: Gathering, words: str) -> tuple[str, bool]:
    session, version = _chosen(request, gathering)
    other, seen = _session(gathering, words)
    acts.swap_sessions(request.user, session, other, (version, seen))
    facts = {"one": session.title, "other": other.title}
    return _("“%(one)s” and “%(other)s” have swapped their places.") % facts, False


def _length(request: Request, gathering: Gathering, words: str) -> tuple[str, bool]:
    """The chosen session becomes as long as the button says."""
    session, version = _chosen(request, gathering)
    slot = getattr(session, "slot", None)
    if slot is None:
        raise ValidationError(_("This session has no place yet."))
    found = acts.place_session(
        request.user, session, room=slot.room, starts=slot.starts, minutes=_number(words), version=version
    )
    return _there(found, gathering), True


def _undo(request: Request, gathering: Gathering, words: str) -> tuple[str, bool]:
    shift = get_object_or_404(gathering.shifts.select_related("gathering"), pk=_number(words))
    acts.undo(request.user, shift)
    return _("Undone: the sessions stand where they stood before."), False


def _shift(request: Request, gathering: Gathering, _words: str) -> tuple[str, bool]:
    form = ShiftForm(request.POST, gathering=gathering)
    if not form.is_valid():
        raise ValidationError([error for errors in form.errors.values() for error in errors])
    values = form.cleaned_data
    done = acts.shift_sessions(
        request.user,
        gathering,
        day=values["from_day"],
        room=values["from_room"],
        minutes=values["by"] or 0,
        to_day=values["to_day"],
        to_room=values["to_room"],
        seen=values["seen"],
    )
    count = done.moves.count() if done else 0
    return ngettext("%(count)d session moved.", "%(count)d sessions moved.", count) % {"count": count}, False


type Press = Callable[[Request, Gathering, str], tuple[str, bool]]
BUTTONS: dict[str, Press] = {
    "to": _place,
    "exact": _exact,
    "out": _out,
    "swap": _swap,
    "length": _length,
    "undo": _undo,
    "shift": _shift,
}
