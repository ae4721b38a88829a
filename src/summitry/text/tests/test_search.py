"""Text made comparable, and what a query asks of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitry.text import search as searching


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("Éducation  NUMÉRIQUE!", "education numerique"),
        ("Straße № 5", "strasse no 5"),
        ("الرَّقْمِيَّةُ", "الرقميه"),
        ("أمن الإنترنت آمن", "امن الانترنت امن"),
        ("مـــرحبا", "مرحبا"),
        ("مستشفى مستشفي", "مستشفي مستشفي"),
        ("٢٠٢٢ ۲۰۲۲", "2022 2022"),
        ("ＡＩ－治理", "ai 治理"),
        ("«携手构建»，网络", "携手构建 网络"),
        ("ёлка й", "елка и"),
        ("Đặng", "đang"),
        ("a\x00b\u200bc", "a b c"),
        ("", ""),
    ],
)
def test_texts_become_comparable(text, prepared):
    assert searching.prepared(text) == prepared


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("research data", ["research", "data"]),
        ("data DATA Däta", ["data"]),
        ("数据", ["数据"]),
        ("据", ["据"]),
        ("数据跨境流动", ["数据", "据跨", "跨境", "境流", "流动"]),
        ("5G智慧医院", ["5g", "智慧", "慧医", "医院"]),
        ("  ?! ", []),
        ("%_", []),
        (" ".join(f"w{n}" for n in range(30)), [f"w{n}" for n in range(12)]),
    ],
)
def test_terms_of_a_query(query, terms):
    assert searching.terms(query) == terms


def test_a_long_query_is_read_to_its_limit():
    assert searching.terms("a" * 500) == ["a" * 200]


@given(st.text(max_size=60))
def test_what_is_prepared_stays_as_it_is(text):
    once = searching.prepared(text)
    assert searching.prepared(once) == once


@given(st.text(max_size=60))
def test_a_text_is_found_by_itself(text):
    prepared = searching.prepared(text)
    assert all(term in prepared for term in searching.terms(text))
