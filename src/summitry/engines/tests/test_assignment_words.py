"""How alike two texts are."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.engines.assignment import similarity
from summitry.engines.assignment.words import tokens


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Water, WATER! 2027", ["water", "water"]),
        ("Été à Genève", ["ete", "a", "geneve"]),
        ("تعليم", ["تعليم"]),
        ("تَعليم", ["تعليم"]),
        ("人工智能", ["人工", "工智", "智能"]),
        ("水", ["水"]),
        ("5G与AI", ["g", "与", "ai"]),
        ("", []),
        ("...", []),
    ],
)
def test_words(text, found):
    assert tokens(text) == found


def test_by_hand():
    """Three texts; "water" is in two of them, "law" and "fish" in one each."""
    common, rare = math.log(4 / 3) + 1, math.log(4 / 2) + 1
    expected = common**2 / (common**2 + rare**2)
    found = similarity(["water law", "water fish"], [""])
    assert found.tolist() == [[0], [0]]
    [[near]] = similarity(["water law"], ["water fish"]).tolist()
    two = (math.log(3 / 3) + 1) ** 2, (math.log(3 / 2) + 1) ** 2
    assert near == pytest.approx(two[0] / sum(two))
    assert near != pytest.approx(expected)


def test_more_in_common_is_nearer_in_any_script():
    [[law, boats]] = similarity(["人工智能的治理"], ["人工智能治理专家", "渔船登记"]).tolist()
    assert law > 0.3
    assert boats == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=4), st.lists(st.text(max_size=20), max_size=4))
def test_between_none_and_the_same(entries, jurors):
    found = similarity(entries, jurors)
    assert found.shape == (len(entries), len(jurors))
    assert ((found >= 0) & (found <= 1)).all()
    assert np.allclose(found, similarity(jurors, entries).T)
    own = similarity(entries, entries)
    for at, text in enumerate(entries):
        assert own[at, at] == pytest.approx(1 if tokens(text) else 0)
