"""The PDF of a text: its words in three scripts, what proves it, and what it fetches."""

import io
import socket
import sys
import unicodedata
from datetime import date
from itertools import pairwise

import pypdfium2
import pytest
import zxingcpp

from .. import formats
from ..formats import Facts, Sheet
from ..formats.pdf import NoPrinter
from ..structure import Draft, Kind, Passage

TITLE = {"en": "Initiative on data", "ar": "مبادرة البيانات", "zh-hans": "数据倡议"}
WORDS = {"en": "Data serve everyone.", "ar": "البيانات تخدم الجميع", "zh-hans": "数据服务于所有人。"}
DRAFT = Draft(
    TITLE,
    [
        Passage(Kind.HEADING, {"en": "Aims", "ar": "الأهداف", "zh-hans": "目标"}, "I.", anchor="p1"),
        Passage(Kind.PARAGRAPH, WORDS, anchor="p2"),
        Passage(Kind.ITEM, {"en": '<img src="http://192.0.2.1/x.png">'}, "(a)", anchor="p30"),
    ],
)
RECORD = "https://summit.example/en/record/123/"
FACTS = Facts(
    slug="data",
    version=3,
    stage="final",
    status="Final text",
    dated=date(2027, 1, 5),
    digest="ab" * 32,
    issued_by="Institute of data",
    address="https://summit.example/en/documents/data/3/",
    record=RECORD,
)


def pages(*codes: str) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(formats.known("pdf").write(Sheet(DRAFT, list(codes), FACTS)))


def said(document) -> str:
    words = " ".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(unicodedata.normalize("NFKC", words).split())


@pytest.mark.parametrize("code", ["en", "ar", "zh-hans"])
def test_its_words_can_be_read_out_in_each_script(code):
    text = said(pages(code))
    shown = [TITLE[code], WORDS[code], DRAFT.passages[0].words[code], "ab" * 32, RECORD, "Institute of data"]
    shown += ["2027", FACTS.address]
    shown += ["¶2", "¶30", "I. ", "(a) "] if code != "ar" else []  # signs between scripts are turned around
    assert [one for one in shown if one not in text] == []


def test_two_languages_stand_side_by_side():
    text = said(pages("en", "zh-hans"))
    assert [one for one in (WORDS["en"], WORDS["zh-hans"], "English", "中文") if one not in text] == []
    assert text.count("¶2") == 1


@pytest.mark.parametrize("codes", [("en",), ("ar",), ("en", "ar", "zh-hans")])
def test_a_word_longer_than_a_line_stays_within_its_column(codes):
    """Such as an address; 18 and 24 mm are the margins, 5 mm stand between columns."""
    words = {"en": "x" * 300, "ar": "ي" * 300, "zh-hans": "数字" * 150}
    draft = Draft(TITLE, [Passage(kind, words, anchor=f"p{n}") for n, kind in enumerate(Kind, 1)])
    document = pypdfium2.PdfDocument(formats.known("pdf").write(Sheet(draft, list(codes), FACTS)))
    for page in document:
        text, found = page.get_textpage(), {"x": [], "ي": [], "数": []}
        for at in range(text.count_chars()):
            sign = unicodedata.normalize("NFKC", text.get_text_range(at, 1))
            left, _bottom, right, _top = text.get_charbox(at)
            found.get(sign, []).extend([left, right])
        ends = [(min(one), max(one)) for one in found.values() if one]
        assert ends
        low, high = 24 * 72 / 25.4, page.get_width() - 18 * 72 / 25.4
        assert all(low - 4 <= left and right <= high + 4 for left, right in ends)  # a letter overhangs
        if len(codes) > 1:
            assert all(a[1] <= b[0] for a, b in pairwise(sorted(ends)))


def test_a_heading_stands_on_the_page_of_what_it_heads():
    passages = [Passage(Kind.PARAGRAPH, dict.fromkeys(("en", "fr"), "Line"))] * 70
    for at in range(20, 60, 3):
        passages[at] = Passage(Kind.HEADING, dict.fromkeys(("en", "fr"), "Head"))
    for at in range(3):  # at least one of them would end a page
        draft = Draft({}, [*passages[:at], *passages])
        document = pypdfium2.PdfDocument(formats.known("pdf").write(Sheet(draft, ["en", "fr"])))
        ends = [page.get_textpage().get_text_range().split()[-4:-3] for page in document][:-1]
        assert ends
        assert ["Head"] not in ends


def test_a_reader_of_codes_is_led_to_the_record():
    picture = pages("en")[0].render(scale=150 / 72).to_pil()
    assert [one.text for one in zxingcpp.read_barcodes(picture)] == [RECORD]


def test_it_fetches_nothing(monkeypatch):
    def refuse(*args, **options):
        raise AssertionError("the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert '<img src="http://192.0.2.1/x.png">' in said(pages("en"))


def test_a_pdf_is_not_read():
    data = io.BytesIO()
    pages("en").save(data)
    with pytest.raises(formats.FormatError, match="No format that is read here looks like this"):
        formats.read(data.getvalue(), "en")


def test_without_pango_it_says_so_in_words(monkeypatch):
    class Missing:
        def find_spec(self, name, path=None, target=None):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [name for name in sys.modules if name.split(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(NoPrinter, match="Pango") as caught:
        pages("en")
    assert "libpango" not in str(caught.value)
