"""How moments are written: for the record the same in every language, for people in theirs."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.utils import translation

from summitry.text import moments

WHOLE = datetime(2027, 9, 19, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
def test_the_record_has_moments_in_no_language(language):
    there = WHOLE.astimezone(timezone(timedelta(hours=8)))
    with translation.override(language):
        assert moments.clock(there) == "2027-09-19 23:59:00 UTC"


def test_what_the_record_wrote_is_read_again():
    assert moments.of_clock(moments.clock(WHOLE)) == WHOLE
    for words in ("", "soon", "2027-09-19", "2027-09-19 23:59:00", "2027-13-19 23:59:00 UTC"):
        assert moments.of_clock(words) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "19 Sep 2027, 23:59 UTC"),
        ("zh-hans", "2027年9月19日 23:59 UTC"),
        ("ru", "19 сен 2027, 23:59 UTC"),
    ],
)
def test_people_read_them_in_their_language(language, words):
    with translation.override(language):
        assert moments.exact(WHOLE) == moments.minute(WHOLE) == words


def test_a_deadline_is_told_as_finely_as_it_is_kept():
    with translation.override("en"):
        assert moments.exact(WHOLE.replace(second=59)) == "19 Sep 2027, 23:59:59 UTC"
        assert moments.exact(WHOLE.replace(microsecond=1)) == "19 Sep 2027, 23:59:00.000001 UTC"
