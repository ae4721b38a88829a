"""Doors for machines: the tiles, checkpoint, key, receipts and faces that outside verifiers read."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from summitry import kept
from summitry.engines.merkle import tiles

from . import log, publish, queries

TEXT = "text/plain; charset=utf-8"
BINARY = "application/octet-stream"
FOR_EVER = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=5"


def _answer(data: bytes | str, content_type: str, caching: str) -> HttpResponse:
    return HttpResponse(data, content_type=content_type, headers={"Cache-Control": caching})


@kept.page()
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The last checkpoint (c2sp.org/tlog-checkpoint). One query."""
    head = queries.head()
    if head is None:
        raise Http404
    answer = _answer(head.note, TEXT, SHORTLY)
    answer["Last-Modified"] = http_date(head.at.timestamp())
    return answer


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile or a bundle of entries (c2sp.org/tlog-tiles). Two queries."""
    try:
        wanted = tiles.Tile.parse(f"tile/{path}")
    except tiles.TileError:
        raise Http404 from None
    head = queries.head()
    if head is None or wanted.needs > head.size:
        raise Http404
    return _answer(publish.tile(wanted), BINARY, FOR_EVER)


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The verifier key. No query."""
    return _answer(publish.key(), TEXT, SHORTLY)


@require_safe
def receipt(request: HttpRequest, index: int) -> HttpResponse:
    """An entry's receipt (c2sp.org/tlog-proof) against the last checkpoint. Four queries at most."""
    head, entry = queries.head(), queries.entry(index)
    if head is None or entry is None or entry.index >= head.size:
        raise Http404
    try:
        answer = _answer(str(publish.receipt_of(entry, head)), TEXT, SHORTLY)
    except log.BrokenLog:  # hashes are missing: there is no proof to give
        raise Http404 from None
    answer["Content-Disposition"] = f'attachment; filename="entry-{index}.tlog-proof"'
    return answer


@require_safe
def faces(request: HttpRequest) -> StreamingHttpResponse:
    """The present public face of each subject that has one, a line each. One query a kind, and its faces'."""
    return StreamingHttpResponse(
        publish.faces(), content_type="application/jsonl; charset=utf-8", headers={"Cache-Control": SHORTLY}
    )
