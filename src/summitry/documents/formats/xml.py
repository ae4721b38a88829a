"""Bytes to XML and back: no document types, no entities, nothing fetched."""

from typing import Any

from lxml import etree

from .problems import FormatError, Problem

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
type Element = Any  # lxml gives no types


def parse(data: bytes) -> Element:
    """The root of a file. Raises FormatError with the line for what is no safe, well-formed XML."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if b"<!DOCTYPE" in data[:4096]:
            raise FormatError(Problem("doctype", line=_line(data))) from None
        line, detail = error.lineno or 1, error.msg.partition(", line")[0]
        raise FormatError(Problem("not-xml", line=line, detail=detail)) from None
    except ValueError as error:  # an encoding that is not known
        raise FormatError(Problem("not-xml", line=1, detail=str(error)[:120])) from None
    if root.getroottree().docinfo.internalDTD is not None or root.getroottree().docinfo.doctype:
        raise FormatError(Problem("doctype", line=_line(data)))
    return root


def _line(data: bytes) -> int:
    return data.count(b"\n", 0, max(data.find(b"<!DOCTYPE"), 0)) + 1


def local(element: Element) -> str:
    """An element's name without its namespace; empty for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def write(root: Element) -> bytes:
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data
