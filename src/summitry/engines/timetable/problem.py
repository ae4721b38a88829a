"""What is asked and answered: plain typed values. Sessions, rooms, persons, teams and slots are known by
their index in the problem."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from .pools import classes

DAY = 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class Slot:
    """A piece of the time grid. starts, ends: whole minutes in UTC from any fixed moment that is a midnight
    in UTC; the end is excluded. day: the day of the programme, counted from 0."""

    starts: int
    ends: int
    day: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """capacity: seats, None if nobody has counted them (then it holds everybody). closed: slots."""

    capacity: int | None = None
    equipment: frozenset[str] = frozenset()
    closed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """away: slots. offset: minutes east of UTC where a remote person sits; None for one who is on site."""

    away: frozenset[int] = frozenset()
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """Interpreters who work together. pairs: what they interpret, such as "en-zh". away: slots."""

    pairs: frozenset[str]
    away: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Session:
    """length: slots of the grid in a row. people: persons who must be there. audience: seats that it needs, 0
    where nobody knows. equipment: what its room must have. interpretation: the pairs for each of which it
    needs a team. pinned_slot, pinned_room: where it must begin and stand. after: sessions that must have
    ended before it begins. barred: slots in which it may not go on. wishes: slot -> how unwelcome it is to
    begin there (0 or absent: welcome). regions: where those who speak come from."""

    length: int = 1
    people: frozenset[int] = frozenset()
    audience: int = 0
    equipment: frozenset[str] = frozenset()
    interpretation: frozenset[str] = frozenset()
    track: int | None = None
    pinned_slot: int | None = None
    pinned_room: int | None = None
    after: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()
    wishes: Mapping[int, int] = field(default_factory=dict)
    regions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Couple:
    """Two sessions that should not be in parallel, and how much that matters (for a joint audience: how many
    people want both)."""

    first: int
    second: int
    amount: int = 1


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a session stands: the slot in which it begins, its room, and a team for each pair that it
    needs."""

    slot: int
    room: int
    teams: tuple[tuple[str, int], ...] = ()


type Timetable = Sequence[Placement | None]  # one per session; None: it has no place


@dataclass(frozen=True)
class Problem:
    """slots: in order of time, not overlapping; what is not in them is a break, and no session runs across
    one. weights: name of a soft rule -> points for each unit of its amount, whole and not negative; a rule
    without a weight is not asked for. base: a timetable that should change as little as possible (rule
    `moves`). rest: minutes that a person should have between two sessions.

    Raises ValueError for an index out of range, slots out of order, a length or a weight that is no such
    number, a session after itself, or a weight of a rule that there is not."""

    slots: Sequence[Slot]
    rooms: Sequence[Room]
    sessions: Sequence[Session]
    people: Sequence[Person] = ()
    teams: Sequence[Team] = ()
    similar: Sequence[Couple] = ()
    joint: Sequence[Couple] = ()
    weights: Mapping[str, int] = field(default_factory=dict)
    base: Timetable | None = None
    rest: int = 30

    def __post_init__(self) -> None:
        for one, following in zip(self.slots, self.slots[1:], strict=False):
            if one.ends > following.starts or one.day > following.day:
                raise ValueError("the slots are not in order")
        if any(slot.ends <= slot.starts for slot in self.slots):
            raise ValueError("a slot has no length")
        slots, rooms, count = len(self.slots), len(self.rooms), len(self.sessions)
        for session in self.sessions:
            if session.length < 1 or session.audience < 0 or min(session.wishes.values(), default=0) < 0:
                raise ValueError("a length is at least 1; an audience and a wish are at least 0")
            _within("person", session.people, len(self.people))
            _within("session", session.after, count)
            _within("slot", {*session.wishes, *session.barred, *_given(session.pinned_slot)}, slots)
            _within("room", _given(session.pinned_room), rooms)
        for couple in (*self.similar, *self.joint):
            _within("session", {couple.first, couple.second}, count)
            if couple.amount < 0 or couple.first == couple.second:
                raise ValueError("a couple is two sessions and an amount of at least 0")
        if any(number in session.after for number, session in enumerate(self.sessions)):
            raise ValueError("a session cannot come after itself")
        if any(weight < 0 for weight in self.weights.values()):
            raise ValueError("a weight is negative")
        from .rules import SOFT

        if unknown := set(self.weights) - {rule.name for rule in SOFT}:
            raise ValueError(f"there is no soft rule {sorted(unknown)[0]!r}")
        if self.base is not None:
            if len(self.base) != count:
                raise ValueError("the base has one place per session")
            for place in self.base:
                if place is not None:
                    _within("slot", {place.slot}, slots)
                    _within("room", {place.room}, rooms)

    def weight(self, rule: str) -> int:
        return self.weights.get(rule, 0)

    def run(self, start: int, length: int) -> range | None:
        """The slots of a session that begins here; None if a break or a night is in the way."""
        return range(start, start + length) if start + length <= self._until[start] else None

    @cached_property
    def _until(self) -> list[int]:
        """For each slot, the first one after it that does not follow without a break."""
        until = list(range(1, len(self.slots) + 1))
        for at in range(len(self.slots) - 2, -1, -1):
            here, following = self.slots[at], self.slots[at + 1]
            if here.ends == following.starts and here.day == following.day:
                until[at] = until[at + 1]
        return until

    def stay(self, session: int, start: int) -> range:
        """The slots that a session takes if it begins here, as far as the grid goes."""
        return range(start, min(start + self.sessions[session].length, len(self.slots)))

    @cached_property
    def days(self) -> list[int]:
        return sorted({slot.day for slot in self.slots})

    @cached_property
    def slots_of(self) -> dict[int, list[int]]:
        """The slots of each day."""
        return {day: [n for n, slot in enumerate(self.slots) if slot.day == day] for day in self.days}

    @cached_property
    def kinds(self) -> list[list[int]]:
        """Rooms of one size that no session tells apart, together."""
        sizes: dict[int | None, set[int]] = {}
        for number, room in enumerate(self.rooms):
            sizes.setdefault(room.capacity, set()).add(number)
        sets = [*dict.fromkeys(frozenset(rooms) for rooms in self.rooms_for), *map(frozenset, sizes.values())]
        return classes(range(len(self.rooms)), sets)

    @cached_property
    def sessions_of(self) -> list[list[int]]:
        """The sessions of each person."""
        found: list[list[int]] = [[] for _person in self.people]
        for number, session in enumerate(self.sessions):
            for person in sorted(session.people):
                found[person].append(number)
        return found

    @cached_property
    def tracks(self) -> dict[int, list[int]]:
        """The sessions of each track."""
        found: dict[int, list[int]] = {}
        for number, session in enumerate(self.sessions):
            if session.track is not None:
                found.setdefault(session.track, []).append(number)
        return found

    @cached_property
    def rooms_for(self) -> list[tuple[int, ...]]:
        """The rooms that would do for each session."""
        from .rules import allowed_rooms

        return [allowed_rooms(self, session) for session in range(len(self.sessions))]

    @cached_property
    def slots_for(self) -> list[list[int]]:
        """Where each session may begin, by what it demands alone."""
        from .rules import allowed_slots

        return [allowed_slots(self, session) for session in range(len(self.sessions))]

    def starts(self, session: int) -> Iterator[int]:
        """Where a session could begin for its length alone."""
        length = self.sessions[session].length
        return (slot for slot in range(len(self.slots)) if self.run(slot, length) is not None)


def part(problem: Problem, sessions: Sequence[int]) -> Problem:
    """The same problem with these sessions alone, in this order."""
    new = {old: number for number, old in enumerate(sessions)}
    kept = [
        replace(one, after=frozenset(new[other] for other in one.after if other in new))
        for one in (problem.sessions[old] for old in sessions)
    ]
    base = None if problem.base is None else [problem.base[old] for old in sessions]
    similar, joint = (
        [
            Couple(new[one.first], new[one.second], one.amount)
            for one in couples
            if one.first in new and one.second in new
        ]
        for couples in (problem.similar, problem.joint)
    )
    return replace(problem, sessions=kept, similar=similar, joint=joint, base=base)


def _given(index: int | None) -> set[int]:
    return set() if index is None else {index}


def _within(what: str, indices: frozenset[int] | set[int], count: int) -> None:
    if any(not 0 <= index < count for index in indices):
        raise ValueError(f"there is no such {what}")


class InfeasibleError(ValueError):
    """No timetable keeps all demands; `explain` tells which of them clash."""
