"""What may be asked about the notice period and its objections."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from summitry.text.value import Text

from .. import fields
from ..models import Objection, StageRun, Submission
from ..rules import RuleSet
from .voting import answer_shown


def shows(rules: RuleSet, role: str) -> bool:
    """Whether the public may read the answer with this role before the decision: jurors of a blind call read
    public pages too."""
    field = rules.by_role(role)
    return field is not None and field.visibility == "public" and not (rules.blind and field.identifies)


@dataclass(frozen=True, slots=True)
class Noticed:
    """An entry as the notice shows it. own: the reader's objection that was not withdrawn."""

    submission: Submission
    title: Text | str
    organisation: fields.Shown | None
    own: Objection | None


def on_notice(run: StageRun) -> QuerySet[Submission]:
    """The entries that stand in public while the notice period is open; none after it."""
    found = run.call.submissions.in_the_running().order_by("number")
    return found if run.is_open else found.none()


def noticed(user: Any, run: StageRun, entries: list[Submission]) -> list[Noticed]:
    """Entries as the public reads them, with the reader's own objections. One query for an account, none for
    a visitor."""
    rules = run.call.rules
    own: dict[int, Objection] = {}
    if getattr(user, "is_authenticated", False):
        hers = run.objections.filter(person__user=user, withdrawn_at=None, submission__in=entries)
        own = {one.submission_id: one for one in hers}
    found = []
    for entry in entries:
        entry.call = run.call
        title = entry.title if shows(rules, "title") else ""
        found.append(Noticed(entry, title or entry.ref, _organisation(rules, entry), own.get(entry.pk)))
    return found


def _organisation(rules: RuleSet, entry: Submission) -> fields.Shown | None:
    field = rules.by_role("organisation")
    return answer_shown(entry, field) if shows(rules, "organisation") else None


def own_filed(user: Any, run: StageRun) -> list[Objection]:
    """What one has objected to in a stage, whatever came of it. One query."""
    if not getattr(user, "is_authenticated", False):
        return []
    found = list(
        run.objections.filter(person__user=user).select_related("submission").order_by("filed_at", "pk")
    )
    for one in found:
        one.submission.call, one.stage = run.call, run
    return found


def objections_of(user: Any, run: StageRun) -> QuerySet[Objection]:
    """The objections to entries that this user's duties show her: those that wait first."""
    seen = Submission.objects.on_duty_of(user).filter(call=run.call).values("pk")
    found = run.objections.filter(submission__in=seen).select_related("submission", "person")
    return found.order_by(F("answered_at").asc(nulls_first=True), "filed_at", "pk")
