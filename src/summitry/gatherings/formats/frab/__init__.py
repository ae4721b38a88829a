"""The frab/Pentabarf schedule XML that conference systems and apps exchange.

Sources: https://c3voc.de/wiki/schedule and its XSD; the dialects of FOSDEM, frab and pretalx as published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ..base import Context, Format, register
from ..data import Schedule
from .read import read
from .write import write

if TYPE_CHECKING:
    from ...export import Programme

_XML = re.compile(rb"\A(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*\x00?<")


def _read(data: bytes, context: Context) -> Schedule:
    return read(data)


def _recognises(data: bytes) -> bool:
    return bool(_XML.match(data))


def _strict(programme: Programme) -> Iterator[str]:
    return write(programme.schedule, strict=True)


def _full(programme: Programme) -> Iterator[str]:
    return write(programme.schedule)


register(
    Format(
        key="frab",
        name=_("Schedule XML"),
        about=_("frab, Pentabarf, pretalx and FOSDEM write it; apps for phones read it."),
        media_type="application/xml",
        extension="xml",
        file="schedule.xml",
        schema="https://c3voc.de/schedule/schema.xsd",
        read=_read,
        recognises=_recognises,
        write=_strict,
        full=_full,
        place=10,
    )
)

__all__ = ["read", "write"]
