"""Two sessions that the same people would hear. In one room it is the room that clashes."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from .registry import Found, Severity, check
from .world import Spot, World


def _meets(world: World, spot: Spot, session: int) -> Iterator[Spot]:
    """The other session, if it stands elsewhere at a time of this one."""
    other = world.spots.get(session)
    if other is None or other.room == spot.room or other.ends <= other.starts:
        return
    if spot.starts < other.ends and other.starts < spot.ends:
        yield other


@check(
    "similar",
    Severity.WARNING,
    sentence=_("“%(one)s” and “%(other)s” are similar, and in parallel on %(day)s, %(from)s to %(to)s."),
    brief=_("Similar to “%(other)s”, and at the same time"),
)
def similar_in_parallel(world: World, spot: Spot) -> Found:
    for session in spot.similar:
        for other in _meets(world, spot, session):
            yield other, {}


@check(
    "joint",
    Severity.WARNING,
    sentence=_(
        "“%(one)s” and “%(other)s” are in parallel on %(day)s, %(from)s to %(to)s; "
        "people who want both: %(amount)s."
    ),
    brief=_("At the same time as “%(other)s”; people who want both: %(amount)s"),
)
def joint_audience(world: World, spot: Spot) -> Found:
    for session, amount in spot.joint:
        if amount:
            for other in _meets(world, spot, session):
                yield other, {"amount": amount}
