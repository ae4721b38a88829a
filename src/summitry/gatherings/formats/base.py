"""What every format of a programme is: a component that reads files, writes them, or both.

A format registers one `Format`. The desk's import page, `summitry import`, the public addresses and the list
below a programme show whatever is registered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from .data import Schedule
from .problems import NOWHERE, ScheduleError, problem_at

if TYPE_CHECKING:
    from ..export import Programme

type Pieces = bytes | Iterator[str] | Iterator[bytes]  # an iterator streams


@dataclass(frozen=True, slots=True)
class Context:
    """What a reader must know of the gathering that a file goes into, where the file does not say it.

    time_zone: for times without an offset. day_change: "HH:MM" at which a day begins. language: of words.
    """

    time_zone: str = "UTC"
    day_change: str = "00:00"
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format.

    key: the word of `summitry import KEY` and of docs/formats.md. extension: of files, without the dot.
    file: the last part of the public address; empty if there is none. schema: where it is defined.
    read: bytes to a schedule; raises ScheduleError. recognises: whether bytes look like this format.
    write: a released programme as the format has it; by_language: its words depend on the reader's language.
    full: the same with everything that the format has no place for, in an extension of ours.
    """

    key: str
    name: str | Promise
    about: str | Promise
    media_type: str
    extension: str
    file: str = ""
    schema: str = ""
    read: Callable[[bytes, Context], Schedule] | None = None
    recognises: Callable[[bytes], bool] | None = None
    write: Callable[[Programme], Pieces] | None = None
    full: Callable[[Programme], Pieces] | None = None
    by_language: bool = False
    place: int = 100  # in lists


_formats: dict[str, Format] = {}


def register(one: Format) -> Format:
    if one.key in _formats or (one.file and one.file in {other.file for other in _formats.values()}):
        raise ValueError(f"there is a format {one.key} or a file {one.file} already")
    _formats[one.key] = one
    return one


def every() -> list[Format]:
    return sorted(_formats.values(), key=lambda one: (one.place, one.key))


def readers() -> list[Format]:
    return [one for one in every() if one.read]


def public() -> list[Format]:
    """Those with a public address."""
    return [one for one in every() if one.write and one.file]


def known(key: str) -> Format | None:
    return _formats.get(key)


def by_file(file: str) -> Format | None:
    return next((one for one in public() if one.file == file), None)


def recognise(data: bytes) -> Format:
    """The format that these bytes look like. Raises ScheduleError."""
    if not data.strip():
        raise ScheduleError([problem_at(NOWHERE, "empty")])
    for one in readers():
        if one.recognises and one.recognises(data):
            return one
    raise ScheduleError([problem_at(NOWHERE, "unknown-format")])
