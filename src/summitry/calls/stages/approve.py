"""Approval: an organ says yes to the sealed verdict, or sends it back to the chair with its reasons."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from summitry.people.models import Role, User

from .base import Door, Sight, StageKind, register

if TYPE_CHECKING:
    from ..models import StageRun


@register
class Approve(StageKind):
    """Closed by the organ's yes. It sees the decisions and their reasons, and no juror's marks."""

    key = "approve"
    label = _("approval")
    allows = frozenset({"approve"})
    when = "after"
    sees = {Role.ORGAN: Sight(entries="all", names=True)}
    doors = (Door("calls.see_approval", "calls:approval", _("Approve"), by_stage=True),)
    worker = Role.ORGAN
    icon = "check"

    def opening(self, run: "StageRun") -> None:
        if not run.call.is_sealed:
            raise ValidationError(gettext("There is no sealed verdict to approve yet."), code="unsealed")

    def blockers(self, run: "StageRun") -> list[str]:
        if run.approvals.filter(verdict__superseded_at=None, approved=True).exists():
            return []
        return [gettext("The organ has not approved the verdict yet.")]

    def left(self, runs: "Sequence[StageRun]", user: User) -> dict[int, int]:
        return {run.pk: 1 for run in runs}

    def asks(self, run: "StageRun", count: int) -> str:
        return gettext("The verdict of “%(call)s” waits for approval") % {"call": run.call.title}
