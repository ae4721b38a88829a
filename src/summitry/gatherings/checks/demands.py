"""A session whose place does not give what was demanded."""

from django.utils.translation import gettext_lazy as _

from .registry import Found, Severity, check
from .world import Spot, World


@check(
    "absent",
    Severity.WARNING,
    sentence=_("%(name)s cannot be in “%(one)s” on %(day)s, %(from)s to %(to)s."),
    brief=_("%(name)s cannot take part then"),
)
def absent_person(world: World, spot: Spot) -> Found:
    """Somebody has said that she is away."""
    for person in spot.people:
        if world.away(world.absent.get(person, ()), spot):
            yield None, {"name": world.people[person], "about": person}


@check(
    "absent-team",
    Severity.WARNING,
    sentence=_("The interpreters %(name)s cannot be in “%(one)s” on %(day)s, %(from)s to %(to)s."),
    brief=_("The interpreters %(name)s are not available then"),
)
def absent_team(world: World, spot: Spot) -> Found:
    for team in spot.teams:
        if world.away(world.teams[team].absent, spot):
            yield None, {"name": world.teams[team].name, "about": team}


@check(
    "closed",
    Severity.WARNING,
    sentence=_("%(name)s is not available for “%(one)s” on %(day)s, %(from)s to %(to)s."),
    brief=_("%(name)s is not available then"),
)
def closed_room(world: World, spot: Spot) -> Found:
    room = world.rooms[spot.room]
    if world.away(room.closed, spot):
        yield None, {"name": room.name}


@check(
    "seats",
    Severity.WARNING,
    sentence=_("%(name)s has %(seats)s seats, and %(audience)s people are expected in “%(one)s”."),
    brief=_("%(audience)s people are expected; %(name)s has %(seats)s seats"),
)
def too_small(world: World, spot: Spot) -> Found:
    room = world.rooms[spot.room]
    if spot.audience and room.seats is not None and room.seats < spot.audience:
        yield None, {"name": room.name, "seats": room.seats, "audience": spot.audience}


@check(
    "equipment",
    Severity.WARNING,
    sentence=_("%(name)s lacks what “%(one)s” needs: %(missing)s."),
    brief=_("%(name)s lacks: %(missing)s"),
)
def lacking(world: World, spot: Spot) -> Found:
    room = world.rooms[spot.room]
    if missing := spot.equipment - room.equipment:
        yield None, {"name": room.name, "missing": ", ".join(sorted(missing))}


@check(
    "order",
    Severity.WARNING,
    sentence=_("“%(later)s” begins on %(day)s before “%(first)s” is over, which should come first."),
    brief=_("“%(first)s” and “%(later)s” are not in their order"),
)
def out_of_order(world: World, spot: Spot) -> Found:
    """Seen from both: from the one that comes too early and from the one that should come first."""
    earlier = [world.spots[key] for key in spot.after if key in world.spots]
    pairs = [(one, spot) for one in earlier] + [(spot, one) for one in world.followers(spot.session)]
    for first, later in pairs:
        if later.starts < first.ends and first.session != later.session:
            facts = {"first": first.title, "later": later.title, "about": f"{first.session}"}
            yield (later if first is spot else first), facts
