"""Which day each session has, and which kind of room: a search that does not look at the hours.

What a programme costs is mostly decided by its days: who must stay over night, and how many sizes of room a
track uses on one day. A state gives each session a day and a kind of room (`Problem.kinds`); it costs what a
timetable with these days and kinds costs at least. Rooms, teams and order are kept as far as counting by the
day goes. It is bettered by simulated annealing (Kirkpatrick, Gelatt and Vecchi, Science 220, 1983): a session
takes another day or kind, or two of one track change their days. A track pays for each kind that it has on a
day, however few of its sessions have it; so that these few find each other, a session is drawn to where more
of its track are (`_drawn`), which guides the search and costs nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp
from random import Random

from .pools import unions
from .problem import Problem
from .rules import ALONE
from .rules.rooming import empty_tens
from .rules.times import on_site, regions

PATIENCE = 2_000  # moves between two looks from outside: some hundredths of a second
COUNTED = 64  # sessions of a track with one kind of room on a day, beyond which more are no better
FADING = 0.7
HOT, COLD = 2 / 3, 1 / 6  # temperatures, in what a room more costs a track, or else a day more a person
FAR = 15  # points beyond a session's cheapest place on a day at which a place is not tried


@dataclass(frozen=True, slots=True)
class Place:
    """cost: of the session by itself. uses: (pool, how much of it), first that of its kind of room."""

    day: int
    kind: int
    cost: int
    uses: tuple[tuple[int, int], ...]


class Days:
    """tight: the share of each day's rooms and teams that stays free, since hours do not fit together
    without loss. A session stands at `at[session]`, which is one of `places[session]`."""

    def __init__(self, problem: Problem, seed: int = 0, tight: float = 0.04) -> None:
        self.problem, self.chance = problem, Random(seed)  # noqa: S311  (a search, not a secret)
        self.load: list[int] = []
        self.most: list[int] = []  # of a pool; what is beyond costs `dear` a unit
        self.dear: list[int] = []
        self.never = 10 * max([1, *problem.weights.values()])  # what a broken demand counts
        self._pools: dict[tuple[str, int, int], int] = {}
        self._regions = list(regions(problem))
        self._room_pools(tight)
        self._team_pools(tight)
        self._hour_pools()
        self.places = [self._places(session) for session in range(len(problem.sessions))]
        self._relations()
        unit = self._room or self._travel or 3
        self._heat = HOT * unit, COLD * unit
        self._alone = [self._room * FADING**count for count in range(COUNTED + 1)]
        self.at = [self.chance.choice(_cheapest(places)) for places in self.places]
        for place in self.at:
            for pool, amount in place.uses:
                self.load[pool] += amount
        for session, place in enumerate(self.at):
            if (track := self._track[session]) is not None:
                self._of_kind[track][place.day][place.kind] += 1
        self.cost = self.best_cost = self.costs()
        self.best = list(self.at)

    # -- what there is -------------------------------------------------------------------------------

    def _pool(self, what: str, number: int, day: int, most: int, dear: int) -> int:
        key = (what, number, day)
        if key not in self._pools:
            self._pools[key] = len(self.load)
            self.load.append(0)
            self.most.append(most)
            self.dear.append(dear)
        return self._pools[key]

    def _room_pools(self, tight: float) -> None:
        problem = self.problem
        for number, kind in enumerate(problem.kinds):
            for day, slots in problem.slots_of.items():
                there = sum(slot not in problem.rooms[room].closed for room in kind for slot in slots)
                spare = int(tight * there) if len(kind) > 1 else 0
                self._pool("kind", number, day, there - spare, self.never)

    def _team_pools(self, tight: float) -> None:
        problem = self.problem
        self._teams: list[list[tuple[int, int]]] = [[] for _session in problem.sessions]  # (union, pairs)
        wanted = [
            [frozenset(t for t, team in enumerate(problem.teams) if pair in team.pairs) for pair in pairs]
            for pairs in (sorted(session.interpretation) for session in problem.sessions)
        ]
        for number, union in enumerate(unions(teams for of in wanted for teams in of)):
            for session, of in enumerate(wanted):
                if confined := sum(teams <= union for teams in of):
                    self._teams[session].append((number, confined))
            for day, slots in problem.slots_of.items():
                there = sum(slot not in problem.teams[team].away for team in union for slot in slots)
                self._pool("teams", number, day, there - int(tight * there), self.never)

    def _hour_pools(self) -> None:
        """Of a track whose sessions follow each other, no more have one of the hours at which they cost least
        on a day than there are such hours; beyond that, each costs what its next best hour costs more."""
        problem = self.problem
        self._hours: list[dict[int, tuple[int, frozenset[int], int]]] = []
        for session in range(len(problem.sessions)):
            by_day: dict[int, dict[int, int]] = {}
            for slot in problem.slots_for[session]:
                points = sum(problem.weight(rule.name) * rule.alone(problem, session, slot) for rule in ALONE)
                by_day.setdefault(problem.slots[slot].day, {})[slot] = points
            self._hours.append({day: self._least(session, points) for day, points in by_day.items()})
        self._crowds: dict[
            tuple[int, int], list[tuple[int, frozenset[int]]]
        ] = {}  # (track, day) -> pool, hours
        parallel = problem.weight("track_parallel")
        for track, sessions in problem.tracks.items() if parallel else ():
            for day in problem.days:
                known = [self._hours[session][day] for session in sessions if day in self._hours[session]]
                known = [one for one in known if one[2]]
                for number, hours in enumerate({hours: None for _points, hours, _step in known}):
                    step = min(step for _points, of, step in known if of <= hours)
                    name = f"hours of {track}"
                    pool = self._pool(name, number, day, len(hours), min(step, parallel))
                    self._crowds.setdefault((track, day), []).append((pool, hours))

    def _least(self, session: int, points: dict[int, int]) -> tuple[int, frozenset[int], int]:
        """What a day costs at least, the slots that it then takes, and how much the next best costs more."""
        least = min(points.values())
        begins = [slot for slot, of in points.items() if of == least]
        hours = frozenset(slot for begin in begins for slot in self.problem.stay(session, begin))
        return least, hours, min((of - least for of in points.values() if of > least), default=0)

    def _places(self, session: int) -> list[Place]:
        problem, asked = self.problem, self.problem.sessions[session]
        by_day = {day: points for day, (points, _hours, _step) in self._hours[session].items()}
        found: list[Place] = []
        for day, points in by_day.items():
            uses = tuple(self._uses(session, day))
            for number, kind in enumerate(problem.kinds):
                if kind[0] in problem.rooms_for[session]:
                    more = empty_tens(problem, session, kind[0]) * asked.length * problem.weight("room_fit")
                    first = (self._pools["kind", number, day], asked.length)
                    found.append(Place(day, number, points + more, (first, *uses)))
        cheapest = {day: min(one.cost for one in found if one.day == day) for day in by_day}
        return [one for one in found if one.cost <= cheapest[one.day] + FAR]

    def _uses(self, session: int, day: int) -> Iterator[tuple[int, int]]:
        problem, asked = self.problem, self.problem.sessions[session]
        for union, confined in self._teams[session]:
            yield self._pools["teams", union, day], confined * asked.length
        if asked.track is not None and (points := problem.weight("track_parallel")):
            most = len(problem.slots_of[day])
            yield self._pool("track", asked.track, day, most, points), asked.length
        _points, hours, step = self._hours[session][day]
        for pool, crowd in self._crowds.get((asked.track, day), ()) if asked.track is not None else ():
            if step and hours <= crowd:
                yield pool, asked.length
        if points := problem.weight("regions"):
            for number, (region, _sessions, share) in enumerate(self._regions):
                if region in asked.regions:
                    yield self._pool("region", number, day, share, points), 1

    def _relations(self) -> None:
        problem, count = self.problem, len(self.problem.sessions)
        self._travel, self._room = problem.weight("travel_days"), problem.weight("track_room")
        self._with: list[list[list[int]]] = [
            [] for _session in range(count)
        ]  # of each who travels: her others
        for _person, sessions in on_site(problem) if self._travel else ():
            for one in sessions:
                self._with[one].append([other for other in sessions if other != one])
        self._before = [sorted(session.after) for session in problem.sessions]
        self._later: list[list[int]] = [[] for _session in range(count)]
        for later, earlier in enumerate(self._before):
            for one in earlier:
                self._later[one].append(later)
        names = {track: number for number, track in enumerate(problem.tracks)}
        self._track = [None if one.track is None else names[one.track] for one in problem.sessions]
        self._mates = list(problem.tracks.values())
        self._of_kind = [
            {day: [0] * len(problem.kinds) for day in problem.days} for _track in self._mates
        ]  # how many sessions of a track have a kind on a day

    # -- what it costs -------------------------------------------------------------------------------

    def costs(self) -> int:
        """Of the whole state, without what was counted before."""
        found = sum(place.cost for place in self.at)
        for load, most, dear in zip(self.load, self.most, self.dear, strict=True):
            found += dear * max(0, load - most)
        for by_day in self._of_kind:
            found += self._room * sum(max(0, sum(map(bool, kinds)) - 1) for kinds in by_day.values())
        for _person, sessions in on_site(self.problem):
            days = [self.at[session].day for session in sessions]
            found += self._travel * (max(days) - min(days))
        for session, place in enumerate(self.at):
            found += self.never * sum(self.at[one].day > place.day for one in self._before[session])
        return found

    def _change(self, session: int, new: Place) -> int:
        """By how much the cost changes if the session goes there."""
        old, load, most, dear = self.at[session], self.load, self.most, self.dear
        before, after = old.day, new.day
        more = new.cost - old.cost
        same = before == after
        for pool, amount in new.uses[:1] if same else new.uses:
            was = load[pool] - most[pool]
            now = was + amount
            if was > 0 or now > 0:
                more += dear[pool] * ((now if now > 0 else 0) - (was if was > 0 else 0))
        for pool, amount in old.uses[:1] if same else old.uses:
            was = load[pool] - most[pool]
            now = was - amount
            if was > 0 or now > 0:
                more += dear[pool] * ((now if now > 0 else 0) - (was if was > 0 else 0))
        if (track := self._track[session]) is not None and self._room:
            there, here = self._of_kind[track][before], self._of_kind[track][after]
            if there[old.kind] == 1 and (same or sum(map(bool, there)) > 1):
                more -= self._room
            if not here[new.kind] and (same or any(here)):
                more += self._room
        if not same:
            for others in self._with[session]:
                days = [self.at[other].day for other in others]
                low, high = min(days), max(days)
                more += self._travel * (
                    max(high, after) - min(low, after) - max(high, before) + min(low, before)
                )
            for one in self._before[session]:
                more += self.never * ((self.at[one].day > after) - (self.at[one].day > before))
            for one in self._later[session]:
                more += self.never * ((self.at[one].day < after) - (self.at[one].day < before))
        return more

    def _drawn(self, session: int, new: Place) -> float:
        if (track := self._track[session]) is None:
            return 0.0
        old, of = self.at[session], self._of_kind[track]
        here, there = of[new.day][new.kind], of[old.day][old.kind] - 1
        return self._alone[min(here, COUNTED)] - self._alone[min(there, COUNTED)]

    def go(self, session: int, new: Place) -> None:
        old, load = self.at[session], self.load
        for pool, amount in old.uses:
            load[pool] -= amount
        for pool, amount in new.uses:
            load[pool] += amount
        if (track := self._track[session]) is not None:
            self._of_kind[track][old.day][old.kind] -= 1
            self._of_kind[track][new.day][new.kind] += 1
        self.at[session] = new

    # -- the search ----------------------------------------------------------------------------------

    def anneal(self, moves: int) -> Iterator[None]:
        """So many moves from where it stands, hot first; then `best` is the best state of these, and it costs
        `best_cost`. Gives way now and then."""
        self.best_cost, self.best = self.cost, list(self.at)
        hot, cold = self._heat
        for done in range(0, moves, PATIENCE):
            self._moves(PATIENCE, hot * (cold / hot) ** (done / moves))
            yield

    def _moves(self, count: int, heat: float) -> None:
        draw, at, places, change, go = self.chance.random, self.at, self.places, self._change, self.go
        drawn = self._drawn
        sessions = len(places)
        for _move in range(count):
            session = int(draw() * sessions)
            among = places[session]
            old, new = at[session], among[int(draw() * len(among))]
            if new is old:
                continue
            more = change(session, new)
            guide = drawn(session, new)
            mate = self._mate(session, old, new) if new.day != old.day and draw() < 0.5 else None
            if mate is None:
                if more + guide <= 0 or draw() < exp(-(more + guide) / heat):
                    go(session, new)
                    self._now(more)
                continue
            other, back = mate
            go(session, new)
            more += change(other, back)
            guide += drawn(other, back)
            if more + guide <= 0 or draw() < exp(-(more + guide) / heat):
                go(other, back)
                self._now(more)
            else:
                go(session, old)

    def _mate(self, session: int, old: Place, new: Place) -> tuple[int, Place] | None:
        """Another of the track that goes the opposite way, and where to."""
        if (track := self._track[session]) is None:
            return None
        mates = self._mates[track]
        other = mates[int(self.chance.random() * len(mates))]
        if other == session or self.at[other].day != new.day:
            return None
        back = [one for one in self.places[other] if one.day == old.day]
        for kind in (old.kind, self.at[other].kind):
            for one in back:
                if one.kind == kind:
                    return other, one
        return None

    def _now(self, more: int) -> None:
        self.cost += more
        if self.cost < self.best_cost:
            self.best_cost, self.best = self.cost, list(self.at)


def _cheapest(places: Sequence[Place]) -> list[Place]:
    least = min(place.cost for place in places)
    return [place for place in places if place.cost == least]
