"""The kinds of pages. A new kind is a line here."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

type Words = str | Promise


@dataclass(frozen=True, slots=True)
class Kind:
    """`many` names its list, which readers find at `site:list` unless `listed` is false."""

    key: str
    label: Words
    many: Words
    icon: str
    lede: Words = ""
    listed: bool = True
    by_year: bool = False


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("home", _("words of the home page"), _("Home"), "doc", listed=False),
        Kind("page", _("page"), _("Pages"), "doc", listed=False),
        Kind(
            "document",
            _("document"),
            _("Documents"),
            "doc",
            _("What the institution has issued, launched or received, by year."),
            by_year=True,
        ),
        Kind(
            "message",
            pgettext_lazy("a letter of congratulation", "message"),
            _("Messages"),
            "mail",
            by_year=True,
        ),
        Kind("milestone", _("milestone"), _("History"), "bridge", listed=False, by_year=True),
        Kind(
            "service",
            _("member service"),
            _("Member services"),
            "users",
            _("What members receive and take part in."),
        ),
        Kind("call", _("standing call"), _("Calls that return"), "call", _("Calls that open regularly.")),
        Kind(
            "event",
            _("partner event"),
            _("Partner events"),
            "calendar",
            _("Events of other conveners, shown with their origin."),
        ),
        Kind("project", _("project"), _("Projects"), "globe", _("Cooperation in practice.")),
        Kind(
            "rule",
            _("rule"),
            _("Rules being followed"),
            "ledger",
            _("Developments in rules across the world."),
        ),
    )
}
DOCUMENTS = ("document", "message")  # what the list of documents shows together


def choices() -> Iterable[tuple[str, Words]]:
    """For forms."""
    return [(kind.key, kind.label) for kind in KINDS.values()]
