"""What the manager’s pages ask: people, assignments, the table of what was sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import rules as predicates
from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from summitry.people.models import Invitation, Mandate, Person, Role, scope_of
from summitry.people.queries import holders
from summitry.text.value import Text

from .. import stages
from ..models import Assessment, Assignment, Call, Decision, JurorProfile, StageRun, Submission
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
    profile: JurorProfile | None = None


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
    """The stage that takes assignments and each juror's load and profile. Five queries."""
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
    profiles = {one.person_id: one for one in JurorProfile.objects.filter(call=call)}
    loads = [
        Load(
            one.person,
            one.label,
            counts.get(one.person_id, 0),
            sent.get(one.person_id, 0),
            profiles.get(one.person_id),
        )
        for one in mandates
    ]
    wanted, most = (run.rule.option("per_entry", 3), run.rule.option("most")) if run else (3, None)
    return Jury(run, loads, wanted, most)


def juror_of(call: Call, slug: str) -> Person | None:
    """Who of the jury has this address. One query."""
    found = holders(scope_of(call), Role.JUROR).filter(person__slug=slug).first()
    return found.person if found else None


def entries_to_assign(call: Call, user: Any) -> QuerySet[Submission]:
    """Entries in the running; not those of which a conflict shows this user nothing."""
    return call.submissions.in_the_running().on_duty_of(user).order_by("number")


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
    found: dict[str, str] = {}
    if predicates.has_perm("calls.manage_call", user, call):
        found[reverse("calls:manage", args=[call.slug])] = _("Manage")
    if predicates.has_perm("calls.audit_call", user, call):
        found[reverse("calls:audit", args=[call.slug])] = _("Audit")
    for run in runs:
        run.call = call
        if run.state != StageRun.State.PENDING:
            for door in run.component.doors:
                if predicates.has_perm(door.permission, user, call):
                    found[door.url(run)] = (
                        f"{door.label}: {run.rule.name}" if door.by_stage else str(door.label)
                    )
    return [(label, address) for address, label in found.items()]


def answers_of(call: Call, user: Any) -> QuerySet[Decision]:
    """The decisions of a call that this user's duties show her, accepted first, with what their letters
    need."""
    return (
        Decision.objects.filter(submission__in=Submission.objects.on_duty_of(user).filter(call=call))
        .exclude(submission__state__in=["draft", "withdrawn"])
        .select_related("submission__call", "submission__applicant__user", "submission__organisation")
        .order_by("result", F("computed_rank").asc(nulls_last=True), "pk")
    )
