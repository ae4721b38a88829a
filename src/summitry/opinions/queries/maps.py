"""The last map of a conversation, as pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from summitry import kept
from summitry.engines.opinion import certainty
from summitry.people import countries, kinds
from summitry.text.value import Text

from .. import drawing
from ..models import Conversation, MapRun, Participant, Statement
from ..naming import letter


@dataclass(frozen=True, slots=True)
class Share:
    """Whole percents of those who saw a statement, and between what the agreement lies 19 times of 20."""

    name: str  # of a group; empty for everybody
    agree: int
    disagree: int
    passed: int
    seen: int
    low: int
    high: int

    @classmethod
    def of(cls, name: str, counts: list[int]) -> "Share":
        agree, disagree, seen = counts
        if not seen:
            return cls(name, 0, 0, 0, 0, 0, 100)
        low, high = certainty.interval(np.array([float(agree)]), np.array([float(seen)]))
        first, second = round(100 * agree / seen), round(100 * disagree / seen)
        return cls(
            name,
            first,
            second,
            max(0, 100 - first - second),
            seen,
            round(100 * float(low[0])),
            round(100 * float(high[0])),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A statement with what everybody and each group says of it."""

    statement: Statement
    everybody: Share
    groups: list[Share]


@dataclass(frozen=True, slots=True)
class Said:
    """A statement by which a group is told from the others: it agrees (1) or disagrees (-1)."""

    row: Row
    stance: int
    share: Share


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    colour: int  # 1 to 6
    people: int
    says: list[Said]
    at: tuple[int, int]
    marks: list[list[int]]

    @property
    def css(self) -> str:
        """Its colour, for a swatch."""
        return f"var(--d{self.colour})"


@dataclass(frozen=True, slots=True)
class Mark:
    """What looks odd: kind, how many people, and when or on how many statements."""

    kind: str
    people: int
    at: datetime
    votes: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Of whom is known that they were not heard, by names in the reader's language."""

    accounts: int
    taken_in: int
    unknown: int
    no_kinds: list[str]
    few_kinds: list[str]
    no_regions: list[str]
    few_regions: list[str]


@dataclass(frozen=True, slots=True)
class MapPage:
    """A map, ready to be shown. ungrouped: people with too few votes to be in a group."""

    run: MapRun
    groups: list[Group]
    unites: list[Row]
    divides: list[Row]
    rows: list[Row]
    ungrouped: int
    marks: list[Mark]
    missing: Missing
    steady: dict[str, Any] | None

    @property
    def texts(self) -> list[Text]:
        """The words of the statements that it shows."""
        own = [said.row for group in self.groups for said in group.says]
        return [row.statement.text for row in (*self.unites, *self.divides, *self.rows, *own)]

    @property
    def steady_percent(self) -> int:
        return max(0, round(100 * self.steady["mean"])) if self.steady else 0


def rows_of(run: MapRun, statements: Mapping[int, Statement]) -> dict[int, Row]:
    """By statement, what the map says of these; what moderation has taken out since is not among them."""
    names = [letter(group["number"]) for group in run.shown["groups"]]
    return {
        pk: Row(
            statements[pk],
            Share.of("", everybody),
            [Share.of(name, own) for name, own in zip(names, groups, strict=True)],
        )
        for pk, everybody, *groups in run.table
        if pk in statements
    }


def last_map(conversation: Conversation) -> MapRun | None:
    """The last map, without where everybody stood. One query."""
    kept.depends(f"map:{conversation.pk}")
    return conversation.runs.defer("seats").first()


def map_page(conversation: Conversation, *, whole: bool = False) -> MapPage | None:
    """The last map; None if there is none. whole: with every statement in `rows`. Two queries."""
    kept.depends(f"statements:{conversation.pk}")
    run = last_map(conversation)
    if run is None:
        return None
    shown = run.shown
    named = {*shown["unites"], *shown["divides"]}
    named |= {said["statement"] for group in shown["groups"] for said in group["says"]}
    wanted = Statement.objects.filter(conversation=conversation, state=Statement.State.SHOWN)
    statements = wanted.in_bulk() if whole else wanted.in_bulk(named)
    rows = rows_of(run, statements)
    pictured = {one["number"]: one for one in shown["picture"]}
    groups = [
        Group(
            name=letter(one["number"]),
            colour=one["number"] % 6 + 1,
            people=one["people"],
            says=[
                Said(rows[said["statement"]], said["stance"], rows[said["statement"]].groups[at])
                for said in one["says"]
                if said["statement"] in rows
            ],
            at=tuple(pictured[one["number"]]["at"]),
            marks=pictured[one["number"]]["marks"],
        )
        for at, one in enumerate(shown["groups"])
    ]
    return MapPage(
        run,
        groups,
        [rows[pk] for pk in shown["unites"] if pk in rows],
        [rows[pk] for pk in shown["divides"] if pk in rows],
        list(rows.values()) if whole else [],
        shown["ungrouped"],
        [
            Mark(one["kind"], one["people"], datetime.fromtimestamp(one["at"], UTC), one["votes"])
            for one in shown["marks"]
        ],
        _missing(shown["missing"]),
        shown.get("steady"),
    )


def _missing(told: dict[str, Any]) -> Missing:
    return Missing(
        told["accounts"],
        told["taken_in"],
        told["unknown"],
        [kinds.name(one) for one in told["no_kinds"]],
        [kinds.name(one) for one in told["few_kinds"]],
        [countries.region_name(one) for one in told["no_regions"]],
        [countries.region_name(one) for one in told["few_regions"]],
    )


def place_of(conversation: Conversation, participant: Participant | None) -> str:
    """The name of the group in which the last map puts somebody; empty for none. One query."""
    if participant is None:
        return ""
    found = MapRun.objects.filter(conversation=conversation).values_list("seats", flat=True).first()
    seats = np.frombuffer(bytes(found or b""), drawing.SEAT)
    own = seats["group"][seats["participant"] == participant.pk]
    return letter(int(own[0])) if len(own) and own[0] >= 0 else ""
