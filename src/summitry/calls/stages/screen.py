"""Screening: each entry passes or fails, with a reason."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Person, Role, User

from .base import Door, Sight, StageKind, register

if TYPE_CHECKING:
    from ..models import StageRun, Submission


@register
class Screen(StageKind):
    """Closes when every entry has passed or failed. Screeners see everything: they check it."""

    key = "screen"
    label = _("screening")
    allows = frozenset({"screen"})
    sees = {Role.SCREENER: Sight(entries="all", names=True, hidden=True)}
    doors = (Door("calls.see_screening", "calls:screening", _("Screen")),)
    worker = Role.SCREENER
    icon = "filter"

    def progress(self, run: "StageRun") -> tuple[int, int]:
        sent = run.call.submissions.sent()
        return (run.screenings.filter(submission__in=sent).count(), sent.count())

    def unfinished(self, count: int) -> str:
        return ngettext(
            "%(count)d entry has not been screened yet.",
            "%(count)d entries have not been screened yet.",
            count,
        ) % {"count": count}

    def closing(self, run: "StageRun") -> dict[str, int]:
        found = run.screenings.filter(submission__in=run.call.submissions.sent())
        return {"passed": found.filter(passed=True).count(), "failed": found.filter(passed=False).count()}

    def told(self, counts: Mapping[str, int]) -> str:
        passed, failed = counts.get("passed", 0), counts.get("failed", 0)
        return gettext("%(passed)d passed, %(failed)d did not, each told why") % {
            "passed": passed,
            "failed": failed,
        }

    def left(self, runs: "Sequence[StageRun]", user: User) -> dict[int, int]:
        from ..models import Screening, Submission

        done = Screening.objects.filter(submission=OuterRef("pk"), stage__in=[run.pk for run in runs])
        found = (
            Submission.objects.on_duty_of(user)
            .in_the_running()
            .filter(call__in=[run.call_id for run in runs])
            .exclude(Exists(done))
        )
        counts = dict(found.order_by().values_list("call").annotate(count=Count("pk")))
        return {run.pk: counts.get(run.call_id, 0) for run in runs}

    def asks(self, run: "StageRun", count: int) -> str:
        if not count:
            return ""
        return ngettext(
            "%(count)d entry to screen in “%(call)s”", "%(count)d entries to screen in “%(call)s”", count
        ) % {"count": count, "call": run.call.title}

    def heard(self, run: "StageRun", persons: Iterable[int]) -> Iterable[tuple[int, int]]:
        found = run.screenings.filter(screener__in=persons)
        return found.values_list("screener_id", "submission_id")

    def void(self, run: "StageRun", submission: "Submission", person: Person) -> None:
        if run.is_open:
            run.screenings.filter(submission=submission, screener=person).delete()
