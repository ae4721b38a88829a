"""The desk's first screen."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


@login_required
def today(request: HttpRequest) -> HttpResponse:
    """What waits for this user now."""
    if not request.user.roles:
        raise PermissionDenied(_("The desk is for people who hold a mandate of the institution."))
    return render(request, "desk/today.html")
