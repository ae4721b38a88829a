"""Files for other systems: schedule XML and calendars, of released programmes only."""

import io
from collections.abc import Callable, Iterator
from functools import wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation

from .. import agenda, export, frab, queries
from ..calendars import calendar
from ..models import Gathering, Release
from .common import asked_release, may_see_working, visible

type View = Callable[..., HttpResponse | StreamingHttpResponse]


def in_language(view: View) -> View:
    """`?lang=fr` chooses the language of a file; without it, what the request asks for."""

    @wraps(view)
    def inner(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse | StreamingHttpResponse:
        asked = request.GET.get("lang", "").lower()
        code = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
        with translation.override(code):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = code or settings.LANGUAGE_CODE
        return response

    return inner


def schedule_xml(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The released programme in schedule XML, valid by the c3voc schema. `?shape=full` adds what that has no
    place for: venue, biographies, short names. `?release=working` is for those who make the programme."""
    gathering = visible(request, slug)
    release = asked_release(request, gathering)
    if release is None and not may_see_working(request, gathering):
        raise PermissionDenied
    schedule = export.schedule_of(gathering, release)
    pieces = frab.write(schedule, strict=request.GET.get("shape") != "full")
    response = StreamingHttpResponse(_encoded(pieces), content_type="application/xml; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{gathering.slug}.xml"'
    return response


def _encoded(pieces: Iterator[str], size: int = 1 << 15) -> Iterator[bytes]:
    """Few large chunks instead of many small ones."""
    kept = io.BytesIO()
    for piece in pieces:
        kept.write(piece.encode())
        if kept.tell() >= size:
            yield kept.getvalue()
            kept = io.BytesIO()
    if kept.tell():
        yield kept.getvalue()


def _released(request: HttpRequest, slug: str) -> tuple[Gathering, Release]:
    gathering = visible(request, slug)
    if gathering.released is None:
        raise Http404
    return gathering, gathering.released


def _ics(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return response


@in_language
def schedule_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole programme; sessions cancelled since an earlier release are told as cancelled."""
    gathering, release = _released(request, slug)
    rows = queries.calendar_rows(release)
    return _ics(calendar(gathering, release, rows, queries.cancelled_since(gathering)), gathering.slug)


@in_language
def session_ics(request: HttpRequest, slug: str, session_slug: str) -> HttpResponse:
    gathering, release = _released(request, slug)
    row = queries.released_row(get_object_or_404(gathering.sessions, slug=session_slug))
    if row is None:
        raise Http404
    there = row.release_id == release.pk
    data = calendar(gathering, release, [row] if there else [], [] if there else [row])
    return _ics(data, f"{gathering.slug}-{session_slug}")


@in_language
def agenda_ics(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """A shared agenda as a calendar to subscribe to: it follows the releases."""
    gathering, release = _released(request, slug)
    keys = agenda.decode(gathering, code)
    if keys is None:
        raise Http404
    found = queries.agenda(gathering, keys)
    return _ics(calendar(gathering, release, [one.row for one in found.items], found.gone), "agenda")
