"""Differences in words, and which passage became which."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.engines.comparing import differences, pairs, staying, tokens

SOME = ["the", "data", "shall", "may", "数", "据", " ", " ", ".", "é", "é", "سلام", "الرَّقْم", "กำ"]
WORDS = st.lists(st.sampled_from(SOME), max_size=40).map("".join)


def told(old: str, new: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.words) for piece in differences(old, new)]


@settings(max_examples=150)
@given(WORDS | st.text(max_size=30), WORDS | st.text(max_size=30))
def test_the_pieces_make_either_text(old, new):
    pieces = differences(old, new)
    assert "".join(one.words for one in pieces if one.kind != "added") == old
    assert "".join(one.words for one in pieces if one.kind != "removed") == new
    assert all(one.words for one in pieces)
    assert (old == new) == all(one.kind == "same" for one in pieces)
    kinds = [one.kind for one in pieces]
    assert ("added", "removed") not in list(pairwise(kinds))
    assert all(one != other for one, other in pairwise(kinds))


@settings(max_examples=50)
@given(st.text(max_size=40) | WORDS)
def test_tokens_joined_are_the_text(text):
    assert "".join(tokens(text)) == text


def test_tokens_of_many_scripts():
    assert tokens("l'État a 2 %") == ["l", "'", "État", " ", "a", " ", "2", " ", "%"]
    assert tokens("الرَّقْمية الآن") == ["الرَّقْمية", " ", "الآن"]
    assert tokens("数据a流") == ["数", "据", "a", "流"]
    assert tokens("ที่นี่") == ["ที่", "นี่"]
    assert tokens("हिन्दी") == ["हिन्दी"]


def test_changes_are_phrases_and_not_crumbs():
    assert told(
        "A request is answered within ninety days.", "A request is answered within forty-five days."
    ) == [
        ("same", "A request is answered within "),
        ("removed", "ninety"),
        ("added", "forty-five"),
        ("same", " days."),
    ]
    assert told("Signatories should publish it.", "Signatories will publish it, and the date.") == [
        ("same", "Signatories "),
        ("removed", "should"),
        ("added", "will"),
        ("same", " publish it"),
        ("added", ", and the date"),
        ("same", "."),
    ]
    assert told("九十日内答复。", "四十五日内答复。") == [
        ("removed", "九"),
        ("added", "四"),
        ("same", "十"),
        ("added", "五"),
        ("same", "日内答复。"),
    ]
    assert told("", "New") == [("added", "New")]
    assert told("Same", "Same") == [("same", "Same")]


def test_what_was_wholly_rewritten_is_said_so():
    old, new = " ".join(["alpha beta"] * 2000), " ".join(["gamma delta"] * 2000)
    assert [kind for kind, _words in told(old, new)] == ["removed", "added"]


def test_passages_are_found_again_reworded_moved_and_between_neighbours():
    old = ["Preamble", "States share data freely across borders.", "Nobody is left out.", "Final clause"]
    new = [
        "Preamble",
        "Nobody is left behind or out.",
        "States may share data across borders.",
        "Final clause",
    ]
    assert pairs(old, new) == [(0, 0), (2, 1), (1, 2), (3, 3)]
    assert pairs(["One", "It says this entirely", "Two"], ["One", "It does more", "Two"]) == [
        (0, 0),
        (1, 1),
        (2, 2),
    ]
    assert pairs(["One", "Alpha beta", "Two"], ["One", "Gamma delta", "Two"]) == [(0, 0), (2, 2)]
    assert pairs(["", "…"], ["…"]) == [(1, 0)]
    assert pairs([], ["New"]) == []


def test_equal_passages_keep_their_order():
    assert pairs(["(deleted)", "A b c", "(deleted)"], ["(deleted)", "(deleted)"]) == [(0, 0), (2, 1)]


@settings(max_examples=40)
@given(st.lists(st.text("abc ", max_size=8), max_size=8), st.randoms())
def test_a_shuffled_text_loses_no_passage(texts, random):
    shuffled = random.sample(texts, len(texts))
    found = pairs(texts, shuffled)
    assert sorted(i for i, _j in found) == list(range(len(texts)))
    assert [texts[i] for i, _j in found] == shuffled


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [("abcd", "acdb", "acd"), ("ab", "", ""), ("abc", "xaybzc", "abc"), ("", "", "")],
)
def test_what_keeps_its_order(old, new, kept):
    assert staying(old, new) == set(kept)
