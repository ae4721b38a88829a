"""The WSGI application in front of Django: answers from kept pages, and keeps what Django makes."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from . import asked, retiring, watching
from .asked import Request
from .counters import counters
from .making import MARK, Making, making
from .pages import Headers, Page, faces_of, validity_of
from .shelf import LARGEST, Shelf, stamp

type Start = Callable[..., Any]
type Application = Callable[[Request, Start], Iterable[bytes]]

WAIT = 10  # seconds for another thread that is making the same page
_OK, _UNCHANGED = "200 OK", "304 Not Modified"


class Door:
    """Wraps Django's WSGI application."""

    def __init__(self, django: Application, shelf: Shelf | None = None) -> None:
        self._django = django
        self.shelf = shelf or Shelf(settings.KEPT_DIR / "pages", stamp())
        self._visitor = "HTTP_" + visitor_header().upper().replace("-", "_")
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def __call__(self, request: Request, start_response: Start) -> Iterable[bytes]:
        if address := request.pop(self._visitor, None):
            request["REMOTE_ADDR"] = address  # the server's own visitor was the porch
        key = asked.key(request)
        if key is None:
            return self._pass(request, start_response)
        page = self.shelf.get(key)
        if page is None:
            if request["REQUEST_METHOD"] == "HEAD":
                return self._pass(request, start_response)
            return self._make(key, request, start_response)
        return _answer(page, request, start_response)

    # -- making it -------------------------------------------------------------------------------
    def _make(self, key: str, request: Request, start_response: Start) -> Iterable[bytes]:
        """A page that was kept before is made by one thread; the others wait for it."""
        if key not in self.shelf.pages:
            return self._made(key, request, start_response)
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        waited = lock.acquire(timeout=WAIT)
        try:
            page = self.shelf.get(key)
            return (
                _answer(page, request, start_response) if page else self._made(key, request, start_response)
            )
        finally:
            if waited:
                lock.release()
            with self._lock:
                self._locks.pop(key, None)

    def _made(self, key: str, request: Request, start_response: Start) -> Iterable[bytes]:
        now = Making(counters().clock())
        request[MARK] = now
        asked = dict(request)  # the page's view takes what is ours out of it
        told: list[Any] = []

        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            told[:] = [status, headers, exc_info]
            return None

        token = making.set(now)
        try:
            response = self._django(request, start)
            status, headers, exc_info = told
            if not now.wanted or not _is_for_all(status, headers, request):
                start_response(status, headers, *([exc_info] if exc_info else []))
                return response
            pieces, whole = _collected(response)
        finally:
            making.reset(token)
            self._end()
        if not whole:
            start_response(status, headers)
            return pieces
        body = b"".join(pieces)
        page = Page(key, validity_of(now) or _VOID, faces_of(headers, body))
        if page.validity is not _VOID:
            self.shelf.put(page)
        return _answer(page, asked, start_response)

    def _pass(self, request: Request, start_response: Start) -> Iterable[bytes]:
        try:
            return self._django(request, start_response)
        finally:
            self._end()

    @staticmethod
    def _end() -> None:
        retiring.settle_if_over()
        watching.forget()


class _Void:
    """The validity of a page that is sent once and not kept."""


_VOID: Any = _Void()


class _Rest:
    """What of a long answer is still to come, after what was read of it."""

    def __init__(self, first: list[bytes], response: Any, rest: Iterable[bytes]) -> None:
        self._first, self._response, self._rest = first, response, rest

    def __iter__(self) -> Any:
        yield from self._first
        yield from self._rest

    def close(self) -> None:
        if hasattr(self._response, "close"):
            self._response.close()


def _collected(response: Any) -> tuple[Any, bool]:
    """All pieces of an answer and True; or, of one that is too large to keep, an iterable and False."""
    pieces, size = [], 0
    rest = iter(response)
    for piece in rest:
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST:
            return _Rest(pieces, response, rest), False
    if hasattr(response, "close"):
        response.close()
    return pieces, True


def _is_for_all(status: str, headers: Headers, request: Request) -> bool:
    if status != _OK or "CSRF_COOKIE_NEEDS_UPDATE" in request:
        return False
    for name, value in headers:
        found = name.lower()
        if found in ("set-cookie", "content-encoding"):
            return False
        if found == "cache-control" and ("no-store" in value or "private" in value):
            return False
    return True


def _answer(page: Page, request: Request, start_response: Start) -> list[bytes]:
    """A list: the server sends it at once, anything else piece by piece, which costs twice as much."""
    face = asked.face(page, request)
    if asked.has(request, face):
        start_response(_UNCHANGED, face.headers_304)
        return []
    start_response(_OK, face.headers)
    return [] if request["REQUEST_METHOD"] == "HEAD" else [face.body]


def visitor_header() -> str:
    """The header by which `Porch` says whom it passes on. Nobody else knows its name."""
    return "x-visitor-" + salted_hmac("summitry.kept.porch", "visitor", algorithm="sha256").hexdigest()[:32]
