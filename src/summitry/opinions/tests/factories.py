"""Conversations for tests, made without acts: no entry in the record."""

from datetime import timedelta
from itertools import count
from typing import Any

import numpy as np
from django.utils import timezone

from summitry.opinions import acts
from summitry.opinions.models import Conversation, Participant, Statement, Vote
from summitry.opinions.voices import Voice
from summitry.text.value import Text

_number = count(1)


def make_conversation(title: Text | str | None = None, statements: int = 0, **columns: Any) -> Conversation:
    """An open conversation for anybody, since yesterday."""
    n = next(_number)
    made = Conversation.objects.create(
        slug=columns.pop("slug", f"question-{n}"),
        title=title if isinstance(title, Text) else Text.of(title or f"Question {n}?"),
        **{
            "policy": Text.of("What insults is taken out."),
            "state": Conversation.State.OPEN,
            "opens_at": timezone.now() - timedelta(days=1),
            "opened_at": timezone.now() - timedelta(days=1),
            **columns,
        },
    )
    for at in range(statements):
        make_statement(made, f"Statement number {at}", number=at)
    return made


def make_statement(conversation: Conversation, text: Text | str | None = None, **columns: Any) -> Statement:
    number = columns.pop("number", conversation.statements.count())
    return Statement.objects.create(
        conversation=conversation,
        number=number,
        text=text if isinstance(text, Text) else Text.of(text or f"Statement {number}"),
        **{"state": Statement.State.SHOWN, **columns},
    )


def make_participant(
    conversation: Conversation, token: str = "", user: Any = None, **columns: Any
) -> Participant:
    voice = Voice(user=user, token=token or f"token-{next(_number)}")
    return Participant.objects.create(
        conversation=conversation,
        user=user,
        key=None if user else voice.key(conversation.slug),
        **columns,
    )


def make_votes(conversation: Conversation, people: int, camps: int = 2, seed: int = 0) -> list[Participant]:
    """People in camps that hold opposite views of every second statement, and all agree on the first one;
    each with a cookie and a vote on every shown statement."""
    statements = list(conversation.statements.filter(state="shown").order_by("number"))
    random, made = np.random.default_rng(seed), []
    for at in range(people):
        participant = make_participant(conversation)
        made.append(participant)
        camp = at % camps
        for column, statement in enumerate(statements):
            value = 1 if column == 0 or column % camps == camp else -1
            if column and random.random() < 0.1:
                value = 0
            Vote.objects.create(participant=participant, statement=statement, value=value)
    return made


def cast(voice: Voice, statement: Statement, value: int, **more: Any) -> None:
    """A vote through its act."""
    acts.vote(voice, statement.conversation.slug, statement.number, value, **more)
