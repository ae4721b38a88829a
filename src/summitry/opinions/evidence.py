"""What speaks for a statement, read from the last map."""

from typing import Any

import numpy as np

from summitry.engines import opinion

from .drawing import AGREED
from .models import Conversation, MapRun, Statement
from .naming import letter
from .uptake import Evidence, Side


def unites(groups: list[list[int]]) -> bool:
    """Whether most of every group agree. groups: [agree, disagree, seen] of each."""
    return len(groups) > 1 and all((agree + 1) / (seen + 2) > AGREED for agree, _other, seen in groups)


def uniting(conversation: Conversation) -> list[tuple[Statement, Evidence]]:
    """Statements with which every group of the last map agrees, with their evidence, the strongest consensus
    first. Two queries."""
    run = conversation.runs.defer("seats").first()
    rows = [row for row in run.table if unites(row[2:])] if run else []
    if run is None or not rows:
        return []
    agree, disagree, seen = np.array([row[2:] for row in rows], np.float64).transpose(2, 1, 0)
    members = np.array([one["people"] for one in run.shown["groups"]])
    consensus = opinion.consensus(opinion.Counts(agree, disagree, seen, members))
    shown = Statement.objects.filter(conversation=conversation, state=Statement.State.SHOWN, metadata=False)
    statements = shown.in_bulk([row[0] for row in rows])
    return [
        (statements[row[0]], _evidence(conversation, run, statements[row[0]], row, float(value)))
        for value, row in sorted(zip(consensus, rows, strict=True), key=lambda one: (-one[0], one[1][0]))
        if row[0] in statements
    ]


def evidence_of(statement: Statement) -> Evidence | None:
    """The evidence for one statement; None unless it unites. Two queries."""
    for one, evidence in uniting(statement.conversation):
        if one == statement:
            return evidence
    return None


def _evidence(
    conversation: Conversation, run: MapRun, statement: Statement, row: list[Any], consensus: float
) -> Evidence:
    _pk, everybody, *groups = row
    names = [letter(one["number"]) for one in run.shown["groups"]]
    return Evidence(
        conversation=conversation.slug,
        question=conversation.title,
        number=statement.number,
        text=statement.text,
        consensus=consensus,
        everybody=Side("", *everybody),
        groups=tuple(Side(name, *own) for name, own in zip(names, groups, strict=True)),
        people=run.people,
        digest=run.digest,
        drawn_at=run.made_at,
    )
