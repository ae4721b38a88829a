"""iCalendar (RFC 5545): written for the calendars of readers, in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from .base import Format, register

if TYPE_CHECKING:
    from ..export import Programme


def _write(programme: Programme) -> bytes:
    from ..calendars import calendar  # the library loads slowly, and most commands need no calendar

    asked = (programme.gathering, programme.release, programme.moments)
    return calendar(*asked, programme.rows, programme.cancelled)


register(
    Format(
        key="ics",
        name=_("Calendar"),
        about=_("iCalendar, for the calendar of a phone or a computer; subscribe to it, and it follows."),
        media_type="text/calendar",
        extension="ics",
        file="schedule.ics",
        schema="https://www.rfc-editor.org/rfc/rfc5545",
        write=_write,
        by_language=True,
        place=1,
    )
)
