"""DOCX to a draft: headings by their outline in any language of Word, lists with the numbers they show."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...structure import ANCHOR, Draft, Kind, tidy
from ..gathering import Gathering, other_language
from ..problems import FormatError, Problem
from ..xml import Element, local
from .names import ITEM, LANGUAGE, LANGUAGE_MARK, NUMBER, PROVENANCE, on, value, w
from .numbering import Numbering
from .package import Package
from .styles import Styles

CHANGES = tuple(w(tag) for tag in ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel"))
# What stands around runs and blocks without being words.
AROUND = {"hyperlink", "smartTag", "sdt", "sdtContent", "customXml", "fldSimple", "dir", "bdo", "ruby"}
AROUND |= {"rubyBase"}
LEFT = {
    "drawing": "pictures",
    "pict": "pictures",
    "object": "pictures",
    "footnoteReference": "notes",
    "endnoteReference": "notes",
    "commentReference": "comments",
    "oMath": "formulas",
    "oMathPara": "formulas",
    "sym": "symbols",
    "altChunk": "parts",
    "subDoc": "parts",
}
SIGNS = {"tab": "\t", "br": " ", "cr": " ", "noBreakHyphen": "\u2011", "ptab": "\t"}
_CONTENTS = re.compile(r"toc (\d|heading)|table of (figures|authorities)|index \d")
_ITEM = re.compile(re.escape(ITEM.lower()) + r"([1-6])")
_NUMBER_RUN = NUMBER.lower()
_RAISED = str.maketrans("0123456789+-\u2212", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


@dataclass
class _Words:
    """What one paragraph says: its words by language ("" for the file's), and the number written in it."""

    said: list[tuple[str, str]] = field(default_factory=list)
    number: list[str] = field(default_factory=list)

    def add(self, words: str, style: str) -> None:
        if style == _NUMBER_RUN:
            self.number.append(words)
            return
        code = style.removeprefix(LANGUAGE.lower()) if style.startswith(LANGUAGE.lower()) else ""
        self.said.append((code, words))

    def told(self, language: str) -> dict[str, str]:
        """{language: words}: in the language that the paragraph is marked with, if all of it is."""
        marked = {code for code, words in self.said if tidy(words)}
        code = marked.pop() if len(marked) == 1 else ""
        return {code or language: tidy("".join(words for _code, words in self.said))}


def read(data: bytes, language: str) -> Draft:
    """language: of the words; what our own files mark otherwise keeps its own."""
    package = Package(data)
    root = package.main()
    _refuse_changes(root)
    styles = Styles(package.of_type("styles+xml"))
    lists = {key: one.number for key, one in styles.styles.items() if one.number}
    reading = _Reading(Gathering(language), styles, Numbering(package.of_type("numbering+xml"), lists))
    body = root.find(w("body"))
    for block in reading.blocks(body if body is not None else root):
        reading.block(block)
    reading.compare_language()
    return reading.into.draft()


def _refuse_changes(root: Element) -> None:
    """The first tracked change, told by its paragraph."""
    first = next(root.iter(*CHANGES), None)
    if first is None:
        return
    paragraph = next((one for one in (first, *first.iterancestors()) if one.tag == w("p")), None)
    if paragraph is None:
        paragraph = next(first.iter(w("p")), None)
    if paragraph is None:
        raise FormatError(Problem("changes"))
    at = next(n for n, one in enumerate(root.iter(w("p")), 1) if one is paragraph)
    words = "".join(one.text or "" for one in paragraph.iter(w("t"), w("delText")))
    raise FormatError(Problem("changes", paragraph=at, beginning=tidy(words)))


class _Reading:
    def __init__(self, into: Gathering, styles: Styles, numbering: Numbering) -> None:
        self.into, self.styles, self.numbering = into, styles, numbering
        self.tongues: Counter[str] = Counter()  # how many characters the file says are in which language
        self.several = False  # it holds several languages side by side

    def blocks(self, parent: Element) -> Iterator[Element]:
        """Paragraphs and tables, also those within content controls and the like."""
        for one in parent:
            tag = local(one)
            if tag in {"p", "tbl"}:
                yield one
            elif tag in AROUND:
                yield from self.blocks(one)
            elif tag in LEFT:
                self.into.left[LEFT[tag]] += 1

    def block(self, one: Element) -> None:
        if one.tag == w("p"):
            self.paragraph(one, self.into.language)
        elif columns := _columns(one):
            self.side_by_side(one, columns)
        else:
            self.into.left["tables"] += 1
            for cell in _cells(one):
                for block in self.blocks(cell):
                    self.block(block)

    def paragraph(self, one: Element, language: str) -> None:
        found = self._passage(one, language)
        if found is not None:
            self.into.add(**found)

    def side_by_side(self, table: Element, columns: dict[int, str]) -> None:
        """Our own table: a row a passage, a column a language."""
        self.several = True
        for row in [one for one in table if one.tag == w("tr")][1:]:
            first: dict[str, Any] | None = None
            words: dict[str, str] = {}
            for at, cell in enumerate(one for one in row if one.tag == w("tc")):
                for block in self.blocks(cell):
                    found = self._passage(block, columns.get(at, self.into.language))
                    if found is not None:
                        first = first or found
                        words |= found["words"]
            if first is not None:
                self.into.add(**{**first, "words": words})

    def _passage(self, one: Element, language: str) -> dict[str, Any] | None:
        """What `Gathering.add` wants of a paragraph; None for what is no part of the text."""
        properties = one.find(w("pPr"))
        key = value(properties, "pStyle") or self.styles.default
        name = self.styles.name(key)
        listed = self._number(key, properties)  # counted also where the paragraph says nothing
        if name == PROVENANCE.lower():
            return None
        if _CONTENTS.fullmatch(name):
            self.into.left["contents"] += 1
            return None
        said = _Words()
        self._collect(one, said, hidden=any(style.hidden for style in self.styles.chain(key)))
        words = said.told(language)
        if not any(words.values()):
            return None
        if name == "title" and all(self.into.entitle(told, code) for code, told in words.items()):
            return None
        kind, depth, number = Kind.PARAGRAPH, 1, ""
        level = self.styles.level(key, properties)
        if item := _ITEM.fullmatch(name):
            kind, depth = Kind.ITEM, int(item[1])
        if listed is not None:
            kind, (depth, number) = Kind.ITEM, listed
        if level is not None:
            kind, depth = Kind.HEADING, level + 1
        written = tidy("".join(said.number))
        return {
            "kind": kind,
            "words": words,
            "number": written or number,
            "depth": depth,
            "anchor": _anchor(one),
        }

    def _number(self, key: str, properties: Element | None) -> tuple[int, str] | None:
        """The depth and the number of a paragraph in a list."""
        own = properties.find(w("numPr")) if properties is not None else None
        number, place = value(own, "numId"), value(own, "ilvl")
        if not number:
            for style in self.styles.chain(key):
                if style.number:
                    number = style.number
                    place = place or str(
                        style.place if style.place is not None else self.numbering.place(number, key)
                    )
                    break
        if not number or number == "0":
            return None
        at = int(place) if place.isdecimal() else 0
        shown = self.numbering.next(number, at)
        return None if shown is None else (at + 1, shown)

    def _collect(self, parent: Element, said: _Words, hidden: bool = False) -> None:
        """The words of a paragraph, run by run."""
        for one in parent:
            tag = local(one)
            if tag == "r":
                self._run(one, said, hidden)
            elif tag in AROUND:
                if tag == "hyperlink" and _leads_outside(one):
                    self.into.left["links"] += 1
                self._collect(one, said, hidden)
            elif tag in LEFT:
                self.into.left[LEFT[tag]] += 1

    def _run(self, run: Element, said: _Words, hidden: bool) -> None:
        properties = run.find(w("rPr"))
        style = self.styles.name(value(properties, "rStyle"))
        words = "".join(self._pieces(run))
        if words and (hidden or on(properties, "vanish")):
            self.into.left["hidden"] += 1
            return
        if value(properties, "vertAlign") == "superscript" and style != _NUMBER_RUN:
            words = raised(words)
        said.add(words, style)
        if not self.several and not style.startswith((_NUMBER_RUN, LANGUAGE.lower())):
            code = self.styles.language(properties, words) or "?"
            self.tongues[code] += len(tidy(words))

    def _pieces(self, run: Element) -> Iterator[str]:
        for one in run:
            tag = local(one)
            if tag == "t":
                yield one.text or ""
            elif tag in SIGNS:
                yield SIGNS[tag]
            elif tag in AROUND:  # a base with its reading beside it
                for inner in one.iter(w("r")):
                    if inner.getparent().tag == w("rubyBase"):
                        yield from self._pieces(inner)
            elif tag == "AlternateContent":
                boxed = any(True for _box in one.iter(w("txbxContent")))
                self.into.left["boxes" if boxed else "pictures"] += 1
            elif tag in LEFT:
                boxed = any(True for _box in one.iter(w("txbxContent")))
                self.into.left["boxes" if boxed else LEFT[tag]] += 1

    def compare_language(self) -> None:
        """A remark where the file calls most of its words those of another language."""
        [(code, n)] = self.tongues.most_common(1) or [("?", 0)]
        if n and code not in {"?", self.into.language.partition("-")[0]}:
            self.into.remarks.append(other_language(code, self.into.language))


def raised(words: str) -> str:
    """A raised number as signs that stay raised without markup: 10 and a raised 6 are not 106."""
    return words.translate(_RAISED) if words.strip("0123456789+-\u2212") == "" else words


def _leads_outside(link: Element) -> bool:
    return any(key.endswith("}id") for key in link.keys())  # noqa: SIM118  (no mapping: lxml)


def _cells(table: Element) -> Iterator[Element]:
    for row in table.iterchildren(w("tr"), w("sdt"), w("customXml")):
        yield from (row.iterchildren(w("tc")) if row.tag == w("tr") else row.iter(w("tc")))


def _columns(table: Element) -> dict[int, str]:
    """{column: language} of a table of ours, told by the bookmarks in its first row; else nothing."""
    first = next(table.iterchildren(w("tr")), None)
    found = {}
    for at, cell in enumerate(first.iterchildren(w("tc")) if first is not None else ()):
        for mark in cell.iter(w("bookmarkStart")):
            name = mark.get(w("name"), "")
            if name.startswith(LANGUAGE_MARK):
                found[at] = name.removeprefix(LANGUAGE_MARK).replace("_", "-")
    return found


def _anchor(paragraph: Element) -> str:
    for mark in paragraph.iter(w("bookmarkStart")):
        if ANCHOR.fullmatch(mark.get(w("name"), "")):
            return str(mark.get(w("name")))
    return ""
