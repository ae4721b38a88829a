"""What answers are made of: texts in languages, pages of lists, problems."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from ninja import Schema
from pydantic import AfterValidator, Field

from summitry.text.value import Text


def _known(code: str) -> str:
    if code not in CODES:
        raise ValueError(f"Use one of {', '.join(CODES)}")
    return code


MOST = 2**63 - 1  # the largest integer that the databases keep
CODES = tuple(code for code, _name in settings.LANGUAGES)
Language = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": list(CODES)})]
Words = Annotated[
    dict[str, str],
    Field(
        description="A text: its words by language (lower-case BCP 47, such as `zh-hans`). With `lang`, only "
        "what a reader of `lang` gets, which may be in another language where there is no translation."
    ),
]
Slug = Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]+$", max_length=240)]


class Ask(Schema):
    """What every address understands."""

    lang: Annotated[
        Language | None,
        Field(description="Narrow every text to one language, and give names and messages in it."),
    ] = None


class Paging(Ask):
    """What every list understands."""

    limit: Annotated[int, Field(ge=1, le=100, description="How many at most.")] = 20
    offset: Annotated[int, Field(ge=0, le=2**31 - 1, description="How many to leave out first.")] = 0


class Listed[Item](Schema):
    """A part of a list."""

    count: Annotated[int, Field(description="How many there are in all.")]
    next: Annotated[str | None, Field(description="Address of the next part.")] = None
    previous: Annotated[str | None, Field(description="Address of the part before.")] = None
    items: list[Item]


class Wrong(Schema):
    """One value that does not fit: where it stands, and what is wrong with it."""

    where: list[str]
    what: str


class Problem(Schema):
    """An error (RFC 9457, sent as application/problem+json)."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[Wrong] = []


def words(text: Text, ask: Ask) -> dict[str, str]:
    """A text as `Words`: all languages or, if one is asked for, what its reader gets."""
    if not text:
        return {}
    if ask.lang is None:
        return text.values
    reading = text.best(ask.lang)
    return {reading.language: reading.value}


def columns(thing: object, *names: str) -> dict[str, Any]:
    """What is told as it is kept."""
    return {name: getattr(thing, name) for name in names}


def _part(request: HttpRequest, paging: Paging, offset: int) -> str:
    asked: QueryDict = request.GET.copy()
    asked["offset"], asked["limit"] = str(offset), str(paging.limit)
    return request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")


def listed(
    request: HttpRequest,
    paging: Paging,
    everything: QuerySet[Any] | Sequence[Any],
    shape: Callable[[Any], Any],
    prepare: Callable[[Any], Iterable[Any]] = list,
) -> dict[str, Any]:
    """A part of a list in its shape. `prepare` turns the part of the queryset into things to shape."""
    count = everything.count() if isinstance(everything, QuerySet) else len(everything)
    start, end = paging.offset, paging.offset + paging.limit
    return {
        "count": count,
        "next": _part(request, paging, end) if end < count else None,
        "previous": _part(request, paging, max(0, start - paging.limit)) if start and count else None,
        "items": [shape(one) for one in prepare(everything[start:end])] if start < count else [],
    }
