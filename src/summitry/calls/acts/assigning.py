"""Who judges what: by hand, by the engine, and what a juror says so that entries find her."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people import checks, countries
from summitry.people.models import Person, Role, User, scope_of
from summitry.people.queries import holders
from summitry.record.act import Stale, act, require

from .. import conflicts, matching, shortages
from ..models import Assessment, Assignment, Call, JurorProfile, StageRun, Submission
from .common import check_version, lock, lock_submission

TRIES = 3  # how often a dealing begins anew because something changed while it was computed


def _stage_to_assign(call: Call) -> StageRun:
    """The first stage that takes assignments and is not closed: lists can be made before it opens."""
    run = call.stages.allowing("assign").exclude(state=StageRun.State.CLOSED).order_by("position").first()
    if run is None or call.state == Call.State.DRAFT:
        raise ValidationError(_("No stage of this call takes assignments now."))
    run.call = call
    return run


def _jurors(call: Call) -> list[Person]:
    """The jury of a call, in the order in which its members were appointed. One query."""
    return [mandate.person for mandate in holders(scope_of(call), Role.JUROR)]


@act
def assign(actor: User, submission: Submission, juror: Person) -> Assignment:
    """Put an entry on a juror's list by hand. Refused where there is a conflict; there already: given
    back."""
    submission = lock_submission(submission)
    call = submission.call
    require(actor, "calls.assign_submission", submission)
    run = _stage_to_assign(call)
    if juror not in _jurors(call):
        raise ValidationError({"juror": _("This person is not on the jury of this call.")})
    if not Submission.objects.in_the_running().filter(pk=submission.pk).exists():
        raise ValidationError(_("This submission is not in the running."))
    if why := conflicts.search(call, [juror], [submission]).against(juror.pk, submission.pk):
        raise ValidationError({"juror": _("Not possible: %(reasons)s.") % {"reasons": "; ".join(why)}})
    standing = run.assignments.filter(submission=submission, juror=juror, ended_at=None).first()
    if standing:
        return standing
    return Assignment.objects.create(submission=submission, juror=juror, stage=run, manual=True)


@act
def unassign(actor: User, assignment: Assignment, reason: str = "") -> Assignment:
    """Take an entry off a juror's list; not once she has sent her marks. No dealing gives it back to her,
    only `assign` does. Twice changes nothing."""
    submission = lock_submission(assignment.submission)
    require(actor, "calls.assign_submission", submission)
    assignment = lock(assignment)
    if assignment.ended_at:
        return assignment
    if Assessment.objects.filter(
        submission=submission,
        juror=assignment.juror_id,
        stage=assignment.stage_id,
        sent_at__isnull=False,
        voided_at=None,
    ).exists():
        raise ValidationError(_("This juror has sent her marks: they stay."))
    assignment.ended_at, assignment.end_reason = timezone.now(), reason.strip()[:200] or "taken back"
    assignment.save(update_fields=["ended_at", "end_reason"])
    return assignment


@dataclass(frozen=True, slots=True)
class Dealt:
    """What a dealing did: assignments made and ended, and which entries (ref -> how many) still lack jurors.

    worst: the mean affinity, 0 to 1, of the worst-served entry of which something was open; mean: of all
    pairs; None for none, and where nothing is known of any. proven: it cannot be better. reasons: why entries
    lack jurors, in sentences."""

    made: int
    ended: int
    short: dict[str, int]
    worst: float | None
    mean: float | None
    proven: bool
    reasons: list[str]


def assign_all(
    actor: User,
    call: Call,
    *,
    per_entry: int | None = None,
    most: int | None = None,
    partly: bool = False,
) -> Dealt:
    """Deal the entries in the running to the jury, `per_entry` jurors each: the worst-served entry as well as
    possible, then all together. Conflicts are respected, and nobody gets more than `most`.

    What was made by hand or has been begun stays, and what was taken off a list by hand stays off; what was
    dealt and not begun is dealt anew only if that is better. The numbers are those of the stage's options
    unless given. Done again it changes nothing. If not every entry can have its jurors, ValidationError says
    why (code "short") and nothing is done, unless `partly` asks for as much as possible.

    It is computed before anything is locked. Raises Stale if things keep changing meanwhile."""
    require(actor, "calls.assign", call)
    for _try in range(TRIES):
        call = Call.objects.get(pk=call.pk)
        question = matching.ask(call, _stage_to_assign(call), per_entry, most)
        if not question.jurors:
            raise ValidationError(_("This call has no jury yet."))
        plan = matching.plan(question, partly)
        if plan.shortages and not partly:
            raise ValidationError(shortages.sentences(call.rules, plan.shortages), code="short")
        if (done := deal(actor, call, question.digest, plan, per_entry, most)) is not None:
            return done
    raise Stale


@act
def deal(
    actor: User, call: Call, digest: str, plan: matching.Plan, per_entry: int | None, most: int | None
) -> Dealt | None:
    """Make and end the assignments of a plan; None, and nothing done, if what it rests on has changed."""
    require(actor, "calls.assign", call)
    call = lock(call)
    run = _stage_to_assign(call)
    question = matching.ask(call, run, per_entry, most)
    if question.digest != digest:
        return None
    now = timezone.now()
    for reason in sorted(set(plan.end.values())):
        ended = [pk for pk, why in plan.end.items() if why == reason]
        run.assignments.filter(pk__in=ended, ended_at=None).update(ended_at=now, end_reason=reason)
    made = [
        Assignment(submission=question.entries[entry], juror=question.jurors[juror], stage=run)
        for entry, juror in plan.make
    ]
    Assignment.objects.bulk_create(made, batch_size=500)
    refs = {entry.pk: entry.ref for entry in question.entries}
    return Dealt(
        len(made),
        len(plan.end),
        {refs[pk]: lack for pk, lack in plan.short.items()},
        plan.worst,
        plan.mean,
        plan.proven,
        shortages.sentences(call.rules, plan.shortages),
    )


@act
def save_juror_profile(
    actor: User,
    call: Call,
    person: Person,
    *,
    topics: Iterable[str] = (),
    languages: Iterable[str] = (),
    region: str = "",
    most: int | None = None,
    statement: str = "",
    version: int | None = None,
) -> JurorProfile:
    """What a juror knows and reads, and how much she can take: said by herself, or by whoever assigns.

    `version` is the one seen, 0 for none. Faults by "topics", "languages", "region", "most", "statement"."""
    own = person.user_id is not None and person.user_id == actor.pk
    require(actor, "calls.see_jury" if own else "calls.assign", call)
    call = lock(call)
    if person not in _jurors(call):
        raise ValidationError(_("This person is not on the jury of this call."))
    if call.is_sealed:
        raise ValidationError(_("The verdict of this call is sealed."))
    known = {key for key, _label in matching.topic_choices(call.rules)}
    kept = sorted(set(topics))
    if not set(kept) <= known:
        raise ValidationError({"topics": _("Choose from the topics of this call.")})
    if region and region not in {one.code for one in countries.regions()}:
        raise ValidationError({"region": _("Choose one of the regions.")})
    if most is not None and not 1 <= most <= 5000:
        raise ValidationError(
            {"most": _("Give a whole number from %(low)d to %(high)d.") % {"low": 1, "high": 5000}}
        )
    if len(statement) > 5000:
        raise ValidationError({"statement": _("At most %(most)d characters.") % {"most": 5000}})
    said = (kept, checks.languages_read(languages), region, most, statement.strip())
    found = JurorProfile.objects.select_for_update().filter(call=call, person=person).first() or JurorProfile(
        call=call, person=person, version=0
    )
    if found.pk and said == (found.topics, found.languages, found.region, found.most, found.statement):
        return found
    check_version(version, found.version)
    found.topics, found.languages, found.region, found.most, found.statement = said
    found.version += 1
    found.save()
    return found
