"""Taking an entry up in another: proposed, agreed to by everybody behind both, or ended."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Person, Role, User, scope_of
from summitry.people.queries import acting_as, person_of
from summitry.record.act import act, require
from summitry.record.acts import enter
from summitry.text.value import Text
from summitry.text.words import in_every_language

from ..conflicts import keep
from ..models import CoApplicant, Elimination, Merger, MergerConsent, StageRun, Submission
from .answering import check_before
from .common import as_text, check_enterable, check_length, lock
from .eliminating import take_out
from .running import lock_run
from .telling_entries import behind, tell

PROPOSERS = (Role.CALL_MANAGER, Role.SECRETARIAT, Role.JURY_CHAIR)
State = Merger.State


def persons_behind(*entries: Submission) -> set[int]:
    """The keys of those who stand behind these entries: applicants, and co-applicants who have agreed. One
    query for each entry."""
    found = {entry.applicant_id for entry in entries}
    for entry in entries:
        agreed = entry.co_applicants.filter(confirmed_at__isnull=False, removed_at=None, person__isnull=False)
        found.update(pk for pk in agreed.values_list("person_id", flat=True) if pk)
    return found


def awaited(merger: Merger) -> set[int]:
    """Who has not agreed yet, of those who stand behind the two entries now. Three queries."""
    agreed = merger.consents.filter(agrees=True).values_list("person_id", flat=True)
    return persons_behind(merger.into, merger.submission) - set(agreed)


def _lock(merger: Merger) -> tuple[Merger, StageRun]:
    """A merger and its stage, held, the call first."""
    run = lock_run(merger.stage)
    found = lock(merger)
    found.stage = run
    found.into.call = found.submission.call = run.call
    return found, run


@act
def propose_merger(
    actor: User, run: StageRun, submission: Submission, into: Submission, reason: Text | str
) -> Merger:
    """Propose that an entry be taken up in another, with a reason that everybody can read; all who stand
    behind either are asked. Proposed already: given back."""
    require(actor, "calls.propose_merger", submission)
    require(actor, "calls.propose_merger", into)
    run = lock_run(run)
    if not run.is_open or "merge" not in run.component.allows:
        raise ValidationError(_("This stage is not open."), code="stage")
    standing = run.mergers.filter(state__in=[State.PROPOSED, State.AGREED])
    if found := standing.filter(submission=submission, into=into).first():
        return found
    why = as_text(reason)
    if not why:
        raise ValidationError({"reason": _("Say why they belong together: everybody can read it.")})
    check_length(why, "reason", 3000)
    check_enterable(why, "reason")
    _check_pair(run, submission, into)
    made = Merger.objects.create(
        stage=run, submission=submission, into=into, reason=why, proposed_by=person_of(actor)
    )
    by = acting_as(actor, run.call, *PROPOSERS)
    _enter("calls.merger_proposed", made, run, by, actor, reason=why)
    _tell(run, made, "merger_proposed")
    return made


def _check_pair(run: StageRun, submission: Submission, into: Submission) -> None:
    """Raises ValidationError for entries of which one cannot be taken up in the other."""
    pair = {submission.pk, into.pk}
    if len(pair) < 2:
        raise ValidationError({"into": _("An entry cannot be taken up in itself.")})
    running = run.call.submissions.in_the_running().filter(pk__in=pair)
    if running.count() < 2:
        raise ValidationError(_("Both entries must be in the running."))
    if run.mergers.filter(submission__in=pair, into__in=pair, state=State.REFUSED).exists():
        raise ValidationError(_("Somebody behind these two entries has refused already."))
    still = run.mergers.filter(state=State.PROPOSED)
    if still.filter(Q(submission=submission) | Q(into=submission)).exists():
        raise ValidationError(
            {"submission": _("There is an open proposal with this entry. Settle it or take it back first.")}
        )
    if still.filter(submission=into).exists():
        raise ValidationError({"into": _("This entry itself is proposed to be taken up in another.")})


@act
def answer_merger(actor: User, merger: Merger, agrees: bool, *, now: datetime | None = None) -> Merger:
    """Say yes or no to a merger, as one of those behind the two entries, until the stage’s day. One refusal
    ends it; with the last consent it is done. Twice the same changes nothing."""
    now = now or timezone.now()
    require(actor, "calls.answer_merger", merger)
    merger, run = _lock(merger)
    person = person_of(actor)
    said = merger.consents.filter(person=person).first()
    if merger.state != State.PROPOSED:
        if said is not None and said.agrees == agrees:
            return merger
        raise ValidationError(_("This proposal has ended already."), code="settled")
    if not run.is_open:
        raise ValidationError(_("This stage is not open."), code="stage")
    check_before(run.closes_at, now)
    MergerConsent.objects.update_or_create(
        merger=merger, person=person, defaults={"agrees": agrees, "at": now}
    )
    if not agrees:
        _end(merger, run, State.REFUSED, "refused", "applicant", actor)
    elif not awaited(merger):
        _merge(merger, run, "applicant", actor)
    return merger


@act
def take_back_merger(actor: User, merger: Merger) -> Merger:
    """Take a proposal back that is still open; those who were asked are told. Twice changes nothing."""
    require(actor, "calls.propose_merger", merger.submission)
    require(actor, "calls.propose_merger", merger.into)
    merger, run = _lock(merger)
    if merger.state == State.DROPPED:
        return merger
    if merger.state != State.PROPOSED:
        raise ValidationError(_("This proposal has ended already."), code="settled")
    _end(merger, run, State.DROPPED, "taken back", acting_as(actor, run.call, *PROPOSERS), actor)
    return merger


def drop_of(run: StageRun, submission: Submission) -> None:
    """An entry was withdrawn: what was proposed with it ends. Within an act, the call locked."""
    for merger in _open(run).filter(Q(into=submission) | Q(submission=submission)):
        _end(merger, run, State.DROPPED, "withdrawn", "applicant", None)


def settle_open(run: StageRun) -> int:
    """At closing: what everybody has agreed to is done (somebody who had not may have stepped back since),
    the rest lapses. Returns how many lapse. Within an act, the call locked."""
    lapsed = 0
    for merger in _open(run):
        if awaited(merger):
            _end(merger, run, State.DROPPED, "lapsed", "clock", None)
            lapsed += 1
        else:
            _merge(merger, run, "clock", None)
    return lapsed


def _open(run: StageRun) -> QuerySet[Merger]:
    return run.mergers.filter(state=State.PROPOSED).select_related("into", "submission").order_by("pk")


def _merge(merger: Merger, run: StageRun, by: str, actor: User | None) -> None:
    """Take the entry up. Those behind it now stand behind the other one too, in whatever number: the limit
    of co-applicants is for teams that apply, and nobody who agreed is left out. They judge it no more."""
    into, gone = merger.into, merger.submission
    into.call = gone.call = run.call
    merger.state, merger.settled_at = State.AGREED, timezone.now()
    merger.save(update_fields=["state", "settled_at"])
    words = in_every_language(
        lambda: _("It was taken up in %(ref)s, as everybody behind both entries agreed.") % {"ref": into.ref}
    )
    take_out(run, [gone], Elimination.Cause.MERGED, words, into)
    for person in _join(gone, into, merger.settled_at):
        keep.judges_no_more(into, person)
    keep.entry_changed(into)
    _enter("calls.merged", merger, run, by, actor)
    _tell(run, merger, "merged", edit=bool(run.rule.option("edit")))
    _ask_newcomers(run, into)


def _join(gone: Submission, into: Submission, now: datetime) -> list[Person]:
    """Put those behind one entry behind another; returns those who are new there."""
    there = persons_behind(into)
    rows = gone.co_applicants.filter(confirmed_at__isnull=False, removed_at=None, person__isnull=False)
    coming: list[tuple[Person, str, Text]] = [(gone.applicant, "", Text())]
    for one in rows.select_related("person__user"):
        if one.person is not None:
            coming.append((one.person, one.name, one.contribution))
    joined = []
    for person, name, contribution in coming:
        if person.pk in there:
            continue
        there.add(person.pk)
        email = person.user.email if person.user else f"{person.uid.hex}@unknown.invalid"
        standing = into.co_applicants.filter(removed_at=None)
        row = standing.filter(Q(person=person) | Q(email__iexact=email)).first()
        row = row or CoApplicant(submission=into, email=email.lower(), contribution=contribution)
        row.name = row.name or name or str(person.name)[:200]
        row.person, row.confirmed_at = person, now
        row.save()
        joined.append(person)
    return joined


def _ask_newcomers(run: StageRun, into: Submission) -> None:
    """Whoever joined an entry is asked about what else is to be taken up in it."""
    for other in _open(run).filter(into=into):
        people = behind(Submission.objects.filter(pk=into.pk))
        tell(run, people, "merger_proposed", "calls:merging", _words(other))


def _end(merger: Merger, run: StageRun, state: str, why: str, by: str, actor: User | None) -> None:
    merger.state, merger.settled_at = state, timezone.now()
    merger.save(update_fields=["state", "settled_at"])
    _enter("calls.merger_ended", merger, run, by, actor, why=why)
    _tell(run, merger, "merger_ended", why=why)


def _words(merger: Merger) -> dict[str, object]:
    return {"merger": merger, "into": merger.into, "gone": merger.submission}


def _tell(run: StageRun, merger: Merger, template: str, **more: object) -> None:
    both = behind(Submission.objects.filter(pk__in=[merger.into_id, merger.submission_id]))
    tell(run, both, template, "calls:merging", {**_words(merger), **more}, once=True)


def _enter(kind: str, merger: Merger, run: StageRun, by: str, actor: User | None, **more: object) -> None:
    """An entry of the record: the numbers of the two, and nobody’s name."""
    enter(
        kind,
        subject=scope_of(run.call),
        facts={
            "title": run.call.title,
            "slug": run.call.slug,
            "stage": run.rule.name,
            "key": run.key,
            "ref": merger.submission.ref,
            "into": merger.into.ref,
            **more,
        },
        by=by,
        actor=actor,
    )
