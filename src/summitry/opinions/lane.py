"""A short way for votes, which come in thousands: they are taken at the porch, many in one statement.

It takes a vote that is plain in every respect: a form sent to `/LANGUAGE/opinions/SLUG/vote/` by somebody
without a session or an invitation. Django's own check of forged forms is asked; the limits and the acts are
those of the view. Whatever is refused goes on to Django and is refused there, in words; so it counts twice
against the limits.
"""

import asyncio
import logging
import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.http import HttpRequest, HttpResponse, QueryDict, parse_cookie
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.cache import add_never_cache_headers

from summitry.kept.asked import Request

from . import acts, limits
from .views.voting import Cast, Unclear, cast_of, voice_of, vote

logger = logging.getLogger(__name__)

LONGEST = 2000  # bytes of a form that is a vote
MOST = 64  # votes in one statement
RESTED = 5.0  # seconds without a vote after which the connection to the database is looked at
_FORM = "application/x-www-form-urlencoded"
_LANGUAGES = "|".join(re.escape(code) for code, _name in settings.LANGUAGES)
_PATH = re.compile(rf"/(?:{_LANGUAGES})/opinions/[-a-zA-Z0-9_]+/vote/")


class _Forgery(CsrfViewMiddleware):
    """Django's check, without the page that says what is wrong, which asks the database."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(status=403)


class VoteLane:
    """A `kept.lanes.Lane`. One thread writes; the votes that come meanwhile go into its next statement, so
    that nobody waits for company."""

    def __init__(self) -> None:
        self._csrf = _Forgery(lambda request: HttpResponse())
        self._security = SecurityMiddleware(lambda request: HttpResponse())
        self._headers: dict[bool, list[tuple[str, str]]] = {}  # by whether the connection is encrypted
        self._asked: list[tuple[Cast, asyncio.Future[bool]]] = []
        self._thread = ThreadPoolExecutor(1, "votes")
        self._writing: asyncio.Task[None] | None = None

    def wants(self, request: Request) -> bool:
        return (
            request["REQUEST_METHOD"] == "POST"
            and _PATH.fullmatch(request["PATH_INFO"]) is not None
            and not request["QUERY_STRING"]
            and request.get("HTTP_CONTENT_TYPE") == _FORM
            and int(request.get("HTTP_CONTENT_LENGTH", 0)) <= LONGEST
            and settings.SESSION_COOKIE_NAME not in request.get("HTTP_COOKIE", "")
        )

    async def answer(self, request: Request, body: bytes, visitor: str) -> list[tuple[str, str]] | None:
        """This page again, with what comes next, as the view answers."""
        made = _made(request, visitor)
        cast = self.read(made, body)
        if cast is None:
            return None
        loop = asyncio.get_running_loop()
        taken: asyncio.Future[bool] = loop.create_future()
        self._asked.append((cast, taken))
        if self._writing is None:
            self._writing = loop.create_task(self._write())
        return [("Location", made.path), *self._said(made)] if await taken else None

    def read(self, request: HttpRequest, body: bytes) -> Cast | None:
        """The vote, if everything about it is plain. Asks no database."""
        slug = request.path.split("/")[3]
        try:
            request.get_host()
            request.POST = QueryDict(body)
            self._csrf.process_request(request)
            if self._csrf.process_view(request, vote, (), {"slug": slug}) is not None:
                return None
            voice = voice_of(request, slug)
            if not voice.token or voice.word or "back" in request.POST:
                return None
            cast = cast_of(request, slug, voice)
        except (SuspiciousOperation, Unclear):
            return None
        is_plain = cast.where and (request.is_secure() or not settings.SECURE_SSL_REDIRECT)
        return cast if is_plain else None

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._asked:
            group = self._group()
            try:
                answers = await loop.run_in_executor(self._thread, put, [cast for cast, _taken in group])
            except Exception:
                logger.exception("%s votes go to Django", len(group))
                answers = [False] * len(group)
            for (_cast, taken), answer in zip(group, answers, strict=True):
                if not taken.done():
                    taken.set_result(answer)
        self._writing = None

    def _group(self) -> "list[tuple[Cast, asyncio.Future[bool]]]":
        """The next that go together, in their order: of a voice one, so that a later vote holds."""
        tokens: set[str] = set()
        for cast, _taken in self._asked[:MOST]:
            if cast.given.voice.token in tokens:
                break
            tokens.add(cast.given.voice.token)
        group, self._asked = self._asked[: len(tokens)], self._asked[len(tokens) :]
        return group

    def _said(self, request: HttpRequest) -> list[tuple[str, str]]:
        """What the view and Django's middlewares say of any answer, not of a page that is shown."""
        is_secure = request.is_secure()
        if is_secure not in self._headers:
            response = HttpResponse()
            del response["Content-Type"]
            add_never_cache_headers(response)
            self._security.process_response(request, response)
            self._headers[is_secure] = list(response.items())
        return self._headers[is_secure]


def _made(head: Request, visitor: str) -> HttpRequest:
    """What of a request the view of a vote reads."""
    request = HttpRequest()
    request.method, request.path = "POST", head["PATH_INFO"]
    request.META = head | {"REMOTE_ADDR": visitor}
    request.COOKIES = parse_cookie(head.get("HTTP_COOKIE", ""))
    request.user = AnonymousUser()
    return request


_used = time.monotonic()


def put(casts: Sequence[Cast]) -> list[bool]:
    """Counts these votes, one of a voice, against the limits, and puts them; of each, whether it was taken.
    One statement, and two if some are a voice's first. Raises what the database does."""
    global _used
    now = time.monotonic()
    if now - _used > RESTED:
        close_old_connections()
    _used = now
    taken = dict.fromkeys(casts, False)
    counted = [cast for cast in casts if _is_counted(cast)]
    try:
        for is_first, puts in ((False, acts.next_votes), (True, acts.first_votes)):
            if some := [cast for cast in counted if cast.is_first is is_first]:
                taken |= zip(some, puts([cast.given for cast in some]), strict=True)
    except (DatabaseError, InterfaceError):
        connection.close()  # it may be broken: the next vote makes another
        raise
    return [taken[cast] for cast in casts]


def _is_counted(cast: Cast) -> bool:
    try:
        cast.count_vote()
        if cast.is_first:
            cast.count_voice()
    except limits.TooMany:
        return False
    return True
