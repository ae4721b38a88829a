"""The public's votes, and those that are set aside."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.people.models import User, scope_of
from summitry.people.queries import person_of
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.value import Text

from .. import anomalies, voters
from ..models import Call, PublicVote, SetAside, StageRun, Submission
from .common import as_text, check_length, manager_of
from .running import lock_run

HOUR = timedelta(hours=1)


def _voting(call: Call) -> StageRun:
    """The stage in which the public votes now, held: votes come one after the other, so that no limit can be
    passed by two at once, and none after the stage is closed. Raises ValidationError."""
    run = call.stages.allowing("vote").open().select_for_update(of=("self",)).first()
    if run is None:
        raise ValidationError(_("No vote is open in this call now."), code="stage")
    run.call = call
    return run


@act
def cast_vote(
    actor: User, submission: Submission, *, instead: Submission | None = None, address: str = ""
) -> PublicVote:
    """Vote for an entry; `instead` takes back the vote for another one at the same time. `address` is the
    network address, of which a keyed hash is kept until the verdict is sealed. A vote that is there already
    is given back. Nothing of it enters the record: the count does, when the stage is closed."""
    require(actor, "calls.cast_vote", submission)
    run, now = _voting(submission.call), timezone.now()
    if why := voters.refusal(actor, run, now):
        raise ValidationError(why, code="voter")
    voter = person_of(actor)
    given = {one.submission_id: one for one in run.public_votes.filter(voter=voter)}
    if submission.pk in given:
        return given[submission.pk]
    running = set(
        Submission.objects.in_the_running()
        .filter(pk__in=[submission.pk, *given])
        .values_list("pk", flat=True)
    )
    if submission.pk not in running:
        raise ValidationError(_("This entry is not before the public."), code="entry")
    gone = {pk for pk, one in given.items() if pk not in running and one.set_aside_id is None}
    if instead is not None and instead.pk in given:
        _refuse_aside(given[instead.pk])
        gone.add(instead.pk)
    group = voters.group(run, submission.category)
    standing = sum(one.category == group for pk, one in given.items() if pk not in gone)
    most = voters.choices(run)
    if standing >= most:
        raise ValidationError(
            ngettext(
                "You have given your vote. Take it back, then give it to another entry.",
                "You have given your %(most)d votes. Take one back, then give it to another entry.",
                most,
            )
            % {"most": most},
            code="full",
        )
    origin = voters.origin(run, address)
    _check_origin(run, origin, voter.pk, now)
    if gone:
        run.public_votes.filter(voter=voter, submission__in=gone).delete()
    return PublicVote.objects.create(
        stage=run, submission=submission, voter=voter, category=group, origin=origin, cast_at=now
    )


def _check_origin(run: StageRun, origin: str, voter: int, now: datetime) -> None:
    most = run.rule.option("per_origin")
    if not most or not origin:
        return
    lately = run.public_votes.filter(origin=origin, cast_at__gt=now - HOUR).exclude(voter=voter)
    if lately.values("voter").distinct().count() >= most:
        raise ValidationError(
            _("Many votes have come from your network within the last hour. Try again in an hour."),
            code="origin",
        )


def _refuse_aside(vote: PublicVote) -> None:
    if vote.set_aside_id is not None:
        raise ValidationError(
            _("This vote has been set aside and cannot be changed. The reason is on this page."), code="aside"
        )


@act
def take_back_vote(actor: User, submission: Submission) -> None:
    """Take one's vote for an entry back while the vote is open. Twice changes nothing."""
    require(actor, "calls.cast_vote", submission)
    run = _voting(submission.call)
    found = run.public_votes.filter(voter=person_of(actor), submission=submission).first()
    if found is None:
        return
    if voters.over(run, timezone.now()):
        raise ValidationError(voters.refusal(actor, run, timezone.now()), code="voter")
    _refuse_aside(found)
    found.delete()


@act
def set_aside_votes(
    actor: User, run: StageRun, group: str, reason: Text | str, *, until: datetime | None = None
) -> SetAside:
    """Let the votes of a group that a check found (its key) not count, with a reason that everybody can read;
    only those that were cast by `until`, which is when the manager looked. While the stage is open. Votes
    that are set aside already stay so: without any other, what set them aside is given back."""
    require(actor, "calls.set_aside_votes", run)
    run = lock_run(run)
    if not run.is_open:
        raise ValidationError(_("Votes are set aside while the stage is open."), code="stage")
    why = as_text(reason)
    if not why:
        raise ValidationError({"reason": _("Say why: everybody can read it.")})
    check_length(why, "reason", 2000)
    try:
        found = anomalies.votes(run, group).filter(cast_at__lte=until or timezone.now())
    except ValueError as error:
        raise ValidationError(_("There is no such group of votes."), code="group") from error
    votes = list(found.order_by("pk").values_list("pk", "set_aside"))
    fresh = [pk for pk, aside in votes if aside is None]
    if not fresh:
        if not votes:
            raise ValidationError(_("There is no such group of votes."), code="group")
        return SetAside.objects.get(pk=votes[-1][1])
    made = SetAside.objects.create(stage=run, reason=why, count=len(fresh), by=person_of(actor))
    found.filter(set_aside=None).update(set_aside=made)
    check = anomalies.check_of(group)
    _enter("calls.votes_set_aside", run, actor, made, {"reason": why, "check": check.key if check else ""})
    return made


@act
def restore_votes(actor: User, aside: SetAside, reason: Text | str) -> None:
    """Let votes that were set aside count again, with a reason that everybody can read, while the stage is
    open. Twice changes nothing."""
    require(actor, "calls.set_aside_votes", aside.stage)
    run = lock_run(aside.stage)
    found = SetAside.objects.filter(pk=aside.pk).first()
    if found is None:
        return
    if not run.is_open:
        raise ValidationError(_("Votes are set aside while the stage is open."), code="stage")
    why = as_text(reason)
    if not why:
        raise ValidationError({"reason": _("Say why: everybody can read it.")})
    check_length(why, "reason", 2000)
    found.votes.update(set_aside=None)
    _enter("calls.votes_restored", run, actor, found, {"reason": why})
    found.delete()


def _enter(kind: str, run: StageRun, actor: User, aside: SetAside, facts: dict[str, object]) -> None:
    call = run.call
    enter(
        kind,
        subject=scope_of(call),
        facts={
            "title": call.title,
            "slug": call.slug,
            "stage": run.rule.name,
            "key": run.key,
            "count": aside.count,
            **facts,
        },
        by=manager_of(actor, call),
        actor=actor,
    )
