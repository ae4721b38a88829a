"""Akoma Ntoso of others: what is read of it, and what is refused with line and element."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from .. import formats
from ..formats import FormatError, Sheet
from ..formats.akn.schema import NAMESPACE, check
from .texts import FACTS, drafts

META = """<meta><identification source="#s">{levels}</identification></meta>"""
LEVEL = """<{0}><FRBRthis value="/x"/><FRBRuri value="/x"/><FRBRdate date="2020-01-01" name="d"/>
<FRBRauthor href="#s"/>{1}</{0}>"""


def file(inner: str, kind: str = "act", language: str = "eng", preface: str = "") -> bytes:
    levels = LEVEL.format("FRBRWork", '<FRBRcountry value="ke"/>')
    levels += LEVEL.format("FRBRExpression", f'<FRBRlanguage language="{language}"/>')
    levels += LEVEL.format("FRBRManifestation", "")
    body = "body" if kind in {"act", "bill"} else "mainBody"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<akomaNtoso xmlns="{NAMESPACE}"><{kind} name="act">{META.format(levels=levels)}{preface}
<{body}>
{inner}
</{body}></{kind}></akomaNtoso>""".encode()


def said(data: bytes, language: str = "en") -> list[tuple]:
    draft = formats.read(data, language)
    return [(one.kind.value, one.depth, one.number, *one.words.values()) for one in draft.passages]


def refusal(data: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        formats.read(data, "en")
    return caught.value.messages[0]


def test_an_act_is_read_as_it_is_built():
    inner = """<chapter eId="chp_1"><num>Chapter I</num><heading>Of <b>data</b></heading>
      <article eId="art_1"><num>1.</num><heading>Aims</heading>
        <paragraph eId="p1"><num>(1)</num><content><p>Everyone, <ref href="/x">as said</ref>, may:</p>
          <blockList eId="bl"><item eId="i1"><num>(a)</num><p>read;</p></item>
          <item eId="i2"><num>(b)</num><p>write:</p><blockList eId="bl2"><item eId="i3"><num>(i)</num>
          <p>well.</p></item></blockList></item></blockList><p>That is all.</p></content></paragraph>
      </article>
      <article eId="art_2"><num>2.</num><paragraph eId="art_2__p"><intro><p>States:</p></intro>
        <point eId="pt"><num>–</num><content>
        <p>share;<authorialNote marker="1"><p>a note</p></authorialNote></p></content></point>
        <wrapUp><p>and go on.</p></wrapUp></paragraph></article></chapter>"""
    data = file(inner, preface="<preface><p>The <docTitle>Data Act</docTitle></p></preface>")
    draft = formats.read(data, "en")
    assert draft.title == {"en": "Data Act"}
    assert said(data) == [
        ("heading", 1, "Chapter I", "Of data"),
        ("heading", 2, "1.", "Aims"),
        ("paragraph", 1, "(1)", "Everyone, as said, may:"),
        ("item", 1, "(a)", "read;"),
        ("item", 1, "(b)", "write:"),
        ("item", 2, "(i)", "well."),
        ("paragraph", 1, "", "That is all."),
        ("heading", 2, "", "2."),
        ("paragraph", 1, "", "States:"),
        ("item", 1, "–", "share;"),
        ("paragraph", 1, "", "and go on."),
    ]
    assert [one.anchor for one in draft.passages if one.anchor] == ["p1"]
    assert draft.remarks == ["1 note was left out."]


def test_lists_tables_and_quotes():
    inner = """<p>Before</p><ul eId="u"><li eId="l1">One<ul eId="u2"><li eId="l2">deeper</li></ul></li></ul>
      <table eId="t"><tr><td><p>A</p></td><td><p>B</p></td></tr></table>"""
    data = file(inner, "statement")
    assert said(data) == [
        ("paragraph", 1, "", "Before"), ("item", 1, "", "One"), ("item", 2, "", "deeper"),
        ("paragraph", 1, "", "A"), ("paragraph", 1, "", "B"),
    ]  # fmt: skip
    assert formats.read(data, "en").remarks == ["1 table was taken apart: each cell became a paragraph."]


def test_a_file_of_another_language_is_told():
    data = file('<section eId="s"><content><p>Texte</p></content></section>', language="fra")
    assert formats.read(data, "fr").remarks == []
    draft = formats.read(data, "en")
    assert draft.languages == ["en"]
    assert draft.remarks == ["The file says that its words are Français; they were taken as English."]


def test_what_no_schema_accepts_is_told_by_line_and_element():
    words = refusal(file('<section eId="s">\n<sentence>x</sentence></section>'))
    assert words.startswith(
        "Line 8, <sentence>: the schema of Akoma Ntoso 3.0 does not allow this: "
        "Element 'sentence': This element is not expected."
    )
    assert "{http" not in words
    doubled = refusal(file('<section eId="s"/>\n<section eId="s"/>'))
    assert doubled.startswith("Line 8, <section>: the schema of Akoma Ntoso 3.0 does not allow this: ")


def test_other_files_of_xml_are_told():
    older = file("<p>x</p>", "doc").replace(b"ns/akn/3.0", b"ns/akn/2.0")
    assert refusal(older) == "Line 2: the outermost element is <akomaNtoso>, not <akomaNtoso> of version 3.0"
    cut = file("<p>x</p>", "doc")[:-30]
    assert refusal(cut).startswith("Line 8: this is not well-formed XML (")
    bomb = file("<p>&a;</p>", "doc").replace(b"<akomaN", b'<!DOCTYPE a [<!ENTITY a "b">]>\n<akomaN', 1)
    assert refusal(bomb) == (
        "Line 2: it declares a document type; such files are refused, because entities can hide bombs"
    )


def test_kinds_of_texts_that_have_no_provisions_are_told():
    data = (
        file("", "doc")
        .replace(b"<mainBody>\n\n</mainBody>", b"")
        .replace(b"doc name", b"officialGazette name")
    )
    body = b"<component eId='c'><documentRef href='#x' showAs='X'/></component>"
    data = data.replace(b"</doc>", b"<collectionBody>" + body + b"</collectionBody></officialGazette>")
    words = refusal(data)
    assert words == (
        "Line 2, <officialGazette>: a <officialGazette> is not read here; "
        "read are <act>, <bill>, <doc>, <statement>"
    )


def test_tracked_changes_are_refused():
    words = refusal(file("<p>We <ins>really</ins> agree</p>", "doc"))
    assert words == "Line 7, <ins>: it holds tracked changes; accept or reject them first"


@settings(max_examples=40)
@given(
    draft=drafts(("en",)),
    at=st.integers(0, 400),
    how=st.sampled_from(["rename", "remove", "double", "attribute", "move"]),
)
def test_a_damaged_file_is_read_or_refused_in_words(draft, at, how):
    """Whatever is damaged: never an exception of another kind."""
    root = etree.fromstring(formats.known("akn").write(Sheet(draft, ["en"], FACTS)))
    every = list(root.iter())
    one = every[at % len(every)]
    if how == "rename":
        one.tag = f"{{{NAMESPACE}}}{['point', 'nonsense', 'p', 'heading'][at % 4]}"
    elif how == "attribute":
        one.set("eId", "sec_1")
    elif one.getparent() is not None:
        if how == "remove":
            one.getparent().remove(one)
        elif how == "double":
            one.addnext(etree.fromstring(etree.tostring(one)))
        else:
            one.getparent().insert(0, one)
    data = etree.tostring(root)
    with suppress(FormatError):
        formats.read(data, "en")
    try:
        check(etree.fromstring(data))
    except FormatError:  # what the schema does not allow is never read
        assert refusal(data)
