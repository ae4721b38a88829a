"""Publication: everybody gets her answer, and what was accepted becomes real."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .base import StageKind, register

if TYPE_CHECKING:
    from ..models import StageRun


@register
class Publish(StageKind):
    """Opens once the verdict is sealed; closed by publishing."""

    key = "publish"
    label = _("publication")
    allows = frozenset({"publish"})

    def opening(self, run: "StageRun") -> None:
        if not run.call.is_sealed:
            raise ValidationError(
                gettext("The verdict must be sealed before it can be published."), code="unsealed"
            )

    def blockers(self, run: "StageRun") -> list[str]:
        return [] if run.call.is_published else [gettext("The decisions have not been published yet.")]
