"""A text as DOCX: styles, directions and languages set; in one language or several side by side."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from summitry.text.languages import bcp47, direction, local_name

from ...structure import DEEPEST, Kind, Passage
from ..base import Sheet
from ..provenance import provenance
from . import parts
from .names import ITEM, LANGUAGE_MARK, NUMBER, R, W
from .package import pack

PLACES = {  # Word wants a language as one spoken somewhere
    "ar": "ar-SA", "de": "de-DE", "en": "en-GB", "es": "es-ES", "fa": "fa-IR", "fr": "fr-FR", "he": "he-IL",
    "ja": "ja-JP", "ko": "ko-KR", "pt": "pt-PT", "ru": "ru-RU", "ur": "ur-PK", "zh-hans": "zh-CN",
    "zh-hant": "zh-TW",
}  # fmt: skip
LEFT_TO_RIGHT = "\u200e"
EAST = {"zh", "ja", "ko"}


def write(sheet: Sheet) -> bytes:
    body = "".join(_table(sheet) if len(sheet.languages) > 1 else _column(sheet))
    rtl = direction(sheet.language) == "rtl"
    page = parts.WIDE if len(sheet.languages) > 2 else parts.PAGE
    section = (
        f'<w:sectPr><w:footerReference w:type="default" r:id="rId3"/>{page}{parts.MARGINS}'
        f"{'<w:bidi/>' if rtl else ''}</w:sectPr>"
    )
    document = (
        f'{parts.XML}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}{section}</w:body></w:document>'
    )
    title = sheet.one()[0][1]
    return pack(
        {
            "[Content_Types].xml": parts.CONTENT_TYPES.encode(),
            "_rels/.rels": parts.RELATIONS.encode(),
            "docProps/core.xml": parts.core(title, bcp47(sheet.language), sheet.facts).encode(),
            "word/document.xml": document.encode(),
            "word/_rels/document.xml.rels": parts.DOCUMENT_RELATIONS.encode(),
            "word/styles.xml": parts.styles(_styled(sheet), len(sheet.languages) > 2).encode(),
            "word/numbering.xml": parts.numbering().encode(),
            "word/footer1.xml": parts.footer().encode(),
        }
    )


def _styled(sheet: Sheet) -> list[str]:
    """The languages for which the file has a character style."""
    given = dict.fromkeys([*sheet.languages, *sheet.draft.languages, *sheet.draft.title])
    return list(given)


def _column(sheet: Sheet) -> Iterator[str]:
    (code, title), passages = sheet.one()
    if title:
        yield _paragraph("Title", _run(title, code, code != sheet.language), code)
    yield from _provenance(sheet)
    marks = _Marks()
    for passage, one, words in passages:
        foreign = one != sheet.language
        style, more = _style(passage)
        yield _paragraph(style, _said(passage, words, one, foreign, marks), one, more)


def _table(sheet: Sheet) -> Iterator[str]:
    yield from _provenance(sheet)
    marks, codes = _Marks(), sheet.languages
    rtl = direction(codes[0]) == "rtl"
    width = (14_570 if len(codes) > 2 else 9_638) // len(codes)
    yield (
        f"<w:tbl><w:tblPr>{'<w:bidiVisual/>' if rtl else ''}"
        f'<w:tblW w:w="{width * len(codes)}" w:type="dxa"/>{parts.TABLE}</w:tblPr><w:tblGrid>'
        + f'<w:gridCol w:w="{width}"/>' * len(codes)
        + "</w:tblGrid>"
    )
    heads = []
    for one in codes:
        mark = marks.at(LANGUAGE_MARK + one.replace("-", "_"))
        heads.append(_paragraph("ColumnHead", mark + _run(local_name(one), one), one))
    yield _row(heads, width, head=True)
    title = sheet.draft.title
    if any(one in title for one in codes):
        yield _row([_cell("Title", title.get(one, ""), one) for one in codes], width)
    for passage in sheet.draft.passages:
        (style, more), cells, marked = _style(passage), [], False
        for one in codes:
            words = passage.words.get(one, "")
            if not words:
                cells.append(_paragraph("Normal", "", one))
                continue
            said = _said(passage, words, one, False, None if marked else marks)
            cells.append(_paragraph(style, said, one, more))
            marked = True  # an address stands once in a file
        yield _row(cells, width)
    yield "</w:tbl>" + _paragraph("Normal", "", codes[0])


def _provenance(sheet: Sheet) -> Iterator[str]:
    told = provenance(sheet)
    for at, (words, address) in enumerate(told, 1):
        said = _run(words, sheet.language) if words else ""
        if address:
            space = '<w:t xml:space="preserve"> </w:t>' if words else ""
            turned = direction(sheet.language) == "rtl"
            # Without these signs an address among words from right to left has its last slash at its front.
            held = f"<w:r><w:t>{LEFT_TO_RIGHT}</w:t></w:r>" if turned else ""
            said += f"<w:r>{space}</w:r>{held}<w:r><w:t>{escape(address)}</w:t></w:r>{held}"
        last = '<w:spacing w:after="240"/>' if at == len(told) else ""
        yield _paragraph("Provenance", said, sheet.language, spaced=last)


def _row(cells: list[str], width: int, head: bool = False) -> str:
    inner = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{one}</w:tc>' for one in cells
    )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{inner}</w:tr>"


def _cell(style: str, words: str, code: str) -> str:
    return _paragraph(style, _run(words, code) if words else "", code)


def _style(passage: Passage) -> tuple[str, str]:
    """The style of a passage, and further properties."""
    depth = min(passage.depth, DEEPEST)
    if passage.kind == Kind.HEADING:
        return f"Heading{depth}", ""
    if passage.kind == Kind.PARAGRAPH:
        return "Normal", ""
    bullet = "" if passage.number else f'<w:numPr><w:ilvl w:val="{depth - 1}"/><w:numId w:val="1"/></w:numPr>'
    return f"{ITEM.replace(' ', '')}{depth}", bullet


def _paragraph(style: str, runs: str, code: str, listed: str = "", spaced: str = "") -> str:
    """A paragraph of a style with these runs, in the direction of a language. listed, spaced: properties that
    stand before and after that of the direction, as the standard orders them."""
    turned = "<w:bidi/>" if direction(code) == "rtl" else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{listed}{turned}{spaced}</w:pPr>{runs}</w:p>'


def _said(passage: Passage, words: str, code: str, foreign: bool, marks: "_Marks | None") -> str:
    mark = marks.at(passage.anchor) if marks and passage.anchor else ""
    number = ""
    if passage.number:
        style = f'<w:rStyle w:val="{NUMBER.replace(" ", "")}"/>'
        space = "<w:tab/>" if passage.kind == Kind.ITEM else '<w:t xml:space="preserve"> </w:t>'
        number = (
            f"<w:r><w:rPr>{style}{_tongue(code)}</w:rPr><w:t>{escape(passage.number)}</w:t></w:r>"
            f"<w:r><w:rPr>{_tongue(code)}</w:rPr>{space}</w:r>"
        )
    return mark + number + _run(words, code, foreign)


def _run(words: str, code: str, foreign: bool = False) -> str:
    style = f'<w:rStyle w:val="{parts.language_style(code)}"/>' if foreign else ""
    said = f'<w:t xml:space="preserve">{escape(words)}</w:t>'
    return f"<w:r><w:rPr>{style}{_tongue(code)}</w:rPr>{said}</w:r>"


def _tongue(code: str) -> str:
    """Direction and language of a run."""
    place = quoteattr(PLACES.get(code, bcp47(code)))
    if direction(code) == "rtl":
        return f"<w:rtl/><w:lang w:bidi={place}/>"
    if code.partition("-")[0] in EAST:
        return f"<w:lang w:val={place} w:eastAsia={place}/>"
    return f"<w:lang w:val={place}/>"


class _Marks:
    """Bookmarks, numbered through the file."""

    def __init__(self) -> None:
        self.count = 0

    def at(self, name: str) -> str:
        self.count += 1
        begins = f'<w:bookmarkStart w:id="{self.count}" w:name={quoteattr(name)}/>'
        return f'{begins}<w:bookmarkEnd w:id="{self.count}"/>'
