"""Conflicts as sentences in the reader's language, with times in the gathering's zone."""

from typing import Any

from django.utils.formats import date_format

from summitry.text.languages import apart

from .registry import CHECKS, Conflict
from .world import Frame


def _facts(conflict: Conflict) -> dict[str, Any]:
    return {name: value if isinstance(value, int) else apart(value) for name, value in conflict.facts.items()}


def sentence(conflict: Conflict, frame: Frame) -> str:
    """The whole of it, for a list."""
    begins = max(spot.starts for spot in conflict.spots).astimezone(frame.zone)
    ends = min(spot.ends for spot in conflict.spots).astimezone(frame.zone)
    return str(CHECKS[conflict.check].sentence) % {
        **_facts(conflict),
        "one": apart(conflict.spots[0].title),
        "other": apart(conflict.spots[-1].title),
        "day": date_format(begins, "MONTH_DAY_FORMAT"),
        "from": date_format(begins, "H:i"),
        "to": date_format(ends, "H:i"),
    }


def brief(conflict: Conflict, session: int) -> str:
    """What is wrong seen from one of its sessions, for the session's own card."""
    other = conflict.other(session)
    return str(CHECKS[conflict.check].brief) % {
        **_facts(conflict),
        "other": apart(other.title) if other else "",
    }
