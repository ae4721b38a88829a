"""Consensus: adopted unless an entitled body objects, and stands by it, before the end of a window."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .base import Way, register

if TYPE_CHECKING:
    from ..models import Adoption, Document


@register
class Consensus(Way):
    """The window is at least as long as the document says. A standing objection at its end means that the
    text is not adopted: a new version takes it from there."""

    key = "consensus"
    label = _("consensus")
    about = _(
        "A window in which entitled bodies may object, each with its reason. Without a standing objection at "
        "its end the text is adopted; with one it is not, and a new version takes it from there."
    )
    columns = ("opens_at", "closes_at", "entitled")
    needed = frozenset({"closes_at"})
    window = True

    def initial(self, document: "Document", now: datetime) -> dict[str, Any]:
        begins = (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
        return {"opens_at": begins, "closes_at": begins + timedelta(days=document.objection_days)}

    def begin(self, adoption: "Adoption", facts: Mapping[str, Any], now: datetime) -> None:
        super().begin(adoption, facts, now)
        adoption.opens_at = adoption.opens_at or now
        if adoption.opens_at < now:
            raise ValidationError({"opens_at": gettext("This is past. Leave it empty for now.")})
        if adoption.closes_at is None or adoption.closes_at <= adoption.opens_at:
            raise ValidationError({"closes_at": gettext("Objections have to end after they begin.")})
        days = adoption.version.document.objection_days
        if adoption.closes_at - adoption.opens_at < timedelta(days=days):
            raise ValidationError(
                {
                    "closes_at": ngettext(
                        "The rule of this document gives at least %(days)d day to object.",
                        "The rule of this document gives at least %(days)d days to object.",
                        days,
                    )
                    % {"days": days}
                }
            )

    def adopts(self, adoption: "Adoption") -> bool:
        return not adoption.standing().exists()
