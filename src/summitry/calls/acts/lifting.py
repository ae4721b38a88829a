"""A conflict of interest that should not stand is lifted by hand, for a reason."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Role, User, scope_of
from summitry.people.queries import acting_as, person_of
from summitry.record.act import act, require
from summitry.record.acts import enter

from ..conflicts import keep
from ..models import Conflict
from .common import lock, lock_submission

LIFTERS = (Role.CALL_MANAGER, Role.SECRETARIAT, Role.JURY_CHAIR)


@act
def lift_conflict(actor: User, conflict: Conflict, reason: str) -> Conflict:
    """Lift a conflict, found or declared, before the verdict is sealed: its person sees the entry again as
    her duties show it; what had fallen stays fallen. By a manager or chair whom it does not concern and who
    has no conflict with the entry. It stays lifted until something is found that is not found now. The
    record holds the role, the entry and a commitment to person and reason. Twice changes nothing."""
    submission = lock_submission(conflict.submission)
    conflict = lock(conflict)
    conflict.submission = submission
    require(actor, "calls.lift_conflict", conflict)
    if conflict.lifted_at:
        return conflict
    call, why = submission.call, reason.strip()
    if call.is_sealed:
        raise ValidationError(_("The verdict of this call is sealed."))
    if not why:
        raise ValidationError({"reason": _("Say why this is no conflict of interest.")})
    if len(why) > 2000:
        raise ValidationError({"reason": _("At most %(most)d characters.") % {"most": 2000}})
    basis = keep.basis_of(conflict)
    if ["person", ""] in basis:
        raise ValidationError(_("It is her own entry: nobody judges her own."))
    conflict.basis = sorted([*conflict.basis, *(one for one in basis if one not in conflict.basis)])
    conflict.lifted_at, conflict.lifted_by, conflict.lift_reason = timezone.now(), person_of(actor), why
    conflict.save(update_fields=["basis", "lifted_at", "lifted_by", "lift_reason"])
    enter(
        "calls.conflict_lifted",
        subject=scope_of(call),
        facts={"call": call.slug, "ref": submission.ref},
        by=acting_as(actor, call, *LIFTERS),
        actor=actor,
        private={"person": str(conflict.juror.uid), "reason": why},
    )
    return conflict
