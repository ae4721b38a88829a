"""What each language owes."""

import pytest

from summitry.text import parity
from summitry.text.value import Text

TEXTS = [
    Text.of("One", fr="Un", ar="واحد"),
    Text.of("Two", fr="Deux").edited({"en": "Three", "fr": "Deux"}),
    Text.from_values({"zh-hans": "四", "en": "Four"}, "zh-hans"),
    Text(),
]


def test_what_is_missing_unreviewed_and_behind_is_counted_by_language():
    assert parity.owed(TEXTS, ["en", "fr", "ar"]) == [
        parity.Owed("en", missing=0, drafts=1, behind=0),
        parity.Owed("fr", missing=1, drafts=0, behind=1),
        parity.Owed("ar", missing=2, drafts=0, behind=0),
    ]
    assert [one.total for one in parity.owed(TEXTS, ["en", "fr", "ar"])] == [1, 2, 2]


@pytest.fixture
def alone(monkeypatch):
    monkeypatch.setattr(parity, "_sources", {})


def test_sources_without_texts_make_no_row(alone):
    parity.register("a", "A", lambda: iter(TEXTS))
    parity.register("b", "B", lambda: [Text()])
    parity.register("a", "A again", lambda: TEXTS)
    (row,) = parity.table(["en"])
    assert (row.label, row.texts, row.owed[0].total) == ("A again", 3, 1)
