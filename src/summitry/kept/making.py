"""A page while it is made: what it depends on, until when it holds, whether it may be kept."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, tzinfo
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

MARK = "summitry.kept"  # in the WSGI environment: this request's page may be kept
AGENDA = "agenda-"  # cookies that a script lays over the page
_NEVER = float("inf")


class Making:
    """What is found out about a page while Django makes it. `clock` is of before its first query."""

    __slots__ = ("by_table", "clock", "names", "tables", "until", "values", "wanted")

    def __init__(self, clock: int) -> None:
        self.clock = clock
        self.names: set[str] = set()
        self.tables: set[str] = set()  # that were read
        self.values: dict[str, str] = {}
        self.until = _NEVER  # seconds since 1970
        self.wanted = False
        self.by_table = False


making: ContextVar[Making | None] = ContextVar("making", default=None)


def depends(*names: str) -> None:
    """The page that is being made shows something of these ("session:12"). Without one, nothing happens."""
    if now := making.get():
        now.names.update(names)


def until(*moments: datetime | None) -> None:
    """What the page says of the present holds until the first of these that is still to come."""
    if now := making.get():
        present = time.time()
        ahead = [moment.timestamp() for moment in moments if moment and moment.timestamp() >= present]
        now.until = min([now.until, *ahead])


def tomorrow(zone: tzinfo = UTC) -> datetime:
    """The next midnight there, for what says of today."""
    here = datetime.now(zone)
    return here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def is_making() -> bool:
    """Whether a page that may be kept is being made: then nothing is taken from another cache."""
    return making.get() is not None


def page[**P, R: HttpResponseBase](
    *query: str, by_table: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A view whose pages are the same for all readers, and may be kept. query: the parameters that it reads;
    an address with any other is Django's. by_table:
    it is put together from many queries, and depends on every table that it reads, whatever rows they name.
    """
    declared = frozenset(query)

    def wrap(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def inner(*args: P.args, **kwargs: P.kwargs) -> R:
            request = cast(HttpRequest, args[0])
            now: Making | None = request.META.get(MARK)
            asked = request.GET
            if (
                now is None
                or not declared.issuperset(asked)
                or any(len(asked.getlist(one)) > 1 for one in asked)
            ):
                response = view(*args, **kwargs)
            else:
                asked_tag = request.META.pop("HTTP_IF_NONE_MATCH", None)  # the door's to answer
                hidden = _without_agenda(request)
                now.by_table = by_table
                response = view(*args, **kwargs)
                if response.status_code == 200:
                    now.wanted = True
                    request.META.pop("HTTP_ACCEPT_ENCODING", None)  # the door's too
                else:
                    request.COOKIES.update(hidden)
                    if asked_tag is not None:
                        request.META["HTTP_IF_NONE_MATCH"] = asked_tag
            response.headers.setdefault("Cache-Control", "no-cache")  # kept by the browser, asked each time
            return response

        return inner

    return wrap


def _without_agenda(request: HttpRequest) -> dict[str, Any]:
    """Takes the reader's agenda out of the request: a script will lay it over."""
    found = {name: value for name, value in request.COOKIES.items() if name.startswith(AGENDA)}
    for name in found:
        del request.COOKIES[name]
    return found
