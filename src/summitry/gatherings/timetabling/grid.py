"""The slots of an edition: pieces of its days of equal length, without the breaks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from summitry.engines.timetable import Slot

from ..models import Gathering, Planning
from . import periods
from .periods import Period

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # a midnight in UTC, as the engine's minutes want one
MOST_SLOTS = 2_000


@dataclass(frozen=True)
class Grid:
    """zone: of the gathering. step: minutes. slots: of the engine, in order."""

    zone: ZoneInfo
    step: int
    slots: tuple[Slot, ...]

    @cached_property
    def index(self) -> dict[int, int]:
        """Which slot begins at a minute."""
        return {slot.starts: number for number, slot in enumerate(self.slots)}

    def at(self, moment: datetime) -> int | None:
        """The slot that begins at this moment."""
        minutes, odd = divmod(moment - EPOCH, MINUTE)
        return None if odd else self.index.get(minutes)

    def moment(self, slot: int) -> datetime:
        return EPOCH + self.slots[slot].starts * MINUTE

    def length(self, minutes: int) -> int:
        """How many slots so many minutes take."""
        return max(1, -(-minutes // self.step))

    def within(self, lines: Iterable[Period]) -> frozenset[int]:
        """The slots that some of these periods touch."""
        wanted = list(lines)
        return frozenset(
            number
            for number, slot in enumerate(self.slots)
            if any(
                one.over(EPOCH + slot.starts * MINUTE, EPOCH + slot.ends * MINUTE, self.zone)
                for one in wanted
            )
        )

    def taken(self, starts: datetime, ends: datetime) -> frozenset[int]:
        """The slots that the time from `starts` to `ends` touches."""
        first, last = (starts - EPOCH) / MINUTE, (ends - EPOCH) / MINUTE
        return frozenset(n for n, slot in enumerate(self.slots) if slot.starts < last and first < slot.ends)


def planning_of(gathering: Gathering) -> Planning:
    """How this edition's timetable is made; the defaults if nobody has said."""
    return Planning.objects.filter(gathering=gathering).first() or Planning(gathering=gathering)


def grid_of(
    gathering: Gathering, planning: Planning, pauses: Iterable[tuple[datetime, datetime]] = ()
) -> Grid:
    """The grid; no session is where a break is placed (`pauses`, aware). No query. A day of the programme
    whose hours the clock changes has the hours that it has."""
    zone = ZoneInfo(gathering.time_zone)
    breaks = periods.read(planning.breaks)
    standing = list(pauses)
    slots: list[Slot] = []
    for number in range((gathering.ends - gathering.starts).days + 1):
        day = gathering.starts + timedelta(days=number)
        begins = datetime.combine(day, planning.day_starts, zone).astimezone(UTC)
        last = datetime.combine(day, planning.day_ends, zone).astimezone(UTC)
        while (ends := begins + planning.step * MINUTE) <= last and len(slots) < MOST_SLOTS:
            over = [end for one in breaks if (end := one.over(begins, ends, zone))]
            over += [end for first, end in standing if first < ends and begins < end]
            if over:  # it goes on when the break ends
                begins = max(over).astimezone(UTC)
                continue
            slots.append(Slot((begins - EPOCH) // MINUTE, (ends - EPOCH) // MINUTE, number))
            begins = ends
    return Grid(zone, planning.step, tuple(slots))
