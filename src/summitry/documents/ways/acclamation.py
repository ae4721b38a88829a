"""Acclamation: adopted by a gathering without a vote, as its chair stated."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .base import Way, register

if TYPE_CHECKING:
    from ..models import Adoption


@register
class Acclamation(Way):
    key = "acclamation"
    label = _("acclamation")
    about = _(
        "A gathering adopted the text without a vote. Say when, where, who chaired and what was stated."
    )
    columns = ("on", "place", "chair", "statement", "file")
    needed = frozenset({"on", "place", "chair", "statement"})

    def begin(self, adoption: "Adoption", facts: Mapping[str, Any], now: datetime) -> None:
        super().begin(adoption, facts, now)
        if adoption.on is not None and adoption.on > now.date():
            raise ValidationError({"on": gettext("This day has not come yet.")})
