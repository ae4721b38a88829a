"""What the programme's desk lists."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, QuerySet

from ..checks import Conflict
from ..models import Gathering, Room, Session, Track


def desk_sessions(
    gathering: Gathering, show: str = "", words: str = "", clashes: Iterable[Conflict] = ()
) -> QuerySet[Session]:
    """Sessions of an edition by time, those without a slot first. `show`: "loose", "placed", "clash",
    "cancelled"; else all that are not cancelled. `words` are looked for in titles, short names and ids. One
    query."""
    rows: QuerySet[Session] = gathering.sessions.select_related("track", "slot__room").defer(
        "abstract", "description"
    )
    if show == "cancelled":
        rows = rows.filter(state=Session.State.CANCELLED)
    else:
        rows = rows.filter(state=Session.State.ACCEPTED)
    if show == "loose":
        rows = rows.filter(slot__isnull=True)
    elif show == "placed":
        rows = rows.filter(slot__isnull=False)
    elif show == "clash":
        rows = rows.filter(pk__in={key for one in clashes for key in one.sessions})
    if words:
        found: Any = rows.filter(external_id=words) | rows.filter(title__icontains=words)
        rows = found | rows.filter(slug__icontains=words)
    return rows.order_by(F("slot__starts").asc(nulls_first=True), "slot__room__position", "pk")


def desk_counts(gathering: Gathering) -> dict[str, int]:
    """How many sessions are without a slot, placed and cancelled. One query."""
    rows = gathering.sessions.order_by().values("state").annotate(all=Count("pk"), placed=Count("slot"))
    found = {row["state"]: row for row in rows}
    accepted = found.get(Session.State.ACCEPTED, {"all": 0, "placed": 0})
    return {
        "all": accepted["all"],
        "loose": accepted["all"] - accepted["placed"],
        "placed": accepted["placed"],
        "cancelled": found.get(Session.State.CANCELLED, {"all": 0})["all"],
    }


def rooms_with_counts(gathering: Gathering) -> QuerySet[Room]:
    """Rooms and how many sessions stand in each. One query."""
    return gathering.rooms.annotate(used=Count("slots")).order_by("position", "pk")


def tracks_with_counts(gathering: Gathering) -> QuerySet[Track]:
    """Tracks and how many sessions each has. One query."""
    return gathering.tracks.annotate(used=Count("sessions")).order_by("position", "pk")
