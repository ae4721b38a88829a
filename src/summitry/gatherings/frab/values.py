"""Values of a schedule file: dates, lengths, numbers. What cannot be is noted with its line."""

import re
import uuid
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from .problems import Problem, problem
from .xml import Node

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


class Values:
    """Reads values of nodes and gathers the problems."""

    def __init__(self, root: Node):
        self.root = root
        self.problems: list[Problem] = []
        self.zone: tzinfo | None = None
        self.day_change = time(0)

    def wrong(self, node: Node, code: str, **params: Any) -> None:
        self.problems.append(problem(node.line, node.tag, code, **params))

    @staticmethod
    def words(parts: dict[str, list[Node]], tag: str) -> str:
        return parts[tag][0].text.strip() if parts.get(tag) else ""

    @staticmethod
    def exact(parts: dict[str, list[Node]], tag: str) -> str:
        """The text of an element as it is written; white space alone counts as nothing."""
        text = parts[tag][0].text if parts.get(tag) else ""
        return text if text.strip() else ""

    def fits(self, node: Node, name: str, value: str) -> None:
        if len(value) > LONGEST[name]:
            self.wrong(node, "too-long", value=value[:40], most=LONGEST[name])

    def guid(self, node: Node, value: str) -> str:
        value = value.strip()
        if not value:
            return ""
        try:
            return str(uuid.UUID(value))
        except ValueError:
            self.wrong(node, "bad-guid", value=value[:60])
            return ""

    def number(self, node: Node, value: str) -> int | None:
        if value.isascii() and value.isdigit() and len(value) < 9:
            return int(value)
        self.wrong(node, "bad-number", value=value[:40])
        return None

    def length(self, node: Node) -> timedelta | None:
        value = node.text.strip()
        match = _LENGTH.match(value)
        if not match:
            self.wrong(node, "bad-duration", value=value[:40])
            return None
        hours, minutes, seconds = (int(one or 0) for one in match.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)

    def clock(self, parts: dict[str, list[Node]], tag: str) -> time | None:
        value = self.words(parts, tag)
        if not value:
            return None
        if match := _CLOCK.match(value):
            try:
                hour, minute, second = (int(one or 0) for one in match.groups())
                return time(hour, minute, second)
            except ValueError:
                pass
        self.wrong(parts[tag][0], "bad-time", value=value[:40])
        return None

    def date_of(self, parts: dict[str, list[Node]], tag: str) -> date | None:
        return self.parsed_date(parts[tag][0], self.words(parts, tag)) if parts.get(tag) else None

    def parsed_date(self, node: Node, value: str) -> date | None:
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

    def parsed_moment(self, node: Node, value: str) -> datetime | None:
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


def fixed(moment: datetime) -> datetime:
    """The same moment with its plain offset, as a file would have written it."""
    offset = moment.utcoffset() or timedelta()
    return moment.replace(tzinfo=timezone(offset))
