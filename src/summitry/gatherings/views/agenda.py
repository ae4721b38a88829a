"""A reader's own agenda: stars as plain forms, kept in her browser's signed cookie; and agendas that she
shares."""

from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from .. import acts, queries
from .. import agenda as own
from ..models import Gathering
from .common import visible


def from_here(request: HttpRequest) -> bool:
    """Whether a form was sent from one of our own pages, as the browser says.

    The programme's pages carry no token of a session, so that the same bytes serve every reader: what is
    asked instead is where the browser says that the request comes from. A browser cannot be made to lie
    about that.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


@csrf_exempt
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """Her sessions by time, with clashes marked; POST adds or drops one (or takes over a shared agenda)."""
    gathering = visible(request, slug)
    if request.method == "POST":
        return _change(request, gathering)
    keys = own.read(request, gathering)
    user: Any = request.user
    found = queries.agenda(gathering, keys)
    context = {
        "gathering": gathering,
        "zone": ZoneInfo(gathering.time_zone),
        "found": found,
        "own": keys,
        "code": own.code(gathering, keys) if keys else "",
        "watch": queries.watch_of(user, gathering),
        "host": f"{request.scheme}://{request.get_host()}",
    }
    response = render(request, "gatherings/agenda.html", context)
    patch_vary_headers(response, ["Cookie"])
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _change(request: HttpRequest, gathering: Gathering) -> HttpResponse:
    if not from_here(request):
        raise PermissionDenied(_("This form came from another site."))
    keys = set(own.read(request, gathering))
    if request.POST.get("watch"):
        return _watch(request, gathering, keys)
    added, dropped = request.POST.get("add", ""), request.POST.get("drop", "")
    words = ""
    if taken := request.POST.get("take", ""):
        shared = own.decode(gathering, taken)
        if shared is None:
            raise Http404
        keys |= queries.published_keys(gathering, shared)
    elif added.isdecimal() and len(added) < 19:
        if queries.published_keys(gathering, [int(added)]):
            keys.add(int(added))
        else:
            words = _("This session is not in the programme any more.")
    elif dropped.isdecimal() and len(dropped) < 19:
        keys.discard(int(dropped))
    elif request.POST.get("clear") == "1":
        keys.clear()
    if len(keys) > own.MOST:
        words = _("An agenda holds at most %(most)d sessions.") % {"most": own.MOST}
        keys = set(own.read(request, gathering))
    response: HttpResponse
    if "application/json" in request.headers.get("Accept", ""):
        response = JsonResponse({"count": len(keys), "words": words}, status=422 if words else 200)
    else:
        target = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
            target = reverse("gatherings:agenda", args=[gathering.slug])
        mark = added or dropped
        response = redirect(f"{target.partition('#')[0]}#s{mark}" if mark.isdecimal() else target)
        if words:
            messages.warning(request, words)
    own.keep(response, gathering, keys, secure=settings.HTTPS)
    _follow(request, gathering, keys)
    return response


def _follow(request: HttpRequest, gathering: Gathering, keys: set[int]) -> None:
    """Her letters follow her agenda: what this browser adds or drops; what others hold stays."""
    user: Any = request.user
    before = own.read(request, gathering)
    if keys != before and (watch := queries.watch_of(user, gathering)):
        watched = set(watch.sessions.values_list("pk", flat=True))
        acts.watch_agenda(user, gathering, (watched | keys - before) - (before - keys))


def _watch(request: HttpRequest, gathering: Gathering, keys: set[int]) -> HttpResponse:
    """Letters about changes of this agenda, or no more of them."""
    user: Any = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.path)
    if request.POST["watch"] == "1":
        acts.watch_agenda(user, gathering, keys)
        messages.success(request, _("You get a letter when a release changes a session of your agenda."))
    else:
        acts.unwatch_agenda(user, gathering)
        messages.success(request, _("No more letters about this agenda."))
    return redirect("gatherings:agenda", gathering.slug)


def shared(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """An agenda that somebody shares by its address: to read, to subscribe to, to take over."""
    gathering = visible(request, slug)
    keys = own.decode(gathering, code)
    if keys is None:
        return render(request, "gatherings/agenda_broken.html", {"gathering": gathering}, status=404)
    context = {
        "gathering": gathering,
        "zone": ZoneInfo(gathering.time_zone),
        "found": queries.agenda(gathering, keys),
        "code": code,
        "host": f"{request.scheme}://{request.get_host()}",
    }
    return render(request, "gatherings/shared_agenda.html", context)
