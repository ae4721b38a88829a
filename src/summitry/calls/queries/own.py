"""What an applicant may ask about her own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from summitry.text.value import Text

from .. import checks
from ..models import CoApplicant, Decision, Submission, Upload
from ..rules import Section
from ..stages.base import Sight
from .entries import MarkSheet, Row, rows_of, sheets_of


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
    be sent; `decision` and `sheets` are there once the call has published them, as its rules allow."""

    submission: Submission
    groups: list[tuple[Section | None, list[Row]]]
    co_applicants: list[CoApplicant]
    uploads: list[Upload]
    unfinished: Mapping[str, list[str]]
    decision: Decision | None
    reason: Text
    sheets: list[MarkSheet]
    is_main: bool  # the reader is the applicant, and not a co-applicant


def submission_page(user: Any, uid: Any) -> SubmissionPage | None:
    """One's own submission by its uid; None if it is not one's own. At most nine queries."""
    submission = (
        Submission.objects.of(user)
        .filter(uid=uid)
        .select_related("call", "organisation", "applicant")
        .first()
    )
    if submission is None:
        return None
    rules = submission.call.rules
    decision, sheets = None, []
    if submission.call.is_published and submission.state != Submission.State.WITHDRAWN:
        decision = Decision.objects.filter(submission=submission).first()
        if decision:
            decision.submission = submission
        sheets = _published(submission)
    return SubmissionPage(
        submission=submission,
        groups=rows_of(submission, rules.fields, names=True),
        co_applicants=list(submission.co_applicants.filter(removed_at=None).select_related("person")),
        uploads=list(submission.uploads.all()),
        unfinished=checks.unfinished(submission) if submission.editable else {},
        decision=decision,
        reason=decision.words if decision else Text(),
        sheets=sheets,
        is_main=submission.applicant.user_id == user.pk,
    )


def _published(submission: Submission) -> list[MarkSheet]:
    """The jurors' marks and comments as the rules give them to the applicant: without names or notes."""
    rules = submission.call.rules
    if not rules.publish_scores and not rules.publish_comments:
        return []
    found = []
    for one in sheets_of(submission, Sight("all", "all"), None):
        marks = one.marks if rules.publish_scores else {}
        comment = one.comment if rules.publish_comments else ""
        if marks or comment:
            found.append(MarkSheet("", one.stage, marks, comment, "", False))
    return found
