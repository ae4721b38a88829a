"""What comes of an accepted entry. Rooms above register how they make it real; calls never know them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .models import Decision

type Make = Callable[[Any, "Decision"], str | None]
type TakeBack = Callable[["Decision"], None]


def stays(decision: "Decision") -> None:
    """Nothing is taken back."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """key: what rules name. label: lazily translated. make(actor, decision): within the publishing
    transaction, makes the thing and returns its subject ("atlas.case:..."), or None; the actor is None where
    the rules themselves give a place, such as one on the reserve list. take_back(decision): what happens to
    it when the applicant gives her place back. needs: roles that the form's fields must have."""

    key: str
    label: Any
    make: Make
    needs: tuple[str, ...] = ()
    take_back: TakeBack = stays


_outcomes: dict[str, Outcome] = {}


def register(
    key: str, label: Any, make: Make, needs: Iterable[str] = (), take_back: TakeBack = stays
) -> Outcome:
    """Called in `AppConfig.ready()`; registering a key again replaces it."""
    _outcomes[key] = Outcome(key, label, make, tuple(needs), take_back)
    return _outcomes[key]


def get(key: str) -> Outcome:
    """The outcome of this key. Raises KeyError."""
    return _outcomes[key]


def known(key: str) -> bool:
    return key in _outcomes


def every() -> list[Outcome]:
    return list(_outcomes.values())


register("list", _("A published list"), lambda actor, decision: None)
