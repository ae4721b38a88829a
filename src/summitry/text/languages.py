"""Languages of the interface and of content: codes, names, direction, and where a reader is led."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils.translation import get_language, get_language_info

RTL = frozenset({"ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"})


def current() -> str:
    """The reader's language, lower case, e.g. "zh-hans"."""
    return (get_language() or settings.LANGUAGE_CODE).lower()


def bcp47(code: str) -> str:
    """The code as HTML wants it: zh-hans becomes zh-Hans, pt-br becomes pt-BR."""
    parts = code.split("-")
    tail = [part.title() if len(part) == 4 else part.upper() for part in parts[1:]]
    return "-".join([parts[0].lower(), *tail])


def direction(code: str) -> str:
    return "rtl" if code.split("-")[0].lower() in RTL else "ltr"


def local_name(code: str) -> str:
    """A language by its own name, else its code. One without script or region goes by the name that it has
    here.

    >>> local_name("zh")
    '中文'
    """
    names = dict(settings.LANGUAGES)
    named = names.get(code) or next(
        (words for key, words in names.items() if key.split("-")[0] == code), None
    )
    if named:
        return str(named)
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


def comma() -> str:
    """What parts of a sentence are set apart by in the reader's language, with its space."""
    return {"ar": "، ", "zh-hans": "，"}.get(current(), ", ")


def list_comma() -> str:
    """The same for the members of a list."""
    return {"ar": "، ", "zh-hans": "、"}.get(current(), ", ")


def apart(words: object) -> str:
    """Words of whatever language, put into a sentence: one read from the right isolates them (U+2068, U+2069)
    so that they do not turn over what stands around them."""
    return f"\u2068{words}\u2069" if direction(current()) == "rtl" else str(words)


def preferences(language: str | None = None) -> Iterator[str]:
    """The reader's language, then the institution's fallback order."""
    seen = set()
    for code in (language or current(), *settings.CONTENT_FALLBACKS):
        if code not in seen:
            seen.add(code)
            yield code


def choose(available: Iterable[str], language: str | None = None) -> str | None:
    """The best of the available languages for this reader: exact, then its cousins, then fallbacks.

    >>> choose(["fr", "zh-hant"], "zh-hans")
    'zh-hant'
    """
    codes = list(available)
    for wanted in preferences(language):
        if wanted in codes:
            return wanted
        base = wanted.split("-")[0]
        for code in codes:
            if code.split("-")[0] == base:
                return code
    return codes[0] if codes else None
