"""Reminders to those whose work in an open stage is not done."""

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from summitry.people.models import User
from summitry.record.act import act, require

from ..models import Assessment, Call
from ..models.call import allowing
from .common import letter, lock

PAUSE = 600  # seconds in which a second click sends nothing


@act
def remind(actor: User, call: Call) -> int:
    """Write to every juror who has entries left in the open scoring stage; returns how many letters go.

    Raises ValidationError if no such stage is open or nobody is late with anything.
    """
    require(actor, "calls.run_stage", call)
    call = lock(call)
    run = allowing(call.stages.all(), "assess")
    if run is None:
        raise ValidationError(_("No stage is open in which somebody could be reminded."))
    run.call = call
    sent = Assessment.objects.filter(
        submission=OuterRef("submission"),
        juror=OuterRef("juror"),
        stage=run,
        sent_at__isnull=False,
        voided_at=None,
    )
    in_the_running = call.submissions.in_the_running()
    left: dict[int, tuple[User, int]] = {}
    due = run.assignments.filter(ended_at=None, submission__in=in_the_running).exclude(Exists(sent))
    for assignment in due.select_related("juror__user"):
        user = assignment.juror.user
        if user is not None and user.is_active:
            left[user.pk] = (user, left.get(user.pk, (user, 0))[1] + 1)
    if not left:
        raise ValidationError(_("Nobody has anything left to do in this stage."))
    if not cache.add(f"calls-reminded-{run.pk}", 1, PAUSE):
        raise ValidationError(_("Reminders went out a few minutes ago."))
    for user, count in left.values():
        context = {"call": call, "stage": run.rule, "closes": run.closes_at, "count": count}
        letter("reminder", user, context, "calls:marking", call.slug)
    return len(left)
