"""The soft rules as the organiser reads them, and what each weighs if nobody has said."""

from typing import Any

from django.utils.translation import gettext_lazy as _

WEIGHTS: dict[str, int] = {
    "similar": 8,
    "track_parallel": 5,
    "joint": 1,
    "room_fit": 1,
    "track_room": 2,
    "travel_days": 3,
    "rest": 3,
    "comfort": 2,
    "regions": 2,
    "wishes": 3,
    "moves": 4,
}
NAMES: dict[str, Any] = {
    "similar": _("Similar sessions are not at the same time"),
    "track_parallel": _("Sessions of one track are not at the same time"),
    "joint": _("Sessions that many people want to hear are not at the same time"),
    "room_fit": _("The room is not larger than needed"),
    "track_room": _("A track stays in one room for a day"),
    "travel_days": _("Speakers come for few days"),
    "rest": _("Speakers have a rest between two sessions"),
    "comfort": _("Remote speakers need not speak at night"),
    "regions": _("Each region of the world speaks on all days"),
    "wishes": _("Sessions begin when they wish"),
    "moves": _("Little moves in a programme that is known already"),
}
UNITS: dict[str, Any] = {
    "similar": _("for each two of them"),
    "track_parallel": _("for each session too many at a time"),
    "joint": _("for each person who wants both"),
    "room_fit": _("for each ten empty seats, in each step of time"),
    "track_room": _("for each room more"),
    "travel_days": _("for each day more"),
    "rest": _("for each rest that is missing"),
    "comfort": _("for each hour before 8:00 or after 20:00"),
    "regions": _("for each session of a region too many on a day"),
    "wishes": _("for each session at another time"),
    "moves": _("twice for another time, once for another room"),
}
MOST = 1000  # points


def name(rule: str) -> str:
    return str(NAMES.get(rule, rule))
