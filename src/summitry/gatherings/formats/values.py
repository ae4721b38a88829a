"""Values of a schedule file: dates, lengths, numbers. What cannot be is noted with its place."""

import re
import uuid
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .problems import Place, Problem, problem_at

_LENGTH = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]?\d))?\Z")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\Z")
_YEARS = range(1900, 2200)
LONGEST = {
    "title": 500,
    "id": 60,
    "code": 40,
    "slug": 240,
    "type": 60,
    "language": 20,
    "license": 200,
    "logo": 500,
    "url": 1000,
    "feedback_url": 1000,
    "origin_url": 1000,
    "video_download_url": 1000,
    "href": 2000,
    "link": 500,
    "service": 60,
    "color": 30,
    "base_url": 500,
    "time_zone_name": 64,
}


class Placed(Protocol):
    """Whatever knows where in a file it stands."""

    @property
    def place(self) -> Place: ...


class Values:
    """Reads values and gathers the problems. `node` is where each stands."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.zone: tzinfo | None = None
        self.day_change = time(0)

    def wrong(self, node: Placed, code: str, **params: Any) -> None:
        self.problems.append(problem_at(node.place, code, **params))

    def fits(self, node: Placed, name: str, value: str) -> None:
        if len(value) > LONGEST[name]:
            self.wrong(node, "too-long", value=value[:40], most=LONGEST[name])

    def guid(self, node: Placed, value: str) -> str:
        value = value.strip()
        if not value:
            return ""
        try:
            return str(uuid.UUID(value))
        except ValueError:
            self.wrong(node, "bad-guid", value=value[:60])
            return ""

    def number(self, node: Placed, value: str) -> int | None:
        if value.isascii() and value.isdigit() and len(value) < 9:
            return int(value)
        self.wrong(node, "bad-number", value=value[:40])
        return None

    def length(self, node: Placed, value: str) -> timedelta | None:
        value = value.strip()
        match = _LENGTH.match(value)
        if not match:
            self.wrong(node, "bad-duration", value=value[:40])
            return None
        hours, minutes, seconds = (int(one or 0) for one in match.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)

    def clock(self, node: Placed, value: str) -> time | None:
        if match := _CLOCK.match(value):
            try:
                hour, minute, second = (int(one or 0) for one in match.groups())
                return time(hour, minute, second)
            except ValueError:
                pass
        self.wrong(node, "bad-time", value=value[:40])
        return None

    def zone_named(self, node: Placed, value: str) -> None:
        """Sets the zone of moments that say no offset."""
        try:
            self.zone = ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.wrong(node, "bad-zone", value=value[:60])

    def parsed_date(self, node: Placed, value: str) -> date | None:
        if not value:
            return None
        try:
            found = (
                date.fromisoformat(value[:10]) if len(value) == 10 else datetime.fromisoformat(value).date()
            )
            if found.year in _YEARS:
                return found
        except ValueError:
            pass
        self.wrong(node, "bad-date", value=value[:40])
        return None

    def parsed_moment(self, node: Placed, value: str) -> datetime | None:
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.wrong(node, "bad-date", value=value[:40])
            return None
        if found.year not in _YEARS:
            self.wrong(node, "bad-date", value=value[:40])
            return None
        if found.tzinfo is None:
            if self.zone is None:
                self.wrong(node, "no-zone", value=value[:40])
                return None
            return fixed(found.replace(tzinfo=self.zone))
        return found

    def minutes(self, node: Placed, value: str) -> timedelta | None:
        if value.isascii() and value.isdigit() and len(value) < 6:
            return timedelta(minutes=int(value))
        self.wrong(node, "bad-minutes", value=value[:40])
        return None


def fixed(moment: datetime) -> datetime:
    """The same moment with its plain offset, as a file would have written it."""
    offset = moment.utcoffset() or timedelta()
    return moment.replace(tzinfo=timezone(offset))
