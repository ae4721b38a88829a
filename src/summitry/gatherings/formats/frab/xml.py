"""Bytes to a tree of elements that know their line. Entities and references to the outside are refused."""

import codecs
import re
from dataclasses import dataclass, field
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml.common import DefusedXmlException, EntitiesForbidden
from defusedxml.expatreader import DefusedExpatParser

from ..problems import Place, ScheduleError, problem

DEEPEST = 50
MOST_ELEMENTS = 1_000_000
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


@dataclass(slots=True)
class Node:
    tag: str
    attrs: dict[str, str]
    line: int
    parts: list["str | Node"] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return Place(self.line, self.tag)

    @property
    def children(self) -> list["Node"]:
        return [one for one in self.parts if isinstance(one, Node)]

    @property
    def text(self) -> str:
        return "".join(one for one in self.parts if isinstance(one, str))


class _TooMuch(Exception):
    def __init__(self, code: str, most: int, line: int):
        self.code, self.most, self.line = code, most, line


class _Builder(ContentHandler):
    def __init__(self, locator: Locator) -> None:
        super().__init__()
        self.locator = locator
        self.root: Node | None = None
        self.open: list[Node] = []
        self.count = 0
        self.words: list[str] = []

    def _flush(self) -> None:
        if self.words:
            self.open[-1].parts.append("".join(self.words))
            self.words.clear()

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        line = self.locator.getLineNumber() or 0
        node = Node(name, dict(attrs.items()), line)
        self.count += 1
        if self.count > MOST_ELEMENTS:
            raise _TooMuch("too-many", MOST_ELEMENTS, line)
        if len(self.open) >= DEEPEST:
            raise _TooMuch("too-deep", DEEPEST, line)
        if self.open:
            self._flush()
            self.open[-1].parts.append(node)
        else:
            self.root = node
        self.open.append(node)

    def endElement(self, name: str) -> None:
        self._flush()
        self.open.pop()

    def characters(self, content: str) -> None:
        self.words.append(content)


def _check_encoding(data: bytes) -> None:
    """Refuses bytes that are not in the encoding which the file declares, naming the first line."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    else:
        declared = _DECLARED.match(data.removeprefix(codecs.BOM_UTF8))
        name = declared.group(1).decode() if declared else "utf-8"
    try:
        codecs.lookup(name)
    except LookupError:
        raise ScheduleError([problem(1, "", "unknown-encoding", encoding=name)]) from None
    if name.lower().replace("_", "-") in {"utf-8", "utf8", "us-ascii", "ascii"}:
        try:
            data.decode(name)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise ScheduleError([problem(line, "", "encoding", encoding=name)]) from None


def tree(data: bytes) -> Node:
    """The root of a file. Raises ScheduleError with the line for what is no safe, well-formed XML."""
    if not data.strip():
        raise ScheduleError([problem(0, "", "empty")])
    _check_encoding(data)
    parser = DefusedExpatParser(forbid_dtd=False, forbid_entities=True, forbid_external=True)
    builder = _Builder(parser)
    parser.setContentHandler(builder)

    def here() -> int:
        return parser.getLineNumber() or 1

    try:
        for start in range(0, len(data), 1 << 16):
            parser.feed(data[start : start + (1 << 16)])
        parser.close()
    except EntitiesForbidden as error:
        raise ScheduleError([problem(here(), "", "entities", name=str(error.name)[:60])]) from None
    except DefusedXmlException:
        raise ScheduleError([problem(here(), "", "external")]) from None
    except _TooMuch as error:
        raise ScheduleError([problem(error.line, "", error.code, most=error.most)]) from None
    except SAXParseException as error:
        line, what = error.getLineNumber() or 1, error.getMessage()
        last = data.count(b"\n") + 1
        cut = what.startswith(("no element found", "unclosed")) and (builder.root is not None or line >= last)
        if cut:
            element = builder.open[-1].tag if builder.open else ""
            raise ScheduleError([problem(line, element, "truncated")]) from None
        raise ScheduleError([problem(line, "", "not-xml", detail=what)]) from None
    except (LookupError, ValueError) as error:  # an encoding that expat cannot read
        raise ScheduleError([problem(here(), "", "not-xml", detail=str(error)[:120])]) from None
    assert builder.root is not None  # noqa: S101  (expat raises "no element found" otherwise)
    return builder.root
