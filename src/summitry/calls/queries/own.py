"""What an applicant may ask about her own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from summitry.people.models import scope_of
from summitry.record.models import Entry
from summitry.record.queries import entries_about
from summitry.text.value import Text

from .. import checks
from ..models import Appeal, CoApplicant, Decision, Owed, Revision, StageRun, Submission, Upload
from ..rules import Section
from .answers import embargo_of, place_of, published_marks
from .entries import MarkSheet, Row, rows_of


@dataclass(frozen=True, slots=True)
class MySubmissions:
    """own: as applicant. shared: as co-applicant who agreed. invited: asked, and not answered yet."""

    own: list[Submission]
    shared: list[Submission]
    invited: list[CoApplicant]


def my_submissions(user: Any) -> MySubmissions:
    """Everything that is the user's own, the newest first. Three queries."""
    if not user.is_authenticated:
        return MySubmissions([], [], [])
    newest = Submission.objects.select_related("call").order_by("-started_at", "-pk")
    asked = CoApplicant.objects.filter(email__iexact=user.email, confirmed_at=None, removed_at=None)
    asked = asked.exclude(submission__state=Submission.State.WITHDRAWN).select_related("submission__call")
    return MySubmissions(
        list(newest.filter(applicant__user=user)),
        list(newest.of(user).exclude(applicant__user=user)),
        list(asked.order_by("-invited_at", "-pk")),
    )


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """One's own submission. `groups` is what was sent; `unfinished` what sending would refuse, while it can
    be sent; `decision` and `sheets` are there once the applicants have their answers, as the rules allow:
    before publication with the moment until which she tells nobody (`embargo`)."""

    submission: Submission
    groups: list[tuple[Section | None, list[Row]]]
    co_applicants: list[CoApplicant]
    uploads: list[Upload]
    unfinished: Mapping[str, list[str]]
    decision: Decision | None
    reason: Text
    sheets: list[MarkSheet]
    is_main: bool  # the reader is the applicant, and not a co-applicant
    embargo: datetime | None = None
    place: int | None = None  # on the reserve list
    moved_up: bool = False
    units: Sequence[Text] = ()  # what she was given of what there was
    appeal: Appeal | None = None
    owed: Sequence[Owed] = ()
    accepted_entry: Entry | None = None  # of the record; a certificate leads there


def submission_page(user: Any, uid: Any) -> SubmissionPage | None:
    """One's own submission by its uid; None if it is not one's own. At most ten queries."""
    submission = (
        Submission.objects.of(user)
        .filter(uid=uid)
        .select_related("call", "organisation", "applicant")
        .first()
    )
    if submission is None:
        return None
    rules = submission.call.rules
    call, answered = submission.call, _answered(submission)
    decision = Decision.objects.filter(submission=submission).first() if answered else None
    after: dict[str, Any] = {}
    if decision:
        decision.submission = submission
        after = _after(decision)
    reason = decision.words if decision and not after["moved_up"] else Text()
    sheets = published_marks(call, [submission]).get(submission.pk, []) if answered else []
    return SubmissionPage(
        submission=submission,
        groups=rows_of(submission, rules.fields, names=True),
        co_applicants=list(submission.co_applicants.filter(removed_at=None).select_related("person")),
        uploads=list(submission.uploads.all()),
        unfinished=checks.unfinished(submission) if submission.editable else {},
        decision=decision,
        reason=reason,
        sheets=sheets,
        is_main=submission.applicant.user_id == user.pk,
        **after,
    )


def _answered(submission: Submission) -> bool:
    """Whether its applicants have their answer: told under embargo, or published; not who has stepped out."""
    gone = submission.state in {Submission.State.WITHDRAWN, Submission.State.DECLINED}
    return not gone and (submission.call.is_published or submission.call.told_at is not None)


def _after(decision: Decision) -> dict[str, Any]:
    """What follows the answer. At most six queries."""
    submission, call = decision.submission, decision.submission.call
    found: dict[str, Any] = {
        "embargo": embargo_of(call),
        "place": place_of(decision) if decision.is_reserve else None,
        "moved_up": False,
    }
    if call.is_published:
        found["appeal"] = Appeal.objects.filter(submission=submission).first()
        if found["appeal"]:
            found["appeal"].submission = submission
    if decision.is_accepted:
        found["moved_up"] = decision.revisions.filter(cause=Revision.Cause.MOVED_UP).exists()
        found["units"] = _units(submission)
        found["owed"] = list(submission.owed.order_by("due_at", "pk"))
        for one in found["owed"]:
            one.submission = submission
        if call.rules.certificates and call.is_published:
            found["accepted_entry"] = accepted_entry(submission)
    return found


def _units(submission: Submission) -> list[Text]:
    """What was given to an entry in stages that are closed. One query."""
    found = []
    for one in submission.allocations.filter(stage__state=StageRun.State.CLOSED).select_related("stage"):
        one.stage.call = submission.call
        if unit := one.stage.rule.unit(one.unit):
            found.append(unit.name)
    return found


def accepted_entry(submission: Submission) -> Entry | None:
    """The entry of the record that says that it was accepted. One query."""
    return entries_about(scope_of(submission)).filter(kind="calls.accepted").last()
