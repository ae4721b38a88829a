"""What people write, as acts keep it."""

import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.text import languages
from summitry.text.value import Text

from .common import enterable


def lines(words: str, field: str, most: int, needed: str = "") -> str:
    """Words with their line breaks and without control signs. Raises ValidationError under the field if there
    are none and `needed` says so, or too many."""
    whole = unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(
        sign for sign in whole if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs", "Cn", "Co"}
    ).strip()
    if needed and not any(unicodedata.category(sign)[0] in "LNPS" for sign in kept):
        raise ValidationError({field: needed})
    if len(kept) > most:
        raise ValidationError(
            {
                field: _("At most %(most)d characters, this has %(count)d.")
                % {"most": most, "count": len(kept)}
            }
        )
    return kept


def line(words: str, field: str, most: int) -> str:
    """The same on one line, as a provision is."""
    return " ".join(lines(words, field, most).split())


def language_of(code: str, field: str = "language") -> str:
    """A language in which one may write here; the reader's own if none is named. Raises ValidationError."""
    wanted = code or languages.current()
    if wanted not in settings.CONTENT_LANGUAGES:
        raise ValidationError({field: _("Unknown language “%(code)s”.") % {"code": wanted[:20]}})
    return wanted


def public(words: Text | str, field: str, most: int, needed: str) -> Text:
    """Words of the house that everybody may read and that the record keeps; plain ones are in the language
    that their writer is reading. Raises ValidationError under the field."""
    said = words if isinstance(words, Text) else Text.of(lines(words, field, most), languages.current())
    if not said:
        raise ValidationError({field: needed})
    for one in said.values.values():
        lines(one, field, most)
    enterable(said, field)
    return said


def reason_of(words: Text | str, field: str = "reason") -> Text:
    """A reason that everybody may read."""
    return public(words, field, 2000, _("Say why: everybody can read it."))
