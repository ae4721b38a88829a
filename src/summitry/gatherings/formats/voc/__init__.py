"""The schedule JSON of c3voc, which apps, signs and video teams read: versions 1 and 2 of its schema.

Source: https://c3voc.de/wiki/schedule and the schemas named below.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ..base import Format, register
from ..jsonfile import looks_like
from . import one, two
from .common import pieces, whole

if TYPE_CHECKING:
    from ...export import Programme

_ONE, _TWO = ("schedule", "conference", "days"), ("schedule", "events")


def _write_one(programme: Programme) -> Iterator[str]:
    return pieces(one.document(programme.schedule), *_ONE)


def _full_one(programme: Programme) -> Iterator[str]:
    document = one.document(programme.schedule)
    whole(document, document["schedule"], programme.schedule, one.parsed(document))
    return pieces(document, *_ONE)


def _write_two(programme: Programme) -> Iterator[str]:
    return pieces(two.document(programme.schedule), *_TWO)


def _full_two(programme: Programme) -> Iterator[str]:
    document = two.document(programme.schedule)
    whole(document, document["schedule"], programme.schedule, two.parsed(document))
    return pieces(document, *_TWO)


register(
    Format(
        key="schedule-json",
        name=_("Schedule JSON"),
        about=_("Version 1 of the c3voc schema, as frab and pretalx write it too."),
        media_type="application/json",
        extension="json",
        file="schedule.json",
        schema="https://c3voc.de/schedule/schema.json",
        read=one.read,
        recognises=lambda data: looks_like(data, *_ONE) and not looks_like(data, *_TWO),
        write=_write_one,
        full=_full_one,
        place=20,
    )
)
register(
    Format(
        key="schedule-json-2",
        name=_("Schedule JSON, version 2"),
        about=_("Version 2 of the c3voc schema: a flat list of events, texts in several languages."),
        media_type="application/json",
        extension="json",
        file="schedule.v2.json",
        schema="https://c3voc.de/schema/schedule2",
        read=two.read,
        recognises=lambda data: looks_like(data, *_TWO),
        write=_write_two,
        full=_full_two,
        place=21,
    )
)
