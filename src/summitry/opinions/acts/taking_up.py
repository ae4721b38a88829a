"""What unites goes on to where it can become something."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.record.act import Stale, act, require

from .. import uptake
from ..evidence import evidence_of
from ..models import Statement, Uptake
from .common import lock, told


@act
def take_up(
    actor: User, statement: Statement, taker: str, answers: Mapping[str, Any], *, seen: int | None = None
) -> Uptake:
    """Gives a statement that unites all groups to a registered taker, with its evidence, and keeps where it
    went. answers: what the taker's form asked. seen: how often it had been taken up when the form was shown.
    The record holds its number, the digest of the votes and what was made of it.

    Raises PermissionDenied; Stale; ValidationError before the report is published, for a statement that does
    not unite, or what the taker refuses.
    """
    require(actor, "opinions.take_up", statement)
    found = uptake.get(taker)
    if found is None:
        raise ValidationError(_("Nothing here can take up a statement in this way."), code="taker")
    conversation = lock(statement.conversation)
    statement = Statement.objects.get(pk=statement.pk)
    statement.conversation = conversation
    if conversation.reported_at is None:
        raise ValidationError(
            _("Publish the report first: whoever reads of it must be able to count the votes."), code="state"
        )
    if seen is not None and seen != statement.uptakes.count():
        raise Stale
    evidence = evidence_of(statement)
    if evidence is None:
        raise ValidationError(_("Not every group agrees with this statement."), code="evidence")
    made = Uptake.objects.create(
        statement=statement,
        taker=found.key,
        subject=found.take(actor, evidence, answers),
        evidence=evidence.to_json(),
    )
    told(
        conversation,
        "taken_up",
        actor,
        number=statement.number,
        into=made.subject,
        consensus=f"{evidence.consensus:.4f}",
        digest=evidence.digest,
    )
    return made
