"""How a comment or an amendment can be answered: data, to which a room or an institution adds its own."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Disposition:
    """`key` is stored and exported; `tone` is a class of the chip that shows it; `places`: where in the next
    text it shows can be said."""

    key: str
    label: str | Promise
    icon: str = "check"
    tone: str = ""
    places: bool = False


_known: dict[str, Disposition] = {}


def register(disposition: Disposition) -> None:
    """Adds an answer that can be given; the same key replaces. They are offered in the order of their
    coming."""
    _known[disposition.key] = disposition


def every() -> list[Disposition]:
    return list(_known.values())


def get(key: str) -> Disposition | None:
    return _known.get(key)


def choices() -> list[tuple[str, str | Promise]]:
    return [(one.key, one.label) for one in _known.values()]


ACCEPTED = "accepted"

for _one in (
    Disposition(ACCEPTED, pgettext_lazy("answer to a comment", "accepted"), tone="ok", places=True),
    Disposition(
        "accepted_in_part", pgettext_lazy("answer to a comment", "accepted in part"), tone="ok", places=True
    ),
    Disposition("noted", pgettext_lazy("answer to a comment", "noted"), icon="ear"),
    Disposition("not_accepted", pgettext_lazy("answer to a comment", "not accepted"), icon="cross"),
    Disposition("out_of_scope", pgettext_lazy("answer to a comment", "out of scope"), icon="minus"),
):
    register(_one)
