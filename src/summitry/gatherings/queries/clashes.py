"""Sessions that stand in one room, or need one person, at one time."""

from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..models import Gathering, Session, SessionPerson, Slot
from ..programme import Clash, Stay
from ..programme import clashes as pairs


def room_clashes(gathering: Gathering) -> list[Clash]:
    """Pairs of sessions of the working programme that share a room at a time. One query."""
    slots = (
        Slot.objects.filter(session__gathering=gathering)
        .select_related("session", "room")
        .only("starts", "ends", "session__title", "room__name")
    )
    return pairs(
        "room",
        (
            Stay(one.session_id, one.session.title, str(one.room_id), one.starts, one.ends, one.room.name)
            for one in slots
        ),
    )


def person_clashes(gathering: Gathering) -> list[Clash]:
    """Pairs of sessions of the working programme that need one person at a time. One query."""
    parts = (
        SessionPerson.objects.filter(session__gathering=gathering, session__slot__isnull=False)
        .select_related("session__slot", "person")
        .only("session__title", "session__slot__starts", "session__slot__ends", "person__name")
        .order_by("pk")
    )
    return pairs(
        "person",
        (
            Stay(
                one.session_id,
                one.session.title,
                str(one.person_id),
                one.session.slot.starts,
                one.session.slot.ends,
                one.person.name,
            )
            for one in parts
        ),
    )


def clashes(gathering: Gathering) -> list[Clash]:
    """All clashes of the working programme, rooms first. Two queries."""
    return [*room_clashes(gathering), *person_clashes(gathering)]


def clashes_of(session: Session) -> list[Clash]:
    """The clashes in which this session stands. Two queries."""
    return [
        one for one in clashes(session.gathering) if session.pk in {one.first.session, one.second.session}
    ]


def clash_words(clash: Clash, gathering: Gathering) -> str:
    """A clash as a sentence, with the time in the gathering's zone."""
    zone = ZoneInfo(gathering.time_zone)
    begins = max(clash.first.starts, clash.second.starts).astimezone(zone)
    ends = min(clash.first.ends, clash.second.ends).astimezone(zone)
    facts = {
        "one": str(clash.first.title),
        "other": str(clash.second.title),
        "name": str(clash.first.name),
        "day": date_format(begins, "j F"),
        "from": date_format(begins, "H:i"),
        "to": date_format(ends, "H:i"),
    }
    if clash.kind == "room":
        return _("“%(one)s” and “%(other)s” are both in %(name)s on %(day)s, %(from)s to %(to)s.") % facts
    return _("%(name)s is in both “%(one)s” and “%(other)s” on %(day)s, %(from)s to %(to)s.") % facts
