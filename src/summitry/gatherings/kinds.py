"""Kinds of sessions. A kind is a word in a column; these are the ones that the house translates."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, str | Promise] = {
    "plenary": _("Plenary"),
    "ceremony": _("Ceremony"),
    "forum": _("Forum"),
    "roundtable": _("Roundtable"),
    "dialogue": _("Dialogue"),
    "keynote": _("Keynote"),
    "talk": _("Talk"),
    "lightningtalk": _("Lightning talk"),
    "workshop": _("Workshop"),
    "launch": _("Launch"),
    "pitch": _("Pitch"),
    "bof": _("Informal meeting"),
    "pause": _("Break"),
}
PLENARY = frozenset({"plenary", "ceremony"})
PAUSE = "pause"


def name(kind: str) -> str:
    """The kind in the reader's language, else the word of the file that it came from."""
    return str(KINDS.get(kind, kind))
