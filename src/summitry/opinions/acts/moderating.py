"""What is shown and what is taken out, with the reason for all to read."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.record.act import Stale, act, require
from summitry.text import machine
from summitry.text.value import Text

from ..models import Statement
from .common import lock, reason_of, told

State = Statement.State


def _held(statement: Statement, seen: str) -> Statement:
    """The statement as it stands, held with its conversation. Raises Stale unless it is in the state that
    the moderator saw."""
    conversation = lock(statement.conversation)
    found = Statement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
    found.conversation = conversation
    if seen and seen != found.state:
        raise Stale
    if conversation.reported_at:
        raise ValidationError(
            _("The report of this conversation is published: its statements stay as they are."),
            code="state",
        )
    return found


@act
def show_statement(actor: User, statement: Statement, *, seen: str = "") -> Statement:
    """Lets a statement that waits, or that was removed, be read and voted on. `seen`: the state in which
    the moderator saw it. Twice changes nothing. That a removed one is shown again enters the record.

    Raises PermissionDenied; Stale; ValidationError once the report is published.
    """
    require(actor, "opinions.moderate", statement)
    statement = _held(statement, seen)
    if statement.state == State.SHOWN and statement.decided_at:
        return statement
    again = statement.state == State.REMOVED
    statement.state, statement.reason, statement.decided_at = State.SHOWN, Text(), timezone.now()
    statement.save()
    if again:
        told(statement.conversation, "shown_again", actor, number=statement.number)
    return statement


@act
def remove_statement(actor: User, statement: Statement, reason: Text | str, *, seen: str = "") -> Statement:
    """Takes a statement out, for a reason that everybody can read; its votes count as a pass. The record
    holds its number and the reason, never its words; what machines made of them is forgotten.

    Raises PermissionDenied; Stale; ValidationError without a reason, or once the report is published.
    """
    require(actor, "opinions.moderate", statement)
    statement = _held(statement, seen)
    why = reason_of(reason)
    statement.state, statement.reason, statement.decided_at = State.REMOVED, why, timezone.now()
    statement.save()
    machine.forget(statement.text)
    told(statement.conversation, "removed", actor, number=statement.number, reason=why)
    return statement
