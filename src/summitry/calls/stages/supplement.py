"""Supplement: those still in the running are asked for more."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from summitry.text.moments import exact
from summitry.text.words import in_every_language

from ..codec import Problem
from .base import StageKind, register

if TYPE_CHECKING:
    from ..models import StageRun, Submission
    from ..rules import RuleSet, Stage


@register
class Supplement(StageKind):
    """Asks the fields whose `stage` is its key, until the day on which it closes, which it must have.
    `required`: whoever has not sent them by then is out; else she goes on without.

    Nobody acts in it but those behind the entries. What they write is seen by nobody before they send it."""

    key = "supplement"
    label = _("supplement")
    allows = frozenset({"answer"})
    questions = True
    options = {"required": bool}
    icon = "plus"

    def problems(self, stage: "Stage", rules: "RuleSet", path: str) -> Iterator[Problem]:
        yield from super().problems(stage, rules, path)
        if not rules.asked(stage.key).fields:
            yield Problem(path, gettext("it asks nothing: no question of the form is asked at this stage"))

    def progress(self, run: "StageRun") -> tuple[int, int]:
        running = run.call.submissions.in_the_running()
        return (run.supplements.filter(submission__in=running).count(), running.count())

    def blockers(self, run: "StageRun") -> list[str]:
        """The day that was announced, whoever has sent: until then everybody may send again."""
        from ..acts.setup import GRACE

        if run.closes_at is None or run.closes_at + GRACE < timezone.now():
            return []
        return [
            gettext("Applicants can send what is asked until %(moment)s.") % {"moment": exact(run.closes_at)}
        ]

    def opening(self, run: "StageRun") -> dict[str, Any] | None:
        from ..acts.telling_entries import tell_running

        if run.closes_at is None or run.closes_at <= timezone.now():
            raise ValidationError(
                gettext(
                    "This stage needs a day ahead on which it closes: applicants must know until when. "
                    "Amend the dates."
                )
            )
        tell_running(run, "supplement_asked", "calls:supplement")
        return None

    def closing(self, run: "StageRun") -> dict[str, int]:
        from ..acts.eliminating import take_out
        from ..models import Elimination

        sent = run.supplements.filter(submission=OuterRef("pk"))
        running = run.call.submissions.in_the_running()
        absent = list(running.exclude(Exists(sent)).order_by("number"))
        counts = {"sent": running.filter(Exists(sent)).count(), "absent": len(absent)}
        if run.rule.option("required") and (end := run.closes_at):  # it cannot open without a day
            words = in_every_language(
                lambda: (
                    gettext("What the stage “%(stage)s” asked for was not sent by %(moment)s.")
                    % {"stage": run.rule.name, "moment": exact(end)}
                )
            )
            take_out(run, absent, Elimination.Cause.ABSENT, words)
        return counts

    def told(self, counts: Mapping[str, int]) -> str:
        sent = counts.get("sent", 0)
        return ngettext("%(count)d entry was supplemented", "%(count)d entries were supplemented", sent) % {
            "count": sent
        }

    def asks_more(self, run: "StageRun", submission: "Submission") -> str | None:
        running = run.call.submissions.in_the_running().filter(pk=submission.pk)
        return run.key if running.exists() else None
