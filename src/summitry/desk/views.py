"""The desk's first screen."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from summitry.people.web import Request

from . import areas, queries


@login_required
@never_cache
@require_safe
def today(request: Request) -> HttpResponse:
    """What waits for this user now."""
    if not request.user.roles:
        raise PermissionDenied(_("The desk is for people who hold a mandate of the institution."))
    everything = request.GET.get("all") == "1"
    found = queries.today(request.user, everything)
    areas.count(request.user, found.found)
    return render(request, "desk/today.html", {"today": found, "all": everything})
