"""What every format of a text is: a component that reads files, writes them, or both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.utils.functional import Promise

from ..structure import Draft, Passage
from .problems import FormatError, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a file says of the version that it holds. status: in words of the reader's language. dated: when
    it was published, else begun. issued_by: who issues it, in words. address: of the version's page; record:
    of the entry that published it."""

    slug: str = ""
    version: int = 0
    stage: str = ""
    status: str | Promise = ""
    dated: date = date(1970, 1, 1)
    digest: str = ""
    issued_by: str = ""
    address: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a writer gets. languages: those to be written, the first leads; formats that hold one write that
    one. What a passage lacks in it stands in the first language in which it is given, and is marked."""

    draft: Draft
    languages: list[str]
    facts: Facts = field(default_factory=Facts)

    @property
    def language(self) -> str:
        return self.languages[0]

    def one(self) -> tuple[tuple[str, str], list[tuple[Passage, str, str]]]:
        """In the leading language: the title as (language, words), and (passage, language, words) each."""
        narrow = self.draft.narrowed(self.language)
        title = next(iter(narrow.title.items()), (self.language, ""))
        return title, [(one, *next(iter(one.words.items()), (self.language, ""))) for one in narrow.passages]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format.

    key: the word of `summitry export` and of docs/formats.md, and the last part of addresses.
    read: bytes, and the language of what names none, to a draft; raises FormatError.
    recognises: whether bytes look like this format. write: a sheet to bytes, the same each time.
    several: how many languages one file may hold side by side.
    """

    key: str
    name: str | Promise
    about: str | Promise
    media_type: str
    extension: str
    read: Callable[[bytes, str], Draft] | None = None
    recognises: Callable[[bytes], bool] | None = None
    write: Callable[[Sheet], bytes] | None = None
    several: int = 1
    place: int = 100  # in lists

    @property
    def address(self) -> str:
        """The name of its public address."""
        return f"documents-{self.key}"

    @property
    def content_type(self) -> str:
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


_formats: dict[str, Format] = {}


def register(one: Format) -> Format:
    if one.key in _formats:
        raise ValueError(f"there is a format {one.key} already")
    _formats[one.key] = one
    return one


def every() -> list[Format]:
    return sorted(_formats.values(), key=lambda one: (one.place, one.key))


def readers() -> list[Format]:
    return [one for one in every() if one.read]


def writers() -> list[Format]:
    return [one for one in every() if one.write]


def known(key: str) -> Format | None:
    return _formats.get(key)


def recognise(data: bytes) -> Format:
    """The format that these bytes look like. Raises FormatError."""
    for one in readers():
        if one.recognises and one.recognises(data):
            return one
    raise FormatError(Problem("unknown-format"))


def read(data: bytes, language: str, key: str = "") -> Draft:
    """A file as a draft: of this format, or of the one that it looks like. language: of the words for which
    the file names none. Raises FormatError in words, naming the place; never returns half of a file."""
    if not data.strip():
        raise FormatError(Problem("empty"))
    if len(data) > settings.UPLOAD_MAX_BYTES:
        raise FormatError(Problem("too-large", size=len(data), most=settings.UPLOAD_MAX_BYTES))
    chosen = known(key) if key else recognise(data)
    if chosen is None or chosen.read is None:
        raise FormatError(Problem("unknown-format"))
    return chosen.read(data, language)
