"""Words of the interface as a `Text` in all its languages, for what is kept and read later."""

from collections.abc import Callable

from django.conf import settings
from django.utils import translation

from .value import Text


def in_every_language(say: Callable[[], object]) -> Text:
    """What `say()` gives in each language of the interface; the source is English."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code.replace("-", "_")] = str(say())
    return Text.of(found.pop("en"), "en", **found)
