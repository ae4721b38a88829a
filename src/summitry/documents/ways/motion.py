"""Motion: adopted by a vote that is held elsewhere, of which a reference, the result and evidence are
kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from summitry.text.value import Text

from .base import Way, register

if TYPE_CHECKING:
    from ..models import Adoption, Document


@dataclass(frozen=True, slots=True)
class Carried:
    """A motion that was carried and that adopts a document: what the columns are filled with."""

    key: str
    label: str
    reference: Text
    link: str


_COLUMNS = tuple(one.name for one in fields(Carried))
type Give = Callable[["Document"], Iterable[Carried]]
_givers: dict[str, Give] = {}


def offer(name: str, give: Give) -> None:
    """Let a room in which motions are voted on tell which of them adopt a document; the desk offers them.
    Called in AppConfig.ready() by a room above that knows both."""
    _givers[name] = give


@register
class Motion(Way):
    key = "motion"
    label = _("motion")
    about = _("A vote that was held in an assembly. Say which, and with what result; give evidence of it.")
    columns = ("reference", "link", "on", "file", "statement")
    needed = frozenset({"reference"})

    def choices(self, document: "Document") -> list[Mapping[str, Any]]:
        carried = (one for name in sorted(_givers) for one in _givers[name](document))
        return [{name: getattr(one, name) for name in _COLUMNS} for one in carried]

    def begin(self, adoption: "Adoption", facts: Mapping[str, Any], now: datetime) -> None:
        super().begin(adoption, facts, now)
        if not facts.get("link") and not facts.get("file"):
            raise ValidationError(
                {"link": gettext("Give evidence: the address of the motion’s result, or a file.")}
            )
        if adoption.on is not None and adoption.on > now.date():
            raise ValidationError({"on": gettext("This day has not come yet.")})
