"""Sessions that come too soon after one another, or run into a break."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from ..kinds import PAUSE
from .registry import Found, Severity, check
from .world import Spot, World


def _gap(one: Spot, other: Spot) -> timedelta:
    """The time between two sessions; negative if they overlap."""
    return max(one.starts, other.starts) - min(one.ends, other.ends)


@check(
    "turnround",
    Severity.WARNING,
    sentence=_(
        "%(name)s, %(day)s: only %(minutes)s min between “%(one)s” and “%(other)s”; %(needed)s are needed."
    ),
    brief=_("Only %(minutes)s min beside “%(other)s”; %(needed)s are needed"),
)
def room_turnround(world: World, spot: Spot) -> Found:
    """A room needs time to be cleared."""
    needed = world.frame.turnround
    if not needed:
        return
    for other in world.beside("room", spot.room, spot, needed):
        if (gap := _gap(spot, other)) >= timedelta(0) and PAUSE not in (spot.kind, other.kind):
            yield other, {"name": world.rooms[spot.room].name, **_minutes(gap, needed)}


@check(
    "walk",
    Severity.WARNING,
    sentence=_(
        "%(name)s has only %(minutes)s min from “%(one)s” to “%(other)s” on %(day)s; %(needed)s are needed."
    ),
    brief=_("%(name)s: only %(minutes)s min to “%(other)s”; %(needed)s are needed"),
)
def person_turnround(world: World, spot: Spot) -> Found:
    """A person needs time to walk to another room."""
    needed = world.frame.turnround
    if not needed:
        return
    for person in spot.people:
        for other in world.beside("person", person, spot, needed):
            if other.room != spot.room and (gap := _gap(spot, other)) >= timedelta(0):
                yield other, {"name": world.people[person], "about": person, **_minutes(gap, needed)}


@check(
    "break",
    Severity.WARNING,
    sentence=_("“%(one)s” and “%(other)s”: a session runs into a break on %(day)s, %(from)s to %(to)s."),
    brief=_("At the same time as “%(other)s”"),
)
def into_a_break(world: World, spot: Spot) -> Found:
    """A break is for everybody: a session elsewhere at that time runs into it."""
    if spot.kind == PAUSE:
        return
    for other in world.beside("kind", PAUSE, spot):
        if other.room != spot.room:
            yield other, {}


def _minutes(gap: timedelta, needed: timedelta) -> dict[str, int]:
    return {"minutes": gap // timedelta(minutes=1), "needed": needed // timedelta(minutes=1)}
