import pytest
from django.core.exceptions import ValidationError

from summitry.documents.quoting import Quote, find

TEXT = "We act “now”, and we act together – from now on."


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("act together", Quote("act together", 21)),
        ("  ACT\n  Together ", Quote("act together", 21)),
        ('act "now", and', Quote("act “now”, and", 3)),
        ("together - from", Quote("together – from", 25)),
        (TEXT, Quote(TEXT, 0)),
    ],
)
def test_words_are_found_however_they_were_typed(words, found):
    quote = find(TEXT, words)
    assert quote == found
    assert TEXT[quote.start : quote.end] == quote.words


def test_words_that_stand_twice_need_their_place():
    with pytest.raises(ValidationError) as refused:
        find(TEXT, "we act")
    assert refused.value.message_dict == {
        "quote": ["These words stand there 2 times: take some of the words around them with you."]
    }
    assert find(TEXT, "we act", 18) == Quote("we act", 18)
    with pytest.raises(ValidationError):
        find(TEXT, "we act", 5)


@pytest.mark.parametrize("words", ["we acted", "", "   ", ".*", "(", "\x00"])
def test_words_that_do_not_stand_there_are_refused(words):
    with pytest.raises(ValidationError, match="do not stand in this provision"):
        find(TEXT, words)


def test_composed_and_decomposed_letters_are_the_same():
    assert find("Café ouvert", "Cafe\u0301 ouvert") == Quote("Café ouvert", 0)


def test_signs_beyond_the_basic_plane_count_as_one():
    assert find("😀 数据流动", "数据") == Quote("数据", 2)
