"""Addresses from names in any script.

Latin letters lose their accents; Cyrillic, Greek and Arabic letters are written in Latin ones, letter by
letter and plainly (an address is no scholarly transliteration). A name that leaves nothing, as in Chinese,
gets a short random word.
"""

import re
import secrets
import unicodedata
from collections.abc import Collection
from typing import Any

from django.db import models

from summitry.text.value import Text

_ARABIC = "ا a,ب b,ت t,ث th,ج j,ح h,خ kh,د d,ذ dh,ر r,ز z,س s,ش sh,ص s,ض d,ط t,ظ z,ع a,غ gh,ف f,ق q,ك k"
_ARABIC += ",ل l,م m,ن n,ه h,و w,ي y,ة a,ى a,ء ,پ p,چ ch,ژ zh,ک k,گ g,ی y"
_CYRILLIC = (
    "а a,б b,в v,г g,д d,е e,ё e,ж zh,з z,и i,й j,к k,л l,м m,н n,о o,п p,р r,с s,т t,у u,ф f,х kh,ц ts"
)
_CYRILLIC += (
    ",ч ch,ш sh,щ shch,ъ ,ы y,ь ,э e,ю yu,я ya,і i,ї i,є ie,ґ g,ў u,ј j,љ lj,њ nj,ћ c,ђ dj,џ dz,ѓ gj,ќ kj"
)
_CYRILLIC += ",қ q,ғ g,ң n,ө o,ұ u,ү u,һ h,ә a"
_GREEK = (
    "α a,β v,γ g,δ d,ε e,ζ z,η i,θ th,ι i,κ k,λ l,μ m,ν n,ξ x,ο o,π p,ρ r,σ s,ς s,τ t,υ y,φ f,χ ch,ψ ps,ω o"
)
_LATIN = "ß ss,ø o,đ d,ð d,ł l,æ ae,œ oe,ı i,þ th,ħ h,ŋ n"
_LETTERS = {
    letter: latin
    for table in (_ARABIC, _CYRILLIC, _GREEK, _LATIN)
    for letter, _space, latin in (pair.partition(" ") for pair in table.split(","))
}
_WORD = "abcdefghijkmnpqrstuvwxyz23456789"  # no letter that reads as another
_RESERVED = frozenset({"new", "edit", "export", "import", "search", "none", "all"})


def random_word(length: int = 8) -> str:
    """A letter and then letters and digits, from a cryptographic source."""
    return secrets.choice(_WORD[:24]) + "".join(secrets.choice(_WORD) for _ in range(length - 1))


def romanised(words: str) -> str:
    """Words in a-z, 0-9 and single hyphens; empty if nothing of them can be written so.

    >>> romanised("Élysée Ψηφιακή"), romanised("Интернет"), romanised("乌镇")
    ('elysee-psifiaki', 'internet', '')
    """
    spelt = []
    for sign in unicodedata.normalize("NFKC", words).casefold():
        for part in unicodedata.normalize("NFKD", sign) if sign not in _LETTERS else sign:
            if not unicodedata.combining(part):
                spelt.append(_LETTERS.get(part, part))
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’ʼ`]", "", "".join(spelt))).strip("-")


def slug_for(name: Text | str, longest: int = 60) -> str:
    """An address for a name: from the language that is closest to Latin letters, else a random word. Never
    empty."""
    values = list(name.values.values()) if isinstance(name, Text) else [name]
    if isinstance(name, Text):
        latin = [code for code in ("en", "fr", "es", name.source) if name.get(code)]
        values = [*(name.get(code) for code in latin), *values]
    for words in values:
        spelt = romanised(words)
        cut = spelt[:longest]
        if len(spelt) > longest and "-" in cut[longest // 2 :]:
            cut = cut[: cut.rindex("-")]
        cut = cut.strip("-")
        if len(cut) >= 2 and not cut.isdigit() and cut not in _RESERVED:
            return cut
    return random_word()


def free_slug(model: type[models.Model], name: Text | str, longest: int = 60, **within: Any) -> str:
    """An address that no row of the model has: "name", "name-2" … The unique constraint guards against a
    race.

    `within` narrows where it must be unique, e.g. gathering=gathering. What another had before
    (`models.FormerAddress`) stays taken.
    """
    wanted = slug_for(name, longest)
    rows = model._default_manager.filter(slug__startswith=wanted, **within)
    taken = set(rows.values_list("slug", flat=True))
    if any(field.name == "former" for field in model._meta.get_fields()):
        former = model._default_manager.filter(former__slug__startswith=wanted)
        taken |= set(former.values_list("former__slug", flat=True))
    return unlike(taken, wanted)


def unlike(taken: Collection[str], wanted: str) -> str:
    """The wanted address, or the first numbered one that is not taken.

    >>> unlike({"name", "name-2"}, "name")
    'name-3'
    """
    if wanted not in taken:
        return wanted
    number = next(n for n in range(2, len(taken) + 3) if f"{wanted}-{n}" not in taken)
    return f"{wanted}-{number}"
