"""What the pages of judges ask beside `calls.queries`."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from summitry.text.value import Text

from ..models import Call, Submission


def title_for(submission: Submission, names: bool, hidden: bool) -> Text | str:
    """What an entry is called for somebody who may know `names` and read `hidden` fields, else its number."""
    field = submission.call.rules.by_role("title")
    if field is None or (field.identifies and not names):
        return submission.ref
    if field.visibility == "hidden_from_jurors" and not hidden:
        return submission.ref
    return submission.title or submission.ref


def public_title(submission: Submission) -> Text | str:
    """What the public calls a published entry; its number if the title is not for the public."""
    field = submission.call.rules.by_role("title")
    return (submission.title if field and field.visibility == "public" else "") or submission.ref


def within(submission: Submission, call: Call) -> Submission:
    """The submission knowing its call, so that nothing asks for it again."""
    submission.call = call
    return submission


def screening_counts(queue: QuerySet[Submission]) -> dict[str, int]:
    """How many wait, passed, failed. One query."""
    counts = queue.order_by().aggregate(
        all=Count("pk", distinct=True),
        passed=Count("pk", filter=Q(screenings__passed=True), distinct=True),
        failed=Count("pk", filter=Q(screenings__passed=False), distinct=True),
    )
    waits = counts["all"] - counts["passed"] - counts["failed"]
    return {"waits": waits, "passed": counts["passed"], "failed": counts["failed"]}


def screened(queue: Any, which: str) -> Any:
    """The part of a queue that "waits", "passed" or "failed"."""
    if which == "waits":
        return queue.filter(screened=False)
    return queue.filter(screenings__passed=which == "passed").distinct()


def entries_of(call: Call, user: Any) -> QuerySet[Submission]:
    """What was sent to a call, as far as this user's duties show it."""
    return (
        Submission.objects.on_duty_of(user)
        .filter(call=call)
        .select_related("organisation")
        .order_by("number")
    )
