"""DOCX files for tests, made of the pieces that a test is about."""

import io
import zipfile

from ..formats.docx.names import R, W

_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml."


def p(words="", style="", extra="", runs="", mark=""):
    name = f'<w:pStyle w:val="{style}"/>' if style else ""
    run = f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>' if words else ""
    return f"<w:p><w:pPr>{name}{extra}</w:pPr>{mark}{run}{runs}</w:p>"


def num(number, level=0):
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def style(key, name, inner="", based_on=""):
    based = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>{based}'
        f"<w:pPr>{inner}</w:pPr></w:style>"
    )


def level(at, form, text, extra=""):
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{extra}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def lists(*abstract, nums=()):
    """abstract: the levels of each; nums: (number, abstract, overrides)."""
    made = "".join(
        f'<w:abstractNum w:abstractNumId="{n}">{levels}</w:abstractNum>' for n, levels in enumerate(abstract)
    )
    made += "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="{of}"/>{more}</w:num>' for n, of, more in nums
    )
    return made


def docx(*body, styles="", numbering="", main="document.main+xml", space=W, parts=None, head=""):
    """The bytes of a file; parts: further ones, or None for one that is to be missing."""
    xml = '<?xml version="1.0" encoding="UTF-8"?>'
    types = {
        "word/document.xml": main,
        "word/styles.xml": "styles+xml",
        "word/numbering.xml": "numbering+xml",
    }
    files = {
        "[Content_Types].xml": xml
        + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        + "".join(
            f'<Override PartName="/{name}" ContentType="{kind if "/" in kind else _TYPES + kind}"/>'
            for name, kind in types.items()
        )
        + "</Types>",
        "word/document.xml": f'{xml}{head}<w:document xmlns:w="{space}" xmlns:r="{R}"><w:body>{"".join(body)}'
        "</w:body></w:document>",
        "word/styles.xml": f'{xml}<w:styles xmlns:w="{space}">{styles}</w:styles>',
        "word/numbering.xml": f'{xml}<w:numbering xmlns:w="{space}">{numbering}</w:numbering>',
        **(parts or {}),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            if data is not None:
                archive.writestr(name, data)
    return made.getvalue()
