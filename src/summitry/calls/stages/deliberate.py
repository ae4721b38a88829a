"""Deliberation: the chair decides against the computed order and seals the verdict."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Person, Role, User

from .base import Door, Sight, StageKind, register

if TYPE_CHECKING:
    from ..models import StageRun, Submission


@register
class Deliberate(StageKind):
    """Closed by sealing the verdict, not by hand. Jurors now see the whole of what was on their own lists."""

    key = "deliberate"
    label = _("deliberation")
    allows = frozenset({"decide"})
    when = "decision"
    sees = {
        Role.JURY_CHAIR: Sight(entries="all", marks="all"),
        Role.JUROR: Sight(entries="assigned", marks="after_own"),
    }
    doors = (Door("calls.see_sheet", "calls:sheet", _("Deliberate")),)
    worker = Role.JURY_CHAIR
    icon = "seal"

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
            "reserve": decided.filter(decision__result="reserve").count(),
            "rejected": decided.filter(decision__result="rejected").count(),
        }

    def left(self, runs: "Sequence[StageRun]", user: User) -> dict[int, int]:
        from ..models import Submission

        counts = dict(
            Submission.objects.in_the_running()
            .filter(call__in=[run.call_id for run in runs], decision=None)
            .order_by()
            .values_list("call")
            .annotate(count=Count("pk"))
        )
        return {run.pk: counts.get(run.call_id, 0) for run in runs}

    def asks(self, run: "StageRun", count: int) -> str:
        if not count:
            return gettext("The verdict of “%(call)s” can be sealed") % {"call": run.call.title}
        return ngettext(
            "%(count)d entry of “%(call)s” waits for a decision",
            "%(count)d entries of “%(call)s” wait for a decision",
            count,
        ) % {"count": count, "call": run.call.title}

    def heard(self, run: "StageRun", persons: Iterable[int]) -> Iterable[tuple[int, int]]:
        from ..models import Decision

        found = Decision.objects.filter(submission__call=run.call, decided_by__in=persons)
        return found.values_list("decided_by_id", "submission_id")

    def void(self, run: "StageRun", submission: "Submission", person: Person) -> None:
        from ..models import Decision

        open_sheet = not run.call.is_sealed
        if open_sheet and Decision.objects.filter(submission=submission, decided_by=person).delete()[0]:
            run.call.sheet += 1
            run.call.save(update_fields=["sheet"])

    def told(self, counts: Mapping[str, int]) -> str:
        accepted, rejected = counts.get("accepted", 0), counts.get("rejected", 0)
        return gettext("%(accepted)d accepted, %(rejected)d not") % {
            "accepted": accepted,
            "rejected": rejected,
        }
