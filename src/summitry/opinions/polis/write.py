"""Writes a conversation as Polis exports one: four files, each a stream of lines."""

import csv
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import translation

from summitry.text.sheets import guard

from .. import drawing
from ..models import Conversation, MapRun, Statement, Vote


class _Line:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text


def _lines(rows: Iterator[list[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line(), lineterminator="\n")
    for row in rows:
        yield writer.writerow(row)


def _clock(moment: datetime) -> list[Any]:
    return [round(moment.timestamp() * 1000), moment.strftime("%a %b %d %H:%M:%S UTC %Y")]


def _comments(conversation: Conversation, whole: bool) -> Iterator[list[Any]]:
    yield [
        *("timestamp", "datetime", "comment-id", "author-id"),
        *("agrees", "disagrees", "moderated", "comment-body"),
    ]
    named = drawing.numbers(conversation)
    found = Statement.objects.filter(conversation=conversation).order_by("number")
    if not whole:
        found = found.exclude(state=Statement.State.WAITING)
    found = found.annotate(
        agrees=Count("votes", filter=Q(votes__value=1)), disagrees=Count("votes", filter=Q(votes__value=-1))
    ).select_related("author")
    for one in found.iterator(chunk_size=500):
        removed = one.state == Statement.State.REMOVED
        text = one.text.get(one.text.source) if whole or not removed else ""
        author = one.author
        number = "" if author is None or not whole else (author.number if author.number is not None else "")
        if whole and number == "" and author is not None:
            number = named.get(author.pk, "")
        moderated = -1 if removed else int(bool(one.decided_at))
        yield [*_clock(one.created_at), one.number, number, one.agrees, one.disagrees, moderated, guard(text)]


def _votes(conversation: Conversation, whole: bool) -> Iterator[list[Any]]:
    yield ["timestamp", "datetime", "comment-id", "voter-id", "vote"]
    named = drawing.numbers(conversation)
    by = ("statement__number", F("participant__number").asc(nulls_last=True), "participant")
    votes = Vote.objects.filter(statement__conversation=conversation).order_by(*by)
    rows = votes.values_list("at", "statement__number", "participant", "value")
    for at, number, participant, value in rows.iterator(chunk_size=5000):
        yield [*_clock(at), number, named[participant], value]


def _participants(conversation: Conversation, whole: bool) -> Iterator[list[Any]]:
    run = MapRun.objects.filter(conversation=conversation).first()
    seats = np.frombuffer(bytes(run.seats) if run else b"", drawing.SEAT)
    group = dict(zip(seats["participant"].tolist(), seats["group"].tolist(), strict=True))
    columns = list(
        Statement.objects.filter(conversation=conversation)
        .exclude(state=Statement.State.WAITING)
        .order_by("number")
        .values_list("pk", "number")
    )
    yield [
        *("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"),
        *(number for _pk, number in columns),
    ]
    named = drawing.numbers(conversation)
    wrote = dict(
        Statement.objects.filter(conversation=conversation, author__isnull=False)
        .order_by()
        .values_list("author")
        .annotate(n=Count("pk"))
    )
    at = {pk: place for place, (pk, _number) in enumerate(columns)}
    votes = Vote.objects.filter(statement__conversation=conversation).order_by("participant")
    rows = votes.values_list("participant", "statement", "value").iterator(chunk_size=5000)
    current, cells = None, {}

    def line(participant: int, cells: dict[int, int]) -> list[Any]:
        said = list(cells.values())
        place = group.get(participant, -1)
        return [
            named[participant],
            place if place >= 0 else "",
            wrote.get(participant, 0) if whole else "",
            len(said),
            said.count(1),
            said.count(-1),
            *(cells.get(column, "") for column in range(len(columns))),
        ]

    for participant, statement, value in rows:
        if current is not None and participant != current:
            yield line(current, cells)
            cells = {}
        current = participant
        if statement in at:
            cells[at[statement]] = value
    if current is not None:
        yield line(current, cells)


def _summary(conversation: Conversation, whole: bool) -> Iterator[list[Any]]:
    people = conversation.participants.aggregate(
        voters=Count("pk", distinct=True, filter=Q(votes__isnull=False)),
        writers=Count("pk", distinct=True, filter=Q(statements__isnull=False)),
        everybody=Count("pk", distinct=True),
    )
    run = conversation.runs.defer("seats", "table").first()
    with translation.override(conversation.title.source or settings.LANGUAGE_CODE):
        address = settings.BASE_URL + reverse("opinions:detail", args=[conversation.slug])
    shown = conversation.statements.exclude(state=Statement.State.WAITING)
    yield ["topic", guard(str(conversation.title))]
    yield ["url", address]
    yield ["views", people["everybody"]]  # whoever only looked leaves no trace here
    yield ["voters", people["voters"]]
    yield ["voters-in-conv", run.people - run.shown["ungrouped"] if run else 0]
    yield ["commenters", people["writers"]]
    yield ["comments", shown.count()]
    yield ["groups", run.groups if run else 0]
    yield ["conversation-description", guard(str(conversation.description))]


FILES: dict[str, Callable[[Conversation, bool], Iterator[list[Any]]]] = {
    "comments": _comments,
    "votes": _votes,
    "participants-votes": _participants,
    "summary": _summary,
}


def written(conversation: Conversation, name: str, *, whole: bool = False) -> Iterator[str]:
    """The lines of a file of the export, as they are read from the database. whole: for the secretariat,
    with waiting and removed statements and with the numbers of authors; the public gets neither."""
    return _lines(FILES[name](conversation, whole))
