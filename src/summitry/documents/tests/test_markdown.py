"""Markdown of others, and what our own looks like."""

import pytest

from .. import formats
from ..formats import FormatError, Sheet
from ..structure import Draft, Kind, Passage
from .texts import FACTS


def read(source: str, language: str = "en") -> Draft:
    return formats.known("markdown").read(source.encode(), language)


def said(source: str) -> list[tuple]:
    return [(one.kind.value, one.depth, one.number, *one.words.values()) for one in read(source).passages]


def test_our_own_is_plain_to_read():
    draft = Draft(
        {"en": "Initiative"},
        [
            Passage(Kind.HEADING, {"en": "Aims #1"}, "I.", anchor="p1"),
            Passage(Kind.PARAGRAPH, {"en": "1. We *share* [data]."}, anchor="p2"),
            Passage(Kind.ITEM, {"en": "one"}, "(a)", anchor="p3"),
            Passage(Kind.ITEM, {"en": "deeper"}, depth=2, anchor="p4"),
            Passage(Kind.PARAGRAPH, {"fr": "pas encore traduit"}, anchor="p5"),
        ],
    )
    made = formats.known("markdown").write(Sheet(draft, ["en"], FACTS)).decode()
    assert (
        made
        == f"""---
title: "Initiative"
lang: "en"
document: "initiative"
version: "2"
date: "1970-01-01"
digest: "{"ab" * 32}"
---

# **I.** Aims \\#1 {{#p1 .numbered}}

1\\. We \\*share\\* \\[data\\]. {{#p2}}

- **(a)** one {{#p3 .numbered}}
  - deeper {{#p4}}

pas encore traduit {{#p5 lang=fr}}
"""
    )


def test_what_others_write():
    source = """---
title: The Text
tags: [a, b]
---
Heading one
===========

A line
and its second, with **bold**, `code`, a [link](https://example.org) and <!-- a comment -->words &amp; signs.

## Two

3. third
4. fourth
   1) inner

   more of the fourth
* bullet

> quoted

Not an attribute {really}, nor {this}
"""
    assert said(source) == [
        ("heading", 1, "", "Heading one"),
        ("paragraph", 1, "", "A line and its second, with bold, code, a link and words & signs."),
        ("heading", 2, "", "Two"),
        ("item", 1, "3.", "third"),
        ("item", 1, "4.", "fourth"),
        ("item", 2, "1)", "inner"),
        ("paragraph", 1, "", "more of the fourth"),
        ("item", 1, "", "bullet"),
        ("paragraph", 1, "", "quoted"),
        ("paragraph", 1, "", "Not an attribute {really}, nor {this}"),
    ]
    assert read(source).title == {"en": "The Text"}
    assert read(source).remarks == ["The address of 1 link was left out; its words were kept."]


def test_what_is_left_out_is_told():
    draft = read("![a](b.png)\n\n<div>x</div>\n\n    code\n\n| a | b |\n|---|---|\n| c | d |\n")
    assert [one.words["en"] for one in draft.passages] == ["code", "a", "b", "c", "d"]
    assert draft.remarks == [
        "1 picture was left out.",
        "1 piece of HTML was left out.",
        "1 block of code became a paragraph.",
        "1 table was taken apart: each cell became a paragraph.",
    ]


def test_bytes_that_are_no_utf_8_are_told_by_line():
    with pytest.raises(FormatError, match="Line 2: it is not written in UTF-8"):
        formats.read("a\nMaßnahme".encode("latin-1"), "de")


def test_front_matter_is_never_evaluated():
    draft = read('---\ntitle: !!python/object/apply:os.system ["x"]\na: &a [*a,*a]\n---\nwords')
    assert draft.title == {"en": '!!python/object/apply:os.system ["x"]'}
