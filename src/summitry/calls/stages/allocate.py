"""Allocation: each accepted entry is given one of the units that there are."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Role, User

from ..codec import Problem
from .base import Door, StageKind, register

if TYPE_CHECKING:
    from ..models import StageRun
    from ..rules import RuleSet, Stage


@register
class Allocate(StageKind):
    """Closes when every accepted entry has its unit and no unit is given out more often than there is."""

    key = "allocate"
    label = _("allocation")
    allows = frozenset({"allocate"})
    when = "after"
    units = True
    doors = (Door("calls.allocate", "calls:allocation", _("Allocate"), by_stage=True),)
    worker = Role.CALL_MANAGER
    icon = "grid"

    def problems(self, stage: "Stage", rules: "RuleSet", path: str) -> Iterator[Problem]:
        yield from super().problems(stage, rules, path)
        if not stage.units:
            yield Problem(f"{path}.units", gettext("there is nothing to give out"))
        seen: set[str] = set()
        for unit in stage.units:
            where = f"{path}.units.{unit.key}"
            if unit.key in seen:
                yield Problem(where, gettext("this key is used twice"))
            seen.add(unit.key)
            if not unit.name:
                yield Problem(f"{where}.name", gettext("is empty"))
            if unit.count < 1:
                yield Problem(f"{where}.count", gettext("must be at least 1"))
        total = sum(max(0, unit.count) for unit in stage.units)
        if stage.units and rules.decision.places is not None and total < rules.decision.places:
            yield Problem(
                f"{path}.units",
                gettext("%(places)d entries may be accepted and there are %(total)d units")
                % {"places": rules.decision.places, "total": total},
            )

    def opening(self, run: "StageRun") -> None:
        if not run.call.is_sealed:
            raise ValidationError(gettext("The verdict must be sealed before units are given out."))

    def reopening(self, run: "StageRun") -> None:
        """What was given out stays as a proposal: whoever is accepted no more loses it when it is saved."""

    def progress(self, run: "StageRun") -> tuple[int, int]:
        accepted = run.call.submissions.with_a_place()
        return (run.allocations.filter(submission__in=accepted).count(), accepted.count())

    def unfinished(self, count: int) -> str:
        return ngettext(
            "%(count)d accepted entry has no unit yet.", "%(count)d accepted entries have no unit yet.", count
        ) % {"count": count}

    def closing(self, run: "StageRun") -> dict[str, int]:
        return dict(run.allocations.order_by("unit").values_list("unit").annotate(n=Count("pk")))

    def told(self, counts: Mapping[str, int]) -> str:
        return gettext("Given out: %(count)d") % {"count": sum(counts.values())}

    def left(self, runs: "Sequence[StageRun]", user: User) -> dict[int, int]:
        found = {}
        for run in runs:
            done, total = self.progress(run)
            found[run.pk] = total - done
        return found

    def asks(self, run: "StageRun", count: int) -> str:
        if not count:
            return ""
        return ngettext(
            "%(count)d accepted entry of “%(call)s” needs its unit",
            "%(count)d accepted entries of “%(call)s” need their units",
            count,
        ) % {"count": count, "call": run.call.title}
