"""Lines that say when, in a gathering's zone: "2027-11-03", "2027-11-03 14:00-18:00", or "12:00-13:30" for
every day. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST = 200  # lines
_LINE = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})?\s*(?:(?P<from>\d{1,2}:\d{2})\s*[-–—]\s*(?P<to>\d{1,2}:\d{2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Period:
    """day: None for every day. starts, ends: local; both midnight for the whole day; an end before the
    beginning is on the next day."""

    day: date | None
    starts: time = time(0)
    ends: time = time(0)

    def __str__(self) -> str:
        hours = "" if self.starts == self.ends else f"{self.starts:%H:%M}-{self.ends:%H:%M}"
        return " ".join(part for part in (self.day.isoformat() if self.day else "", hours) if part)

    def edges(self, zone: ZoneInfo, day: date) -> tuple[datetime, datetime]:
        """From when to when on this day."""
        first = datetime.combine(day, self.starts, zone)
        later = self.ends <= self.starts
        return first, datetime.combine(day + timedelta(days=later), self.ends, zone)

    def over(self, starts: datetime, ends: datetime, zone: ZoneInfo) -> datetime | None:
        """When the period ends that overlaps the time from `starts` to `ends` (aware); None if it does
        not."""
        local = starts.astimezone(zone).date()
        days = [self.day] if self.day else [local - timedelta(days=1), local]
        for first, last in (self.edges(zone, one) for one in days):
            if first < ends and starts < last:
                return last
        return None


def parse(line: str, *, daily: bool = False) -> Period:
    """One line. Raises ValueError; a line without a day is only taken if `daily`."""
    found = _LINE.fullmatch(line.strip())
    if found is None or not (found["day"] or (daily and found["from"])):
        raise ValueError(line)
    day = date.fromisoformat(found["day"]) if found["day"] else None
    if not found["from"]:
        return Period(day)
    starts, ends = _clock(found["from"]), _clock(found["to"])
    if starts == ends:
        raise ValueError(line)
    return Period(day, starts, ends)


def _clock(words: str) -> time:
    hour, minute = words.split(":")
    return time(int(hour) % 24 if words == "24:00" else int(hour), int(minute))


def read(lines: Iterable[str]) -> list[Period]:
    """Lines that were checked when they were kept."""
    return [parse(line, daily=True) for line in lines]


def checked(lines: Iterable[str], field: str, *, daily: bool = False) -> list[str]:
    """The lines as they are kept. Raises ValidationError under this field, naming the line that says
    nothing."""
    kept: list[str] = []
    for line in lines:
        if not line.strip():
            continue
        try:
            kept.append(str(parse(line, daily=daily)))
        except ValueError:
            raise ValidationError(
                {
                    field: _("“%(line)s” is no period; write one like %(example)s.")
                    % {"line": line.strip()[:60], "example": "2027-11-03 14:00-18:00"}
                }
            ) from None
    if len(kept) > MOST:
        raise ValidationError({field: _("At most %(most)d lines.") % {"most": MOST}})
    return list(dict.fromkeys(kept))
