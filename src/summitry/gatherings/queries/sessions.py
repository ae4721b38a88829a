"""One session, one participant, one agenda."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from summitry import kept
from summitry.people.models import Person
from summitry.text.value import Text

from ..models import Gathering, ReleasedSlot, Session, Slot, Speaker
from ..programme import Stay, clashes, day_of
from .since import Earlier, earlier


def released_row(session: Session) -> ReleasedSlot | None:
    """The session as the newest release that names it published it. One query."""
    kept.depends(f"row:{session.pk}")
    row = (
        ReleasedSlot.objects.filter(session=session)
        .select_related("room", "track", "release", "session")
        .order_by("-release__version")
        .first()
    )
    if row:
        kept.depends(f"room:{row.room_id}", f"track:{row.track_id}", f"release:{row.release_id}")
    return row


def working_row(session: Session) -> ReleasedSlot | None:
    """The session as the working programme has it; None if it is not placed. No query if its slot is
    known."""
    try:
        slot = session.slot
    except Slot.DoesNotExist:
        return None
    gathering = session.gathering
    return ReleasedSlot(
        session=session,
        room=slot.room,
        track=session.track,
        day=day_of(slot.starts, ZoneInfo(gathering.time_zone), gathering.day_change),
        starts=slot.starts,
        ends=slot.ends,
        title=session.title,
        kind=session.kind,
        language=session.language,
        interpreted=session.interpreted,
    )


@dataclass(frozen=True, slots=True)
class Participant:
    person: Person
    biography: Text  # of this edition, else the newest of another, else of her profile


def participant(gathering: Gathering, slug: str) -> Participant | None:
    """A person by her short name, with the biography to show in this edition. Two queries."""
    person = Person.objects.filter(slug=slug, erased_at=None).first()
    if person is None:
        return None
    kept.depends(f"person:{person.pk}", f"speaker:{person.pk}")
    rows = Speaker.objects.filter(person=person).select_related("gathering").order_by("-gathering__starts")
    everywhere = list(rows)
    kept.depends(*(f"gathering:{one.gathering_id}" for one in everywhere))
    found = [one for one in everywhere if one.gathering.is_public]
    own = [one for one in found if one.gathering_id == gathering.pk]
    biography = next((one.biography for one in (*own, *found) if one.biography), person.biography)
    return Participant(person, biography)


@dataclass(frozen=True, slots=True)
class Item:
    """A session of an agenda, the titles of those that it overlaps, and how it stood in earlier versions."""

    row: ReleasedSlot
    overlaps: tuple[Text, ...]
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True)
class Agenda:
    items: tuple[Item, ...]  # by time
    gone: tuple[ReleasedSlot, ...]  # no longer in the programme
    clashes: int


def agenda(gathering: Gathering, keys: Iterable[int]) -> Agenda:
    """The sessions of these keys that a release has named, with their overlaps. One query; none without a
    release."""
    wanted = list(keys)
    if gathering.released_id is None or not wanted:
        return Agenda((), (), 0)
    rows = (
        ReleasedSlot.objects.filter(session__gathering=gathering, session__in=wanted)
        .select_related("session__track", "room", "track", "release")
        .order_by("session", "-release__version")
    )
    latest: dict[int, ReleasedSlot] = {}
    every: dict[int, list[ReleasedSlot]] = {}
    for row in rows:
        latest.setdefault(row.session_id, row)
        every.setdefault(row.session_id, []).append(row)
    there = [row for row in latest.values() if row.release_id == gathering.released_id]
    there.sort(key=lambda row: (row.starts, row.ends, row.session_id))
    found = clashes("person", (Stay(row.session_id, row.title, "me", row.starts, row.ends) for row in there))
    with_: dict[int, list[Text]] = {}
    for clash in found:
        with_.setdefault(clash.first.session, []).append(clash.second.title)
        with_.setdefault(clash.second.session, []).append(clash.first.title)
    return Agenda(
        tuple(
            Item(row, tuple(with_.get(row.session_id, ())), earlier(every[row.session_id], row))
            for row in there
        ),
        tuple(row for row in latest.values() if row.release_id != gathering.released_id),
        len(found),
    )


def published_keys(gathering: Gathering, keys: Iterable[int]) -> set[int]:
    """Those of the keys that are sessions of the current release. One query."""
    if gathering.released_id is None:
        return set()
    rows = ReleasedSlot.objects.filter(release=gathering.released_id, session__in=list(keys))
    return set(rows.values_list("session_id", flat=True))
