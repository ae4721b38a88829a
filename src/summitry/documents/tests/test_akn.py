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


def test_an_act_of_the_commonwealth():
    """Sections with subsections, whose paragraphs are what others call points; recitals and a formula."""
    inner = """<part eId="part_A"><num>A</num><heading>General</heading>
      <section eId="sec_1"><num>1.</num><heading>Definitions</heading><content><p>In this Act—</p>
        <blockList eId="b"><item eId="a"><p>“<def>data</def>” means facts;</p></item><item eId="b2">
        <num>(b)</num><p>“body” means—</p><blockList eId="x"><item eId="i"><num>(i)</num><p>a state.</p>
        </item></blockList></item><listWrapUp>and nothing else.</listWrapUp></blockList></content></section>
      <section eId="sec_2"><num>2.</num><heading>Duties</heading>
        <subsection eId="s1"><num>(1)</num><content><p>Every body keeps data safe.</p></content></subsection>
        <subsection eId="s2"><num>(2)</num><intro><p>A body may not—</p></intro>
          <paragraph eId="pa"><num>(a)</num><content><p>sell; or</p></content></paragraph>
          <paragraph eId="pb"><num>(b)</num><intro><p>lend, unless</p></intro>
            <subparagraph eId="z"><num>(i)</num><content><p>asked.</p></content></subparagraph></paragraph>
          <wrapUp><p>without consent.</p></wrapUp></subsection></section></part>"""
    preface = """<preface><longTitle><p>To provide for data.</p></longTitle></preface><preamble>
      <recitals eId="r"><recital eId="r1"><num>(1)</num><p>Whereas data matter;</p></recital></recitals>
      <formula name="enacting"><p>Be it enacted:</p></formula></preamble>"""
    data = file(inner, preface=preface)
    assert formats.read(data, "en").title == {"en": "To provide for data."}
    assert said(data) == [
        ("paragraph", 1, "(1)", "Whereas data matter;"),
        ("paragraph", 1, "", "Be it enacted:"),
        ("heading", 1, "A", "General"),
        ("heading", 2, "1.", "Definitions"),
        ("paragraph", 1, "", "In this Act—"),
        ("item", 1, "", "“data” means facts;"),
        ("item", 1, "(b)", "“body” means—"),
        ("item", 2, "(i)", "a state."),
        ("paragraph", 1, "", "and nothing else."),
        ("heading", 2, "2.", "Duties"),
        ("paragraph", 1, "(1)", "Every body keeps data safe."),
        ("paragraph", 1, "(2)", "A body may not—"),
        ("item", 1, "(a)", "sell; or"),
        ("item", 1, "(b)", "lend, unless"),
        ("item", 2, "(i)", "asked."),
        ("paragraph", 1, "", "without consent."),
    ]


def test_a_bill_with_lists_in_its_paragraphs_and_words_that_it_changes_elsewhere():
    inner = """<title eId="t"><num>TITOLO I</num><heading>Principi</heading>
      <article eId="a1"><num>Art. 1</num><heading>(Finalità)</heading>
        <paragraph eId="c1"><num>1.</num><content><p>La legge tutela i dati.</p></content></paragraph>
        <paragraph eId="c2"><num>2.</num><list eId="l"><intro><p>Essa si applica:</p></intro>
          <point eId="pa"><num>a)</num><content><p>allo Stato;</p></content></point>
          <point eId="pb"><num>b)</num><content><p>ai privati.</p></content></point></list></paragraph>
      </article><article eId="a2"><num>Art. 2</num><paragraph eId="c3"><num>1.</num><content><p>È aggiunto:
        <mod eId="m1">«<quotedText eId="q1">altri dati</quotedText>»</mod>.</p></content></paragraph>
        <paragraph eId="c4"><num>2.</num><content><p><mod eId="m2">È inserito: <quotedStructure eId="q2">
        <article eId="q3"><num>Art. 9</num><content><p>Nuovo.</p></content></article></quotedStructure></mod>
        </p></content></paragraph></article></title>"""
    preface = "<preface><p><docType>Disegno</docType> n. 12</p><p><docTitle>Dati</docTitle></p></preface>"
    data = file(inner, "bill", "ita", preface)
    assert said(data, "it") == [
        ("heading", 1, "TITOLO I", "Principi"),
        ("heading", 2, "Art. 1", "(Finalità)"),
        ("paragraph", 1, "1.", "La legge tutela i dati."),
        ("paragraph", 1, "2.", "Essa si applica:"),
        ("item", 1, "a)", "allo Stato;"),
        ("item", 1, "b)", "ai privati."),
        ("heading", 2, "", "Art. 2"),
        ("paragraph", 1, "1.", "È aggiunto: «altri dati»."),
        ("paragraph", 1, "2.", "È inserito:"),
    ]
    assert formats.read(data, "it").remarks == ["1 passage quoted from another text was left out."]


def test_a_resolution_with_its_preamble_and_what_follows_it():
    inner = """<paragraph eId="n1"><num>1.</num><content><p><i>Decides</i> to act;</p></content></paragraph>
      <paragraph eId="n2"><num>2.</num><intro><p><i>Calls upon</i> states:</p></intro>
        <subparagraph eId="sa"><num>(<i>a</i>)</num><content><p>to read;</p></content></subparagraph>
        <subparagraph eId="sb"><num>(<i>b</i>)</num><content><p>to write.</p></content></subparagraph>
      </paragraph><level eId="lv"><heading>Follow-up</heading><content><ol eId="o"><li eId="o1"><p>one</p>
      </li><li eId="o2">two</li></ol></content></level>"""
    preface = """<preface><p>70/1. <docTitle>Our world</docTitle></p></preface><preamble>
      <formula name="adopter"><p>The Assembly,</p></formula><container name="considering">
      <p><i>Recalling</i> its resolution,</p></container></preamble>"""
    data = file(inner, "statement", preface=preface).replace(
        b"</mainBody>", b"</mainBody><conclusions><p>4th meeting<eol/>25 September</p></conclusions>"
    )
    assert said(data) == [
        ("paragraph", 1, "", "The Assembly,"),
        ("paragraph", 1, "", "Recalling its resolution,"),
        ("paragraph", 1, "1.", "Decides to act;"),
        ("paragraph", 1, "2.", "Calls upon states:"),
        ("item", 1, "(a)", "to read;"),
        ("item", 1, "(b)", "to write."),
        ("heading", 1, "", "Follow-up"),
        ("item", 1, "", "one"),
        ("item", 1, "", "two"),
        ("paragraph", 1, "", "4th meeting 25 September"),
    ]


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
