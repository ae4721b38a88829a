"""Words of a provision that somebody speaks of: found where they stand, whatever the hands made of them."""

import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Signs that keyboards, word processors and typographers put in each other's place.
_ALIKE = ('"“”„«»″', "'’‘‚′", "-‐‑–—−", "…")
_CLASSES = {sign: f"[{re.escape(group)}]" for group in _ALIKE for sign in group}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words as the text has them, and where: `start` characters of the provision stand before them."""

    words: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.words)


def _pattern(words: str) -> re.Pattern[str] | None:
    parts = ["".join(_CLASSES.get(sign, re.escape(sign)) for sign in part) for part in words.split()]
    return re.compile(r"\s+".join(parts), re.IGNORECASE) if parts else None


def find(text: str, words: str, start: int | None = None) -> Quote:
    """The quoted words in a text. Spaces, capitals and kinds of quotation marks and dashes are no difference.
    `start`: characters before them, as a script counted; without it they must stand there once.

    Raises ValidationError under "quote" for words that do not stand there, or that stand there more than
    once.

    >>> find("Signatories will publish the conditions.", "will  Publish")
    Quote(words='will publish', start=12)
    """
    pattern = _pattern(words) or re.compile("(?!)")
    found = list(pattern.finditer(text)) or list(
        (_pattern(unicodedata.normalize("NFC", words)) or pattern).finditer(text)
    )
    if not found:
        raise ValidationError(
            {"quote": _("These words do not stand in this provision. Copy them from its text.")}
        )
    chosen = next((one for one in found if one.start() == start), None)
    if chosen is None and len(found) > 1:
        raise ValidationError(
            {
                "quote": ngettext(
                    "These words stand there %(count)d time: take some of the words around them with you.",
                    "These words stand there %(count)d times: take some of the words around them with you.",
                    len(found),
                )
                % {"count": len(found)}
            }
        )
    one = chosen or found[0]
    return Quote(one.group(), one.start())
