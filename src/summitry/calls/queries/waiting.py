"""What waits for somebody in calls."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.people.models import Role
from summitry.people.waiting import Waiting

from .. import sight
from ..models import Assessment, Assignment, Call, CoApplicant, Screening, StageRun, Submission


def waiting(user: Any) -> list[Waiting]:
    """What waits for this user in calls: drafts before a deadline, consents, entries to screen and to mark,
    decisions, stages whose work is done. At most a dozen queries, whatever the number of calls."""
    if not user.is_authenticated:
        return []
    return [
        *_drafts(user),
        *_invitations(user),
        *_screening(user),
        *_marking(user),
        *_deciding(user),
        *_managing(user),
    ]


def _area() -> str:
    return "calls"


def _drafts(user: Any) -> Iterator[Waiting]:
    """One's unsent words in calls that are open. One query."""
    now = timezone.now()
    found = Submission.objects.of(user).filter(
        Q(state="draft", saved_at__isnull=False) | Q(state="submitted", saved_at__gt=F("sent_at")),
        call__state=Call.State.OPEN,
        call__opens_at__lte=now,
        call__closes_at__gte=now,
    )
    for one in found.select_related("call").order_by("call__closes_at", "pk"):
        if one.is_draft or one.has_unsent_changes:
            yield Waiting(
                _("Your draft for “%(call)s” has not been sent") % {"call": one.call.title}
                if one.is_draft
                else _("Your changes for “%(call)s” have not been sent") % {"call": one.call.title},
                reverse("calls:draft", args=[one.uid]),
                "doc",
                _area(),
                due=one.call.closes_at,
            )


def _invitations(user: Any) -> Iterator[Waiting]:
    """Submissions that ask for one's consent. One query."""
    found = CoApplicant.objects.filter(email__iexact=user.email, confirmed_at=None, removed_at=None)
    found = found.filter(
        submission__state__in=["draft", "submitted"], submission__call__state__in=["open", "closed"]
    )
    for one in found.select_related("submission__call").order_by("invited_at"):
        call = one.submission.call
        yield Waiting(
            _("You are named as co-applicant in a submission for “%(call)s”: say whether you agree")
            % {"call": call.title},
            reverse("calls:mine"),
            "users",
            _area(),
            due=call.closes_at,
        )


def _open_runs(user: Any, role: str, deed: str) -> list[StageRun]:
    """Open stages with this deed in calls where the user has this role. One query; none without the role."""
    where = sight.calls_where(user, role)
    if where is None:
        return []
    runs = StageRun.objects.open().allowing(deed).filter(where)
    return list(runs.select_related("call").order_by("closes_at", "pk"))


def _late(run: StageRun) -> bool:
    return run.is_late


def _screening(user: Any) -> Iterator[Waiting]:
    """Entries without a finding. Two queries."""
    runs = _open_runs(user, Role.SCREENER, "screen")
    if not runs:
        return
    done = Screening.objects.filter(submission=OuterRef("pk"), stage__state=StageRun.State.OPEN)
    left = (
        Submission.objects.on_duty_of(user)
        .filter(call__in=[run.call_id for run in runs], state="submitted")
        .exclude(Exists(done))
        .order_by()
        .values_list("call")
        .annotate(count=Count("pk"))
    )
    counts = dict(left)
    for run in runs:
        if count := counts.get(run.call_id):
            yield Waiting(
                ngettext(
                    "%(count)d entry to screen in “%(call)s”",
                    "%(count)d entries to screen in “%(call)s”",
                    count,
                )
                % {"count": count, "call": run.call.title},
                reverse("calls:screening", args=[run.call.slug]),
                "filter",
                _area(),
                count,
                run.closes_at,
                _late(run),
            )


def _marking(user: Any) -> Iterator[Waiting]:
    """Entries on one's lists that are not sent. Two queries."""
    runs = _open_runs(user, Role.JUROR, "assess")
    if not runs:
        return
    sent = Assessment.objects.filter(
        submission=OuterRef("submission"),
        juror=OuterRef("juror"),
        stage=OuterRef("stage"),
        sent_at__isnull=False,
    )
    left = (
        Assignment.objects.filter(
            juror__user=user,
            ended_at=None,
            stage__in=runs,
            submission__in=Submission.objects.on_duty_of(user),
        )
        .exclude(Exists(sent))
        .order_by()
        .values_list("stage")
        .annotate(count=Count("pk"))
    )
    counts = dict(left)
    for run in runs:
        if count := counts.get(run.pk):
            yield Waiting(
                ngettext(
                    "%(count)d entry to mark in “%(call)s”", "%(count)d entries to mark in “%(call)s”", count
                )
                % {"count": count, "call": run.call.title},
                reverse("calls:marking", args=[run.call.slug]),
                "star",
                _area(),
                count,
                run.closes_at,
                _late(run),
            )


def _deciding(user: Any) -> Iterator[Waiting]:
    """Verdicts to seal. Two queries."""
    runs = _open_runs(user, Role.JURY_CHAIR, "decide")
    if not runs:
        return
    left = dict(
        Submission.objects.in_the_running()
        .filter(call__in=[run.call_id for run in runs], decision=None)
        .order_by()
        .values_list("call")
        .annotate(count=Count("pk"))
    )
    for run in runs:
        count = left.get(run.call_id, 0)
        yield Waiting(
            ngettext(
                "%(count)d entry of “%(call)s” waits for a decision",
                "%(count)d entries of “%(call)s” wait for a decision",
                count,
            )
            % {"count": count, "call": run.call.title}
            if count
            else _("The verdict of “%(call)s” can be sealed") % {"call": run.call.title},
            reverse("calls:sheet", args=[run.call.slug]),
            "seal",
            _area(),
            max(1, count),
            run.closes_at,
            _late(run),
        )


def _managing(user: Any) -> Iterator[Waiting]:
    """Drafts of calls, stages to open, late stages, verdicts to publish. Three queries."""
    where = None
    for role in (Role.CALL_MANAGER, Role.SECRETARIAT):
        found = sight.calls_where(user, role, prefix="")
        if found is not None:
            where = found if where is None else where | found
    if where is None:
        return
    calls = Call.objects.filter(where).exclude(state=Call.State.PUBLISHED).defer("working")
    runs: dict[int, list[StageRun]] = {}
    for run in StageRun.objects.filter(call__in=calls).order_by("position"):
        runs.setdefault(run.call_id, []).append(run)
    for call in calls.order_by("created_at", "pk"):
        title, due, late = _step(call, runs.get(call.pk, []))
        if title:
            yield Waiting(
                title % {"call": call.title},
                reverse("calls:manage", args=[call.slug]),
                "call",
                _area(),
                1,
                due,
                late,
            )


def _step(call: Call, runs: list[StageRun]) -> tuple[str, Any, bool]:
    """What a manager should do next in a call: words, by when, and whether it is late; no words if
    nothing."""
    if call.state == Call.State.DRAFT:
        return (_("The call “%(call)s” has not been opened"), call.opens_at, False)
    if call.state == Call.State.OPEN:
        return ("", None, False)
    current = next((run for run in runs if run.state != StageRun.State.CLOSED), None)
    if current is None:
        return ("", None, False)
    if current.state == StageRun.State.PENDING:
        if "publish" in current.component.allows:
            return (_("The verdict of “%(call)s” can be published"), current.opens_at, False)
        return (_("The next stage of “%(call)s” can be opened"), current.opens_at, False)
    if "publish" in current.component.allows:
        return (_("The verdict of “%(call)s” can be published"), current.closes_at, current.is_late)
    if current.is_late:
        return (_("A stage of “%(call)s” is past its day"), current.closes_at, True)
    return ("", None, False)
