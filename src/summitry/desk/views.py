"""The desk's first screen."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import areas, queries


@login_required
@never_cache
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """What waits for this user now."""
    if not request.user.roles:
        raise PermissionDenied(_("The desk is for people who hold a mandate of the institution."))
    everything = request.GET.get("all") == "1"
    found = queries.today(request.user, everything)
    areas.count(request.user, found.found)
    return render(request, "desk/today.html", {"today": found, "all": everything})
