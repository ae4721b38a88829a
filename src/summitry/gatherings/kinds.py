"""Kinds of sessions. A kind says as data what it asks; nothing else in the house names one.

A session's kind is a word in a column: a registered key, or the word of the file that it came from, which
asks for nothing. Another app adds a kind with `kinds.register(kinds.Kind(...))` in its AppConfig.ready().
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

MODERATOR, RAPPORTEUR = "moderator", "rapporteur"  # of SessionPerson.Role


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of session is called and what it asks.

    minutes: how long it usually is; conveners: the least number of organisations that convene it together;
    outcome: an outcome document that each of them confirms; report_days: days after its end until a report
    is owed, None for none; roles: parts that somebody should take; plenary: nothing else of importance runs
    beside it; pause: nobody speaks in it.
    """

    key: str
    label: Any  # lazily translated
    minutes: int = 60
    conveners: int = 0
    outcome: bool = False
    report_days: int | None = None
    roles: tuple[str, ...] = ()
    plenary: bool = False
    pause: bool = False

    def asks(self) -> Iterator[str]:
        """What it asks, in the reader's words."""
        yield _("usually %(n)d minutes") % {"n": self.minutes}
        if self.conveners:
            yield ngettext("at least %(n)d convener", "at least %(n)d conveners", self.conveners) % {
                "n": self.conveners
            }
        if self.outcome:
            yield _("an outcome document that each convener confirms")
        if self.report_days is not None:
            yield _("a report %(n)d days after its end") % {"n": self.report_days}


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Makes a kind known; the same key again replaces it."""
    KINDS[kind.key] = kind
    return kind


for _one in (
    Kind("plenary", gettext_lazy("Plenary"), 75, report_days=30, roles=(MODERATOR,), plenary=True),
    Kind("ceremony", gettext_lazy("Ceremony"), 60, plenary=True),
    Kind("forum", gettext_lazy("Forum"), 90, report_days=14, roles=(MODERATOR, RAPPORTEUR)),
    Kind(
        "roundtable",
        gettext_lazy("Roundtable"),
        90,
        conveners=2,
        outcome=True,
        report_days=14,
        roles=(MODERATOR, RAPPORTEUR),
    ),
    Kind(
        "dialogue",
        gettext_lazy("Dialogue"),
        90,
        conveners=2,
        outcome=True,
        report_days=30,
        roles=(MODERATOR,),
    ),
    Kind("keynote", gettext_lazy("Keynote"), 30),
    Kind("talk", gettext_lazy("Talk"), 45),
    Kind("lightningtalk", gettext_lazy("Lightning talk"), 10),
    Kind("workshop", gettext_lazy("Workshop"), 90, report_days=14),
    Kind("launch", gettext_lazy("Launch"), 45, roles=(MODERATOR,)),
    Kind("pitch", gettext_lazy("Pitch"), 60, roles=(MODERATOR,)),
    Kind("bof", gettext_lazy("Informal meeting"), 60),
    Kind("pause", gettext_lazy("Break"), 30, pause=True),
):
    register(_one)

PLENARY = frozenset(key for key, kind in KINDS.items() if kind.plenary)
PAUSE = next(key for key, kind in KINDS.items() if kind.pause)


def of(key: str) -> Kind:
    """The kind of this key; a file's own word is a kind of that name that asks for nothing."""
    return KINDS.get(key) or Kind(key, key)


def name(key: str) -> str:
    """The kind in the reader's language, else the word of the file that it came from."""
    return str(of(key).label)
