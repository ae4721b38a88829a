"""From the votes of a conversation to the map that pages show. Reads; `acts.keep_map` writes."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Max
from django.utils import timezone
from numpy.typing import NDArray

from summitry.engines import opinion
from summitry.engines.opinion import certainty

from . import anomalies, missing
from .machines import machines
from .models import Conversation, MapRun, Participant, Statement, Vote

SEAT = np.dtype([("participant", "<i8"), ("x", "<f4"), ("y", "<f4"), ("group", "i1")])
_ROW = np.dtype([("participant", "<i8"), ("statement", "<i8"), ("value", "i1"), ("at", "<f8")])
NAMED = 5  # statements that unite, and that divide
WIDTH, HEIGHT, MARGIN = 560, 340, 36  # of the picture
TRIALS = 10  # maps without a fifth of the people, for the report
MOST_FOR_TRIALS = 20_000  # people
AGREED = 0.5


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map, ready to be kept. priorities: {statement: chance to be shown next}."""

    conversation: Conversation
    made_at: datetime  # before the first vote was read
    digest: str
    people: int
    votes: int
    statements: int
    groups: int
    shown: dict[str, Any]
    table: list[Any]
    seats: bytes
    priorities: dict[int, float] = field(default_factory=dict)


def numbers(conversation: Conversation) -> dict[int, int]:
    """{participant: number} under which exports name those who voted: the number with which somebody was
    taken in, else the next ones in the order of arrival. Two queries."""
    people = Participant.objects.filter(conversation=conversation, votes__isnull=False).distinct()
    taken = Participant.objects.filter(conversation=conversation).aggregate(last=Max("number"))["last"]
    found, following = {}, 0 if taken is None else taken + 1
    for pk, number in people.order_by("pk").values_list("pk", "number"):
        if number is None:
            number, following = following, following + 1
        found[pk] = number
    return found


def digest(rows: Iterable[tuple[int, int, int]], removed: Iterable[int]) -> str:
    """SHA-256 of lines "participant,statement,vote" by the exports' numbers, sorted as numbers, and one more
    line with the numbers of the removed statements: whoever has the exports can compute it again."""
    found = hashlib.sha256()
    for row in sorted(rows):
        found.update(b"%d,%d,%d\n" % row)
    found.update(",".join(map(str, sorted(removed))).encode() + b"\n")
    return found.hexdigest()


def rows_of(conversation: Conversation) -> NDArray[Any]:
    """Every present vote, by participant and statement. One query."""
    votes = Vote.objects.filter(statement__conversation=conversation).order_by("participant", "statement")
    found = votes.values_list("participant", "statement", "value", "at").iterator(chunk_size=10_000)
    return np.fromiter(((p, s, v, at.timestamp()) for p, s, v, at in found), _ROW)


def _in_order(participant: NDArray[Any], named: dict[int, int]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Who voted, in the order of the exports' numbers, so that whoever draws the map from the exports gets
    the same one; and the place of each vote's participant among them."""
    pks, at = np.unique(participant, return_inverse=True)
    order = np.argsort(np.array([named[int(pk)] for pk in pks], np.int64))
    place = np.empty(len(pks), np.intp)
    place[order] = np.arange(len(pks))
    return pks[order], place[at]


def draw(conversation: Conversation, *, trials: bool = False) -> Drawn:
    """The map of the votes as they are now. trials: also how steady the groups are (ten more maps). Eight
    queries at most, for any number of votes."""
    made_at = timezone.now()
    statements = list(
        Statement.objects.filter(conversation=conversation)
        .exclude(state=Statement.State.WAITING)
        .order_by("number")
        .values_list("pk", "number", "state", "metadata")
    )
    pks = np.array([pk for pk, *_rest in statements], np.int64)
    rows = rows_of(conversation)
    rows = rows[np.isin(rows["statement"], pks)]
    named = numbers(conversation)
    people, person = _in_order(rows["participant"], named)
    order = np.argsort(pks, kind="stable")
    column = order[np.searchsorted(pks, rows["statement"], sorter=order)] if len(pks) else rows["statement"]
    votes = opinion.Votes.of(person, column, rows["value"], people=len(people), statements=len(pks))
    out = frozenset(at for at, one in enumerate(statements) if one[2] == Statement.State.REMOVED)
    drawn = _mapped(votes.silenced(sorted(out)))
    total = opinion.count(votes, np.zeros(len(people), np.intp), 1).total
    group = _renamed(conversation, people, drawn)
    number_of = {pk: number for pk, number, *_rest in statements}
    said = (
        (named[int(row["participant"])], number_of[int(row["statement"])], int(row["value"])) for row in rows
    )
    meta = np.array([one[3] for one in statements], bool)
    chances = opinion.priorities(
        total.agree[0], total.disagree[0], total.seen[0], drawn.components.extremity, meta
    )
    shown = _shown(drawn, group, [int(pk) for pk in pks], out | frozenset(map(int, np.flatnonzero(meta))))
    shown["marks"] = _marks(conversation, rows["at"], people, person, votes)
    shown["missing"] = missing.of(conversation)
    shown["ungrouped"] = int((drawn.group < 0).sum())
    if trials and drawn.groups and len(people) <= MOST_FOR_TRIALS:
        steady = certainty.steadiness(votes.silenced(sorted(out)), drawn.group, trials=TRIALS)
        shown["steady"] = {"mean": steady.mean, "same": steady.same_number, "trials": TRIALS}
    seats = np.zeros(len(people), SEAT)
    seats["participant"], seats["group"] = people, group
    seats["x"], seats["y"] = drawn.place[:, 0], drawn.place[:, 1]
    return Drawn(
        conversation,
        made_at,
        digest(said, (statements[at][1] for at in out)),
        len(people),
        len(votes),
        len(pks) - len(out),
        drawn.groups,
        shown,
        _table(drawn, shown, [int(pk) for pk in pks], total, out),
        seats.tobytes(),
        dict(zip(map(int, pks), map(float, chances), strict=True)),
    )


def _mapped(votes: opinion.Votes) -> opinion.Map:
    """The map, counted where the settings say; each machine gets a part."""
    with machines() as (each, many):
        block = min(opinion.BLOCK, -(-votes.people // many)) or opinion.BLOCK
        return opinion.draw_map(votes, each, block)


def _renamed(conversation: Conversation, people: NDArray[Any], drawn: opinion.Map) -> NDArray[Any]:
    """(P,): each person's group by the numbers that pages show; below 0 for none."""
    last = MapRun.objects.filter(conversation=conversation).values_list("seats", flat=True).first()
    before = np.full(len(people), -1, np.intp)
    if last:
        seats = np.frombuffer(bytes(last), SEAT)
        _both, old, new = np.intersect1d(seats["participant"], people, return_indices=True)
        before[new] = seats["group"][old]
    names = opinion.rename(before, drawn.group)
    return np.array([names.get(int(one), -1) for one in drawn.group], np.intp)


def _shown(drawn: opinion.Map, group: NDArray[Any], pks: list[int], out: frozenset[int]) -> dict[str, Any]:
    """Groups by number with what they say, what unites and what divides, and the picture."""
    number: dict[int, int] = {}
    for internal in range(drawn.groups):
        number[internal] = int(group[drawn.group == internal][0])
    counts = drawn.counts
    groups = [
        {
            "number": number[one],
            "people": int(counts.members[one]),
            "internal": one,
            "says": [
                {"statement": pks[said.statement], "stance": int(said.stance)}
                for said in opinion.representative(counts, one, out)
            ]
            if pks
            else [],
        }
        for one in sorted(number, key=lambda one: number[one])
    ]
    shares = (counts.agree + 1) / (counts.seen + 2)
    asked = [at for at in range(len(pks)) if at not in out and counts.seen[:, at].sum()]
    unites: list[int] = []
    divides: list[int] = []
    if drawn.groups > 1:
        product = opinion.consensus(counts)
        united = [at for at in asked if shares[:, at].min() > AGREED]
        unites = sorted(united, key=lambda at: (-product[at], at))[:NAMED]
        spread = shares.max(axis=0) - shares.min(axis=0)
        split = [at for at in asked if shares[:, at].min() < AGREED < shares[:, at].max()]
        divides = sorted(split, key=lambda at: (-spread[at], at))[:NAMED]
    return {
        "groups": groups,
        "unites": [pks[at] for at in unites],
        "divides": [pks[at] for at in divides],
        "picture": _picture(drawn, number),
        "fit": drawn.fit,
    }


def _picture(drawn: opinion.Map, number: dict[int, int]) -> list[dict[str, Any]]:
    """Each group's crowd: round marks of its base clusters in the picture's units, and where its name is."""
    if not len(drawn.base):
        return []
    low, high = drawn.base.min(axis=0), drawn.base.max(axis=0)
    room = np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    spread = high - low
    scaled = np.where(spread > 0, (drawn.base - low) / np.where(spread > 0, spread, 1), 0.5) * room + MARGIN
    size = np.clip(3 + 2.2 * np.sqrt(drawn.base_weight), 4, 26)
    found = []
    for one in sorted(number, key=lambda one: number[one]):
        own = np.flatnonzero(drawn.base_group == one)
        middle = np.average(scaled[own], axis=0, weights=drawn.base_weight[own])
        found.append(
            {
                "number": number[one],
                "at": [round(float(value)) for value in middle],
                "marks": [
                    [round(float(scaled[at, 0])), round(float(scaled[at, 1])), round(float(size[at]))]
                    for at in own
                ],
            }
        )
    return found


def _table(
    drawn: opinion.Map, shown: dict[str, Any], pks: list[int], total: opinion.Counts, out: frozenset[int]
) -> list[Any]:
    """Per statement that is not removed: [its key, [agree, disagree, seen] of all, the same of each group in
    the order of `shown`]."""
    order = [one["internal"] for one in shown["groups"]]
    return [
        [
            pk,
            [int(total.agree[0, at]), int(total.disagree[0, at]), int(total.seen[0, at])],
            *(
                [
                    int(drawn.counts.agree[one, at]),
                    int(drawn.counts.disagree[one, at]),
                    int(drawn.counts.seen[one, at]),
                ]
                for one in order
            ),
        ]
        for at, pk in enumerate(pks)
        if at not in out
    ]


def _marks(
    conversation: Conversation,
    at: NDArray[Any],
    people: NDArray[Any],
    person: NDArray[np.intp],
    votes: opinion.Votes,
) -> list[dict[str, Any]]:
    """What looks odd among those who came by a cookie: not accounts, and not those taken in. at (V,): when
    each vote was given; person (V,): by whom of the people."""
    keyed = conversation.participants.filter(user__isnull=True, number__isnull=True)
    asked = np.flatnonzero(np.isin(people, np.fromiter(keyed.values_list("pk", flat=True), np.int64)))
    if not len(asked):
        return []
    began = np.full(len(people), np.inf)
    np.minimum.at(began, person, at)
    own = votes.only(asked)
    found = anomalies.bursts(began[asked].astype(np.int64))
    found += anomalies.alike(own.start, own.statement, own.value)
    return [{"kind": one.kind, "people": one.people, "at": one.at, "votes": one.votes} for one in found]
