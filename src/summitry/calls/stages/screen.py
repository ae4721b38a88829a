"""Screening: each entry passes or fails, with a reason."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Role

from .base import Sight, StageKind, register

if TYPE_CHECKING:
    from ..models import StageRun


@register
class Screen(StageKind):
    """Closes when every entry has passed or failed. Screeners see everything: they check it."""

    key = "screen"
    label = _("screening")
    allows = frozenset({"screen"})
    sees = {Role.SCREENER: Sight(entries="all", names=True, hidden=True)}

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
