"""Places that are given back, and the reserve list that moves up by itself.

A place belongs to the category of the entry that had it, where the rules order by category or give the
category a quota: the best of that category moves up, and only if none of it waits the best for whom the
quotas leave room. Where the rules know no such bound it is the best on the whole list. She gets the last
class that has room: with it the vacated one where every other is full, so that nobody who was told her class
is moved by it. A place that an appeal has added is an extra one: it fills no quota, and is gone when it is
given back. A unit that was given out goes the same way as its place."""

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import User, scope_of
from summitry.people.queries import holders, person_of
from summitry.record.act import act, require
from summitry.record.acts import enter

from .. import outcomes
from ..models import Call, Decision, Revision, Submission
from ..queries.answers import reserve_list, vacant
from .allocating import give_back, give_free
from .common import MANAGERS, letter, lock, lock_submission
from .publishing import begin_owing, enter_moved, make_real
from .telling import tell_one

OPEN_STATES = (Submission.State.SUBMITTED, Submission.State.ACCEPTED)  # of those who have a place


@act
def decline(actor: User, submission: Submission) -> Submission:
    """Step out once the verdict is sealed: the applicant gives her place back, and the best on the reserve
    list has it in the same moment. Before publication everybody may, whatever her answer is or will be, so
    that the record tells nobody's result early. Twice changes nothing.

    Raises ValidationError before the seal (then an entry is withdrawn) and, after publication, for an entry
    that has no place and waits for none."""
    submission = lock_submission(submission)
    require(actor, "calls.decline_submission", submission)
    call = submission.call
    if submission.state == Submission.State.DECLINED:
        return submission
    if not call.is_sealed or submission.state in {Submission.State.DRAFT, Submission.State.WITHDRAWN}:
        raise ValidationError(_("Nothing is decided here: until then an entry is withdrawn."))
    if submission.state == Submission.State.REJECTED:
        raise ValidationError(_("This entry has no place that could be given back."))
    decision = lock(submission.decision)
    decision.submission = submission
    submission.state = Submission.State.DECLINED
    submission.version += 1
    submission.save(update_fields=["state", "version"])
    Revision.objects.create(
        decision=decision,
        cause=Revision.Cause.DECLINED,
        before=decision.standing,
        after=Submission.State.DECLINED,
        by=person_of(actor),
    )
    give_back(submission)
    if decision.is_accepted and call.is_published:
        outcomes.get(call.outcome).take_back(decision)
    enter(
        "calls.declined",
        subject=scope_of(call.verdict),
        facts={"title": call.title, "slug": call.slug, "ref": submission.ref},
        by="applicant",
        actor=actor,
    )
    try:
        _fill(call)
    except ValidationError as error:  # the next one's own trouble keeps nobody in a place she gives back
        _tell_managers(call, error)
    return submission


@act
def move_up(actor: User, call: Call) -> list[Decision]:
    """Fill the places that were given back and that nobody has yet: what happens by itself, tried again once
    what stood in its way is put right. Returns who has moved up."""
    require(actor, "calls.publish_call", call)
    return _fill(lock(call))


def _fill(call: Call) -> list[Decision]:
    found = []
    for place in vacant(call):
        following = _next(call, place)
        if following is None:
            break
        with transaction.atomic():
            admit(call, following, _tier(call, place), Revision.Cause.MOVED_UP)
        found.append(following)
    return found


def admit(call: Call, decision: Decision, tier: str, cause: str, role: str = "rules", **more: Any) -> None:
    """Give an entry a place after the seal: the decision in force, its revision (`more`: its reason, who),
    and, once the results are public, what comes of it. role: in which the record says that it was done. Who
    moves up is told. Within an act, the call locked."""
    before = decision.standing
    decision.result, decision.tier = Decision.Result.ACCEPTED, tier
    decision.save(update_fields=["result", "tier"])
    Revision.objects.create(decision=decision, cause=cause, before=before, after=decision.standing, **more)
    give_free(call, decision.submission)
    if call.is_published:
        submission = decision.submission
        submission.state = Submission.State.ACCEPTED
        submission.save(update_fields=["state"])
        make_real(None, decision, role)
        begin_owing([decision], timezone.now())
    if cause == Revision.Cause.MOVED_UP:
        if call.is_published:
            enter_moved(call, decision)
        tell_one(call, decision, moved_up=True)


def _taken(call: Call) -> list[Decision]:
    """Who has one of the places that the rules give. One query."""
    found = Decision.objects.filter(
        submission__call=call, result=Decision.Result.ACCEPTED, submission__state__in=OPEN_STATES
    ).exclude(revisions__cause=Revision.Cause.APPEAL)
    return list(found.select_related("submission"))


def _next(call: Call, place: Decision) -> Decision | None:
    """Who has the place after the one who gave it back."""
    rules, waiting = call.rules, reserve_list(call)
    taken = Counter(one.submission.category for one in _taken(call))
    own = rules.category(place.submission.category)
    if own and (rules.decision.by_category or own.quota is not None):
        for one in waiting:
            if one.submission.category == own.key:
                return one
    quotas = {one.key: one.quota for one in rules.categories}
    for one in waiting:
        quota = quotas.get(one.submission.category)
        if quota is None or taken[one.submission.category] < quota:
            return one
    return None


def _tier(call: Call, place: Decision) -> str:
    """The last class that has room."""
    taken = Counter(one.tier for one in _taken(call))
    for tier in reversed(call.rules.decision.tiers):
        if tier.quota is None or taken[tier.key] < tier.quota:
            return tier.key
    return place.tier


def _tell_managers(call: Call, error: ValidationError) -> None:
    """A place stays empty because the next entry cannot be made real: who runs the call reads why."""
    told = set()
    for mandate in holders(scope_of(call), *MANAGERS):
        user = mandate.person.user
        if user and user.is_active and user.pk not in told:
            told.add(user.pk)
            context = {"call": call, "reasons": error.messages}
            letter("place_empty", user, context, "calls:answers", call.slug)
