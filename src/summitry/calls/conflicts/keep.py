"""Conflicts that are found are kept as rows, so that `sight.barred` closes every door at once.

They are compared anew when an entry is sent, when somebody joins or leaves it, when a stage opens, and
whenever people tell of a change (`people.changes`); only the pairs that it concerns. One that no longer holds
is lifted by the machine. One lifted by hand stays lifted as long as nothing is found that it did not rest on.
After the verdict is sealed nothing changes. All of it within an act."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from summitry.people.models import INSTITUTION, Affiliation, Mandate, Person, Role

from ..models import Call, CoApplicant, Conflict, StageRun, Submission
from ..stages.base import StageKind
from . import find, load, near

DUTIES = (
    Role.JUROR,
    Role.JURY_CHAIR,
    Role.SCREENER,
    Role.CALL_MANAGER,
    Role.SECRETARIAT,
    Role.ORGAN,
)
UNSEALED = (Call.State.OPEN, Call.State.CLOSED)
type Pair = tuple[int, int]  # person, entry


def judges_no_more(submission: Submission, person: Person) -> None:
    """Within an act, the submission and its call locked: what a person did as a judge of an entry falls."""
    for run in submission.call.stages.all():
        run.call = submission.call
        run.component.void(run, submission, person)


def on_duty(call: Call) -> QuerySet[Mandate]:
    """The mandates whose holders must have no conflict in this call: in force, or to begin."""
    ends = Q(until__isnull=True) | Q(until__gt=timezone.now())
    scopes = [*call.scopes(), INSTITUTION]
    return Mandate.objects.filter(ends, role__in=DUTIES, scope__in=scopes, person__erased_at=None)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of one pair."""

    open: Conflict | None
    decided: frozenset[tuple[str, str]]  # findings on which a conflict was lifted by hand

    def covers(self, basis: list[find.Finding]) -> bool:
        return set(basis) <= self.decided


def refresh(
    call: Call, judges: Iterable[int] | None = None, entries: Iterable[int] | None = None
) -> frozenset[Pair]:
    """Compare these persons with these entries of a call, None for all, and keep what is found. The call is
    locked here. Returns the pairs that were barred just now."""
    call = Call.objects.select_for_update().get(pk=call.pk)
    if call.state not in UNSEALED:
        return frozenset()
    asked = None if judges is None else frozenset(judges)
    duty = frozenset(on_duty(call).values_list("person_id", flat=True))
    sent = call.submissions.filter(state=Submission.State.SUBMITTED)
    known = Conflict.objects.filter(submission__call=call)
    if entries is not None:
        keys = list(entries)
        sent, known = sent.filter(pk__in=keys), known.filter(submission__in=keys)
    if asked is not None:
        known = known.filter(juror__in=asked)
        duty &= asked
    rules = call.rules
    compared = set(sent.values_list("pk", flat=True)) if duty else set()
    if asked is not None and entries is None and len(duty) <= near.FEW:
        sent = sent.filter(pk__in=near.near(rules, duty, sent)) if duty else sent.none()
    rows = load.rows_of(sent, rules) if duty else []
    found = find.compare(rules.conflicts, load.world(rules, duty, rows)) if rows else {}
    return _keep(call, found, known_of(known), compared, duty)


def known_of(rows: QuerySet[Conflict]) -> dict[Pair, _Kept]:
    """What is kept of each pair. One query."""
    still: dict[Pair, Conflict] = {}
    decided: dict[Pair, set[tuple[str, str]]] = {}
    for one in rows.filter(Q(lifted_at=None) | Q(lifted_by__isnull=False)).defer("reason", "lift_reason"):
        pair = (one.juror_id, one.submission_id)
        decided.setdefault(pair, set())
        if one.lifted_at is None:
            still[pair] = one
        else:
            decided[pair] |= {(kind, detail) for kind, detail in one.basis}
    return {pair: _Kept(still.get(pair), frozenset(said)) for pair, said in decided.items()}


_NEW = _Kept(None, frozenset())


def _keep(
    call: Call, found: find.Findings, known: Mapping[Pair, _Kept], compared: set[int], duty: frozenset[int]
) -> frozenset[Pair]:
    now = timezone.now()
    made: list[Conflict] = []
    changed: list[Conflict] = []
    for (juror, entry), basis in found.items():
        kept = known.get((juror, entry), _NEW)
        plain = [list(one) for one in basis]
        if kept.open is None:
            if not kept.covers(basis):
                made.append(_row(juror, entry, plain, now))
        elif kept.open.source == Conflict.Source.FOUND and kept.open.basis != plain:
            kept.open.basis = plain
            changed.append(kept.open)
    over = [
        kept.open.pk
        for pair, kept in known.items()
        if kept.open is not None
        and kept.open.source == Conflict.Source.FOUND
        and pair not in found
        and (pair[1] in compared or pair[0] not in duty)
    ]
    Conflict.objects.bulk_create(made, batch_size=500)
    Conflict.objects.bulk_update(changed, ["basis"], batch_size=500)
    Conflict.objects.filter(pk__in=over).update(lifted_at=now)
    barred = frozenset((one.juror_id, one.submission_id) for one in made)
    _fall(call, barred)
    return barred


def _row(juror: int, entry: int, basis: list[list[str]], now: datetime) -> Conflict:
    return Conflict(
        juror_id=juror,
        submission_id=entry,
        source=Conflict.Source.FOUND,
        basis=basis,
        declared_at=now,
    )


def _fall(call: Call, barred: frozenset[Pair]) -> None:
    """What those who are barred now did as judges of those entries falls. A kind of stage that says whom it
    has heard on what is asked for those pairs alone."""
    if not barred:
        return
    jurors = frozenset(juror for juror, _entry in barred)
    concerned: list[tuple[StageRun, frozenset[Pair]]] = []
    for run in call.stages.all():
        run.call = call
        if type(run.component).void is not StageKind.void:
            heard = run.component.heard(run, jurors)
            concerned.append((run, barred if heard is None else barred & frozenset(heard)))
    pairs = frozenset().union(*(some for _run, some in concerned))
    persons = Person.objects.in_bulk({juror for juror, _entry in pairs})
    entries = Submission.objects.in_bulk({entry for _juror, entry in pairs})
    for run, some in concerned:
        for juror, entry in sorted(some):
            entries[entry].call = call
            run.component.void(run, entries[entry], persons[juror])


def entry_changed(submission: Submission) -> None:
    """An entry was sent, or somebody joined or left it: it is compared with everybody on duty; and whoever
    stands behind it together with others, with theirs."""
    if submission.state == Submission.State.SUBMITTED:
        refresh(submission.call, entries=[submission.pk])
    agreed = submission.co_applicants.filter(confirmed_at__isnull=False, person__isnull=False)
    others = set(agreed.values_list("person_id", flat=True))
    if others and submission.sent_at:
        people_changed({submission.applicant_id, *others}, set())


def entries_changed(call: Call, submissions: Sequence[Submission]) -> None:
    """Many entries of a call were sent at once: the same as one by one, compared together."""
    refresh(call, entries=[one.pk for one in submissions])
    agreed = CoApplicant.objects.filter(
        submission__in=submissions, confirmed_at__isnull=False, person__isnull=False
    )
    behind = dict(agreed.values_list("person_id", "submission__applicant_id"))
    if behind:
        people_changed({*behind, *behind.values()}, set())


def duty_changed(person: int, scope: str) -> None:
    """She was given a mandate in this scope, or it ended: compare her with all entries of the calls in it."""
    for call in Call.objects.filter(state__in=UNSEALED).defer("working").order_by("pk"):
        if scope in call.scopes() or scope == INSTITUTION:
            refresh(call, judges={person})


def people_changed(persons: Iterable[int], organisations: Iterable[int]) -> None:
    """What is known of these persons or organisations has changed: compare whoever of them has a duty with
    all entries, and the entries that they stand behind with everybody on duty."""
    calls = list(Call.objects.filter(state__in=UNSEALED).defer("working").order_by("pk"))
    if not calls:
        return
    concerned, bodies = set(persons), set(organisations)
    if bodies:
        concerned.update(
            Affiliation.objects.filter(organisation__in=bodies).values_list("person_id", flat=True)
        )
    judges = _judges(calls, concerned)
    entries = _entries(calls, concerned, bodies)
    for call in calls:
        if judges.get(call.pk):
            refresh(call, judges=judges[call.pk])
        if entries.get(call.pk):
            refresh(call, entries=entries[call.pk])


def _judges(calls: Iterable[Call], persons: set[int]) -> dict[int, set[int]]:
    """Call -> who of these persons has a duty there, or had one. Two queries."""
    ends = Q(until__isnull=True) | Q(until__gt=timezone.now())
    scopes: dict[str, set[int]] = {}
    held = Mandate.objects.filter(ends, role__in=DUTIES, person__in=persons)
    for scope, person in held.values_list("scope", "person_id"):
        scopes.setdefault(scope, set()).add(person)
    found: dict[int, set[int]] = {
        call.pk: set().union(*(scopes.get(one, set()) for one in [*call.scopes(), INSTITUTION]))
        for call in calls
    }
    left = Conflict.objects.filter(
        juror__in=persons, source=Conflict.Source.FOUND, lifted_at=None, submission__call__in=list(calls)
    )
    for call_id, person in left.values_list("submission__call_id", "juror_id").distinct():
        found[call_id].add(person)
    return found


def _entries(calls: Iterable[Call], persons: set[int], bodies: set[int]) -> dict[int, set[int]]:
    """Call -> the sent entries that these persons stand behind or these bodies apply with. One query."""
    agreed = CoApplicant.objects.filter(person__in=persons, removed_at=None, confirmed_at__isnull=False)
    theirs = Q(applicant__in=persons) | Q(organisation__in=bodies) | Q(pk__in=agreed.values("submission"))
    sent = Submission.objects.filter(theirs, call__in=list(calls), state=Submission.State.SUBMITTED)
    found: dict[int, set[int]] = {}
    for call_id, pk in sent.order_by().values_list("call_id", "pk"):
        found.setdefault(call_id, set()).add(pk)
    return found


def basis_of(conflict: Conflict) -> list[list[str]]:
    """What would be found on this pair now: on that a conflict is lifted."""
    rules = conflict.submission.call.rules
    rows = load.rows_of(Submission.objects.filter(pk=conflict.submission_id), rules)
    found = find.compare(rules.conflicts, load.world(rules, {conflict.juror_id}, rows))
    return [list(one) for one in found.get((conflict.juror_id, conflict.submission_id), [])]
