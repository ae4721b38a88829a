"""Deliberation: the chair decides against the computed order and seals the verdict."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Role

from .base import Sight, StageKind, register

if TYPE_CHECKING:
    from ..models import StageRun


@register
class Deliberate(StageKind):
    """Closed by sealing the verdict, not by hand. Jurors now see the whole of what was on their own lists."""

    key = "deliberate"
    label = _("deliberation")
    allows = frozenset({"decide"})
    sees = {
        Role.JURY_CHAIR: Sight(entries="all", marks="all"),
        Role.JUROR: Sight(entries="assigned", marks="after_own"),
    }

    def progress(self, run: "StageRun") -> tuple[int, int]:
        entries = run.call.submissions.in_the_running()
        return (entries.filter(decision__isnull=False).count(), entries.count())

    def unfinished(self, count: int) -> str:
        return ngettext(
            "%(count)d entry has no decision yet.", "%(count)d entries have no decision yet.", count
        ) % {"count": count}

    def blockers(self, run: "StageRun") -> list[str]:
        found = super().blockers(run)
        if not run.call.is_sealed:
            found.append(gettext("The chair has not sealed the verdict yet."))
        return found

    def closing(self, run: "StageRun") -> dict[str, int]:
        decided = run.call.submissions.filter(decision__isnull=False)
        return {
            "accepted": decided.filter(decision__result="accepted").count(),
            "rejected": decided.filter(decision__result="rejected").count(),
        }

    def told(self, counts: Mapping[str, int]) -> str:
        accepted, rejected = counts.get("accepted", 0), counts.get("rejected", 0)
        return gettext("%(accepted)d accepted, %(rejected)d not") % {
            "accepted": accepted,
            "rejected": rejected,
        }
