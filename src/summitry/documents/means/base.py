"""What every means of signing declares. A means is one instance of a subclass, registered under its key."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.people.models import User

from .. import proofs


class Means:
    """One means. Nothing outside asks which means it is.

    electronic: the person signs with it herself, on the signing page, of which `template` is its part; else
    others enter the signature for her.
    """

    key: ClassVar[str]
    label: ClassVar[Any]  # lazily translated
    electronic: ClassVar[bool] = False
    template: ClassVar[str] = ""

    def offer(self, message: bytes, user: User) -> Mapping[str, Any] | None:
        """What its part of the signing page needs; None if this account cannot use it."""
        return {}

    def prove(self, message: bytes, posted: Any, user: User) -> dict[str, Any]:
        """The proof that is kept, from what the page sent. Raises ValidationError if it does not hold."""
        raise ValidationError(_("Nobody signs by this means here."))

    def problem(self, message: str, proof: Mapping[str, Any], expected: Mapping[str, Any]) -> str | None:
        """What is wrong with a proof that is kept, in words; empty if it holds, None if there is nothing to
        check."""
        if not proofs.is_electronic(self.key):
            return None
        try:
            proofs.check(self.key, message.encode(), proof, expected)
        except proofs.ProofError as error:
            return str(error)
        return ""


_means: dict[str, Means] = {}


def register(kind: type[Means]) -> type[Means]:
    """Class decorator. A key again replaces the means."""
    _means[kind.key] = kind()
    return kind


def electronic() -> list[Means]:
    """Those by which a person signs herself, by key."""
    return [_means[key] for key in sorted(_means) if _means[key].electronic]


def known(key: str) -> bool:
    return key in _means


def means(key: str) -> Means:
    """The means of this key. Raises KeyError."""
    return _means[key]
