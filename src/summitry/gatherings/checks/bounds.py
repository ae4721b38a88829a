"""One session where it should not be."""

from django.utils.translation import gettext_lazy as _

from ..programme import day_of
from .registry import Found, Severity, check
from .world import Spot, World


@check(
    "days",
    Severity.WARNING,
    sentence=_("“%(one)s” is on %(day)s, which is not one of the gathering’s days."),
    brief=_("Not one of the gathering’s days"),
)
def outside_the_days(world: World, spot: Spot) -> Found:
    """The edition's days were changed, or a file said so."""
    frame = world.frame
    day = day_of(spot.starts, frame.zone, frame.day_change)
    if not frame.first <= day <= frame.last:
        yield None, {}
