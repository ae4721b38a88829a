"""Markdown (CommonMark), one language a file.

A passage's number stands before its words in bold; what a reader of the file need not see stands behind them
in braces, as Pandoc has it: `{#p12 .numbered}`. A comment or a tool that knows no braces leaves them alone.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress

from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ..structure import Draft, Kind, Passage
from .base import Format, Sheet, register
from .gathering import Gathering
from .problems import FormatError, Problem

_parser = MarkdownIt("commonmark").enable("table")
_MARK = r"(?:[#.][\w-]+|[a-z]+=[\w-]+)"
_ATTRIBUTES = re.compile(rf"(?:\A|(?<=\s))\{{({_MARK}(?: {_MARK})*)\}}\Z")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>&#|~])")
_START = re.compile(r"\A([-+=]|\d{1,9}(?=[.)]))")
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_LINE = re.compile(r"([A-Za-z_-]+):[ \t]*(.*)")
NUMBERED = ".numbered"
OTHERS = (b"<?xml", b"<akomaNtoso", b"%PDF", b"{\\rtf", b"PK\x03\x04")  # how what is no Markdown begins


# -- out ---------------------------------------------------------------------------------------------


def write(sheet: Sheet) -> bytes:
    (code, title), passages = sheet.one()
    facts = sheet.facts
    front = {
        "title": title,
        "lang": sheet.language,
        "title-lang": code if title and code != sheet.language else "",
        "document": facts.slug,
        "version": str(facts.version or ""),
        "date": facts.dated.isoformat() if facts.slug else "",
        "digest": facts.digest,
        "address": facts.address,
        "record": facts.record,
    }
    lines = [
        "---",
        *(f"{key}: {json.dumps(told, ensure_ascii=False)}" for key, told in front.items() if told),
    ]
    lines.append("---")
    before: Kind | None = None
    nesting = 0
    for passage, one, words in passages:
        is_item = passage.kind == Kind.ITEM
        if not (is_item and before == Kind.ITEM):
            lines.append("")
            nesting = 0
        place = min(passage.depth, nesting + 1) if is_item else 0  # how deep Markdown lets it stand
        block = _block(words, passage, "" if one == sheet.language else one, place)
        lines.append(f"{'  ' * (place - 1)}- {block}" if is_item else block)
        before, nesting = passage.kind, place
    return ("\n".join(lines) + "\n").encode()


def _block(words: str, passage: Passage, code: str, place: int) -> str:
    marks = [f"#{passage.anchor}"] if passage.anchor else []
    marks += [NUMBERED] if passage.number else []
    marks += [f"depth={passage.depth}"] if place and place != passage.depth else []
    marks += [f"lang={code}"] if code else []
    number = f"**{_escaped(passage.number)}** " if passage.number else ""
    said = _SPECIAL.sub(r"\\\1", words)
    if not number:
        said = _START.sub(_kept, said)
    head = "#" * passage.depth + " " if passage.kind == Kind.HEADING else ""
    return head + number + said + (f" {{{' '.join(marks)}}}" if marks else "")


def _escaped(words: str) -> str:
    return _SPECIAL.sub(r"\\\1", words)


def _kept(found: re.Match[str]) -> str:
    """The beginning of a line that would be a list, or underline the one before."""
    return f"{found[1]}\\" if found[1].isdigit() else f"\\{found[1]}"


# -- in ----------------------------------------------------------------------------------------------


def read(data: bytes, language: str) -> Draft:
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(Problem("not-utf-8", line=line)) from None
    source = source.replace("\r\n", "\n")
    into = Gathering(language)
    front = _FRONT.match(source)
    if front:
        told = _front_matter(front[1])
        source = source[front.end() :]
        into.entitle(told.get("title", ""), told.get("title-lang", ""))
    _Reading(into, _parser.parse(source)).run()
    return into.draft()


def _front_matter(block: str) -> dict[str, str]:
    """The plain lines of front matter; what YAML could hold beside those is not looked at."""
    found = {}
    for line in block.splitlines():
        if match := _LINE.fullmatch(line.rstrip()):
            told = match[2].strip()
            with suppress(ValueError):  # words that only begin with a quotation mark
                told = str(json.loads(told)) if told.startswith('"') else told
            quoted = len(told) > 1 and match[2].startswith("'") and told.endswith("'")
            found[match[1].lower()] = told[1:-1] if quoted else told
    return found


class _Reading:
    def __init__(self, into: Gathering, tokens: list[Token]) -> None:
        self.into, self.tokens = into, tokens
        self.lists: list[tuple[int | None, str]] = []  # the number of the next item, and what follows it
        self.fresh: str | None = None  # the number of an item that has no words yet

    def run(self) -> None:
        heading = 0
        for token in self.tokens:
            kind = token.type
            if kind in {"bullet_list_open", "ordered_list_open"}:
                start = token.attrGet("start")
                ordered = kind == "ordered_list_open"
                self.lists.append((int(start or 1) if ordered else None, token.markup))
            elif kind in {"bullet_list_close", "ordered_list_close"}:
                self.lists.pop()
            elif kind == "list_item_open":
                at, sign = self.lists[-1]
                self.fresh = "" if at is None else f"{at}{sign}"
                self.lists[-1] = (None if at is None else at + 1, sign)
            elif kind == "list_item_close":
                self.fresh = None
            elif kind == "heading_open":
                heading = int(token.tag[1])
            elif kind == "heading_close":
                heading = 0
            elif kind == "table_open":
                self.into.left["tables"] += 1
            elif kind in {"fence", "code_block"}:
                self.into.left["code"] += 1
                self.into.add(Kind.PARAGRAPH, token.content)
            elif kind == "html_block":
                self.into.left["markup"] += not token.content.lstrip().startswith("<!--")
            elif kind == "inline":
                self.block(token, heading)

    def block(self, token: Token, heading: int) -> None:
        marks, children = _attributes(token)
        number, words = "", list(children)
        if (
            NUMBERED in marks
            and len(words) > 3
            and [one.type for one in words[:2]] == ["text", "strong_open"]
        ):
            words = words[1:]  # an empty text before the bold one
        if NUMBERED in marks and words and words[0].type == "strong_open":
            end = next((n for n, one in enumerate(words) if one.type == "strong_close"), 0)
            number = "".join(self.pieces(words[:end]))
            words = words[end + 1 :]
        said = "".join(self.pieces(words))
        anchor = next((one[1:] for one in marks if one.startswith("#")), "")
        named = dict(one.split("=", 1) for one in marks if "=" in one)
        told = {named.get("lang", self.into.language): said}
        depth = int(named["depth"]) if named.get("depth", "").isdecimal() and len(named["depth"]) < 3 else 0
        if heading:
            self.into.add(Kind.HEADING, told, number, heading, anchor)
        elif self.fresh is not None:
            self.into.add(Kind.ITEM, told, number or self.fresh, depth or len(self.lists), anchor)
            self.fresh = None
        else:
            self.into.add(Kind.PARAGRAPH, told, number, 1, anchor)

    def pieces(self, tokens: list[Token]) -> Iterator[str]:
        for one in tokens:
            if one.type in {"text", "code_inline"}:
                yield one.content
            elif one.type in {"softbreak", "hardbreak"}:
                yield " "
            elif one.type == "image":
                self.into.left["pictures"] += 1
            elif one.type == "link_open":
                self.into.left["links"] += 1
            elif one.type == "html_inline":
                self.into.left["markup"] += not one.content.startswith("<!--")


def _attributes(token: Token) -> tuple[list[str], list[Token]]:
    """What stands in braces at the end of a block, and the inline tokens before it."""
    found = _ATTRIBUTES.search(token.content)
    if not found:
        return [], token.children or []
    inline = _parser.parseInline(token.content[: found.start()].rstrip())
    return found[1].split(" "), (inline[0].children or []) if inline else []


register(
    Format(
        key="markdown",
        name="Markdown",
        about=_("plain text with headings and lists; one language a file"),
        media_type="text/markdown",
        extension="md",
        read=read,
        recognises=lambda data: b"\x00" not in data[:4096] and not data.lstrip().startswith(OTHERS),
        write=write,
        place=20,
    )
)
