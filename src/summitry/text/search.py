"""Search: one prepared text a thing, and terms that must all stand in it. The same on SQLite, on PostgreSQL
and in a browser.

Preparing: compatibility forms are unified (NFKD) and marks dropped, so that é finds e, hamza and harakat do
not matter; tatweel is dropped; alef maksura counts as yeh and teh marbuta as heh; upper and lower case are
one; digits are Latin; everything else than letters and digits parts words. A query is prepared the same way
and cut at spaces; a run of Han signs, which are written without spaces, becomes its pairs of neighbours
(bigrams). A thing is found if each term stands somewhere in its text, also inside a word: Arabic prefixes
and European endings need no stemmer.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import groupby

MAX_LENGTH = 200  # characters of a query that are read
MAX_TERMS = 12

_FOLD = str.maketrans({"ـ": "", "ى": "ي", "ی": "ي", "ې": "ي", "ة": "ه", "ک": "ك", "ٱ": "ا"})
_HAN = re.compile(r"[㐀-鿿豈-﫿𠀀-𲎯々〇]+")


def prepared(*texts: str) -> str:
    """Texts joined and made comparable; words parted by single spaces.

    >>> prepared("Éducation  NUMÉRIQUE", "الرَّقْميّة")
    'education numerique الرقميه'
    """
    joined = unicodedata.normalize("NFKD", "\n".join(texts))
    bare = "".join(sign for sign in joined if not unicodedata.combining(sign))
    folded = unicodedata.normalize("NFKC", bare.casefold()).translate(_FOLD)
    return " ".join("".join(map(_plain, folded)).split())


def _plain(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.digit(sign))
    return sign if category[0] in "LNM" else " "


def terms(query: str) -> list[str]:
    """What must all stand in a prepared text; empty if nothing searchable was asked.

    >>> terms("数据流动 EU")
    ['数据', '据流', '流动', 'eu']
    """
    found: Iterable[str] = (
        term
        for word in prepared(query[:MAX_LENGTH]).split()
        for part in _parts(word)
        for term in _pairs(part)
    )
    return list(dict.fromkeys(found))[:MAX_TERMS]


def _parts(word: str) -> list[str]:
    """A word with its Han runs set apart."""
    return [part for part in re.split(f"({_HAN.pattern})", word) if part]


def _pairs(part: str) -> list[str]:
    if not _HAN.fullmatch(part) or len(part) < 3:
        return [part]
    return [part[i : i + 2] for i in range(len(part) - 1)]


def is_han(sign: str) -> bool:
    """Whether a sign belongs to a script that is written without spaces, as Chinese is."""
    return _HAN.fullmatch(sign) is not None


@cache
def for_browsers() -> dict[str, object]:
    """What a script needs to prepare words as it is done here: `marks`, the inside of a character class of
    what is dropped; `cases` and `fold`, what signs become, where JavaScript's lower case does not do
    it; `han`, a character class."""
    signs = [chr(n) for n in range(sys.maxunicode + 1) if not 0xD800 <= n < 0xE000]
    marks = [ord(sign) for sign in signs if unicodedata.combining(sign)]
    runs = []
    for _gap, run in groupby(enumerate(marks), lambda pair: pair[1] - pair[0]):
        numbers = [number for _at, number in run]
        runs.append(
            f"\\u{{{numbers[0]:x}}}-\\u{{{numbers[-1]:x}}}" if len(numbers) > 1 else f"\\u{{{numbers[0]:x}}}"
        )
    cases = {
        sign: sign.casefold()
        for sign in signs
        if sign.casefold() != sign.lower() and unicodedata.normalize("NFKD", sign) == sign
    }
    fold = {chr(sign): plain for sign, plain in _FOLD.items()}
    return {"marks": "".join(runs), "cases": cases, "fold": fold, "han": _HAN.pattern.removesuffix("+")}
