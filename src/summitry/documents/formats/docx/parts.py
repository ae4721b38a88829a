"""The parts of a DOCX file beside its text: styles, bullets, properties, the foot of a page."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from ...structure import DEEPEST
from ..base import Facts
from .names import ITEM, LANGUAGE, NUMBER, PROVENANCE, W

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PAGE = '<w:pgSz w:w="11906" w:h="16838"/>'  # A4, in twentieths of a point
WIDE = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
MARGINS = (
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" '
    'w:gutter="0"/>'
)
_LINE = 'w:val="single" w:sz="4" w:space="0" w:color="B9B9C4"'
TABLE = (
    "<w:tblBorders>"
    + "".join(f"<w:{side} {_LINE}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    + '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="57" w:type="dxa"/>'
    '<w:left w:w="113" w:type="dxa"/>'
    '<w:right w:w="113" w:type="dxa"/></w:tblCellMar>'
)
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "application/vnd.openxmlformats-package"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT_TYPES = (
    f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{_PACKAGE}.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{_WORD}.numbering+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_WORD}.footer+xml"/>'
    f'<Override PartName="/docProps/core.xml" ContentType="{_PACKAGE}.core-properties+xml"/></Types>'
)


def _relations(*pairs: tuple[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(pairs, 1)
    )
    return (
        f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{inner}</Relationships>"
    )


RELATIONS = _relations(
    (f"{_RELATION}/officeDocument", "word/document.xml"),
    (
        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
        "docProps/core.xml",
    ),
)
DOCUMENT_RELATIONS = _relations(
    (f"{_RELATION}/styles", "styles.xml"),
    (f"{_RELATION}/numbering", "numbering.xml"),
    (f"{_RELATION}/footer", "footer1.xml"),
)


def core(title: str, language: str, facts: Facts) -> str:
    when = f"{facts.dated.isoformat()}T00:00:00Z"
    return (
        f'{XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(facts.issued_by)}</dc:creator>"
        f"<dc:identifier>{escape(facts.address)}</dc:identifier><dc:language>{language}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{when}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{when}</dcterms:modified></cp:coreProperties>'
    )


def footer() -> str:
    """The number of the page."""
    return (
        f'{XML}<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:fldSimple w:instr=" PAGE ">'
        "<w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>"
    )


def numbering() -> str:
    """Bullets, for items that have no number of their own."""
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
        f'<w:lvlText w:val="{"•–"[at % 2]}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{454 * (at + 1)}" w:hanging="454"/></w:pPr></w:lvl>'
        for at in range(DEEPEST)
    )
    return (
        f'{XML}<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">'
        f'<w:multiLevelType w:val="hybridMultilevel"/>{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def language_style(code: str) -> str:
    """The key of the character style that says a language."""
    return f"{LANGUAGE.replace(' ', '')}-{code}"


def styles(codes: Iterable[str], narrow: bool = False) -> str:
    """All styles; codes: the languages that get a character style of their own. narrow: the text stands in
    more than two columns, where a long word must fit as well."""
    sizes = (22, 21, 20, 19, 18, 18) if narrow else (34, 28, 25, 23, 22, 22)
    title, body, before = (24, 17, 120) if narrow else (44, 22, 320)
    made = [
        _style("Normal", "Normal", '<w:spacing w:after="160" w:line="288" w:lineRule="auto"/>', default=True),
        _style("Title", "Title", '<w:spacing w:after="200"/>', _size(title, bold=True)),
        _style(PROVENANCE, PROVENANCE, '<w:spacing w:after="40"/>', '<w:color w:val="5A5A66"/>' + _size(17)),
        _style("ColumnHead", "Column Head", "<w:keepNext/>", _size(20, bold=True)),
    ]
    for depth, size in enumerate(sizes, 1):
        made.append(
            _style(
                f"Heading{depth}",
                f"heading {depth}",
                f'<w:keepNext/><w:keepLines/><w:spacing w:before="{before}" w:after="120"/>'
                f'<w:outlineLvl w:val="{depth - 1}"/>',
                _size(size, bold=True),
            )
        )
    for depth in range(1, DEEPEST + 1):
        indent = (
            f'<w:tabs><w:tab w:val="left" w:pos="{454 * depth}"/></w:tabs>'
            f'<w:ind w:left="{454 * depth}" w:hanging="454"/>'
        )
        made.append(_style(f"{ITEM.replace(' ', '')}{depth}", f"{ITEM}{depth}", indent))
    made.append(_style(NUMBER.replace(" ", ""), NUMBER, kind="character"))
    for code in codes:
        colour = '<w:color w:val="8A5A00"/>'
        made.append(_style(language_style(code), f"{LANGUAGE}{code}", run=colour, kind="character"))
    fonts = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="Microsoft YaHei"/>'
    return (
        f'{XML}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{fonts}{_size(body)}</w:rPr>'
        f"</w:rPrDefault><w:pPrDefault/></w:docDefaults>{''.join(made)}</w:styles>"
    )


def _size(halves: int, bold: bool = False) -> str:
    """Of a font, in half points, also of scripts written from right to left."""
    return f'{"<w:b/><w:bCs/>" if bold else ""}<w:sz w:val="{halves}"/><w:szCs w:val="{halves}"/>'


def _style(
    key: str, name: str, paragraph: str = "", run: str = "", kind: str = "paragraph", default: bool = False
) -> str:
    first = ' w:default="1"' if default else ""
    based = "" if default or kind == "character" else '<w:basedOn w:val="Normal"/>'
    inner = f"<w:pPr>{paragraph}</w:pPr>" if paragraph else ""
    inner += f"<w:rPr>{run}</w:rPr>" if run else ""
    return (
        f'<w:style w:type="{kind}"{first} w:styleId={quoteattr(key)}><w:name w:val={quoteattr(name)}/>{based}'
        f"<w:qFormat/>{inner}</w:style>"
    )
