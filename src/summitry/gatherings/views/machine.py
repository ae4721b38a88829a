"""Files for other systems: programmes in every registered format, and calendars; released ones only."""

import io
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.views.decorators.http import require_safe

from summitry import kept

from .. import agenda, export, formats, queries
from ..calendars import calendar
from ..models import Gathering, Release
from .common import asked_release, may_see_working, visible

_WORKER = Path(__file__).resolve().parent.parent / "static" / "gatherings" / "agenda-worker.js"
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


@kept.page("shape", "release", "lang")
def programme_file(request: HttpRequest, slug: str, file: str) -> HttpResponse | StreamingHttpResponse:
    """The released programme in a registered format (`formats.public`). `?shape=full` adds what the format
    has no place for, so that reading it again loses nothing. `?release=working` is for those who make it."""
    chosen = formats.by_file(file)
    if chosen is None or chosen.write is None:
        raise Http404
    gathering = visible(request, slug)
    release = asked_release(request, gathering)
    if release is None and not may_see_working(request, gathering):
        raise PermissionDenied
    write = chosen.full if chosen.full and request.GET.get("shape") == "full" else chosen.write
    made = write(export.Programme(gathering, release))
    if chosen.by_language and not isinstance(made, bytes):
        made = b"".join(_encoded(made))  # a stream is written later, when the language is another's
    kind = chosen.media_type
    if kind.startswith("text/") or kind.endswith("xml"):
        kind += "; charset=utf-8"
    response: HttpResponse | StreamingHttpResponse = (
        HttpResponse(made, content_type=kind)
        if isinstance(made, bytes)
        else StreamingHttpResponse(_encoded(made), content_type=kind)
    )
    response.headers["Content-Disposition"] = f'inline; filename="{gathering.slug}.{chosen.extension}"'
    return response


in_language_file = in_language(programme_file)


def _encoded(pieces: Iterator[str] | Iterator[bytes], size: int = 1 << 15) -> Iterator[bytes]:
    """Few large chunks instead of many small ones."""
    kept = io.BytesIO()
    for piece in pieces:
        kept.write(piece.encode() if isinstance(piece, str) else piece)
        if kept.tell() >= size:
            yield kept.getvalue()
            kept = io.BytesIO()
    if kept.tell():
        yield kept.getvalue()


def _released(request: HttpRequest, slug: str) -> tuple[Gathering, Release]:
    gathering = visible(request, slug)
    if gathering.released is None:
        raise Http404
    kept.depends(f"programme:{gathering.pk}")
    return gathering, gathering.released


def _ics(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return response


@kept.page("lang")
@in_language
def session_ics(request: HttpRequest, slug: str, session_slug: str) -> HttpResponse:
    gathering, release = _released(request, slug)
    row = queries.released_row(get_object_or_404(gathering.sessions, slug=session_slug))
    if row is None:
        raise Http404
    there = row.release_id == release.pk
    moments = queries.published_moments(gathering)
    data = calendar(gathering, release, moments, [row] if there else [], [] if there else [row])
    return _ics(data, f"{gathering.slug}-{session_slug}")


@in_language
def agenda_ics(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """A shared agenda as a calendar to subscribe to: it follows the releases."""
    gathering, release = _released(request, slug)
    keys = agenda.decode(gathering, code)
    if keys is None:
        raise Http404
    found = queries.agenda(gathering, keys)
    moments, rows = queries.published_moments(gathering), [one.row for one in found.items]
    return _ics(calendar(gathering, release, moments, rows, found.gone), "agenda")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker by which an agenda opens without a connection. It stands at the root, and not
    among the static files, for a worker serves the addresses below its own; it is asked for anew each
    time."""
    response = HttpResponse(_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = "/"
    response.headers["Cache-Control"] = "no-cache"
    return response
