"""What the views share: which gathering a reader may see, and which release she reads."""

import rules
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from summitry import kept
from summitry.record.act import require

from .. import queries
from ..models import Gathering, Release

WORKING = "working"  # ?release=working: for those who make the programme


def visible(request: HttpRequest, slug: str) -> Gathering:
    """The gathering, if this reader may know of it; else 404, as if it were not there."""
    found = get_object_or_404(queries.for_reader(request.user), slug=slug)
    kept.depends(f"gathering:{found.pk}", f"series:{found.series_id}", f"release:{found.released_id}")
    return found


def may_see_working(request: HttpRequest, gathering: Gathering) -> bool:
    return rules.has_perm("gatherings.see_working", request.user, gathering)


def asked_release(request: HttpRequest, gathering: Gathering) -> Release | None:
    """The release that the address asks for, by default the current one; None is the working programme.

    Raises Http404 where there is no such release or none at all, PermissionDenied for the working programme.
    """
    asked = request.GET.get("release", "")
    if asked == WORKING:
        if not may_see_working(request, gathering):
            raise PermissionDenied(_("The working programme is for those who make it."))
        return None
    if asked:
        if not asked.isdecimal() or len(asked) > 9:
            raise Http404
        return get_object_or_404(gathering.releases, version=int(asked))
    if gathering.released is None:
        raise Http404
    return gathering.released


def work_on(request: HttpRequest, slug: str, permission: str) -> Gathering:
    """The gathering for a desk page. Raises PermissionDenied."""
    gathering = get_object_or_404(Gathering.objects.select_related("released", "series"), slug=slug)
    require(request.user, permission, gathering)
    return gathering
