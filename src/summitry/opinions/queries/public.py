"""What everybody reads, and what one's own voice reads."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from summitry import kept
from summitry.engines.opinion import draw

from ..models import Conversation, MapRun, Participant, Statement, Vote
from ..voices import Voice

MOST = 100  # conversations in the list


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list: people and votes as of the last map."""

    conversation: Conversation
    people: int
    votes: int
    open_now: bool


def counted() -> Any:
    """Conversations that everybody may read, the newest first, each with `heard` people and `cast` votes as
    of its last map. One query a page."""
    kept.depends("conversations", "maps")
    last = MapRun.objects.filter(conversation=OuterRef("pk"))

    def of(column: str) -> Coalesce:
        return Coalesce(Subquery(last.values(column)[:1]), Value(0), output_field=IntegerField())

    found = Conversation.objects.public().annotate(heard=of("people"), cast=of("votes"))
    return found.order_by("-opens_at", "-pk")


def _until(conversation: Conversation) -> None:
    """A page that says whether votes are taken holds until that changes."""
    now = timezone.now()
    if conversation.state == Conversation.State.OPEN:
        for moment in (conversation.opens_at, conversation.closes_at):
            if moment is not None and moment > now:
                kept.until(moment)


def listed() -> list[Listed]:
    """Conversations that everybody may read, those that take votes first. One query."""
    now = timezone.now()
    found = list(counted()[:MOST])
    for one in found:
        _until(one)
    rows = [Listed(one, one.heard, one.cast, one.accepts(now)) for one in found]
    return sorted(rows, key=lambda one: not one.open_now)


def newest_open(most: int = 3) -> list[Conversation]:
    """Conversations that take votes now, the newest first. One query."""
    kept.depends("conversations")
    now = timezone.now()
    found = Conversation.objects.filter(state=Conversation.State.OPEN).order_by("-opens_at", "-pk")[:MOST]
    for one in found:
        _until(one)
    return [one for one in found if one.accepts(now)][:most]


def by_slug(slug: str) -> Conversation | None:
    """A conversation that everybody may read; None for a draft. One query."""
    kept.depends("conversations")
    found = Conversation.objects.public().filter(slug=slug).first()
    if found is not None:
        _until(found)
    return found


@dataclass(frozen=True, slots=True)
class Turn:
    """What a voice is asked next: nothing when all has been answered."""

    statement: Statement | None
    answered: int
    total: int

    @property
    def percent(self) -> int:
        return round(100 * self.answered / self.total) if self.total else 0


def turn(conversation: Conversation, voice: Voice) -> Turn:
    """The next statement, drawn by its priority; always the same one at the same step. Three queries."""
    participant = voice.participant(conversation)
    voted = Vote.objects.filter(statement=OuterRef("pk"), participant=participant.pk if participant else 0)
    rows = list(
        Statement.objects.filter(conversation=conversation, state=Statement.State.SHOWN)
        .order_by("number")
        .values_list("pk", "priority", Exists(voted))
    )
    answered = sum(done for _pk, _priority, done in rows)
    chosen = draw(
        np.array([priority for _pk, priority, _done in rows], np.float64),
        np.array([not done for _pk, _priority, done in rows], bool),
        voice.chance(conversation.pk, answered),
    )
    statement = None if chosen is None else Statement.objects.get(pk=rows[chosen][0])
    return Turn(statement, answered, len(rows))


def shown_statement(conversation: Conversation, number: int) -> Statement | None:
    """A statement that can be voted on. One query."""
    return Statement.objects.filter(
        conversation=conversation, number=number, state=Statement.State.SHOWN
    ).first()


def shown_statements(conversation: Conversation) -> QuerySet[Statement]:
    """All that can be read, by number. One query a page."""
    kept.depends(f"statements:{conversation.pk}")
    return conversation.statements.filter(state=Statement.State.SHOWN).order_by("number")


def own_votes(conversation: Conversation, participant: Participant | None) -> QuerySet[Vote]:
    """What a participant has said, the newest first. One query a page."""
    if participant is None:
        return Vote.objects.none()
    found = Vote.objects.filter(participant=participant, statement__conversation=conversation)
    shown = found.filter(statement__state=Statement.State.SHOWN)
    return shown.select_related("statement").order_by("-at", "-pk")


def own_statements(conversation: Conversation, participant: Participant | None) -> list[Statement]:
    """What a participant wrote, with where it went on to. Two queries."""
    if participant is None:
        return []
    own = conversation.statements.filter(author=participant).prefetch_related("uptakes")
    return list(own.order_by("-number")[:MOST])


def removed(conversation: Conversation) -> QuerySet[Statement]:
    """What moderation took out, the newest first; the words are not for showing."""
    kept.depends(f"statements:{conversation.pk}")
    found = conversation.statements.filter(state=Statement.State.REMOVED)
    return found.defer("text").order_by("-decided_at", "-number")
