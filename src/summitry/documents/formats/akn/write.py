"""A text as Akoma Ntoso: a `statement`, its headings as sections, its paragraphs and points inside them."""

from django.conf import settings
from lxml import etree

from summitry.text.languages import bcp47

from ...structure import Kind, Passage
from ..base import Sheet
from ..xml import XML_LANG, Element
from ..xml import write as as_bytes
from .codes import three
from .schema import NAMESPACE, OURS, name

COUNTRY = "xx"  # of ISO 3166-1's codes for users: no country
TAGS = {Kind.HEADING: "section", Kind.PARAGRAPH: "paragraph", Kind.ITEM: "point"}
SHORT = {"section": "sec", "paragraph": "para", "point": "point"}  # as the naming convention has them
DEPTH = f"{{{OURS}}}depth"


def write(sheet: Sheet) -> bytes:
    root = etree.Element(name("akomaNtoso"), nsmap={None: NAMESPACE, "passage": OURS})
    statement = _add(root, "statement", name=sheet.facts.stage or "text")
    _meta(_add(statement, "meta"), sheet)
    (code, title), passages = sheet.one()
    if title:
        block = _add(_add(_add(statement, "preface"), "longTitle"), "p")
        _add(block, "docTitle", title).set(XML_LANG, bcp47(code))
    body = _add(statement, "mainBody")
    body.set(XML_LANG, bcp47(sheet.language))
    _Tree(body, sheet.language).fill(passages)
    return as_bytes(root)


def _add(parent: Element, tag: str, words: str = "", **attributes: str) -> Element:
    made = etree.SubElement(parent, name(tag), attributes)
    if words:
        made.text = words
    return made


def _meta(meta: Element, sheet: Sheet) -> None:
    """Work, expression and manifestation, as FRBR divides them."""
    facts, language = sheet.facts, three(sheet.language)
    when = facts.dated.isoformat()
    work = f"/akn/{COUNTRY}/statement/{when[:4]}/{facts.slug or 'text'}"
    expression = f"{work}/{language}@{when}" + (f"!v{facts.version}" if facts.version else "")
    found = _add(meta, "identification", source="#institution")
    for level, address in (
        ("FRBRWork", work),
        ("FRBRExpression", expression),
        ("FRBRManifestation", f"{expression}.xml"),
    ):
        one = _add(found, level)
        _add(one, "FRBRthis", value=f"{address}/!main")
        _add(one, "FRBRuri", value=address)
        if level == "FRBRExpression" and facts.address:
            _add(one, "FRBRalias", value=facts.address, name="address")
        if level == "FRBRManifestation" and facts.digest:
            _add(one, "FRBRalias", value=f"sha256:{facts.digest}", name="digest")
        if level == "FRBRManifestation" and facts.record:
            _add(one, "FRBRalias", value=facts.record, name="record")
        _add(one, "FRBRdate", date=when, name="publication")
        _add(one, "FRBRauthor", href="#institution")
        if level == "FRBRWork":
            _add(one, "FRBRcountry", value=COUNTRY)
        if level == "FRBRExpression":
            if facts.version:
                _add(one, "FRBRversionNumber", value=str(facts.version))
            _add(one, "FRBRlanguage", language=language)
    references = _add(meta, "references", source="#institution")
    issuer = facts.issued_by or settings.BASE_URL
    _add(references, "TLCOrganization", eId="institution", href=settings.BASE_URL, showAs=issuer)


class _Tree:
    """Passages, which are a list, as elements in elements."""

    def __init__(self, body: Element, language: str) -> None:
        self.body, self.language = body, language
        self.open: list[tuple[Kind, int, Element]] = []  # headings, then items, outermost first
        self.counts: dict[tuple[str, str], int] = {}

    def fill(self, passages: list[tuple[Passage, str, str]]) -> None:
        for passage, code, words in passages:
            parent = self._parent(passage)
            made = self._element(parent, passage)
            if passage.number:
                _add(made, "num", passage.number)
            is_heading = passage.kind == Kind.HEADING
            said = _add(made, "heading", words) if is_heading else _add(_add(made, "content"), "p", words)
            if code != self.language:
                said.set(XML_LANG, bcp47(code))
            if passage.kind != Kind.PARAGRAPH:
                self.open.append((passage.kind, passage.depth, made))
        if not passages:
            _add(self.body, "p")

    def _parent(self, passage: Passage) -> Element:
        """Closes what this passage does not stand in; an item that gets items of its own says its words
        before them."""
        while self.open:
            kind, depth, element = self.open[-1]
            if passage.kind == kind and depth < passage.depth:
                break
            if kind == Kind.HEADING and passage.kind != Kind.HEADING:
                break
            self.open.pop()
        if not self.open:
            return self.body
        content = element.find(name("content"))
        if content is not None:
            content.tag = name("intro")
        return element

    def _element(self, parent: Element, passage: Passage) -> Element:
        tag = TAGS[passage.kind]
        within = parent.get("eId", "")
        self.counts[within, tag] = at = self.counts.get((within, tag), 0) + 1
        made = _add(parent, tag, eId="__".join(filter(None, [within, f"{SHORT[tag]}_{at}"])))
        if passage.anchor:
            made.set("wId", passage.anchor)
        around = self.open[-1][1] if self.open and self.open[-1][0] == passage.kind else 0
        if passage.kind != Kind.PARAGRAPH and passage.depth != around + 1:
            made.set(DEPTH, str(passage.depth))
        return made
