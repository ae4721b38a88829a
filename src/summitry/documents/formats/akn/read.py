"""Akoma Ntoso to a draft: acts, bills, statements and other texts, of whoever made them."""

import re
from collections.abc import Iterator

from ...structure import ANCHOR, Draft, Kind
from ..gathering import Gathering, other_language
from ..problems import FormatError, Problem
from ..xml import XML_LANG, Element, local, parse
from .codes import ours
from .schema import check, name
from .write import DEPTH

TYPES = {"act": "body", "bill": "body", "doc": "mainBody", "statement": "mainBody"}
# Elements of the hierarchy whose words are an item of a list, if they have no heading.
ITEMS = {"point", "indent", "item", "li", "tblock", "subparagraph"}
LEFT = {  # elements whose words are no part of the text, and the remark for each
    "authorialNote": "notes",
    "noteRef": "notes",
    "img": "pictures",
    "foreign": "formulas",
    "componentRef": "attachments",
    "documentRef": "attachments",
    "quotedStructure": "quotes",
    "embeddedStructure": "quotes",
    "subFlow": "boxes",
    "toc": "contents",
    "remark": "comments",
}
CHANGES = {"ins", "del"}
BLOCKS = {"p", "listIntroduction", "listWrapUp", "block", "caption"}
HEADINGS = ("num", "heading", "subheading")
LISTS = {"ul", "ol"}
_DIGITS = re.compile(r"[1-6]")


def read(data: bytes, language: str) -> Draft:
    """language: if the file names none, and to be compared with the one that it names."""
    root = parse(data)
    check(root)
    found = next(one for one in root if local(one))
    kind = local(found)
    if kind not in TYPES:
        known = ", ".join(f"<{one}>" for one in TYPES)
        raise FormatError(Problem("other-type", line=found.sourceline, element=kind, found=kind, known=known))
    for one in found.iter(*(name(tag) for tag in CHANGES)):
        raise FormatError(Problem("changes", line=one.sourceline, element=local(one)))
    body = found.find(name(TYPES[kind]))
    named = _language(root, found, body)
    into = Gathering(language)
    if named and named != language:
        if named.partition("-")[0] != language.partition("-")[0]:
            into.remarks.append(other_language(named, language))
        named_as = {named: language}
    else:
        named_as = {}
    reading = _Reading(into, named_as)
    for tag in ("docTitle", "longTitle", "shortTitle"):
        title = found.find(f"{name('preface')}//{name(tag)}")
        if title is not None and into.entitle(reading.words(title), reading.language(title)):
            break
    for part in ("preamble", TYPES[kind], "conclusions"):
        for container in found.iterfind(name(part)):
            reading.children(container, 0, 0)
    into.left["attachments"] += sum(len(found.findall(name(tag))) for tag in ("attachments", "components"))
    into.left["notes"] += len(list(found.iterfind(f"{name('meta')}/{name('notes')}/{name('note')}")))
    return into.draft()


def _language(root: Element, found: Element, body: Element) -> str:
    """The language that a file names: of its body, else of its metadata."""
    for one in (body, found, root):
        if one is not None and one.get(XML_LANG):
            return ours(one.get(XML_LANG))
    named = found.find(f".//{name('FRBRExpression')}/{name('FRBRlanguage')}")
    return ours(named.get("language")) if named is not None else ""


class _Reading:
    def __init__(self, into: Gathering, named_as: dict[str, str]) -> None:
        self.into, self.named_as = into, named_as
        self.taken: set[Element] = set()  # blocks that gave a provision its words
        self.said_by: set[Element] = set()  # these provisions

    def language(self, element: Element) -> str:
        """Of the words in an element, as ours."""
        for one in (element, *element.iterancestors()):
            if code := one.get(XML_LANG):
                return self.named_as.get(ours(code), ours(code))
        return self.into.language

    def children(self, parent: Element, heading: int, item: int) -> None:
        """Reads what stands in an element. heading, item: how deep it stands in those."""
        for one in parent:
            self.element(one, heading, item)

    def element(self, one: Element, heading: int, item: int) -> None:
        tag = local(one)
        if not tag or tag in HEADINGS or one in self.taken:
            return
        if tag in LEFT:
            self.into.left[LEFT[tag]] += 1
        elif tag in BLOCKS:
            self.into.add(Kind.PARAGRAPH, self.said(one), anchor=_anchor(one))
        elif tag == "table":
            self.into.left["tables"] += 1
            self.children(one, heading, item)
        elif tag == "crossHeading":
            self.into.add(Kind.HEADING, self.said(one), depth=heading + 1, anchor=_anchor(one))
        elif tag in ITEMS or _anchor(one) or any(local(child) in HEADINGS for child in one):
            self.numbered(one, heading, item)
        else:
            self.children(one, heading, item)

    def numbered(self, one: Element, heading: int, item: int) -> None:
        """An element of the hierarchy, or an item of a list: with a number, with a heading, or both."""
        number = " ".join(self.words(part) for part in one.iterfind(name("num")))
        headed = [*one.iterfind(name("heading")), *one.iterfind(name("subheading"))]
        words = " ".join(filter(None, map(self.words, headed)))
        if words:
            depth = _depth(one) or heading + 1
            told = {self.language(headed[0]): words}
            self.into.add(Kind.HEADING, told, number, depth, _anchor(one))
            self.children(one, depth, 0)
            return
        first = next(_own_blocks(one), None)
        # What stands in a provision that has words is an item of it, whatever others call that level.
        is_item = local(one) in ITEMS or any(above in self.said_by for above in one.iterancestors())
        kind = Kind.ITEM if is_item else Kind.PARAGRAPH
        depth = (_depth(one) or item + 1) if is_item else item
        if first is not None:
            self.into.add(kind, self.said(first), number, depth, _anchor(one) or _anchor(first))
            self.taken.add(first)
            self.said_by.add(one)
        elif local(one) == "li":  # its words may stand in it without a block
            self.into.add(kind, self.said(one), number, depth, _anchor(one))
        elif number and is_item:
            self.into.add(kind, number, depth=depth, anchor=_anchor(one))
        elif number:  # a number above further numbers: it is all the heading there is
            heading += 1
            self.into.add(Kind.HEADING, number, depth=heading, anchor=_anchor(one))
        self.children(one, heading, depth)

    def said(self, element: Element) -> dict[str, str]:
        return {self.language(element): self.words(element)}

    def words(self, element: Element) -> str:
        """The words of a block with those of its inline elements, in one line."""
        return "".join(self._pieces(element))

    def _pieces(self, element: Element) -> Iterator[str]:
        yield element.text or ""
        for one in element:
            tag = local(one)
            if tag in LEFT:
                self.into.left[LEFT[tag]] += 1
            elif tag in {"br", "eol", "eop"}:
                yield " "
            elif tag in LISTS:  # read after the words that introduce it
                pass
            elif tag:
                self.into.left["links"] += tag == "a"
                yield from self._pieces(one)
            yield one.tail or ""


def _own_blocks(element: Element) -> Iterator[Element]:
    """The blocks that stand in an element itself or in its intro or content, also in those of a list in it;
    not in what is numbered."""
    for one in element:
        if local(one) in BLOCKS:
            yield one
        elif local(one) in {"intro", "content", "list"}:
            yield from _own_blocks(one)


def _anchor(element: Element) -> str:
    for key in ("wId", "eId"):
        if ANCHOR.fullmatch(element.get(key) or ""):
            return str(element.get(key))
    return ""


def _depth(element: Element) -> int:
    told = element.get(DEPTH) or ""
    return int(told) if _DIGITS.fullmatch(told) else 0
