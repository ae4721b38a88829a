"""Word files: what is read of them, and which are refused, in words."""

import io
import zipfile

import pytest
from lxml import etree

from .. import formats
from ..formats import Facts, FormatError, Sheet
from ..formats.docx import package
from ..formats.docx.names import STRICT, w
from ..structure import Draft, Kind, Passage
from .docx_files import docx, level, lists, num, p, style

HEADINGS = style("berschrift1", "heading 1") + style("Titre2", "heading 2") + style("a3", "Title")


def read(*body, language="en", **parts) -> Draft:
    return formats.known("docx").read(docx(*body, **parts), language)


def said(draft: Draft) -> list[tuple]:
    return [(one.kind.value, one.depth, one.number, *one.words.values()) for one in draft.passages]


def refusal(data: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        formats.read(data, "en")
    [words] = caught.value.messages
    return words


# -- what is read ------------------------------------------------------------------------------------


def test_headings_are_found_in_every_language_of_word():
    """By the style's own name, by its outline level, by what it is based on, by the paragraph's level."""
    styles = (
        HEADINGS + style("Own", "Kapitel", based_on="Titre2") + style("Low", "x", '<w:outlineLvl w:val="2"/>')
    )
    draft = read(
        p("Deckblatt", "a3"), p("One", "berschrift1"), p("Two", "Titre2"), p("Own", "Own"), p("Three", "Low"),
        p("Four", extra='<w:outlineLvl w:val="3"/>'), p("None", "Titre2", '<w:outlineLvl w:val="9"/>'),
        p("Body"), p("Known", "Heading1"), styles=styles,
    )  # fmt: skip
    assert draft.title == {"en": "Deckblatt"}
    assert said(draft) == [
        ("heading", 1, "", "One"),
        ("heading", 2, "", "Two"),
        ("heading", 2, "", "Own"),
        ("heading", 3, "", "Three"),
        ("heading", 4, "", "Four"),
        ("paragraph", 1, "", "None"),
        ("paragraph", 1, "", "Body"),
        ("heading", 1, "", "Known"),
    ]
    assert draft.remarks == []


def test_numbers_are_counted_as_word_shows_them():
    legal = level(0, "upperRoman", "Article %1.") + level(1, "decimal", "%1.%2", "<w:isLgl/>")
    legal += level(2, "lowerLetter", "(%3)")
    numbering = lists(
        legal,
        level(0, "bullet", "•"),
        nums=(
            (1, 0, ""),
            (2, 1, ""),
            (3, 0, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride>'),
        ),
    )
    draft = read(
        p("a", extra=num(1)), p("b", extra=num(1, 1)), p("c", extra=num(1, 1)), p("d", extra=num(1, 2)),
        p("e", extra=num(1, 2)), p("f", extra=num(1)), p("g", extra=num(1, 1)), p("", extra=num(1, 1)),
        p("h", extra=num(1, 1)), p("i", extra=num(2)), p("j", extra=num(3)), p("k", extra=num(3)),
        p("l", extra=num(0)), p("m", extra=num(77)), numbering=numbering,
    )  # fmt: skip
    assert [one[1:] for one in said(draft)] == [
        (1, "Article I.", "a"), (2, "1.1", "b"), (2, "1.2", "c"), (3, "(a)", "d"), (3, "(b)", "e"),
        (1, "Article II.", "f"), (2, "2.1", "g"), (2, "2.3", "h"), (1, "", "i"), (1, "Article IX.", "j"),
        (1, "Article X.", "k"), (1, "", "l"), (1, "", "m"),
    ]  # fmt: skip
    assert [one.kind.value for one in draft.passages] == ["item"] * 11 + ["paragraph"] * 2


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("decimalZero", "01 02 03"), ("lowerRoman", "i ii iii"), ("russianLower", "а б в"),
        ("hebrew1", "א ב ג"), ("arabicAlpha", "أ ب ت"), ("chineseCounting", "一 二 三"),
        ("thaiNumbers", "๑ ๒ ๓"), ("decimalEnclosedCircle", "① ② ③"), ("ideographTraditional", "甲 乙 丙"),
        ("taiwaneseCountingThousand", "一 二 三"), ("chineseLegalSimplified", "壹 贰 叁"),
        ("decimalEnclosedParen", "⑴ ⑵ ⑶"), ("decimalEnclosedFullstop", "⒈ ⒉ ⒊"),
        ("neverHeardOf", "1 2 3"), ("none", " "),
    ],
)  # fmt: skip
def test_numbers_of_other_scripts(form, shown):
    draft = read(
        *[p("w", extra=num(1)) for _n in range(3)], numbering=lists(level(0, form, "%1"), nums=((1, 0, ""),))
    )
    assert [one.number for one in draft.passages] == (shown.split() or [""] * 3)


@pytest.mark.parametrize(
    ("n", "shown"),
    [(10, "十"), (11, "十一"), (20, "二十"), (105, "一百〇五"), (110, "一百一十"), (1003, "一千〇三")],
)
def test_chinese_counting(n, shown):
    from ..formats.docx.numbering import FORMATS

    assert FORMATS["chineseCounting"](n) == shown


def test_chinese_counting_as_on_cheques():
    from ..formats.docx.numbering import FORMATS

    assert [FORMATS["chineseLegalSimplified"](n) for n in (10, 20, 105)] == ["壹拾", "贰拾", "壹佰零伍"]
    assert [FORMATS["ideographTraditional"](n) for n in (10, 11)] == ["癸", "11"]


def test_a_style_may_bring_a_list_and_its_level():
    styles = style("L1", "Numbered", num(1)) + style(
        "L2", "Deeper", '<w:numPr><w:numId w:val="1"/></w:numPr>'
    )
    levels = level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)", '<w:pStyle w:val="L2"/>')
    draft = read(p("a", "L1"), p("b", "L2"), styles=styles, numbering=lists(levels, nums=((1, 0, ""),)))
    assert said(draft) == [("item", 1, "1.", "a"), ("item", 2, "a)", "b")]


def test_what_is_no_plain_text_is_told():
    rows = "".join(
        f"<w:tr><w:tc>{p(a)}</w:tc><w:tc>{p(b)}</w:tc></w:tr>" for a, b in (("A", "B"), ("C", "D"))
    )
    styles = style("TOC1", "toc 1")
    runs = (
        '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:drawing/></w:r><w:r><w:rPr><w:vanish/></w:rPr>'
        '<w:t>secret</w:t></w:r><w:hyperlink r:id="rId9"><w:r><w:t>site</w:t></w:r></w:hyperlink>'
        "<w:r><w:br/><w:t>end</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>'
    )
    draft = read(p("Begin ", runs=runs), f"<w:tbl>{rows}</w:tbl>", p("Chapter 1 … 3", "TOC1"), styles=styles)
    assert [one.words["en"] for one in draft.passages] == ["Begin site end", "A", "B", "C", "D"]
    assert sorted(draft.remarks) == sorted([
        "1 table was taken apart: each cell became a paragraph.",
        "1 note was left out.",
        "1 picture was left out.",
        "1 piece of hidden text was left out.",
        "The address of 1 link was left out; its words were kept.",
        "1 line of the table of contents was left out.",
    ])  # fmt: skip


def test_a_file_that_calls_itself_of_another_language_is_told():
    french = '<w:r><w:rPr><w:lang w:val="fr-FR"/></w:rPr><w:t>Nous affirmons</w:t></w:r>'
    assert read(p(runs=french)).remarks == [
        "The file says that its words are Français; they were taken as English."
    ]
    assert read(p(runs=french), language="fr").remarks == []
    chinese = '<w:r><w:rPr><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr><w:t>数字经济</w:t></w:r>'
    assert read(p(runs=chinese), language="zh-hans").remarks == []


def test_an_address_that_was_copied_along_counts_once():
    mark = '<w:bookmarkStart w:id="1" w:name="p7"/><w:bookmarkEnd w:id="1"/>'
    copied = mark.replace("p7", "p7_Copy_1")  # as LibreOffice calls it
    other = mark.replace("p7", "_GoBack")
    draft = read(p("a", mark=mark), p("b", mark=mark), p("c", mark=other), p("d", mark=copied))
    assert [one.anchor for one in draft.passages] == ["p7", "", "", ""]
    assert draft.remarks == ["1 address stood twice; the second passage with it counts as new."]


def test_a_raised_number_is_not_read_as_digits_of_the_one_before_it():
    def up(words):
        return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>{words}</w:t></w:r>'

    draft = read(p("10", runs=up("6") + "<w:r><w:t> m</w:t></w:r>" + up("-2")), p("the 1", runs=up("st")))
    assert [one.words["en"] for one in draft.passages] == ["10⁶ m⁻²", "the 1st"]


def test_words_fit_where_many_languages_stand_side_by_side():
    """The longest word of a title in a column a sixth of the page wide, in points: a bold capital is at most
    as wide as the letters are high."""
    write = formats.known("docx").write
    sizes = {}
    for codes in (["en", "fr"], ["ar", "en", "es", "fr", "ru", "zh-hans"]):
        draft = Draft(dict.fromkeys(codes, "T"), [Passage(Kind.PARAGRAPH, dict.fromkeys(codes, "w"))])
        with zipfile.ZipFile(io.BytesIO(write(Sheet(draft, codes)))) as archive:
            root = etree.fromstring(archive.read("word/styles.xml"))
        title = next(one for one in root.iter(w("style")) if one.get(w("styleId")) == "Title")
        sizes[len(codes)] = int(next(title.iter(w("sz"))).get(w("val"))) / 2
    assert sizes[2] == 22
    column = 14_570 / 6 / 20 - 2 * 113 / 20
    assert sizes[6] * 0.65 * len("Déclaration") < column


def test_strict_open_xml_is_read_too():
    assert said(read(p("One", "Heading1"), space=STRICT)) == [("heading", 1, "", "One")]


def test_changed_words_of_our_own_file_keep_their_address():
    """As when somebody edits the file in Word and brings it back."""
    write, known = (
        formats.known("docx").write,
        [Passage(Kind.PARAGRAPH, {"en": "old words"}, "1.", anchor="p4")],
    )
    data = write(Sheet(Draft({"en": "T"}, known), ["en"], Facts(slug="x", version=1, status="Zero draft")))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"old words", b"new words"))
    draft = formats.read(made.getvalue(), "en")
    assert draft.passages == [Passage(Kind.PARAGRAPH, {"en": "new words"}, "1.", anchor="p4")]


def test_arabic_goes_out_from_right_to_left():
    draft = Draft({"ar": "عنوان"}, [Passage(Kind.PARAGRAPH, {"ar": "نص", "en": "text"}, anchor="p1")])
    write = formats.known("docx").write
    with zipfile.ZipFile(io.BytesIO(write(Sheet(draft, ["ar", "en"])))) as archive:
        xml = archive.read("word/document.xml").decode()
    assert "<w:bidiVisual/>" in xml
    assert xml.count("<w:bidi/>") == 5  # title, head, words, the last line in Arabic; the section
    assert '<w:rtl/><w:lang w:bidi="ar-SA"/></w:rPr><w:t xml:space="preserve">نص</w:t>' in xml
    assert '<w:lang w:val="en-GB"/></w:rPr><w:t xml:space="preserve">text</w:t>' in xml


def test_an_address_among_words_from_right_to_left_keeps_its_order():
    """Its last slash is neither: a sign on each side of it says which way it runs."""
    facts = Facts(slug="x", version=1, status="Final", address="https://summit.example/ar/documents/x/1/")
    draft = Draft({}, [Passage(Kind.PARAGRAPH, {"ar": "نص", "en": "text"})])
    for code, signs in (("ar", 2), ("en", 0)):
        data = formats.known("docx").write(Sheet(draft, [code], facts))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = etree.fromstring(archive.read("word/document.xml"))
        [words] = [
            said
            for one in root.iter(w("p"))
            if facts.address in (said := "".join(run.text or "" for run in one.iter(w("t"))))
        ]
        assert words.strip("\u200e") == facts.address
        assert words.count("\u200e") == signs


# -- what is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        '<w:ins w:author="A"><w:r><w:t>new</w:t></w:r></w:ins>',
        '<w:del w:author="A"><w:r><w:delText>gone</w:delText></w:r></w:del>',
        "<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom>",
    ],
)
def test_tracked_changes_are_refused_naming_the_paragraph(change):
    words = refusal(docx(p("First"), p("We agree ", runs=change)))
    assert words.startswith("Paragraph 2 (“We agree ")
    assert words.endswith("): it holds tracked changes; accept or reject them first")


def test_a_tracked_end_of_a_paragraph_is_a_change_too():
    deleted = '<w:rPr><w:del w:author="A"/></w:rPr>'
    assert refusal(docx(p("One", extra=deleted))).startswith("Paragraph 1 (“One”): it holds tracked changes")


@pytest.mark.parametrize(
    "data",
    [
        docx(p("x"), main="application/vnd.ms-word.document.macroEnabled.main+xml"),
        docx(p("x"), parts={"word/vbaProject.bin": b"\x00"}),
    ],
)
def test_macros_are_refused(data):
    assert refusal(data) == "It holds macros; save it as .docx, which has none"


def test_broken_archives_are_refused():
    whole = docx(p("x" * 400))
    assert refusal(whole[: len(whole) // 2]).startswith("The archive that a Word file is made of is broken (")
    at = whole.index(b"word/document.xml") + 40
    broken = whole[:at] + bytes(20) + whole[at + 20 :]
    assert refusal(broken).startswith("The archive that a Word file is made of is broken (")


def test_an_old_or_locked_file_is_refused():
    words = "This is a Word file of before 2007, or one with a password; save it as .docx without a password"
    assert refusal(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)) == words


def test_an_opendocument_file_is_named():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", "<office/>")
    assert refusal(made.getvalue()) == "This is an OpenDocument file; save it as Word file, .docx"


def test_what_is_no_word_document_is_refused():
    words = "This is no Word document: there is no text part in it"
    assert refusal(docx(p("x"), main="spreadsheetml.sheet.main+xml")) == words
    assert refusal(docx(p("x"), parts={"word/document.xml": None})) == words
    assert refusal(docx(p("x"), parts={"[Content_Types].xml": None})) == words
    assert refusal(docx(p(""), p(""))) == "There are no words in it"


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(package, "MOST_ALL", 100_000)
    bomb = docx(p("x"), parts={"word/media/big.bin": bytes(200_000)})
    assert len(bomb) < 5_000
    assert refusal(bomb).startswith("Unpacked it would have 20")
    monkeypatch.setattr(package, "MOST_ALL", 10**9)
    monkeypatch.setattr(package, "MOST_PART", 100_000)
    assert refusal(docx(p("x" * 200_000))).startswith("Unpacked it would have 20")
    assert formats.read(bomb, "en").passages == [
        Passage(Kind.PARAGRAPH, {"en": "x"})
    ]  # a picture is not read


def test_entities_are_refused():
    head = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    words = "Line 1: it declares a document type; such files are refused, because entities can hide bombs"
    assert refusal(docx(p("&a;&b;"), head=head)) == words


def test_bounds_name_what_is_too_much(monkeypatch):
    from ..formats import gathering

    monkeypatch.setattr(gathering, "MOST", 3)
    assert refusal(docx(*[p("x")] * 4)) == "It has more than 3 paragraphs"
    monkeypatch.setattr(gathering, "LONGEST", 70)
    words = refusal(docx(p("x"), p("y" * 71)))
    assert words.startswith("Paragraph 2 (“yyy")
    assert words.endswith("…”): it has 71 characters; at most 70 may stand in one paragraph")


@pytest.mark.parametrize(
    "data", [b"", b"  \n", b"\x00\x01\x02", b"%PDF-1.7", b"<?xml version='1.0'?><html/>"]
)
def test_other_files_are_refused(data):
    expected = "No format that is read here looks like this" if data.strip() else "The file is empty"
    assert refusal(data) == expected


def test_a_file_beyond_the_bound_of_uploads_is_refused(settings):
    settings.UPLOAD_MAX_BYTES = 100
    assert refusal(bytes(101)) == "The file has 101 bytes; at most 100 are taken"
