"""Calls from the side of those who run them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from summitry.people.models import Person, Role, scope_of
from summitry.people.queries import holders
from summitry.text.value import Text

from .. import sight
from ..models import Assessment, Assignment, Call, Conflict, StageRun, Submission
from ..rules import Category
from .entries import juror_labels

DUTIES = (
    Role.SECRETARIAT,
    Role.CALL_MANAGER,
    Role.AUDITOR,
    Role.SCREENER,
    Role.JUROR,
    Role.JURY_CHAIR,
    Role.ORGAN,
)


def calls_at_work(user: Any) -> QuerySet[Call]:
    """The calls in which the user has a duty, the newest first; drafts only for those who manage or audit."""
    standing, judging = Q(pk__in=[]), Q(pk__in=[])
    for role in DUTIES:
        where = sight.calls_where(user, role, prefix="")
        if where is None:
            continue
        if role in sight.STANDING:
            standing |= where
        else:
            judging |= where & ~Q(state=Call.State.DRAFT)
    return Call.objects.filter(standing | judging).order_by("-created_at", "-pk")


@dataclass(frozen=True, slots=True)
class Load:
    """A juror's work in one stage."""

    person: Person
    label: Text | str
    assigned: int
    sent: int


@dataclass(frozen=True, slots=True)
class StageWork:
    """A stage with how much of its work is done, and what stands in the way of closing it."""

    run: StageRun
    done: int
    total: int
    blockers: list[str]


@dataclass(frozen=True, slots=True)
class Overview:
    """What a call manager sees: counts and loads, and never a mark."""

    call: Call
    drafts: int
    sent: int
    withdrawn: int
    failed: int
    categories: list[tuple[Category, int]]
    stages: list[StageWork]
    jurors: list[Load]
    conflicts: int


def manager_overview(user: Any, call: Call) -> Overview:
    """Counts of a call and where each stage stands. The number of queries depends on the stages alone."""
    counts = call.submissions.aggregate(
        drafts=Count("pk", filter=Q(state="draft")),
        withdrawn=Count("pk", filter=Q(state="withdrawn")),
        sent=Count("pk", filter=~Q(state__in=["draft", "withdrawn"])),
    )
    running = Submission.objects.filter(call=call).in_the_running().count()
    by_category = dict(call.submissions.sent().order_by().values_list("category").annotate(count=Count("pk")))
    works = []
    for run in call.stages.order_by("position"):
        run.call = call
        done, total = run.component.progress(run)
        works.append(StageWork(run, done, total, run.component.blockers(run) if run.is_open else []))
    return Overview(
        call=call,
        drafts=counts["drafts"],
        sent=counts["sent"],
        withdrawn=counts["withdrawn"],
        failed=counts["sent"] - running,
        categories=[(one, by_category.get(one.key, 0)) for one in call.rules.categories],
        stages=works,
        jurors=loads(call),
        conflicts=Conflict.objects.filter(submission__call=call, lifted_at=None).count(),
    )


def loads(call: Call) -> list[Load]:
    """Each juror's assigned and sent entries over all stages, in the order of appointment. Three queries."""
    sent = Assessment.objects.filter(
        submission=OuterRef("submission"),
        juror=OuterRef("juror"),
        stage=OuterRef("stage"),
        sent_at__isnull=False,
        voided_at=None,
    )
    listed = Assignment.objects.filter(stage__call=call, ended_at=None).annotate(done=Exists(sent))
    numbers = {
        juror: (assigned, done)
        for juror, assigned, done in listed.order_by()
        .values_list("juror")
        .annotate(assigned=Count("pk"), finished=Count("pk", filter=Q(done=True)))
    }
    labels = juror_labels(call)
    return [
        Load(mandate.person, labels.get(mandate.person_id, ""), *numbers.get(mandate.person_id, (0, 0)))
        for mandate in holders(scope_of(call), Role.JUROR)
    ]
