"""Files between the look and the taking: whose they are, for what, how long."""

import os
import time
from datetime import timedelta

import pytest
from django.conf import settings

from summitry.people.shelf import Shelf

SHELF = Shelf("tests/shelf", timedelta(hours=1))


def test_a_file_is_for_its_uploader_and_its_purpose_alone():
    word = SHELF.put(b"data", 7, "marks")
    assert SHELF.get(word, 7, "marks") == b"data"
    other = Shelf("tests/other", timedelta(hours=1))
    assert [SHELF.get(word, 8, "marks"), SHELF.get(word, 7), other.get(word, 7, "marks")] == [None] * 3
    assert [SHELF.get(one, 7, "marks") for one in ("", word[:-1], "x:y:z")] == [None] * 3
    SHELF.drop(word)
    assert SHELF.get(word, 7, "marks") is None


@pytest.mark.parametrize(("hours", "left"), [(0.5, 2), (2, 1)])
def test_what_nobody_came_back_for_goes_with_the_next_file(hours, left):
    SHELF.put(b"old", 7)
    folder = os.path.join(settings.MEDIA_ROOT, "tests", "shelf")
    [name] = os.listdir(folder)
    then = time.time() - hours * 3600
    os.utime(os.path.join(folder, name), (then, then))
    SHELF.put(b"new", 7)
    assert len(os.listdir(folder)) == left
