"""Merging: entries that belong together become one, if everybody behind them agrees."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Role

from .base import Door, Sight, StageKind, register

if TYPE_CHECKING:
    from ..models import StageRun, Submission


@register
class Merge(StageKind):
    """The manager or the chair proposes to take one entry up in another; everybody behind both is asked.

    Until its day open proposals keep it open; after it those that not everybody has agreed to lapse when it
    is closed, and all are told. `edit`: those behind an entry that took another one up may revise its
    answers until the stage closes. What was merged stays merged when the stage is opened again: everybody
    behind it agreed, and only they could undo it."""

    key = "merge"
    label = _("merging")
    allows = frozenset({"merge"})
    sees = {Role.JURY_CHAIR: Sight(entries="all")}
    lasting = True
    options = {"edit": bool}
    doors = (Door("calls.see_mergers", "calls:mergers", _("Merge"), by_stage=True),)
    icon = "users"

    def progress(self, run: "StageRun") -> tuple[int, int]:
        found = run.mergers.all()
        return (found.exclude(state="proposed").count(), found.count())

    def blockers(self, run: "StageRun") -> list[str]:
        if run.closes_at is not None and run.closes_at < timezone.now():
            return []
        from ..acts.merging import awaited

        waiting = [one for one in run.mergers.filter(state="proposed") if awaited(one)]
        return [self.unfinished(len(waiting))] if waiting else []

    def unfinished(self, count: int) -> str:
        return ngettext(
            "%(count)d proposal waits for the consent of everybody behind the entries.",
            "%(count)d proposals wait for the consent of everybody behind the entries.",
            count,
        ) % {"count": count}

    def closing(self, run: "StageRun") -> dict[str, int]:
        from ..acts.merging import settle_open

        lapsed = settle_open(run)
        return {"merged": run.mergers.filter(state="agreed").count(), "lapsed": lapsed}

    def told(self, counts: Mapping[str, int]) -> str:
        merged = counts.get("merged", 0)
        if not merged:
            return gettext("No entry was taken up in another.")
        return ngettext(
            "%(count)d entry was taken up in another", "%(count)d entries were taken up in others", merged
        ) % {"count": merged}

    def asks_more(self, run: "StageRun", submission: "Submission") -> str | None:
        if not run.rule.option("edit") or not submission.absorbed.filter(stage=run).exists():
            return None
        running = run.call.submissions.in_the_running().filter(pk=submission.pk)
        return "" if running.exists() else None

    def withdrawn(self, run: "StageRun", submission: "Submission") -> None:
        from ..acts.merging import drop_of

        drop_of(run, submission)
