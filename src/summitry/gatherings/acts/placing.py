"""Where and when sessions stand in the working programme: putting, taking out, swapping, moving, undoing.

Every act says where each session stood before (`Shift`, `Move`), so that it can be undone. Conflicts are
told, not refused: a programme is made step by step. A release refuses two sessions in one room.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.people.queries import person_of
from summitry.record.act import Stale, act

from .. import queries
from ..checks import Conflict
from ..models import Gathering, Move, Room, Session, Shift, Slot
from ..programme import day_of
from .common import allow, locked, programme_changed, same_gathering

LONGEST = 24 * 60  # minutes
What = Shift.What


@dataclass(frozen=True, slots=True)
class Put:
    """Where a session shall stand; without a room it is taken out. `version`: what the actor saw of it, None
    for whatever it is. `planned`: the planned length afterwards, by default `minutes`."""

    session: Session
    room: Room | None = None
    starts: datetime | None = None
    minutes: int = 0
    version: int | None = None
    planned: int | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a session now stands, and what is wrong there."""

    slot: Slot
    conflicts: list[Conflict]


@act
def place_session(
    actor: User | None,
    session: Session,
    *,
    room: Room,
    starts: datetime,
    minutes: int,
    version: int | None = None,
) -> Placement:
    """Puts a session into a room at a time (aware), moving it if it stands elsewhere. Stale if somebody has
    changed it since `version`. The same place twice changes nothing."""
    allow(actor, "gatherings.edit_programme", session)
    gathering = locked(session.gathering)
    _arrange(actor, gathering, [Put(session, room, starts, minutes, version)], What.PLACED)
    return Placement(
        Slot.objects.select_related("room", "session").get(session=session), queries.conflicts_of(session)
    )


@act
def unplace_session(actor: User | None, session: Session, version: int | None = None) -> Session:
    """Takes a session out of its slot; it waits for another. Twice changes nothing."""
    allow(actor, "gatherings.edit_programme", session)
    gathering = locked(session.gathering)
    _arrange(actor, gathering, [Put(session, version=version)], What.TAKEN_OUT)
    return gathering.sessions.get(pk=session.pk)


@act
def arrange(actor: User | None, gathering: Gathering, puts: Iterable[Put]) -> Shift | None:
    """Puts many sessions at a stroke: all of them or, if one cannot stand where it shall, none. None if they
    all stand there already."""
    allow(actor, "gatherings.edit_programme", gathering)
    return _arrange(actor, locked(gathering), list(puts), What.ARRANGED)


@act
def swap_sessions(
    actor: User | None,
    one: Session,
    other: Session,
    versions: tuple[int | None, int | None] = (None, None),
) -> Shift | None:
    """Each takes the room and the beginning of the other and keeps its own length. If one of them is
    unscheduled, it takes the other's place and the other waits."""
    allow(actor, "gatherings.edit_programme", one)
    gathering = locked(one.gathering)
    same_gathering(gathering, "other", other)
    slots = {
        slot.session_id: slot for slot in Slot.objects.filter(session__in=[one, other]).select_related("room")
    }
    if not slots or one.pk == other.pk:
        raise ValidationError(_("Choose two sessions of which at least one has a place."))

    def into(session: Session, there: Slot | None, version: int | None) -> Put:
        if there is None:
            return Put(session, version=version)
        own = slots.get(session.pk)
        minutes = _length(own) if own else session.minutes or _length(there)
        return Put(session, there.room, there.starts, minutes, version)

    puts = [
        into(one, slots.get(other.pk), versions[0]),
        into(other, slots.get(one.pk), versions[1]),
    ]
    return _arrange(actor, gathering, puts, What.SWAPPED)


@act
def shift_sessions(
    actor: User | None,
    gathering: Gathering,
    *,
    day: date,
    room: Room | None = None,
    minutes: int = 0,
    to_day: date | None = None,
    to_room: Room | None = None,
    seen: int | None = None,
) -> Shift | None:
    """Moves all sessions of a day, or of one room on it, by minutes of the wall clock (negative: earlier), to
    another day or room: all or none. Stale if anything was changed since the mark `seen` (`queries.mark`).
    None if there is nothing to move."""
    allow(actor, "gatherings.edit_programme", gathering)
    gathering = locked(gathering)
    if seen is not None and seen != queries.mark(gathering):
        raise Stale()
    if room is None and to_room is not None:
        raise ValidationError({"to_room": _("Choose the room whose sessions shall go there.")})
    for thing in (room, to_room):
        same_gathering(gathering, "room", thing)
    zone = ZoneInfo(gathering.time_zone)
    slots = Slot.objects.filter(session__gathering=gathering).select_related("session", "room")
    days = (to_day - day) if to_day else timedelta(0)
    puts = []
    for slot in slots.filter(room=room) if room else slots:
        if day_of(slot.starts, zone, gathering.day_change) != day:
            continue
        local = slot.starts.astimezone(zone).replace(tzinfo=None) + days + timedelta(minutes=minutes)
        starts = local.replace(tzinfo=zone)
        puts.append(
            Put(slot.session, to_room or slot.room, starts, _length(slot), planned=slot.session.minutes)
        )
    return _arrange(actor, gathering, puts, What.SHIFTED)


@act
def undo(actor: User | None, shift: Shift) -> Shift | None:
    """Puts the sessions of an act back where they stood before it, as an act of its own; undoing an undoing
    does again. Twice changes nothing. Stale if one of them has been moved again since."""
    allow(actor, "gatherings.edit_programme", shift.gathering)
    gathering = locked(shift.gathering)
    shift = gathering.shifts.get(pk=shift.pk)
    if again := Shift.objects.filter(undoes=shift).first():
        return again
    moves = queries.moves_of(shift)
    slots = {slot.session_id: slot for slot in Slot.objects.filter(session__moves__shift=shift)}
    puts = []
    for move in moves:
        slot = slots.get(move.session_id)
        there = (slot.room_id, slot.starts, slot.ends) if slot else (None, None, None)
        if there != (move.to_room_id, move.to_starts, move.to_ends):
            raise Stale(_moved_since(move))
        if move.from_starts is None:
            puts.append(Put(move.session, planned=move.from_minutes))
            continue
        if move.from_room is None or move.from_ends is None:
            raise ValidationError(
                _("“%(title)s” cannot go back: its room is no longer there.") % {"title": move.session.title}
            )
        length = (move.from_ends - move.from_starts) // timedelta(minutes=1)
        puts.append(Put(move.session, move.from_room, move.from_starts, length, planned=move.from_minutes))
    what = What.REDONE if shift.what == What.UNDONE else What.UNDONE
    return _arrange(actor, gathering, puts, what, undoes=shift)


def _moved_since(move: Move) -> str:
    facts = {"title": str(move.session.title)}
    later = Move.objects.filter(session=move.session_id, pk__gt=move.pk).select_related("shift__by").last()
    if later and later.shift.by:
        return _("“%(title)s” has been moved again since, by %(name)s. Nothing was undone.") % {
            **facts,
            "name": later.shift.by.name,
        }
    return _("“%(title)s” has been moved again since. Nothing was undone.") % facts


def _length(slot: Slot) -> int:
    return int((slot.ends - slot.starts) // timedelta(minutes=1))


def _arrange(
    actor: User | None, gathering: Gathering, puts: list[Put], what: str, undoes: Shift | None = None
) -> Shift | None:
    """Does what these say and remembers where the sessions stood. In a locked gathering; a fixed number of
    queries."""
    keys = [put.session.pk for put in puts]
    rows = Session.objects.select_for_update().filter(gathering=gathering, pk__in=keys).order_by("pk")
    sessions = {one.pk: one for one in rows}
    slots = {slot.session_id: slot for slot in Slot.objects.filter(session__in=keys)}
    moves: list[Move] = []
    changed: list[Slot] = []
    made: list[Slot] = []
    for put in puts:
        session, slot = sessions.get(put.session.pk), slots.get(put.session.pk)
        if session is None:
            raise ValidationError({"session": _("This belongs to another gathering.")})
        if put.version is not None and put.version != session.version:
            raise Stale()
        ends = _checked(gathering, session, put, alone=len(puts) == 1)
        before = (slot.room_id, slot.starts, slot.ends) if slot else (None, None, None)
        after = (put.room.pk, put.starts, ends) if put.room else (None, None, None)
        if before == after:
            continue
        move = Move(session=session, from_minutes=session.minutes)
        (move.from_room_id, move.from_starts, move.from_ends) = before
        (move.to_room_id, move.to_starts, move.to_ends) = after
        moves.append(move)
        session.version += 1
        if put.room and put.starts and ends:
            session.minutes = put.planned if put.planned is not None else put.minutes
            (changed if slot else made).append(slot or Slot(session=session))
            slot = (changed if slot else made)[-1]
            slot.room, slot.starts, slot.ends = put.room, put.starts, ends
        elif undoes is not None:
            session.minutes = put.planned
    if not moves and undoes is None:
        return None
    gone = [move.session_id for move in moves if move.to_starts is None]
    Slot.objects.filter(session__in=gone).delete()
    Slot.objects.bulk_update(changed, ["room", "starts", "ends"], batch_size=500)
    Slot.objects.bulk_create(made, batch_size=500)
    Session.objects.bulk_update([move.session for move in moves], ["minutes", "version"], batch_size=500)
    by = person_of(actor) if actor is not None else None
    shift = Shift.objects.create(gathering=gathering, what=what, by=by, undoes=undoes)
    for move in moves:
        move.shift = shift
    Move.objects.bulk_create(moves, batch_size=500)
    programme_changed(gathering)
    return shift


def _checked(gathering: Gathering, session: Session, put: Put, *, alone: bool) -> datetime | None:
    """The end of where it shall stand. Raises ValidationError, by field for one session, by title for
    many."""
    faults: dict[str, str] = {}
    if put.room is None or put.starts is None:
        return None
    if session.is_cancelled:
        faults["__all__"] = _("This session is cancelled. Restore it first.")
    if put.room.gathering_id != gathering.pk:
        faults["room"] = _("This belongs to another gathering.")
    if not 0 < put.minutes <= LONGEST:
        faults["minutes"] = _("Between 1 and %(most)d minutes.") % {"most": LONGEST}
    day = day_of(put.starts, ZoneInfo(gathering.time_zone), gathering.day_change)
    if not gathering.starts <= day <= gathering.ends:
        faults["starts"] = _("That day is not one of the gathering’s days.")
    if faults and alone:
        raise ValidationError(faults.get("__all__", faults))
    if faults:
        raise ValidationError([f"“{session.title}”: {words}" for words in faults.values()])
    return put.starts + timedelta(minutes=put.minutes)


def leave(actor: User | None, gathering: Gathering, session: Session) -> None:
    """Part of `cancel_session`: the place that it leaves is remembered like any other."""
    _arrange(actor, gathering, [Put(session)], What.CANCELLED)
