"""A kept page: its bytes in each encoding, and what it takes for it to be still true."""

import gzip
import hashlib
import json
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import brotli

from .counters import cell, counters
from .making import Making
from .watching import tables_of

type Headers = list[tuple[str, str]]

_NEVER = float("inf")
SMALLEST = 200  # bytes that are worth packing
BROTLI, GZIP = 5, 6  # the effort: about 3 ms for 100 kB
_PACKED = ("text/", "application/json", "application/xml", "application/ld+json", "application/feed+json")
# What a 304 repeats (RFC 9110, 15.4.5).
_IN_304 = {"cache-control", "content-location", "etag", "expires", "vary", "access-control-allow-origin"}


class Validity:
    """What something was made from, and whether that is still so. To look costs a comparison while nothing at
    all was retired, and one a name when something was.
    """

    __slots__ = ("cells", "clock", "epoch", "look", "seen", "until", "values")

    def __init__(
        self, epoch: int, clock: int, cells: Sequence[int], values: dict[str, str], until: float
    ) -> None:
        self.epoch, self.clock, self.cells, self.values, self.until = epoch, clock, cells, values, until
        self.seen = -1 if values else clock  # the time of the last look
        self.look = until  # when to look again, whatever the clock

    def holds(self) -> bool:
        now = counters()
        clock = now.clock()
        if self.seen == clock and self.epoch == now.epoch and time.time() < self.look:
            return True
        if self.epoch != now.epoch or time.time() >= self.until or now.latest(self.cells) > self.clock:
            return False
        from .values import digest_of

        look = self.until
        for name, digest in self.values.items():
            try:
                present, until = digest_of(name)
            except KeyError:
                return False
            if present != digest:
                return False
            look = min(look, until)
        self.seen, self.look = clock, look
        return True

    def told(self) -> dict[str, Any]:
        """For another process."""
        return {
            "epoch": self.epoch,
            "clock": self.clock,
            "cells": self.cells,
            "values": self.values,
            "until": None if self.until == _NEVER else self.until,
        }


def heard(told: dict[str, Any]) -> Validity:
    """What another process told. It has not been looked at: others may have retired it."""
    until = _NEVER if told["until"] is None else told["until"]
    found = Validity(told["epoch"], told["clock"], tuple(told["cells"]), told["values"], until)
    found.seen = -1
    return found


def validity_of(making: Making) -> Validity | None:
    """For what was made, if it may be kept: nothing that it was made from has changed, or is about to."""
    named = {table for name in making.names for table in tables_of(name)}
    covered = set() if making.by_table else named
    names = {
        *making.names,
        *(f"table:{table}" for table in named),
        *(f"any:{table}" for table in making.tables - covered),
    }
    cells = tuple({cell(name) for name in names})
    now = counters()
    if time.time() >= making.until or now.latest(cells) > making.clock or now.is_open(cells):
        return None
    return Validity(now.epoch, making.clock, cells, making.values, making.until)


@dataclass(frozen=True, slots=True)
class Face:
    """A page in one encoding, ready to be sent. `head` and `head_304` are the headers as they are sent."""

    headers: Headers
    headers_304: Headers
    tag: str
    body: bytes
    head: bytes = field(init=False)
    head_304: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "head", _sent(self.headers))
        object.__setattr__(self, "head_304", _sent(self.headers_304))


def faces_of(headers: Headers, body: bytes) -> dict[str, Face]:
    """By encoding: "" as it is, "br" and "gzip" where that is smaller."""
    told = {name.lower(): value for name, value in headers}
    tag = told.get("etag") or f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    rest = [(name, value) for name, value in headers if name.lower() not in {"etag", "content-length"}]
    found = {"": _face(rest, tag, body, "")}
    if len(body) < SMALLEST or not told.get("content-type", "").startswith(_PACKED):
        return found
    for encoding, packed in (
        ("br", brotli.compress(body, quality=BROTLI)),
        ("gzip", gzip.compress(body, GZIP, mtime=0)),
    ):
        if len(packed) < len(body):
            found[encoding] = _face(rest, f'{tag.rstrip(chr(34))}-{encoding}"', packed, encoding)
    return found


def _sent(headers: Headers) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("latin-1")


def _face(headers: Headers, tag: str, body: bytes, encoding: str) -> Face:
    own = [*headers, ("ETag", tag), ("Content-Length", str(len(body)))]
    if encoding:
        own.append(("Content-Encoding", encoding))
    return Face(own, [one for one in own if one[0].lower() in _IN_304], tag, body)


@dataclass(slots=True)
class Page:
    """All of it. `used` is when somebody read it last."""

    key: str
    validity: Validity
    faces: dict[str, Face]
    used: float = 0.0
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = 2000 + sum(len(face.body) for face in self.faces.values())

    def pack(self) -> bytes:
        """For the disk: a line that says what follows, and the bytes."""
        bodies = b"".join(face.body for face in self.faces.values())
        head = {
            "key": self.key,
            **self.validity.told(),
            "faces": [
                [encoding, face.headers, face.headers_304, face.tag, len(face.body)]
                for encoding, face in self.faces.items()
            ],
            "sum": zlib.crc32(bodies),
        }
        return json.dumps(head).encode() + b"\n" + bodies


def unpack(data: bytes, key: str) -> Page | None:
    """What `pack` wrote; None if it is another page's, or not whole."""
    line, _newline, bodies = data.partition(b"\n")
    try:
        head = json.loads(line)
        if head["key"] != key or head["sum"] != zlib.crc32(bodies):
            return None
        faces, at = {}, 0
        for encoding, headers, headers_304, tag, size in head["faces"]:
            body = bodies[at : at + size]
            at += size
            faces[encoding] = Face(_pairs(headers), _pairs(headers_304), tag, body)
        return Page(key, heard(head), faces)
    except (ValueError, KeyError, TypeError):
        return None


def _pairs(found: list[list[str]]) -> Headers:
    return [(name, value) for name, value in found]
