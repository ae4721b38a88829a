"""Kinds of organisations."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS: dict[str, Promise] = {
    "state": pgettext_lazy("kind of organisation", "State"),
    "government": _("Government"),
    "intergovernmental": _("Intergovernmental organisation"),
    "company": _("Company"),
    "association": _("Association"),
    "university": _("University or research institute"),
    "technical": _("Technical community"),
    "civil_society": _("Civil society"),
    "media": _("Media"),
    "individual": _("Individual"),
}

ONE_A_COUNTRY = frozenset({"state"})  # kinds of which a country has one organisation


def name(key: str) -> str:
    """A kind in the reader's language; empty for none."""
    return str(KINDS.get(key, key))


def choices() -> list[tuple[str, Promise]]:
    return list(KINDS.items())
