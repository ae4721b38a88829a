"""What every way of adopting a text declares. A way is one instance of a subclass, registered under its
key."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from ..models import Adoption, Document


class Way:
    """One way. Nothing outside asks which way it is.

    columns: what it takes of an `Adoption`, in the order in which a form asks for it ("entitled" and "file"
    too); needed: those that cannot be empty. window: it is decided at the end of its window; else at once.
    """

    key: ClassVar[str]
    label: ClassVar[Any]  # lazily translated, as all words here
    about: ClassVar[Any]  # what it is, for whoever chooses
    columns: ClassVar[tuple[str, ...]] = ()
    needed: ClassVar[frozenset[str]] = frozenset()
    window: ClassVar[bool] = False

    def initial(self, document: "Document", now: datetime) -> dict[str, Any]:
        """What a form proposes."""
        return {}

    def choices(self, document: "Document") -> list[Mapping[str, Any]]:
        """Things to take the columns from, each as {"key", "label", column: value}; a form offers them."""
        return []

    def begin(self, adoption: "Adoption", facts: Mapping[str, Any], now: datetime) -> None:
        """Checks the facts and puts them into the adoption, which is not saved yet. Raises ValidationError by
        field."""
        empty = {name: _("This is needed.") for name in self.needed if not facts.get(name)}
        if empty:
            raise ValidationError(empty)
        for name in self.columns:
            if name in facts and name not in {"entitled", "file"}:
                setattr(adoption, name, facts[name])

    def adopts(self, adoption: "Adoption") -> bool:
        """Whether the text is adopted, at the end of the window or at once."""
        return True


_ways: dict[str, Way] = {}


def register(kind: type[Way]) -> type[Way]:
    """Class decorator. A key again replaces the way."""
    _ways[kind.key] = kind()
    return kind


def every() -> list[Way]:
    """All of them, by key."""
    return [_ways[key] for key in sorted(_ways)]


def known(key: str) -> bool:
    return key in _ways


def way(key: str) -> Way:
    """The way of this key. Raises KeyError."""
    return _ways[key]
