"""Violations and reasons as sentences in the reader's language, with times in the gathering's zone."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.people import countries
from summitry.people.models import Person
from summitry.text.languages import apart, list_comma, local_name

from ..models import Gathering, InterpreterTeam, Room, Session, Track

VIOLATIONS: dict[str, str | Promise] = {
    "unplaced": gettext_lazy("“%(one)s” has no place."),
    "broken": gettext_lazy("“%(one)s” runs into a break or the night."),
    "room_apart": gettext_lazy("“%(one)s” and “%(other)s” are in %(room)s at one time."),
    "room_closed": gettext_lazy("“%(one)s” is in %(room)s while that room is not available."),
    "person_apart": gettext_lazy("%(person)s is in “%(one)s” and in “%(other)s” at one time."),
    "person_away": gettext_lazy("“%(one)s” is when %(person)s cannot take part."),
    "pinned_slot": gettext_lazy("“%(one)s” is not at its fixed time."),
    "pinned_room": gettext_lazy("“%(one)s” is not in its fixed room."),
    "barred": gettext_lazy("“%(one)s” is on the wrong side of a session or break that stays in place."),
    "seats": gettext_lazy("“%(one)s” expects %(seats)s people; %(stands)s has fewer seats."),
    "equipment": gettext_lazy("“%(one)s” needs %(equipment)s; %(stands)s has none."),
    "order": gettext_lazy("“%(other)s” begins before “%(one)s” has ended."),
    "interpretation": gettext_lazy("“%(one)s” has no interpreters for %(pair)s."),
    "team_apart": gettext_lazy("The interpreters %(team)s serve “%(one)s” and “%(other)s” at one time."),
    "team_away": gettext_lazy("The interpreters %(team)s are not available for “%(one)s”."),
    "track_parallel": gettext_lazy("%(track)s: %(titles)s are at one time, %(slot)s."),
    "similar": gettext_lazy("“%(one)s” and “%(other)s” are similar and at one time."),
    "joint": gettext_lazy("“%(one)s” and “%(other)s” are at one time; %(amount)s people want both."),
    "room_fit": gettext_lazy("“%(one)s” is in %(room)s, which is larger than it needs."),
    "track_room": gettext_lazy("%(track)s changes its room on %(day)s."),
    "travel_days": gettext_lazy("%(person)s has sessions on days that are %(amount)s apart."),
    "rest": gettext_lazy("%(person)s has little rest between “%(one)s” and “%(other)s”."),
    "comfort": gettext_lazy("“%(one)s” is before 8:00 or after 20:00 where %(person)s is (%(amount)s h)."),
    "regions": gettext_lazy("%(region)s: many of its sessions are on %(day)s (%(amount)s too many)."),
    "wishes": gettext_lazy("“%(one)s” begins at %(slot)s; it wished for another time."),
    "moves": gettext_lazy("“%(one)s” moves."),
}
GONE: dict[str, str | Promise] = {  # what the places of a proposal name
    "no_room": gettext_lazy("The room of “%(one)s” is no longer there."),
    "no_slot": gettext_lazy("“%(one)s” would begin at %(slot)s, which is no longer one of the times."),
    "no_team": gettext_lazy("The interpreters of “%(one)s” are no longer there."),
}
DEMANDS: dict[str, str | Promise] = {
    "room_closed": gettext_lazy("%(room)s is not available at some times."),
    "person_apart": gettext_lazy("%(person)s can be in only one of these at a time: %(titles)s."),
    "person_away": gettext_lazy("%(person)s, who takes part in “%(one)s”, is away at some times."),
    "pinned_slot": gettext_lazy("“%(one)s” stays at %(slot)s."),
    "pinned_room": gettext_lazy("“%(one)s” stays in %(room)s."),
    "barred": gettext_lazy("“%(one)s” keeps its order with sessions and breaks that stay in place."),
    "seats": gettext_lazy("“%(one)s” needs %(seats)s seats."),
    "equipment": gettext_lazy("“%(one)s” needs %(equipment)s in its room."),
    "order": gettext_lazy("“%(other)s” comes after “%(one)s”."),
    "interpretation": gettext_lazy("“%(one)s” needs interpreters for %(pair)s."),
    "team_away": gettext_lazy("The interpreters %(team)s are not available at some times."),
}


class Names:
    """The rows that some violations or demands name. Five queries at most."""

    def __init__(self, gathering: Gathering, items: Iterable[dict[str, Any]]) -> None:
        self.zone = ZoneInfo(gathering.time_zone)
        listed = list(items)
        facts = [one.get("facts", {}) for one in listed]
        sessions = {key for one in listed for key in one.get("sessions", ())}
        self.sessions = _named(Session.objects.filter(pk__in=sessions), "title")
        people = {one["person"] for one in facts if "person" in one}
        self.people = _named(Person.objects.filter(pk__in=people), "name") if people else {}
        rooms = {one[name] for one in facts for name in ("room", "stands") if name in one}
        self.rooms = _named(Room.objects.filter(pk__in=rooms), "name") if rooms else {}
        teams = {one["team"] for one in facts if "team" in one}
        self.teams = _named(InterpreterTeam.objects.filter(pk__in=teams), "name") if teams else {}
        tracks = {one["track"] for one in facts if "track" in one}
        self.tracks = _named(Track.objects.filter(pk__in=tracks), "name") if tracks else {}

    def titles(self, keys: Iterable[int], most: int = 8) -> str:
        """Sessions by title; of very many, the first and how many more."""
        listed = list(keys)
        titles = [_("“%(title)s”") % {"title": self.sessions.get(key, "–")} for key in listed[:most]]
        told = list_comma().join(titles)
        if len(listed) > most:
            told = _("%(titles)s and %(count)s more") % {"titles": told, "count": len(listed) - most}
        return told

    def facts(self, item: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, value in item.get("facts", {}).items():
            if name in {"room", "stands"}:
                told[name] = self.rooms.get(value, "–")
            elif name in {"person", "team", "track"}:
                table = {"person": self.people, "team": self.teams, "track": self.tracks}[name]
                told[name] = table.get(value, "–")
            elif name in {"slot", "at"}:
                moment = datetime.fromisoformat(value).astimezone(self.zone)
                told[name] = f"{date_format(moment, 'MONTH_DAY_FORMAT')}, {date_format(moment, 'H:i')}"
            elif name == "day":
                told[name] = date_format(date.fromisoformat(value), "MONTH_DAY_FORMAT")
            elif name == "region":
                told[name] = countries.region_name(value)
            elif name == "pair":
                told[name] = pair(value)
            else:
                told[name] = value
        sessions = item.get("sessions", ())
        told["one"] = self.sessions.get(sessions[0], "–") if sessions else "–"
        told["other"] = self.sessions.get(sessions[-1], "–") if sessions else "–"
        told["titles"] = self.titles(sessions)
        return told


def _named(rows: Any, field: str) -> dict[int, str]:
    return {one.pk: apart(getattr(one, field)) for one in rows.only("pk", field)}


def pair(codes: str) -> str:
    """Two languages by their names: "en-zh" is English ↔ 中文, for interpreters go both ways."""
    return " ↔ ".join(apart(local_name(code)) for code in codes.split("-"))


def violations(gathering: Gathering, items: list[dict[str, Any]]) -> list[tuple[bool, int, str]]:
    """(hard, points, sentence) of each."""
    names, told = Names(gathering, items), VIOLATIONS | GONE
    return [(one["hard"], one["cost"], str(told[one["kind"]]) % names.facts(one)) for one in items]


def reasons(gathering: Gathering, found: dict[str, Any]) -> list[str]:
    """Why there is no timetable: a sentence that says what clashes, then each demand."""
    what = found.get("what")
    if what in {"rooms", "teams"}:
        return _shortage(gathering, found)
    if what != "clash":
        return [_("No timetable keeps all demands. Which of them clash could not be found in the time.")]
    demands = found["demands"]
    names = Names(gathering, [*demands, {"sessions": found["sessions"]}])
    if not demands:
        told = _("These sessions do not fit into the rooms and times that there are: %(titles)s.")
        return [told % {"titles": names.titles(found["sessions"])}]
    if found["smallest"] and len(demands) == 1:
        first = _("This cannot be kept. Without it, these sessions can be placed: %(titles)s.")
    elif found["smallest"]:
        first = _(
            "These cannot all be kept. Give up any one of them, and these sessions can be placed: %(titles)s."
        )
    else:
        first = _("These cannot all be kept, for the sessions %(titles)s.")
    return [
        first % {"titles": names.titles(found["sessions"])},
        *(str(DEMANDS[one["kind"]]) % names.facts(one) for one in demands),
    ]


def _shortage(gathering: Gathering, found: dict[str, Any]) -> list[str]:
    names = Names(gathering, [{"sessions": found["sessions"]}])
    model: Any = Room if found["what"] == "rooms" else InterpreterTeam
    there = _named(model.objects.filter(pk__in=found["resources"]), "name")
    facts = {
        "titles": names.titles(found["sessions"]),
        "places": list_comma().join(there.get(key, "–") for key in found["resources"]),
        "need": _hours(found["need"]),
        "have": _hours(found["have"]),
    }
    if found["what"] == "rooms":
        sentence = _(
            "Only %(places)s would do for some sessions. They need %(need)s h in all; "
            "these rooms have %(have)s h."
        )
    else:
        sentence = _(
            "Only %(places)s could interpret some sessions. They need %(need)s h in all; "
            "these teams have %(have)s h."
        )
    return [sentence % facts, _("The sessions: %(titles)s.") % facts]


def _hours(minutes: int) -> str:
    hours = minutes / 60
    return f"{hours:.0f}" if hours == int(hours) else f"{hours:.1f}"
