"""What conversations keep about a person with an account: to take away, and to forget. Of somebody without
one nothing is kept that leads to her."""

import secrets
from typing import Any

from summitry.people.shapes import TEXT, rows, thing

from .models import Participant, Statement, Vote

SCHEMA = thing(
    votes=rows(
        conversation=TEXT,
        statement=TEXT,
        value={"enum": [-1, 0, 1]},
        at={"type": "string"},
        changes={"type": "integer"},
    ),
    statements=rows(conversation=TEXT, statement=TEXT, at={"type": "string"}, state={"type": "string"}),
)


def give(user: Any) -> dict[str, Any]:
    """Her votes and her statements. Two queries."""
    votes = (
        Vote.objects.filter(participant__user=user).select_related("statement__conversation").order_by("pk")
    )
    wrote = Statement.objects.filter(author__user=user).select_related("conversation").order_by("pk")
    return {
        "votes": [
            {
                "conversation": one.statement.conversation.title.values,
                "statement": one.statement.text.values,
                "value": one.value,
                "at": one.at.isoformat(),
                "changes": one.changes,
            }
            for one in votes
        ],
        "statements": [
            {
                "conversation": one.conversation.title.values,
                "statement": one.text.values,
                "at": one.created_at.isoformat(),
                "state": one.state,
            }
            for one in wrote
        ],
    }


def forget(user: Any, person: Any) -> None:
    """Parts her votes and statements from her for good: they stay as those of somebody, and nothing leads
    from them to her any more."""
    for one in Participant.objects.filter(user=user):
        one.user, one.key = None, secrets.token_hex(32)
        one.save(update_fields=["user", "key"])
