"""What the organ that approves does with a sealed verdict."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.people.models import Role, User, scope_of
from summitry.people.queries import acting_as, person_of
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.value import Text

from ..models import Approval, Conflict, StageRun
from .common import as_text, check_length
from .running import finish, lock_run, take_back


@act
def approve_verdict(
    actor: User,
    run: StageRun,
    verdict: str,
    approved: bool,
    *,
    reason: Text | str = "",
    minutes: str = "",
) -> Approval:
    """Say the organ's yes to the sealed verdict, which closes the stage; or send it back with reasons that
    everybody can read: deliberation opens again and the verdict is superseded.

    verdict: the digest of the one that was read; another one in force is refused. Twice the same changes
    nothing. Whoever has a conflict with an entry of the call cannot speak for the organ on it."""
    require(actor, "calls.approve_verdict", run)
    run = lock_run(run)
    call, person = run.call, person_of(actor)
    said = run.approvals.filter(verdict__digest=verdict).first()
    if said is not None and said.approved == approved:
        return said
    if not run.is_open:
        raise ValidationError(_("This stage is not open."))
    if call.verdict.digest != verdict:
        raise ValidationError(_("The verdict is another one now. Read it first."), code="stale")
    if Conflict.objects.filter(submission__call=call, juror=person, lifted_at=None).exists():
        raise ValidationError(
            _("You have a conflict of interest in this call: another member of the organ must speak.")
        )
    words = as_text(reason)
    check_length(words, "reason", 5000)
    if len(minutes.strip()) > 200:
        raise ValidationError({"minutes": _("At most %(most)d characters.") % {"most": 200}})
    if not approved and not words:
        raise ValidationError({"reason": _("Say why it goes back: everybody can read it.")})
    found = Approval.objects.create(
        stage=run,
        verdict=call.verdict,
        approved=approved,
        reason=words,
        minutes=minutes.strip(),
        by=person,
    )
    by = acting_as(actor, call, Role.ORGAN)
    facts = {"title": call.title, "slug": call.slug, "verdict": verdict, "minutes": found.minutes or None}
    if approved:
        enter("calls.approved", subject=scope_of(call), facts=facts, by=by, actor=actor)
        finish(run, by, actor)
    else:
        facts["reason"] = words
        enter("calls.sent_back", subject=scope_of(call), facts=facts, by=by, actor=actor)
        take_back(call.stages.allowing("decide").get(), words, by, actor)
    return found
