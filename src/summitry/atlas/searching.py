"""Search in cases: one prepared text a case, and terms that must all stand in it. The same on SQLite and
PostgreSQL.

Preparing: compatibility forms are unified (NFKD) and marks dropped, so that é finds e, hamza and harakat do
not matter; tatweel is dropped; alef maksura counts as yeh and teh marbuta as heh; upper and lower case are
one; digits are Latin; everything else than letters and digits parts words. A query is prepared the same way
and cut at spaces; a run of Han signs, which are written without spaces, becomes its pairs of neighbours
(bigrams). A case is found if each term stands somewhere in its text, also inside a word: Arabic prefixes
and European endings need no stemmer.
"""

import re
import unicodedata
from collections.abc import Iterable

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
