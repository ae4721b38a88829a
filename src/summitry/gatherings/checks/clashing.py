"""Two sessions that need one thing at one time."""

from django.utils.translation import gettext_lazy as _

from .registry import Found, Severity, check
from .world import Spot, World


@check(
    "room",
    Severity.ERROR,
    sentence=_("“%(one)s” and “%(other)s” are both in %(name)s on %(day)s, %(from)s to %(to)s."),
    brief=_("Same room as “%(other)s”"),
)
def same_room(world: World, spot: Spot) -> Found:
    """Two sessions in one room."""
    for other in world.beside("room", spot.room, spot):
        yield other, {"name": world.rooms[spot.room].name}


@check(
    "person",
    Severity.ERROR,
    sentence=_("%(name)s is in both “%(one)s” and “%(other)s” on %(day)s, %(from)s to %(to)s."),
    brief=_("%(name)s is in “%(other)s” then"),
)
def same_person(world: World, spot: Spot) -> Found:
    """One person in two sessions."""
    for person in spot.people:
        for other in world.beside("person", person, spot):
            yield other, {"name": world.people[person], "about": person}


@check(
    "team",
    Severity.ERROR,
    sentence=_(
        "The interpreters %(name)s are in both “%(one)s” and “%(other)s” on %(day)s, %(from)s to %(to)s."
    ),
    brief=_("The interpreters %(name)s are in “%(other)s” then"),
)
def same_team(world: World, spot: Spot) -> Found:
    """One team of interpreters in two sessions."""
    for team in spot.teams:
        for other in world.beside("team", team, spot):
            yield other, {"name": world.teams[team].name, "about": team}


@check(
    "track",
    Severity.WARNING,
    sentence=_(
        "“%(one)s” and “%(other)s”, both of %(name)s, run in parallel on %(day)s, %(from)s to %(to)s."
    ),
    brief=_("Same track as “%(other)s”"),
)
def same_track(world: World, spot: Spot) -> Found:
    """Whoever follows a track misses one of two sessions. In one room it is the room that clashes."""
    if spot.track is None:
        return
    for other in world.beside("track", spot.track, spot):
        if other.room != spot.room:
            yield other, {"name": world.tracks[spot.track]}
