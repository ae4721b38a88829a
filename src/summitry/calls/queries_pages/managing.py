"""What the manager’s pages ask: people, assignments, the table of what was sent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import rules as predicates
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Invitation, Mandate, Person, scope_of
from summitry.people.queries import holders
from summitry.text.value import Text

from .. import fields, stages
from ..models import Assessment, Assignment, Call, Decision, StageRun, Submission
from ..rules import Field
from .public import Step, Version, by_stage, record_of, steps_of, versions_of


@dataclass(frozen=True, slots=True)
class Team:
    mandates: list[Mandate]
    invitations: list[Invitation]


def team(call: Call) -> Team:
    """Who holds a duty in a call, and who was asked. Two queries."""
    asked = Invitation.objects.filter(
        scope=scope_of(call), accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).order_by("role", "pk")
    return Team(list(holders(scope_of(call))), list(asked))


@dataclass(frozen=True, slots=True)
class Load:
    juror: Person
    label: Text
    count: int
    sent: int


@dataclass(frozen=True, slots=True)
class Jury:
    """Who marks how much in one stage."""

    run: StageRun | None
    loads: list[Load]
    wanted: int
    most: int | None

    @property
    def due(self) -> int:
        return sum(one.count - one.sent for one in self.loads)


def jury(call: Call) -> Jury:
    """The stage that takes assignments and each juror's load. Four queries."""
    kinds = [kind.key for kind in stages.every() if "assign" in kind.allows]
    runs = list(call.stages.filter(kind__in=kinds).order_by("position"))
    run = next((one for one in runs if one.state != StageRun.State.CLOSED), runs[-1] if runs else None)
    mandates = list(holders(scope_of(call), "juror"))
    counts: dict[int, int] = {}
    sent: dict[int, int] = {}
    if run is not None:
        run.call = call
        listed = run.assignments.filter(ended_at=None)
        counts = dict(listed.values_list("juror").annotate(n=Count("pk")))
        marks = Assessment.objects.filter(
            submission=OuterRef("submission"),
            juror=OuterRef("juror"),
            stage=run,
            sent_at__isnull=False,
            voided_at=None,
        )
        sent = dict(listed.filter(Exists(marks)).values_list("juror").annotate(n=Count("pk")))
    loads = [
        Load(one.person, one.label, counts.get(one.person_id, 0), sent.get(one.person_id, 0))
        for one in mandates
    ]
    wanted, most = (run.rule.option("per_entry", 3), run.rule.option("most")) if run else (3, None)
    return Jury(run, loads, wanted, most)


def entries_to_assign(call: Call, user: Any) -> QuerySet[Submission]:
    """Entries in the running with their number of jurors; not those of which a conflict shows this user
    nothing."""
    return (
        call.submissions.in_the_running()
        .on_duty_of(user)
        .annotate(jurors=Count("assignments", filter=Q(assignments__ended_at=None), distinct=True))
        .order_by("number")
    )


@dataclass(frozen=True, slots=True)
class AssignedRow:
    """An entry with its jurors: (assignment, how the juror is called, whether her marks are in)."""

    entry: Submission
    jurors: list[tuple[Assignment, Any, bool]]


def assignment_rows(call: Call, jury: Jury, entries: Iterable[Submission]) -> list[AssignedRow]:
    """The assignments of some entries. Two queries."""
    shown = list(entries)
    labels = {one.juror.pk: one.label or one.juror.name for one in jury.loads}
    found: dict[int, list[tuple[Assignment, Any, bool]]] = {one.pk: [] for one in shown}
    if jury.run is not None:
        sent = set(
            jury.run.assessments.filter(
                submission__in=found, sent_at__isnull=False, voided_at=None
            ).values_list("submission_id", "juror_id")
        )
        listed = jury.run.assignments.filter(ended_at=None, submission__in=found).select_related("juror")
        for one in listed.order_by("pk"):
            label = labels.get(one.juror_id) or one.juror.name
            found[one.submission_id].append((one, label, (one.submission_id, one.juror_id) in sent))
    for entry in shown:
        entry.call = call
    return [AssignedRow(entry, found[entry.pk]) for entry in shown]


def steps_and_versions(call: Call) -> tuple[list[Step], list[Version]]:
    """The way of a call and its frozen rules. Three queries."""
    entries = record_of(call)
    return steps_of(call, call.stages.all(), by_stage(entries)), versions_of(call, entries)


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A call on the list of somebody who works on it: (label, address) of what she can do there."""

    call: Call
    sent: int
    links: list[tuple[str, str]]


def work_rows(user: Any, calls: Iterable[Call]) -> list[WorkRow]:
    """Calls with the number of entries and what this user does there. Two queries."""
    shown = list(calls)
    sent = dict(
        Submission.objects.sent()
        .filter(call__in=shown)
        .order_by()
        .values_list("call")
        .annotate(n=Count("pk"))
    )
    runs: dict[int, list[StageRun]] = {one.pk: [] for one in shown}
    for run in StageRun.objects.filter(call__in=shown).order_by("position"):
        runs[run.call_id].append(run)
    return [WorkRow(one, sent.get(one.pk, 0), _links(user, one, runs[one.pk])) for one in shown]


def _links(user: Any, call: Call, runs: list[StageRun]) -> list[tuple[str, str]]:
    """Where a user's duties lead in one call: only where the stage has begun."""
    begun = [run for run in runs if run.state != StageRun.State.PENDING]
    doors = [
        ("calls.manage_call", "calls:manage", _("Manage"), ""),
        ("calls.see_screening", "calls:screening", _("Screen"), "screen"),
        ("calls.see_jury", "calls:marking", _("Score"), "assess"),
        ("calls.see_sheet", "calls:sheet", _("Deliberate"), "decide"),
    ]
    return [
        (label, reverse(name, args=[call.slug]))
        for permission, name, label, deed in doors
        if predicates.has_perm(permission, user, call)
        and (not deed or any(deed in stages.kind(run.kind).allows for run in begun))
    ]


def answers_of(call: Call, user: Any) -> QuerySet[Decision]:
    """The decisions of a call that this user's duties show her, accepted first, with what their letters
    need."""
    return (
        Decision.objects.filter(submission__in=Submission.objects.on_duty_of(user).filter(call=call))
        .exclude(submission__state__in=["draft", "withdrawn"])
        .select_related("submission__call", "submission__applicant__user", "submission__organisation")
        .order_by("result", F("computed_rank").asc(nulls_last=True), "pk")
    )


def export_rows(call: Call, user: Any) -> Iterator[list[Any]]:
    """A table of what was sent: a line of headings, then one entry each, read 200 at a time."""
    rules = call.rules
    yield [
        _("Number"),
        _("State"),
        _("Category"),
        _("Applicant"),
        _("E-mail"),
        _("Organisation"),
        _("Language"),
        _("Sent (UTC)"),
        *(str(one.label) for one in rules.fields),
    ]
    found = (
        Submission.objects.on_duty_of(user)
        .filter(call=call)
        .select_related("applicant__user", "organisation")
        .prefetch_related("uploads")
        .order_by("number")
    )
    for one in found.iterator(chunk_size=200):
        one.call = call
        context = one.context()
        category = rules.category(one.category)
        account = one.applicant.user
        yield [
            one.ref,
            one.get_state_display(),
            category.name if category else "",
            one.applicant.name,
            account.email if account else "",
            one.organisation.name if one.organisation else "",
            one.language,
            f"{one.sent_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if one.sent_at else "",
            *(_cell(field, one.answers.get(field.key), context) for field in rules.fields),
        ]


def _cell(field: Field, stored: Any, context: fields.Context) -> str:
    if stored is None:
        return ""
    parts = fields.kind(field.kind).show(field, stored, context).parts
    return "; ".join(str(getattr(one, "url", None) or getattr(one, "name", None) or one) for one in parts)
