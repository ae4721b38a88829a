"""One statement by itself, and what became of statements that were taken up."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from summitry import kept
from summitry.record import registry

from .. import evidence, uptake
from ..models import Conversation, MapRun, Statement, Uptake
from ..uptake import Evidence, Standing
from .maps import Row, last_map, rows_of


@dataclass(frozen=True, slots=True)
class Went:
    """Where a statement went, and what has become of it there: None where that is not public."""

    uptake: Uptake
    url: str | None
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class StatementPage:
    """A statement by itself. row: what everybody and each group says of it on the last map; None if it is
    not on it. unites: every group agrees."""

    statement: Statement
    row: Row | None
    unites: bool
    run: MapRun | None
    went: list[Went]


def went(uptakes: Iterable[Uptake]) -> list[Went]:
    """What became of these. No query but those of each taker."""
    rows = list(uptakes)
    standing: dict[str, Standing] = {}
    for taker in uptake.every():
        if own := [one.subject for one in rows if one.taker == taker.key]:
            standing |= taker.standing(own)
    return [
        Went(
            one, registry.url_of(one.subject) if one.subject in standing else None, standing.get(one.subject)
        )
        for one in rows
    ]


def taken_up(conversation: Conversation) -> list[Went]:
    """All of a conversation, the latest first. One query, and those of each taker."""
    kept.depends(f"statements:{conversation.pk}")
    found = Uptake.objects.filter(statement__conversation=conversation).select_related("statement")
    return went(found.order_by("-at", "-pk"))


def statement_page(conversation: Conversation, number: int) -> StatementPage | None:
    """A statement that is or was shown; None for one that waits, or that there is not. Three queries, and
    those of each taker."""
    kept.depends(f"statements:{conversation.pk}")
    found = conversation.statements.exclude(state=Statement.State.WAITING)
    statement = found.filter(number=number).prefetch_related("uptakes").first()
    if statement is None:
        return None
    run = last_map(conversation)
    row, unites = None, False
    if run is not None and statement.state == Statement.State.SHOWN:
        counts = [one for one in run.table if one[0] == statement.pk]
        row = rows_of(run, {statement.pk: statement}).get(statement.pk)
        unites = any(evidence.unites(one[2:]) for one in counts)
    return StatementPage(statement, row, unites, run, went(statement.uptakes.all()))


def results(conversation: Conversation) -> list[tuple[Statement, Evidence, list[Uptake]]]:
    """What unites, for the desk: each with its evidence and where it went. Three queries."""
    found = evidence.uniting(conversation)
    prefetch_related_objects([statement for statement, _evidence in found], "uptakes")
    return [(statement, one, list(statement.uptakes.all())) for statement, one in found]
