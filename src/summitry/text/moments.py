"""How moments are written: for the record the same in every language, for people in theirs; always in UTC,
unless a zone is named."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, get_format


def clock(moment: datetime) -> str:
    """ "2027-09-19 23:59:00 UTC": as the record has it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def of_clock(words: str) -> datetime | None:
    """The moment that `clock` wrote; None for any other words."""
    try:
        return datetime.strptime(words, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    except ValueError:
        return None


def minute(moment: datetime, zone: ZoneInfo | None = None) -> str:
    """ "19 Sep 2027, 23:59 UTC" in the active language, or the same in a zone, which it names."""
    words = date_format(moment.astimezone(zone or UTC), "SHORT_DATETIME_FORMAT")
    return f"{words} {zone.key.replace('_', ' ') if zone else 'UTC'}"


def bare(moment: datetime) -> str:
    """ "19 Sep 2027, 23:59" in the active language, in UTC, with seconds and microseconds where there are
    any: a deadline is told as it is kept."""
    finer = ":s.u" if moment.microsecond else ":s" if moment.second else ""
    return date_format(moment.astimezone(UTC), get_format("SHORT_DATETIME_FORMAT") + finer)


def exact(moment: datetime) -> str:
    """The same with its zone."""
    return f"{bare(moment)} UTC"
