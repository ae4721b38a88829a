"""One session, one participant, one agenda."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from summitry.people.models import Person
from summitry.text.value import Text

from ..models import Gathering, Release, ReleasedSlot, Session, Slot, Speaker
from ..programme import Stay, clashes, day_of


def released_row(session: Session) -> ReleasedSlot | None:
    """The session as the newest release that names it published it. One query."""
    return (
        ReleasedSlot.objects.filter(session=session)
        .select_related("room", "track", "release", "session")
        .order_by("-release__version")
        .first()
    )


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
    found = list(
        Speaker.objects.filter(person=person)
        .exclude(gathering__state=Gathering.State.DRAFT)
        .select_related("gathering")
        .order_by("-gathering__starts")
    )
    own = [one for one in found if one.gathering_id == gathering.pk]
    biography = next((one.biography for one in (*own, *found) if one.biography), person.biography)
    return Participant(person, biography)


@dataclass(frozen=True, slots=True)
class Item:
    """A session of an agenda, and the titles of those that it overlaps."""

    row: ReleasedSlot
    overlaps: tuple[Text, ...]


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
    for row in rows:
        latest.setdefault(row.session_id, row)
    there = [row for row in latest.values() if row.release_id == gathering.released_id]
    there.sort(key=lambda row: (row.starts, row.ends, row.session_id))
    found = clashes("person", (Stay(row.session_id, row.title, "me", row.starts, row.ends) for row in there))
    with_: dict[int, list[Text]] = {}
    for clash in found:
        with_.setdefault(clash.first.session, []).append(clash.second.title)
        with_.setdefault(clash.second.session, []).append(clash.first.title)
    return Agenda(
        tuple(Item(row, tuple(with_.get(row.session_id, ()))) for row in there),
        tuple(row for row in latest.values() if row.release_id != gathering.released_id),
        len(found),
    )


def published_keys(gathering: Gathering, keys: Iterable[int]) -> set[int]:
    """Those of the keys that are sessions of the current release. One query."""
    if gathering.released_id is None:
        return set()
    rows = ReleasedSlot.objects.filter(release=gathering.released_id, session__in=list(keys))
    return set(rows.values_list("session_id", flat=True))


def calendar_rows(release: Release) -> QuerySet[ReleasedSlot]:
    """All rows of a release with what a calendar tells. One query."""
    return ReleasedSlot.objects.filter(release=release).select_related("session", "room", "track")
