"""What the editor's page shows: a day of the working programme, the tray, the conflicts, who moved what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from summitry.people.fields import normal
from summitry.text.value import Text

from .. import board, checks, kinds
from ..checks import Conflict, Severity
from ..models import Gathering, ReleasedSlot, Room, Shift
from ..programme import day_of
from .conflicts import Known, known, rooms_of, world_of
from .moves import history, mark, next_to_undo

TRAY = 60  # cards of the tray on one page
TOLD = 40  # conflicts of one severity, unless all are asked for
RECENT = 12  # acts of the history beside the grid
LENGTHS = ((1, 15), (16, 30), (31, 45), (46, 60), (61, 90), (91, 1440))  # minutes


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. `pick`: the session that is to be moved."""

    day: date | None = None
    rooms: int = 1
    step: int = 0
    pick: int = 0
    words: str = ""
    track: str = ""
    kind: str = ""
    length: str = ""
    whole: bool = False
    all_told: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A session as the editor shows it. `was`: where the public finds it, if that is elsewhere; `news` says
    what changed since the release."""

    known: Known
    track: Text | None
    card: board.Card | None = None
    wrong: tuple[str, ...] = ()
    is_error: bool = False
    news: str = ""
    was: tuple[Text, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    room: Room
    number: int
    items: tuple[Item, ...]
    targets: tuple[board.Target, ...]


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    count: int
    errors: int


@dataclass(frozen=True, slots=True)
class Told:
    """The conflicts of one severity: how many there are, and the first ones with the day and the group of
    rooms where each of their sessions is found."""

    severity: Severity
    count: int
    conflicts: tuple[tuple[Conflict, tuple[tuple[Known, date, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class Board:
    gathering: Gathering
    asked: Asked
    days: tuple[Day, ...]
    day: date
    groups: tuple[Sequence[Room], ...]
    group: int
    layout: board.Layout
    columns: tuple[Column, ...]
    tray: tuple[Item, ...]
    tray_count: int  # that pass the filters
    loose: int
    told: tuple[Told, ...]
    picked: Item | None
    tracks: tuple[tuple[str, Text], ...]
    kinds: tuple[tuple[str, str], ...]
    recent: tuple[Shift, ...]
    undo: int | None
    redo: int | None
    mark: int
    placed: tuple[Known, ...]  # of the day, for the forms


def tag(gathering: Gathering) -> str:
    """Changes whenever the editor's page would. Two queries."""
    rooms = gathering.rooms.aggregate(count=Count("pk"), seats=Sum("capacity"), places=Sum("position"))
    facts = (mark(gathering), gathering.version, gathering.demands, gathering.released_id, *rooms.values())
    return ".".join(str(one or 0) for one in facts)


def editor(gathering: Gathering, asked: Asked, user: Any) -> Board:
    """The editor's page. Eleven queries, ten without a release."""
    seen = mark(gathering)  # first: what changes while the rest is read is told by the next look
    sessions, named_by = known(gathering)
    rooms = rooms_of(gathering)
    tracks = {track.pk: track for track in gathering.tracks.all()}
    world = world_of(gathering, sessions, named_by, rooms, tracks.values())
    by_key = {one.session: one for one in sessions}
    frame = world.frame
    dates = _days(
        gathering, [day_of(spot.starts, frame.zone, frame.day_change) for spot in world.spots.values()]
    )
    day = asked.day if asked.day in dates else next(iter(dates))
    groups, group = board.cut(rooms, asked.rooms)
    shown = [room.pk for room in groups[group - 1]]
    step = asked.step if asked.step in board.steps(gathering.slot_minutes) else gathering.slot_minutes
    layout = board.lay(world.spots.values(), shown, day, frame, step, whole=asked.whole)
    wrong = checks.all_conflicts(world)
    of: dict[int, list[Conflict]] = {}
    for conflict in wrong:
        for key in conflict.sessions:
            of.setdefault(key, []).append(conflict)
    before = _released(gathering)
    named = {room.pk: room.name for room in rooms}

    def item(one: Known, card: board.Card | None = None) -> Item:
        own = of.get(one.session, [])
        news, was = _news(one, before, named)
        return Item(
            *(one, tracks[one.track].name if one.track in tracks else None, card),
            wrong=tuple(checks.brief(conflict, one.session) for conflict in own[:3]),
            is_error=any(conflict.severity == Severity.ERROR for conflict in own),
            news=news,
            was=was,
        )

    picked = by_key.get(asked.pick)
    places: list[board.Target] = []
    if picked and shown:
        spot = picked.spot() or picked.at(0, layout.begins)
        places = board.targets(world, spot, shown, layout)
    columns = tuple(
        Column(
            *(room, number),
            tuple(item(by_key[card.spot.session], card) for card in layout.cards if card.column == number),
            tuple(place for place in places if place.room == room.pk),
        )
        for number, room in enumerate(groups[group - 1], 1)
    )
    loose = [one for one in sessions if one.room is None]
    passing = [one for one in loose if _passes(one, asked, tracks, world.people)]
    where = {room.pk: at for at, some in enumerate(groups, 1) for room in some}
    errors: dict[date, set[Any]] = {}
    for conflict in wrong:
        if conflict.severity == Severity.ERROR:
            at = day_of(conflict.spots[-1].starts, frame.zone, frame.day_change)
            errors.setdefault(at, set()).add((conflict.check, conflict.sessions, conflict.about))
    undo, redo = next_to_undo(gathering, user)
    return Board(
        *(gathering, asked),
        days=tuple(Day(one, count, len(errors.get(one, ()))) for one, count in dates.items()),
        day=day,
        groups=tuple(groups),
        group=group,
        layout=layout,
        columns=columns,
        tray=tuple(item(one) for one in passing[:TRAY]),
        tray_count=len(passing),
        loose=len(loose),
        told=tuple(_told(wrong, severity, asked.all_told, by_key, where, frame) for severity in Severity),
        picked=item(picked) if picked else None,
        tracks=tuple((track.slug, track.name) for track in tracks.values()),
        kinds=tuple((kind, kinds.name(kind)) for kind in sorted({one.kind for one in loose} - {""})),
        recent=tuple(history(gathering)[:RECENT]),
        undo=undo,
        redo=redo,
        mark=seen,
        placed=tuple(one for one in sessions if one.starts),
    )


def _days(gathering: Gathering, dates: Sequence[date]) -> dict[date, int]:
    """The days of the edition and those on which sessions stand beside them, each with their number."""
    length = min((gathering.ends - gathering.starts).days, 31) + 1
    found = dict.fromkeys(
        (gathering.starts.fromordinal(gathering.starts.toordinal() + n) for n in range(length)), 0
    )
    for one in dates:
        found[one] = found.get(one, 0) + 1
    return dict(sorted(found.items()))


def _released(gathering: Gathering) -> dict[int, tuple[int, datetime, datetime, Text]] | None:
    if gathering.released_id is None:
        return None
    rows = ReleasedSlot.objects.filter(release=gathering.released_id)
    found = rows.order_by().values_list("session_id", "room_id", "starts", "ends", "title")
    return {key: (room, starts, ends, title) for key, room, starts, ends, title in found}


def _news(
    one: Known, before: dict[int, Any] | None, rooms: dict[int, Text]
) -> tuple[str, tuple[Text, datetime] | None]:
    """What a release would say of it, in a word, and where it was."""
    if before is None:
        return "", None
    row = before.get(one.session)
    if row is None:
        return (_("new") if one.room else ""), None
    room, starts, ends, title = row
    if (room, starts, ends) != (one.room, one.starts, one.ends):
        return (_("moved") if one.room else _("taken out")), (rooms[room], starts)
    return (_("renamed") if title.values != one.title.values else ""), None


def _passes(one: Known, asked: Asked, tracks: dict[int, Any], names: Mapping[int, Text]) -> bool:
    if asked.track and (one.track is None or tracks[one.track].slug != asked.track):
        return False
    if asked.kind and one.kind != asked.kind:
        return False
    if asked.length:
        low, _dash, high = asked.length.partition("-")
        if not (low.isdecimal() and high.isdecimal() and int(low) <= one.length <= int(high)):
            return False
    if not asked.words:
        return True
    texts = [one.title, *(names[person] for person in one.people)]
    hay = normal(" ".join(value for text in texts for value in text.values.values()))
    return all(word in hay for word in normal(asked.words).split())


def _told(
    wrong: list[Conflict],
    severity: Severity,
    everything: bool,
    sessions: dict[int, Known],
    where: dict[int, int],
    frame: checks.Frame,
) -> Told:
    own = [one for one in wrong if one.severity == severity]
    return Told(
        severity,
        len(own),
        tuple(
            (
                one,
                tuple(
                    (
                        sessions[spot.session],
                        day_of(spot.starts, frame.zone, frame.day_change),
                        where[spot.room],
                    )
                    for spot in one.spots
                ),
            )
            for one in (own if everything else own[:TOLD])
        ),
    )
