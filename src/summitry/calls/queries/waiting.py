"""What waits for somebody in calls."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.people.models import Role
from summitry.people.waiting import Waiting

from .. import sight, stages
from ..models import Appeal, Call, CoApplicant, StageRun, Submission
from .after import appeals_to_answer
from .asked import asked_of
from .owing import undone


def waiting(user: Any) -> list[Waiting]:
    """What waits for this user in calls: drafts before a deadline, consents, entries to screen and to mark,
    decisions, stages whose work is done. At most eighteen queries, whatever the number of calls."""
    if not user.is_authenticated:
        return []
    return [
        *_drafts(user),
        *asked_of(user),
        *_invitations(user),
        *_stages(user),
        *_managing(user),
        *_appeals(user),
        *_owing(user),
    ]


_waiting = partial(Waiting, area="calls")


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
            yield _waiting(
                _("Your draft for “%(call)s” has not been sent") % {"call": one.call.title}
                if one.is_draft
                else _("Your changes for “%(call)s” have not been sent") % {"call": one.call.title},
                reverse("calls:draft", args=[one.uid]),
                "doc",
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
        yield _waiting(
            _("You are named as co-applicant in a submission for “%(call)s”: say whether you agree")
            % {"call": call.title},
            reverse("calls:mine"),
            "users",
            due=call.closes_at,
        )


def _stages(user: Any) -> Iterator[Waiting]:
    """What waits in open stages for those who work there. At most two queries for each kind of stage whose
    worker the user is somewhere."""
    for kind in stages.every():
        where = sight.calls_where(user, kind.worker) if kind.worker else None
        if where is None:
            continue
        runs = StageRun.objects.open().filter(where, kind=kind.key).select_related("call")
        listed = list(runs.order_by("closes_at", "pk"))
        counts = kind.left(listed, user) if listed else {}
        for run in listed:
            count = counts.get(run.pk, 0)
            if words := kind.asks(run, count):
                yield _waiting(
                    words,
                    kind.doors[0].url(run),
                    kind.icon,
                    count=max(1, count),
                    due=run.closes_at,
                    late=run.is_late,
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
            yield _waiting(
                title % {"call": call.title},
                reverse("calls:manage", args=[call.slug]),
                "call",
                due=due,
                late=late,
            )


def _appeals(user: Any) -> Iterator[Waiting]:
    """Appeals that this user may answer, by call. One query."""
    found: dict[int, list[Appeal]] = {}
    for one in appeals_to_answer(user):
        found.setdefault(one.submission.call_id, []).append(one)
    for listed in found.values():
        call, count = listed[0].submission.call, len(listed)
        yield _waiting(
            ngettext(
                "%(count)d appeal in “%(call)s” waits for its answer",
                "%(count)d appeals in “%(call)s” wait for their answers",
                count,
            )
            % {"count": count, "call": call.title},
            reverse("calls:appeals", args=[call.slug]),
            "alert",
            count=count,
            due=min(one.due_at for one in listed),
            late=any(one.is_late for one in listed),
        )


def _owing(user: Any) -> Iterator[Waiting]:
    """What is asked of one's own accepted entries and due soon, or late. One query."""
    soon = undone(submission__in=Submission.objects.of(user), due_at__lt=timezone.now() + timedelta(days=30))
    for one in soon.select_related("submission__call"):
        rule = one.rule
        yield _waiting(
            _("“%(name)s” is asked of you for “%(call)s”")
            % {"name": rule.name if rule else one.key, "call": one.submission.call.title},
            reverse("calls:deliver", args=[one.submission.uid, one.key]),
            "doc",
            due=one.due_at,
            late=one.is_due,
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
        if call.told_at and not current.is_late:
            return ("", None, False)  # the applicants have their answers, under embargo
        return (_("The verdict of “%(call)s” can be published"), current.closes_at, current.is_late)
    if current.is_late:
        return (_("A stage of “%(call)s” is past its day"), current.closes_at, True)
    return ("", None, False)
