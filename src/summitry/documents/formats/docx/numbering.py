"""Numbers of a DOCX file, which it does not hold but describes: counted as Word counts them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..xml import Element
from .names import on, value, w

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_ARABIC = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
_ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_HEBREW = ((400, "ת"), (300, "ש"), (200, "ר"), (100, "ק"), (90, "צ"), (80, "פ"), (70, "ע"), (60, "ס"),
           (50, "נ"), (40, "מ"), (30, "ל"), (20, "כ"), (10, "י"), (9, "ט"), (8, "ח"), (7, "ז"), (6, "ו"),
           (5, "ה"), (4, "ד"), (3, "ג"), (2, "ב"), (1, "א"))  # fmt: skip
_CHINESE = "〇一二三四五六七八九"


def _sums(pairs: tuple[tuple[int, str], ...], n: int) -> str:
    made = []
    for amount, sign in pairs:
        made.append(sign * (n // amount))
        n %= amount
    return "".join(made)


def _hebrew(n: int) -> str:
    return _sums(_HEBREW, n).replace("יה", "טו").replace("יו", "טז")


def _letters(letters: str, n: int) -> str:
    """a … z, aa … zz, as Word goes on: the letter repeated."""
    return letters[(n - 1) % len(letters)] * min((n - 1) // len(letters) + 1, 10)


def _chinese(n: int, digits: str = _CHINESE, amounts: str = "千百十") -> str:
    """Up to 9999, with 十 for 10 and 十一 for 11."""
    if not 0 < n < 10_000:
        return str(n)
    made, gap = "", False
    for amount, sign in zip((1000, 100, 10, 1), (*amounts, ""), strict=True):
        digit = n // amount % 10
        if digit:
            made += (digits[0] if gap and made else "") + digits[digit] + sign
            gap = False
        else:
            gap = bool(made)
    return made.removeprefix("一") if made.startswith("一十") else made


FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02d}",
    "lowerRoman": lambda n: _sums(_ROMAN, n),
    "upperRoman": lambda n: _sums(_ROMAN, n).upper(),
    "lowerLetter": lambda n: _letters("abcdefghijklmnopqrstuvwxyz", n),
    "upperLetter": lambda n: _letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ", n),
    "russianLower": lambda n: _letters(_RUSSIAN, n),
    "russianUpper": lambda n: _letters(_RUSSIAN.upper(), n),
    "arabicAlpha": lambda n: _letters(_ARABIC, n),
    "arabicAbjad": lambda n: _letters(_ABJAD, n),
    "hebrew1": _hebrew,
    "hebrew2": lambda n: _letters("אבגדהוזחטיכלמנסעפצקרשת", n),
    "hindiNumbers": lambda n: str(n).translate(str.maketrans("0123456789", "०१२३४५६७८९")),
    "thaiNumbers": lambda n: str(n).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")),
    "decimalFullWidth2": lambda n: str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "decimalFullWidth": lambda n: str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "decimalEnclosedCircle": lambda n: chr(0x245F + n) if n <= 20 else str(n),
    "decimalEnclosedFullstop": lambda n: chr(0x2487 + n) if n <= 20 else f"{n}.",
    "decimalEnclosedParen": lambda n: chr(0x2473 + n) if n <= 20 else f"({n})",
    "numberInDash": lambda n: f"- {n} -",
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "ideographDigital": lambda n: "".join(_CHINESE[int(digit)] for digit in str(n)),
    "chineseLegalSimplified": lambda n: _chinese(n, "零壹贰叁肆伍陆柒捌玖", "仟佰拾"),
    "ideographTraditional": lambda n: "甲乙丙丁戊己庚辛壬癸"[n - 1] if n <= 10 else str(n),
    "ideographZodiac": lambda n: "子丑寅卯辰巳午未申酉戌亥"[n - 1] if n <= 12 else str(n),
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "koreanDigital2": lambda n: "".join(_CHINESE[int(digit)] for digit in str(n)),
    "ordinal": lambda n: f"{n}.",
    "none": lambda n: "",
    "bullet": lambda n: "",
}


@dataclass(frozen=True, slots=True)
class Level:
    """start: the first number. text: "%1.%2" with the numbers of the levels. restart: the level after which
    it begins again, counted from 1; 0 never. legal: the numbers of outer levels are shown as digits."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    style: str = ""


@dataclass(slots=True)
class _List:
    levels: dict[int, Level] = field(default_factory=dict)
    counts: list[int | None] = field(default_factory=lambda: [None] * LEVELS)


class Numbering:
    """Lists in the order of the text: `next` is to be asked for each numbered paragraph once."""

    def __init__(self, root: Element | None, style_numbers: dict[str, str]) -> None:
        """style_numbers: {style: its list}, by which one list may borrow another's levels."""
        self.abstract: dict[str, _List] = {}
        self.lists: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = {}
        self.begun: set[str] = set()
        borrowed = {}
        for one in root.iterfind(w("abstractNum")) if root is not None else ():
            key = one.get(w("abstractNumId"), "")
            self.abstract[key] = _List(dict(map(_level, one.iterfind(w("lvl")))))
            if link := value(one, "numStyleLink"):
                borrowed[key] = link
        for one in root.iterfind(w("num")) if root is not None else ():
            self.lists[one.get(w("numId"), "")] = (value(one, "abstractNumId"), *_overrides(one))
        for key, style in borrowed.items():
            lender, _levels, _starts = self.lists.get(style_numbers.get(style, ""), ("", {}, {}))
            if lender in self.abstract:
                self.abstract[key].levels = self.abstract[lender].levels

    def place(self, number: str, style: str) -> int:
        """The level of a list that belongs to a style."""
        abstract, levels, _starts = self.lists.get(number, ("", {}, {}))
        found = {**(self.abstract[abstract].levels if abstract in self.abstract else {}), **levels}
        return next((at for at, one in found.items() if one.style == style), 0)

    def next(self, number: str, place: int) -> str | None:
        """The number of the next paragraph of a list, "" for a bullet; None if there is no such list."""
        if number not in self.lists or not 0 <= place < LEVELS:
            return None
        abstract, levels, starts = self.lists[number]
        if abstract not in self.abstract:
            return None
        found = self.abstract[abstract]
        described = {**found.levels, **levels}
        if number not in self.begun:  # its own beginnings hold once
            self.begun.add(number)
            for at in starts:
                found.counts[at] = None
        for at in range(place + 1):
            start = starts.get(at, described.get(at, Level()).start)
            if found.counts[at] is None:
                found.counts[at] = start - (at == place)
        found.counts[place] = (found.counts[place] or 0) + 1
        for at in range(place + 1, LEVELS):
            restart = described.get(at, Level()).restart
            if restart is None or restart > place:
                found.counts[at] = None
        return _shown(described, found.counts, place)


def _shown(levels: dict[int, Level], counts: list[int | None], place: int) -> str:
    level = levels.get(place, Level(text=f"%{place + 1}."))
    if level.format == "bullet":
        return ""

    def one(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        n = counts[at]
        if n is None:
            return ""
        kind = levels.get(at, Level()).format
        if level.legal and kind not in {"none", "bullet"}:
            kind = "decimal"
        write = FORMATS.get(kind, str)
        return write(n) if 0 < n < 100_000 else str(n)

    return _PLACE.sub(one, level.text)


def _level(one: Element) -> tuple[int, Level]:
    start, restart = value(one, "start"), value(one, "lvlRestart")
    return _int(one.get(w("ilvl"))), Level(
        start=_int(start),
        format=value(one, "numFmt", "decimal"),
        text=value(one, "lvlText"),
        restart=_int(restart) if restart else None,
        legal=on(one, "isLgl"),
        style=value(one, "pStyle"),
    )


def _overrides(one: Element) -> tuple[dict[int, Level], dict[int, int]]:
    """What a list describes otherwise than what it is made from: levels, and beginnings."""
    levels, starts = {}, {}
    for override in one.iterfind(w("lvlOverride")):
        at = _int(override.get(w("ilvl")))
        described = override.find(w("lvl"))
        start = value(override, "startOverride")
        if start and at < LEVELS:
            starts[at] = _int(start)
        if described is not None:
            _at, level = _level(described)
            levels[at] = replace(level, start=starts.get(at, level.start))
    return levels, starts


def _int(told: str | None) -> int:
    return int(told) if told and told.isascii() and told.isdecimal() and len(told) < 6 else 0
