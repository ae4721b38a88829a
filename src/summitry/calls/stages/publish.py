"""Publication: everybody gets her answer, and what was accepted becomes real."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..codec import Problem
from .base import Door, StageKind, register

if TYPE_CHECKING:
    from ..models import StageRun
    from ..rules import RuleSet, Stage


@register
class Publish(StageKind):
    """Opens once the verdict is sealed; closed by publishing. With the option `embargo` applicants can be
    told before, and nothing is published earlier than the day on which the stage closes."""

    key = "publish"
    label = _("publication")
    allows = frozenset({"publish"})
    when = "publication"
    options = {"embargo": bool}
    doors = (
        Door("calls.publish_call", "calls:answers", _("After the answers")),
        Door("calls.see_appeals", "calls:appeals", _("Appeals")),
    )

    def problems(self, stage: "Stage", rules: "RuleSet", path: str) -> Iterator[Problem]:
        yield from super().problems(stage, rules, path)
        if stage.option("embargo") is True and rules.closes_at and stage.closes_at is None:
            yield Problem(
                f"{path}.closes_at", gettext("is missing: until then the results are under embargo")
            )

    def opening(self, run: "StageRun") -> None:
        if not run.call.is_sealed:
            raise ValidationError(
                gettext("The verdict must be sealed before it can be published."), code="unsealed"
            )

    def blockers(self, run: "StageRun") -> list[str]:
        return [] if run.call.is_published else [gettext("The decisions have not been published yet.")]
