"""What is taken out of a consultation, and the reason for all to read."""

from django.utils import timezone

from summitry.people.models import User
from summitry.record.act import act, require
from summitry.text import machine
from summitry.text.value import Text

from .. import consulting_letters
from ..models import Amendment, Comment, Contribution
from ..queries.machine import spoken
from .commenting import hold, told_of
from .words import reason_of

State = Contribution.State


@act
def remove_contribution[C: Comment | Amendment](
    actor: User, said: C, reason: Text | str, *, seen: str = ""
) -> C:
    """Takes a comment or an amendment out, for a reason that everybody can read and that its author is told.
    Its number stays. The record holds the number and the reason. `seen`: the state in which the moderator saw
    it. Twice changes nothing. Raises PermissionDenied; Stale; ValidationError without a reason.
    """
    require(actor, "documents.moderate", said)
    said = hold(said, seen)
    if said.state != State.SHOWN:
        return said
    machine.forget(*(text for name, text in spoken(said).items() if name != "answer"))  # that stays
    said.state, said.reason, said.decided_at = State.REMOVED, reason_of(reason), timezone.now()
    said.save(update_fields=["state", "reason", "decided_at"])
    told_of(said, f"{said._meta.model_name}_removed", actor, reason=said.reason)
    consulting_letters.to_author(said, "removed")
    return said


@act
def show_contribution[C: Comment | Amendment](actor: User, said: C, *, seen: str = "") -> C:
    """Shows again what was taken out. Twice changes nothing. Raises PermissionDenied; Stale."""
    require(actor, "documents.moderate", said)
    said = hold(said, seen)
    if said.state != State.REMOVED:
        return said
    gone = isinstance(said, Comment) and not said.text  # its author has taken it back in the meantime
    said.state, said.reason = State.WITHDRAWN if gone else State.SHOWN, Text()
    said.decided_at = timezone.now()
    said.save(update_fields=["state", "reason", "decided_at"])
    told_of(said, f"{said._meta.model_name}_shown_again", actor)
    return said
